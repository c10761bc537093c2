"""The day route: read often by phones, so plain columns instead of objects."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import CallWindow, Outlet
from crm_core.clock import local_date
from crm_core.db import JsonObject
from crm_core.errors import NotFound
from crm_core.people.model import Rep
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.planning.model import JourneyPlan, PlannedDay, PlannedStop
from crm_core.planning.queries import plan_in_force
from crm_core.planning.rules import PlanStatus

_REP: tuple[Any, ...] = (
    Rep.id,
    Rep.code,
    Rep.name,
    Rep.zone,
    Rep.profile,
    Rep.home_name,
    Rep.home_lat,
    Rep.home_lon,
    Rep.network,
)
_PLAN: tuple[Any, ...] = (
    JourneyPlan.id,
    JourneyPlan.version,
    JourneyPlan.published_at,
    JourneyPlan.estimate,
    JourneyPlan.simulated,
    JourneyPlan.network_key,
)
_DAY: tuple[Any, ...] = (
    PlannedDay.breaks,
    PlannedDay.start_minute,
    PlannedDay.end_minute,
    PlannedDay.travel_minutes,
    PlannedDay.service_minutes,
    PlannedDay.distance_m,
    PlannedDay.return_seconds,
    PlannedDay.return_metres,
)
_STOP: tuple[Any, ...] = (
    PlannedStop.id,
    PlannedStop.sequence,
    PlannedStop.outlet_id,
    Outlet.name,
    Outlet.short_code,
    Outlet.channel,
    Outlet.grade_code,
    Outlet.lat,
    Outlet.lon,
    Outlet.address,
    Outlet.phone,
    PlannedStop.arrival_minute,
    PlannedStop.start_minute,
    PlannedStop.leave_minute,
    PlannedStop.leg_seconds,
    PlannedStop.leg_metres,
    PlannedStop.reason,
)


@dataclass(frozen=True, slots=True)
class RouteRep:
    """The rep of a route and where the rep's day starts and ends."""

    id: UUID
    code: str
    name: str
    zone: str
    profile: str
    home_name: str
    home_lat: float
    home_lon: float
    network: str = ""


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """The plan version a route comes from."""

    id: UUID
    version: int
    published_at: dt.datetime | None
    estimate: bool
    simulated: bool
    network_key: str


@dataclass(frozen=True, slots=True)
class RouteStop:
    """One planned stop with what the phone shows of its outlet; minutes after local midnight.

    ``windows`` are the outlet's call windows on the weekday of the route.
    """

    windows: tuple[tuple[int, int], ...]
    id: UUID
    sequence: int
    outlet_id: UUID
    name: str
    short_code: str
    channel: str
    grade_code: str
    lat: float
    lon: float
    address: str
    phone: str
    arrival_minute: float
    start_minute: float
    leave_minute: float
    leg_seconds: float
    leg_metres: float
    reason: str


@dataclass(frozen=True, slots=True)
class DayRoute:
    """One rep's route on one date; without a planned day ``plan`` is none and all is empty."""

    rep: RouteRep
    requested_date: dt.date
    date: dt.date
    plan: RoutePlan | None = None
    stops: tuple[RouteStop, ...] = ()
    breaks: tuple[JsonObject, ...] = ()
    start_minute: float | None = None
    end_minute: float | None = None
    travel_minutes: float = 0.0
    service_minutes: float = 0.0
    distance_m: float = 0.0
    return_seconds: float = 0.0
    return_metres: float = 0.0

    @property
    def is_next_working_day(self) -> bool:
        """Whether another date than the one asked for is shown."""
        return self.date != self.requested_date


def day_route(
    session: Session, scope: Scope, rep_id: UUID, date: dt.date | None, *, now: dt.datetime
) -> DayRoute:
    """The route of a rep on a date.

    Without a date: today on the rep's clock or, if nothing is planned today, the next date with a
    route.  A past date shows its baseline, another one the newest published version.  Raises
    NotFound (rep-unknown) for a rep outside the scope.
    """
    rep = route_rep(session, scope, rep_id)
    today = local_date(now, rep.zone)
    route = _route_on(session, scope, rep, date or today, today)
    if date is None and not route.stops:
        later = next_route_date(session, scope, rep_id, today)
        if later:
            return _route_on(session, scope, rep, later, today, requested=today)
    return route


def next_route_date(session: Session, scope: Scope, rep_id: UUID, after: dt.date) -> dt.date | None:
    """The first date later than ``after`` on which a published plan has a route."""
    query = (
        scoped(PlannedDay, scope)
        .join(JourneyPlan, JourneyPlan.id == PlannedDay.journey_plan_id)
        .where(JourneyPlan.rep_id == rep_id, JourneyPlan.status == PlanStatus.PUBLISHED)
        .where(PlannedDay.date > after)
        .with_only_columns(PlannedDay.date)
        .order_by(PlannedDay.date)
        .limit(1)
    )
    return session.scalar(query)


def route_rep(session: Session, scope: Scope, rep_id: UUID) -> RouteRep:
    """A rep in scope; raises NotFound (rep-unknown)."""
    query = scoped(Rep, scope).where(Rep.id == rep_id).with_only_columns(*_REP)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("rep-unknown", "There is no such rep in your scope.", "Choose another rep.")
    return RouteRep(*row)


def planned_stops(
    session: Session, scope: Scope, plan_id: UUID, date: dt.date | None = None
) -> dict[dt.date, tuple[RouteStop, ...]]:
    """The stops of a plan in scope by date, in order; of one date only, if given."""
    query = (
        scoped(PlannedStop, scope)
        .join(Outlet, Outlet.id == PlannedStop.outlet_id)
        .where(PlannedStop.journey_plan_id == plan_id)
        .with_only_columns(PlannedStop.date, *_STOP)
        .order_by(PlannedStop.date, PlannedStop.sequence)
    )
    if date:
        query = query.where(PlannedStop.date == date)
    rows = session.execute(query).all()
    windows = _windows(session, scope, plan_id, date)
    stops: dict[dt.date, list[RouteStop]] = defaultdict(list)
    for row in rows:
        on, columns = row[0], row[1:]
        stops[on].append(RouteStop(windows[columns[2], on.weekday()], *columns))
    return {on: tuple(found) for on, found in stops.items()}


def _windows(
    session: Session, scope: Scope, plan_id: UUID, date: dt.date | None
) -> dict[tuple[UUID, int], tuple[tuple[int, int], ...]]:
    """Call windows of a plan's outlets by outlet and weekday."""
    stops = scoped(PlannedStop, scope).where(PlannedStop.journey_plan_id == plan_id)
    if date:
        stops = stops.where(PlannedStop.date == date)
    query = select(  # unscoped: windows of outlets on a route in scope
        CallWindow.outlet_id, CallWindow.weekday, CallWindow.start_minute, CallWindow.end_minute
    ).where(CallWindow.outlet_id.in_(stops.with_only_columns(PlannedStop.outlet_id)))
    found: dict[tuple[UUID, int], tuple[tuple[int, int], ...]] = defaultdict(tuple)
    for outlet_id, weekday, start, end in session.execute(query.order_by(CallWindow.start_minute)):
        found[outlet_id, weekday] += ((start, end),)
    return found


def _route_on(
    session: Session,
    scope: Scope,
    rep: RouteRep,
    date: dt.date,
    today: dt.date,
    requested: dt.date | None = None,
) -> DayRoute:
    asked = requested or date
    plan_id = plan_in_force(session, scope, rep.id, rep.zone, date, today)
    query = (
        scoped(PlannedDay, scope)
        .join(JourneyPlan, JourneyPlan.id == PlannedDay.journey_plan_id)
        .where(PlannedDay.journey_plan_id == plan_id, PlannedDay.date == date)
        .with_only_columns(*_PLAN, *_DAY)
    )
    row = session.execute(query).one_or_none() if plan_id else None
    if plan_id is None or row is None:
        return DayRoute(rep, asked, date)
    breaks, *day = row[len(_PLAN) :]
    stops = planned_stops(session, scope, plan_id, date).get(date, ())
    plan = RoutePlan(*row[: len(_PLAN)])
    return DayRoute(rep, asked, date, plan, stops, tuple(breaks), *day)
