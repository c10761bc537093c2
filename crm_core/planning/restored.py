"""From the tables back to routes of a ``routing.Problem``: what a stored plan visits when."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.planning.model import PlannedStop
from crm_core.planning.translate import PlanningInputs, outlet_of
from crm_core.work.rules import DemandSource
from routing.evaluate import Sequenced


@dataclass(frozen=True, slots=True)
class StoredRoutes:
    """A stored plan's routes on the days of some inputs; ``gone`` are outlets on them that the
    rep is no longer asked to visit, and days that are no longer worked."""

    sequences: tuple[Sequenced, ...]
    gone: tuple[UUID, ...]


def stored_routes(
    session: Session, scope: Scope, plan_id: UUID, inputs: PlanningInputs
) -> StoredRoutes:
    """The routes of a plan in scope, as visits of the demands of ``inputs``."""
    day_of = {day.date: index for index, day in enumerate(inputs.days)}
    worked = {day for day, shift in enumerate(inputs.reps[0].shifts) if shift is not None}
    demands = defaultdict(list)
    for demand in inputs.demands:
        demands[outlet_of(demand.id)].append(demand.id)
    orders: dict[int, list[str]] = defaultdict(list)
    gone: list[UUID] = []
    for date, outlet_id, reason in _stops(session, scope, plan_id):
        if date not in day_of:
            continue
        day = day_of[date]
        found = _demand(demands[outlet_id], reason, orders[day])
        if found is None or day not in worked:
            gone.append(outlet_id)
        else:
            orders[day].append(found)
    rep_id = inputs.reps[0].id
    sequences = (Sequenced(rep_id, day, tuple(ids)) for day, ids in orders.items() if ids)
    return StoredRoutes(tuple(sequences), tuple(dict.fromkeys(gone)))


def _demand(ids: Collection[str], reason: str, taken: Collection[str]) -> str | None:
    """The demand a stop is for: the policy's or, for any other reason, an extra one."""
    left = [demand_id for demand_id in ids if demand_id not in taken]
    usual = reason == DemandSource.POLICY
    return min(left, key=lambda demand_id: ("+" in demand_id) == usual, default=None)


def _stops(session: Session, scope: Scope, plan_id: UUID) -> list[tuple[dt.date, UUID, str]]:
    """Date, outlet and reason of every stop, in order."""
    query = scoped(PlannedStop, scope).where(PlannedStop.journey_plan_id == plan_id)
    columns = PlannedStop.date, PlannedStop.outlet_id, PlannedStop.reason
    ordered = query.order_by(PlannedStop.date, PlannedStop.sequence)
    return [
        (row[0], row[1], row[2]) for row in session.execute(ordered.with_only_columns(*columns))
    ]
