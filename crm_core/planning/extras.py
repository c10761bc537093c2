"""Visits beyond the policy: what somebody wants of an outlet, as demands of a problem."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.people.rules import Scope
from crm_core.work.model import VisitDemand as DemandRow
from crm_core.work.queries import open_demands
from crm_core.work.rules import DemandSource
from routing import problem as routing
from routing.calendar import Day


def extras_of(session: Session, scope: Scope, until: dt.date) -> dict[UUID, list[DemandRow]]:
    """Open demands by outlet that may be met on ``until`` or before."""
    found: dict[UUID, list[DemandRow]] = defaultdict(list)
    for row in open_demands(session, scope, until):
        found[row.outlet_id].append(row)
    return found


def extra_demand(
    row: DemandRow,
    place: int,
    windows: tuple[tuple[routing.Window, ...], ...] | None,
    days: Sequence[Day],
    closed: Collection[int],
) -> routing.VisitDemand:
    """An extra demand that may be met in these days; only a tracking interval repeats.

    What was due before the first day is overdue and may fall on any day.
    """
    earliest = row.not_before or days[0].date
    latest = row.due if row.due and row.due >= days[0].date else days[-1].date
    inside = tuple(
        i for i, day in enumerate(days) if earliest <= day.date <= latest and i not in closed
    )
    once = row.source != DemandSource.TRACKING
    return routing.VisitDemand(
        id=f"{row.outlet_id}+{row.id}",
        place=place,
        minutes=row.minutes,
        visits=row.visits,
        weeks=row.weeks,
        priority=row.priority,
        windows=windows,
        closed_days=tuple(i for i in range(len(days)) if i not in inside),
        patterns=tuple((i,) for i in inside) if once else None,
    )
