"""One rep's route of one day, as the phone shows it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from api.schemas.base import Shape, Window


class RouteRepOut(Shape):
    """Whose route it is."""

    id: str
    code: str
    name: str


class RoutePlanOut(Shape):
    """The published plan the route comes from."""

    id: str
    version: int
    published_at: datetime | None
    estimate: bool
    simulated: bool
    network_key: str


class HomeOut(Shape):
    """Where the day starts and ends."""

    name: str
    lat: float
    lon: float


class StopOutletOut(Shape):
    """The outlet at a stop; ``windows`` are that date's, in minutes after local midnight."""

    id: str
    name: str
    short_code: str
    channel: str
    grade: str
    lat: float
    lon: float
    address: str
    phone: str
    windows: list[Window]


class StopVisitOut(Shape):
    """What was logged at a stop."""

    visit_key: str
    status: Literal["open", "done", "skipped"]
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    off_site: bool


class DayTaskOut(Shape):
    """Something to do; ``late``: it was due before the date of the route."""

    id: str
    kind: str
    title: str
    note: str
    outlet_id: str | None
    priority: str
    due: date | None
    late: bool
    source: str


class StopOut(Shape):
    """One stop; the leg leads to it."""

    id: str
    sequence: int
    outlet: StopOutletOut
    arrival_minute: float
    start_minute: float
    leave_minute: float
    leg_seconds: float
    leg_metres: float
    reason: str
    visit: StopVisitOut | None
    tasks: list[DayTaskOut]


class LegOut(Shape):
    """The way home."""

    seconds: float
    metres: float


class BreakOut(Shape):
    """A break, taken on the way to stop ``before_sequence``."""

    name: str
    start_minute: float
    end_minute: float
    before_sequence: int


class TotalsOut(Shape):
    """The day in figures."""

    stops: int
    done: int
    travel_minutes: float
    service_minutes: float
    distance_m: float


class DayRouteOut(Shape):
    """The route of ``date``; the requested date may be another (see ``is_next_working_day``).

    A stop has all open tasks of its outlet, ``tasks`` those that are due and have no stop.
    """

    rep: RouteRepOut
    requested_date: date
    date: date
    is_next_working_day: bool
    zone: str
    plan: RoutePlanOut | None
    start_minute: float | None
    end_minute: float | None
    home: HomeOut
    stops: list[StopOut]
    return_leg: LegOut | None
    breaks: list[BreakOut]
    tasks: list[DayTaskOut]
    totals: TotalsOut
    attribution: str
