"""Today's route: as JSON for the phone, as GeoJSON, and as a map file to keep."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from api.answers import GEOJSON, tagged_json
from api.auth import Caller
from api.deps import CallerDep, RuntimeDep, SessionDep
from api.errors import ApiError
from api.exports import day_map_page, map_response
from api.presenters.day_routes import day_route_geojson, day_route_json
from api.roads import network_of
from api.runtime import Runtime
from api.schemas.day_route import DayRouteOut
from crm_core.clock import utc_now
from crm_core.planning.day_route import DayRoute, day_route
from crm_core.visits.queries import visits_on
from crm_core.work.queries import day_tasks

router = APIRouter(tags=["day routes"])

Turns = Annotated[bool, Query(description="Whether each leg lists its turns.")]
OnDate = Annotated[date | None, Query(alias="date", description="Default: today.")]


@router.get("/me/day-route", response_model=DayRouteOut)
def my_day_route(
    request: Request, session: SessionDep, caller: CallerDep, on: OnDate = None
) -> Response:
    """The caller's own route.  Without a date: today's or, if there is none, the next one."""
    return _as_json(request, session, caller, _own_rep(caller), on)


@router.get("/me/day-route.geojson", response_class=Response)
def my_day_route_geojson(
    request: Request,
    session: SessionDep,
    caller: CallerDep,
    runtime: RuntimeDep,
    on: OnDate = None,
    turns: Turns = False,
) -> Response:
    """The caller's own route along the streets, simplified for a phone."""
    return _as_geojson(request, runtime, _route(session, caller, _own_rep(caller), on), turns)


@router.get("/reps/{rep_id}/day-route", response_model=DayRouteOut)
def rep_day_route(
    request: Request, rep_id: UUID, session: SessionDep, caller: CallerDep, on: OnDate = None
) -> Response:
    """The route of a rep in scope."""
    return _as_json(request, session, caller, rep_id, on)


@router.get("/reps/{rep_id}/day-route.geojson", response_class=Response)
def rep_day_route_geojson(
    request: Request,
    rep_id: UUID,
    session: SessionDep,
    caller: CallerDep,
    runtime: RuntimeDep,
    on: OnDate = None,
    turns: Turns = False,
) -> Response:
    """The route of a rep in scope along the streets, simplified for a phone."""
    return _as_geojson(request, runtime, _route(session, caller, rep_id, on), turns)


@router.get("/reps/{rep_id}/day-route.html", response_class=Response)
def rep_day_route_map(
    rep_id: UUID,
    session: SessionDep,
    caller: CallerDep,
    runtime: RuntimeDep,
    on: OnDate = None,
    download: bool = False,
) -> Response:
    """The route as one map file that loads nothing; shown in a sandbox, or as a download."""
    route = _route(session, caller, rep_id, on)
    page = day_map_page(runtime, route, caller.user.language)
    return map_response(page, f"route-{route.rep.code}-{route.date}.html", download=download)


def _as_json(
    request: Request, session: Session, caller: Caller, rep_id: UUID, on: date | None
) -> Response:
    route = _route(session, caller, rep_id, on)
    visits = visits_on(session, caller.scope, rep_id, route.date)
    outlet_ids = [stop.outlet_id for stop in route.stops]
    tasks = day_tasks(session, rep_id, route.date, outlet_ids)
    return tagged_json(request, day_route_json(route, visits, tasks))


def _as_geojson(request: Request, runtime: Runtime, route: DayRoute, turns: bool) -> Response:
    network = network_of(runtime, route.rep)
    return tagged_json(request, day_route_geojson(route, network, turns=turns), GEOJSON)


def _route(session: Session, caller: Caller, rep_id: UUID, on: date | None) -> DayRoute:
    return day_route(session, caller.scope, rep_id, on, now=utc_now())


def _own_rep(caller: Caller) -> UUID:
    if caller.scope.rep_id is None:
        cause = "You are not a rep, so you have no route of your own."
        raise ApiError(404, "not-a-rep", cause, "Read a rep's route at /reps/{rep_id}/day-route.")
    return caller.scope.rep_id
