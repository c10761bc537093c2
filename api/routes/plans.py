"""Stored plans: listed, read in full, drawn along the streets, published."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from api.answers import GEOJSON, tagged_json
from api.auth import Caller
from api.deps import CallerDep, PublisherDep, RuntimeDep, SessionDep
from api.presenters.archive import outlets_by_id
from api.presenters.day_routes import plan_routes_geojson
from api.presenters.planning import named_outlets, plan_detail_json, plan_json
from api.roads import network_of
from api.schemas.planning import PlanDetailOut, PlanOut, PlansOut
from crm_core.people.queries import reps
from crm_core.planning.day_route import planned_stops, route_rep
from crm_core.planning.model import JourneyPlan
from crm_core.planning.queries import plan, planned_days, plans, unserved_visits
from crm_core.planning.service import publish

router = APIRouter(prefix="/plans", tags=["plans"])


@router.get("", response_model=PlansOut)
def list_plans(
    session: SessionDep,
    caller: CallerDep,
    rep_id: UUID | None = None,
    cycle_start: date | None = None,
    status: str | None = None,
) -> dict[str, Any]:
    """Plans in scope, the newest cycle and version first."""
    found = plans(session, caller.scope, rep_id=rep_id, cycle_start=cycle_start, status=status)
    known = {rep.id: rep for rep in reps(session, caller.scope, active_only=False)}
    return {"items": [plan_json(one, known.get(one.rep_id)) for one in found]}


@router.get("/{plan_id}", response_model=PlanDetailOut)
def read_plan(plan_id: UUID, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """A plan with its days and stops, and the visits left out with reason and remedy."""
    return _detail(session, caller, plan(session, caller.scope, plan_id))


@router.get("/{plan_id}/routes.geojson", response_class=Response)
def read_routes(
    request: Request,
    plan_id: UUID,
    session: SessionDep,
    caller: CallerDep,
    runtime: RuntimeDep,
    on: Annotated[date | None, Query(alias="date", description="Default: all dates.")] = None,
) -> Response:
    """The plan's routes along the streets; every feature carries its date."""
    scope = caller.scope
    found = plan(session, scope, plan_id)
    rep = route_rep(session, scope, found.rep_id)
    days = [day for day in planned_days(session, scope, plan_id) if on in (None, day.date)]
    stops = planned_stops(session, scope, plan_id, on)
    document = plan_routes_geojson(rep, days, stops, network_of(runtime, rep))
    return tagged_json(request, document, GEOJSON)


@router.post("/{plan_id}/publish", response_model=PlanOut)
def publish_plan(plan_id: UUID, session: SessionDep, caller: PublisherDep) -> dict[str, Any]:
    """Make a draft what the rep drives; it supersedes the version published before."""
    published = publish(session, caller.scope, plan_id)
    known = {rep.id: rep for rep in reps(session, caller.scope, active_only=False)}
    return plan_json(published, known.get(published.rep_id))


def _detail(session: Session, caller: Caller, found: JourneyPlan) -> dict[str, Any]:
    scope = caller.scope
    unserved = unserved_visits(session, scope, found.id)
    known = {rep.id: rep for rep in reps(session, scope, active_only=False)}
    return plan_detail_json(
        found,
        known,
        planned_days(session, scope, found.id),
        planned_stops(session, scope, found.id),
        unserved,
        outlets_by_id(session, scope, named_outlets(unserved)),
    )
