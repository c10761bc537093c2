"""Where one more visit goes best in a stored plan, and the rest of a day planned again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from api.auth import Caller
from api.deps import CallerDep, RuntimeDep, SessionDep
from api.presenters.archive import outlets_by_id
from api.presenters.replanning import outlets_named, replanned_json, slots_json
from api.restored import DaySoFar, Restored, restored
from api.schemas.replanning import PlanSlotsOut, ReplannedOut, ReplanRequest
from crm_core.archive.queries import outlet as outlet_in_scope
from crm_core.clock import local_date, local_minute, utc_now
from crm_core.errors import Conflict
from crm_core.people.queries import reps
from crm_core.planning.day_route import day_route
from crm_core.planning.queries import plan
from crm_core.planning.translate import outlet_of
from crm_core.visits.model import Visit
from crm_core.visits.queries import visits_on
from crm_core.visits.rules import VisitStatus
from routing.geo import GeoPoint
from routing.slots import best_slots
from routing.today import replan_today

router = APIRouter(tags=["replanning"])


@router.get("/plans/{plan_id}/slots", response_model=PlanSlotsOut)
def plan_slots(
    plan_id: UUID,
    outlet_id: UUID,
    session: SessionDep,
    caller: CallerDep,
    runtime: RuntimeDep,
    count: Annotated[int, Query(ge=1, le=20)] = 3,
) -> dict[str, Any]:
    """The best dates and places for one more visit to an outlet of the plan's rep.

    Of the days that are still open; slots that keep every rule come first, cheapest first.
    """
    stored = plan(session, caller.scope, plan_id)
    outlet_in_scope(session, caller.scope, outlet_id)
    today = local_date(utc_now(), stored.zone)
    found = restored(runtime, session, caller.scope, stored, today)
    demand_id = found.demand_id(outlet_id)
    if demand_id is None:
        cause = "Nothing asks the rep of this plan to visit that outlet."
        raise Conflict("outlet-not-asked-for", cause, "Assign it, and give it a visit policy.")
    demand = found.problem.demand(demand_id)
    slots = best_slots(found.problem, found.plan, demand, count=count)
    return slots_json(found.problem, slots, found.gone)


@router.post("/reps/{rep_id}/day-routes/{on}:replan", response_model=ReplannedOut)
def replan_day(
    rep_id: UUID,
    on: dt.date,
    payload: ReplanRequest,
    session: SessionDep,
    caller: CallerDep,
    runtime: RuntimeDep,
) -> dict[str, Any]:
    """Propose the best rest of a rep's day: visits made stay, skipped ones go.

    Nothing is changed by asking.  A visit that is open is taken to last as long as planned.
    """
    scope, now = caller.scope, utc_now()
    plan_id = _plan_of_day(session, caller, rep_id, on, now)
    here = GeoPoint(payload.here.lat, payload.here.lon) if payload.here else None
    stored = plan(session, scope, plan_id)
    found = restored(runtime, session, scope, stored, on - dt.timedelta(days=1), here)
    visits = visits_on(session, scope, rep_id, on)
    day = DaySoFar.of(found, on, visits)
    minute = _minute(payload, found, day, visits, on, stored.zone, now)
    drop = {*day.skipped, *map(day.named, payload.drop)}
    rest = replan_today(
        found.problem,
        found.plan,
        str(rep_id),
        day.index,
        done=day.done,
        now_minute=minute,
        here=len(found.problem.places) - 1 if here else None,
        drop=sorted(drop),
        add=[found.demand_id(outlet_id) or str(outlet_id) for outlet_id in payload.add],
        lock_next=payload.lock_next,
    )
    left = [demand_id for demand_id in day.ids if demand_id not in {*day.done, *drop}]
    kept = payload.lock_next and left[:1] == list(rest.demand_ids[:1])
    locked = left[0] if left and kept else None
    named = {outlet_of(demand_id) for demand_id in rest.done} | outlets_named(rest)
    return replanned_json(
        rest,
        outlets_by_id(session, scope, named),
        {rep.id: rep for rep in reps(session, scope, active_only=False)},
        now_minute=minute,
        skipped=[outlet_of(demand_id) for demand_id in day.skipped],
        gone=found.gone,
        locked=locked,
    )


def _plan_of_day(
    session: Session, caller: Caller, rep_id: UUID, on: dt.date, now: dt.datetime
) -> UUID:
    """The plan that routes the day, which is today or still to come."""
    route = day_route(session, caller.scope, rep_id, on, now=now)
    if on < local_date(now, route.rep.zone):
        raise Conflict("day-past", f"{on} is over.", "Choose today or a day to come.")
    if route.plan is None or route.date != on:
        cause = f"No published plan has a route on {on}."
        raise Conflict("day-without-route", cause, "Publish a plan, or choose another day.")
    return route.plan.id


def _minute(
    payload: ReplanRequest,
    found: Restored,
    day: DaySoFar,
    visits: Mapping[UUID, Visit],
    on: dt.date,
    zone: str,
    now: dt.datetime,
) -> float:
    """What time it is: as given or by the rep's clock, and no earlier than an open visit ends."""
    usual = local_minute(now, zone) if on == local_date(now, zone) else 0.0
    minute = usual if payload.now_minute is None else payload.now_minute
    for demand_id in day.done:
        visit = visits[outlet_of(demand_id)]
        if visit.status == VisitStatus.OPEN and visit.checked_in_at is not None:
            lasts = found.problem.demand(demand_id).minutes
            minute = max(minute, local_minute(visit.checked_in_at, zone) + lasts)
    return minute
