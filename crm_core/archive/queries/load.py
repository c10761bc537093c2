"""How much work the archive asks for under a set of policies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet
from crm_core.archive.queries.life import may_be_visited
from crm_core.archive.rules.visiting import Frequency, Override, Policy, frequency_of, pick_policy
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope

COUNTED_WEEKS = 4  # loads are told for this many weeks


@dataclass(frozen=True, slots=True)
class Load:
    """Outlets of one grade that are visited equally often; ``frequency`` None: nothing says so."""

    grade_code: str
    outlets: int
    frequency: Frequency | None

    @property
    def visits(self) -> float:
        """Visits of all of them in four weeks."""
        wanted = self.frequency
        return self.outlets * COUNTED_WEEKS * wanted.visits / wanted.weeks if wanted else 0.0


def loads(session: Session, scope: Scope, known: Iterable[Policy], on: date) -> list[Load]:
    """The outlets in scope that are visited on a date, by grade and frequency under policies."""
    keys = (
        *(Outlet.grade_code, Outlet.channel),
        *(Outlet.visits_override, Outlet.weeks_override, Outlet.minutes_override),
    )
    groups = scoped(Outlet, scope).where(may_be_visited(on, on)).group_by(*keys)
    policies = [*known]
    counted: dict[tuple[str, Frequency | None], int] = {}
    rows = session.execute(groups.with_only_columns(*keys, func.count()))
    for grade, channel, visits, weeks, minutes, count in rows:
        override = Override(visits, weeks, minutes)
        wanted = frequency_of(pick_policy(policies, grade, channel, on), override)
        counted[grade, wanted] = counted.get((grade, wanted), 0) + count
    return [Load(grade, count, wanted) for (grade, wanted), count in counted.items()]
