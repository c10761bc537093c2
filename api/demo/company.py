"""The demo's company: departments, people, grades and policies; made once, then left alone."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from crm_core.archive.model import Grade
from crm_core.archive.queries import grades, policies
from crm_core.archive.rules import Frequency
from crm_core.archive.service import save_grades, save_policy
from crm_core.forms.service import seed_templates
from crm_core.funnel.service import seed_stages
from crm_core.people.model import Department, Rep, User
from crm_core.people.queries import departments, reps, users
from crm_core.people.rules import Role, Scope
from crm_core.people.staff import add_department, add_rep, add_user, give_role, set_shift
from routing.geo import GeoPoint

DATA = Path(__file__).parent / "data"
ZONE = "Europe/Helsinki"
DEPARTMENT = "Helsinki centre"


@dataclass(frozen=True, slots=True)
class DemoRep:
    """A rep of the demo: an invented person who starts the day at a real square."""

    code: str
    login: str
    name: str
    home_name: str
    home: GeoPoint
    profile: str


REPS = (
    DemoRep("HEL-1", "rep1", "Aino Laine", "Hakaniemi", GeoPoint(60.17870, 24.95130), "foot"),
    DemoRep("HEL-2", "rep2", "Mika Salo", "Rautatientori", GeoPoint(60.17120, 24.94390), "bike"),
    DemoRep("HEL-3", "rep3", "Sari Niemi", "Kauppatori", GeoPoint(60.16760, 24.95230), "car"),
)

#: code, rank, Chinese name, English name, visits per weeks
GRADES = (
    ("A+", 1, "核心终端", "Key outlet", 2, 1),
    ("A", 2, "重点终端", "Major outlet", 1, 1),
    ("B", 3, "一般终端", "Regular outlet", 1, 2),
    ("C", 4, "小终端", "Small outlet", 1, 4),
)
_SHIFT_START, _SHIFT_END, _HARD_END = 9 * 60, 17 * 60, 17 * 60 + 30
_LUNCH_MINUTES, _LUNCH_SPAN = 30, (11 * 60, 13 * 60 + 30)


@dataclass(frozen=True, slots=True)
class CategoryPolicy:
    """What the demo's policy table says of a category of the map."""

    category: str
    grade: str
    minutes: int


def category_policies() -> tuple[CategoryPolicy, ...]:
    """The demo's policy table, ``data/policies.csv``."""
    with (DATA / "policies.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            CategoryPolicy(row["category"], row["grade"], int(row["minutes"]))
            for row in csv.DictReader(file)
        )


def make_company(session: Session, scope: Scope, valid_from: date) -> Department:
    """The department with its people, grades and policies; whatever is there stays as it is."""
    known = {department.name: department for department in departments(session, scope)}
    department = known.get(DEPARTMENT) or add_department(session, DEPARTMENT)
    _make_users(session, scope, department)
    _make_reps(session, scope, department)
    _make_policies(session, scope, valid_from)
    seed_stages(session)
    seed_templates(session, scope)
    return department


def demo_reps(session: Session, scope: Scope) -> list[Rep]:
    """The demo's reps, by code."""
    codes = {rep.code for rep in REPS}
    return [rep for rep in reps(session, scope, active_only=False) if rep.code in codes]


def demo_user(session: Session, scope: Scope, login: str) -> User:
    """The user with this login; StopIteration if there is none."""
    return next(user for user in users(session, scope) if user.login == login)


def _make_users(session: Session, scope: Scope, department: Department) -> None:
    taken = {user.login for user in users(session, scope)}
    if "supervisor" not in taken:
        added = add_user(session, "supervisor", "Outi Korhonen", department_id=department.id)
        give_role(session, added.id, Role.SUPERVISOR, department.id)
    if "admin" not in taken:
        add_user(session, "admin", "Administrator", roles=[Role.ADMIN])
    for rep in REPS:
        if rep.login not in taken:
            add_user(session, rep.login, rep.name, roles=[Role.REP], department_id=department.id)


def _make_reps(session: Session, scope: Scope, department: Department) -> None:
    known = {rep.code for rep in reps(session, scope, active_only=False)}
    for rep in REPS:
        if rep.code in known:
            continue
        added = add_rep(
            session,
            rep.code,
            rep.name,
            department_id=department.id,
            zone=ZONE,
            home=rep.home,
            home_name=rep.home_name,
            profile=rep.profile,
            user_id=demo_user(session, scope, rep.login).id,
        )
        for weekday in range(5):
            set_shift(
                session,
                added.id,
                weekday,
                _SHIFT_START,
                _SHIFT_END,
                hard_end_minute=_HARD_END,
                lunch_minutes=_LUNCH_MINUTES,
                lunch_minute_range=_LUNCH_SPAN,
            )


def _make_policies(session: Session, scope: Scope, valid_from: date) -> None:
    if not grades(session, scope):
        save_grades(
            session,
            [
                Grade(code=code, rank=rank, name_zh=name_zh, name_en=name_en)
                for code, rank, name_zh, name_en, _, _ in GRADES
            ],
        )
    if not policies(session, scope):
        for grade, channel, frequency in _frequencies():
            save_policy(session, grade, frequency, valid_from=valid_from, channel=channel)


def _frequencies() -> Iterator[tuple[str, str, Frequency]]:
    visits = {code: (count, weeks) for code, _, _, _, count, weeks in GRADES}
    for policy in category_policies():
        count, weeks = visits[policy.grade]
        yield policy.grade, policy.category, Frequency(count, weeks, policy.minutes)
