"""A company of one rep and the outlets of a CSV file: ``own_outlets.py DATA OUTLETS.csv``.

Run it again after changing the file: outlets are known by their key, and what somebody edited in
Roundsman since the last import stays.
"""

from __future__ import annotations

import csv
import sys
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from api.runtime import Runtime
from api.serving import prepare
from api.settings import Settings
from crm_core.archive.imports import ImportReport, OutletRow, upsert_outlets
from crm_core.archive.model import Grade
from crm_core.archive.rules import Frequency
from crm_core.archive.service import save_grades, save_policy
from crm_core.funnel.service import seed_stages
from crm_core.people.queries import departments
from crm_core.people.rules import Role, Scope, TokenKind
from crm_core.people.service import issue_token
from crm_core.people.staff import add_department, add_rep, add_user, set_shift
from routing.geo import GeoPoint

SINCE = date(2026, 1, 1)
#: Grade, rank, Chinese and English name, visits per weeks, minutes a visit.
GRADES = (
    ("A", 1, "重点终端", "Major outlet", Frequency(2, 1, 20)),
    ("B", 2, "一般终端", "Regular outlet", Frequency(1, 1, 15)),
    ("C", 3, "小终端", "Small outlet", Frequency(1, 2, 10)),
)


def make_company(session: Session) -> UUID:
    """Grades with their frequencies, a department and a rep with hours, who may log in."""
    save_grades(
        session, [Grade(code=g, rank=r, name_zh=zh, name_en=en) for g, r, zh, en, _ in GRADES]
    )
    for grade, _, _, _, frequency in GRADES:
        save_policy(session, grade, frequency, valid_from=SINCE)
    seed_stages(session)
    department = add_department(session, "Porto")
    user = add_user(session, "rui", "Rui Silva", roles=[Role.REP], department_id=department.id)
    rep = add_rep(
        session,
        "R1",
        "Rui Silva",
        department_id=department.id,
        zone="Europe/Lisbon",
        home=GeoPoint(41.1456, -8.6109),
        home_name="São Bento",
        user_id=user.id,
    )
    for weekday in range(5):
        set_shift(session, rep.id, weekday, 9 * 60, 17 * 60, lunch_minutes=30)
    code = issue_token(session, user.id, TokenKind.ONE_TIME).text
    sys.stdout.write(f"the rep's phone page: /login#code={code}&next=/rep\n")
    return department.id


def import_outlets(session: Session, department_id: UUID, file: Path) -> ImportReport:
    """Add or update the outlets of a CSV file; each is assigned to the rep it names."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [
            OutletRow(
                key=line["key"],
                name=line["name"],
                channel=line["channel"],
                grade_code=line["grade"],
                lat=float(line["lat"]),
                lon=float(line["lon"]),
                opening_hours=line["opening_hours"],
                department_id=department_id,
                rep_code=line["rep"],
            )
            for line in csv.DictReader(lines)
        ]
    return upsert_outlets(session, rows, "own list", on=SINCE)


def main(data: Path, file: Path) -> ImportReport:
    """Make the company where there is none, and import the outlets."""
    settings = Settings(data=data)
    prepare(settings)
    runtime = Runtime.open(settings)
    with runtime.sessions.begin() as session:
        known = departments(session, Scope.of_everything(SINCE))
        department_id = known[0].id if known else make_company(session)
        report = import_outlets(session, department_id, file)
    runtime.close()
    return report


if __name__ == "__main__":
    done = main(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.stdout.write(
        f"{done.created} new, {done.updated} updated, {done.unchanged} unchanged,"
        f" {len(done.faults)} faults\n"
    )
