"""What published plans route already: planning the rest of a cycle begins from there."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.people.model import Rep
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.planning.model import JourneyPlan, PlannedStop
from crm_core.planning.queries import plan_in_force
from crm_core.planning.rules import PlanStatus


def routed_on(session: Session, scope: Scope, rep: Rep, today: dt.date) -> tuple[UUID, ...]:
    """Outlets on the route that the rep drives today."""
    plan_id = plan_in_force(session, scope, rep.id, rep.zone, today, today)
    query = scoped(PlannedStop, scope).where(
        PlannedStop.journey_plan_id == plan_id, PlannedStop.date == today
    )
    return tuple(session.scalars(query.with_only_columns(PlannedStop.outlet_id)))


def published_routes(
    session: Session, scope: Scope, rep: Rep, cycle_start: dt.date
) -> dict[dt.date, list[UUID]]:
    """By date the outlets, in order, of the published plan of a rep and cycle."""
    plan = scoped(JourneyPlan, scope).where(
        JourneyPlan.rep_id == rep.id,
        JourneyPlan.cycle_start == cycle_start,
        JourneyPlan.status == PlanStatus.PUBLISHED,
    )
    query = (
        scoped(PlannedStop, scope)
        .where(PlannedStop.journey_plan_id.in_(plan.with_only_columns(JourneyPlan.id)))
        .with_only_columns(PlannedStop.date, PlannedStop.outlet_id)
        .order_by(PlannedStop.date, PlannedStop.sequence)
    )
    routes: dict[dt.date, list[UUID]] = defaultdict(list)
    for date, outlet_id in session.execute(query):
        routes[date].append(outlet_id)
    return routes
