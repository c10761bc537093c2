"""What an import looks up: grades, reps, departments, and the outlets that its rows mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import batched
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.duplicates.matching import Candidate
from crm_core.archive.duplicates.merging import MERGED_CODES
from crm_core.archive.model import ExternalRef, Grade, Outlet
from crm_core.archive.queries import grades as all_grades
from crm_core.archive.rules import OutletStatus
from crm_core.archive.rules.sheets import SHIPPED_GRADES
from crm_core.archive.sheets.stored import Stored, stored_outlets
from crm_core.archive.sheets.values import plain
from crm_core.people.queries import departments, own_department, reps, scoped
from crm_core.people.rules import Scope

_CHUNK = 500
_GONE = (OutletStatus.CLOSED, OutletStatus.MOVED)


@dataclass(frozen=True, slots=True)
class Known:
    """What rows may refer to, by what people write for it.

    ``departments`` holds only names that one department has.  ``owners`` maps short codes of all
    outlets, also of ones out of scope, to outlets; ``outlets`` are those in scope.
    """

    grades: dict[str, str]
    least_grade: str
    reps: dict[str, str]
    rep_ids: dict[str, UUID]
    departments: dict[str, UUID]
    own_department: UUID | None
    needs_department: bool
    owners: dict[str, UUID]
    outlets: dict[UUID, Stored]


def look_up(session: Session, scope: Scope, ids: Iterable[UUID], codes: Iterable[str]) -> Known:
    """Everything that the rows with these ids and short codes may refer to."""
    owners = _owners(session, codes)
    grades = all_grades(session, scope) or shipped_grades()
    named = {
        word: grade.code
        for grade in reversed(grades)
        for word in (grade.name_zh, grade.name_en, grade.code)
    }
    own_reps = reps(session, scope)
    names = Counter(rep.name for rep in own_reps)
    inside = departments(session, scope)
    same = Counter(department.name for department in inside)
    return Known(
        grades={plain(word).upper(): code for word, code in named.items()},
        least_grade=grades[-1].code if grades else "",
        reps={rep.name: rep.code for rep in own_reps if names[rep.name] == 1}
        | {rep.code: rep.code for rep in own_reps},
        rep_ids={rep.code: rep.id for rep in own_reps},
        departments={one.name: one.id for one in inside if same[one.name] == 1},
        own_department=own_department(session, scope),
        needs_department=not scope.everything,
        owners=owners,
        outlets=dict(stored_outlets(session, scope, {*ids, *owners.values()})),
    )


def shipped_grades() -> list[Grade]:
    """The grades of a company that has named none yet; not stored."""
    return [
        Grade(code=code, rank=rank, name_zh=zh, name_en=en)
        for rank, (code, zh, en) in enumerate(SHIPPED_GRADES, start=1)
    ]


def _owners(session: Session, codes: Iterable[str]) -> dict[str, UUID]:
    """Short code → outlet; codes of outlets that were merged lead to the one that was kept."""
    found: dict[str, UUID] = {}
    for chunk in batched(dict.fromkeys(codes), _CHUNK):
        merged = select(ExternalRef.key, ExternalRef.row_id).where(  # unscoped: codes are unique
            ExternalRef.system == MERGED_CODES,
            ExternalRef.kind == "outlet",
            ExternalRef.key.in_(chunk),
        )
        own = select(Outlet.short_code, Outlet.id)  # unscoped: codes are unique in the company
        found |= _pairs(session, own.where(Outlet.short_code.in_(chunk)))
        found |= _pairs(session, merged)
    return found


def _pairs(session: Session, wanted: Any) -> dict[str, UUID]:
    return {row[0]: row[1] for row in session.execute(wanted)}


def comparable_outlets(session: Session, scope: Scope) -> Iterator[tuple[UUID, Candidate]]:
    """The outlets that a new one could repeat, with their ids."""
    columns = (Outlet.id, Outlet.name, Outlet.phone, Outlet.lat, Outlet.lon, Outlet.address)
    wanted = scoped(Outlet, scope).with_only_columns(*columns)
    for row in session.execute(wanted.where(Outlet.status.not_in(_GONE)).order_by(Outlet.id)):
        yield row.id, Candidate(*row[1:])
