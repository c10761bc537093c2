"""Slots of a stored plan, and the rest of a rep's day planned again."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.schemas.base import FaultOut, Lat, Lon, Payload, Shape
from api.schemas.planning import PlannedOutletOut, UnservedOut

MinuteOfDay = Annotated[float, Field(ge=0, le=2880, allow_inf_nan=False)]


class PlanSlotOut(Shape):
    """A place for a visit: before the stop now at ``position`` of the date's route (from 0)."""

    date: dt.date
    position: int
    arrival_minute: float
    added_minutes: float
    added_cost: float
    violations: list[FaultOut]


class PlanSlotsOut(Shape):
    """The best slots; ``gone`` are outlets on the plan's routes that were left out of account:
    the rep is no longer asked to visit them."""

    items: list[PlanSlotOut]
    gone: list[str]


class HereIn(Payload):
    """Where the rep is."""

    lat: Lat
    lon: Lon


class ReplanRequest(Payload):
    """What has changed: outlets to drop, outlets of the rep to add, where and when it is.

    ``now_minute`` after local midnight; without it, now on the rep's clock, or the start of a day
    to come.  ``lock_next`` keeps the next planned stop first.
    """

    now_minute: MinuteOfDay | None = None
    here: HereIn | None = None
    drop: list[UUID] = Field(default_factory=list, max_length=200)
    add: list[UUID] = Field(default_factory=list, max_length=50)
    lock_next: bool = True


class ProposedStopOut(Shape):
    """A stop to come; the leg leads to it."""

    sequence: int
    outlet: PlannedOutletOut
    arrival_minute: float
    start_minute: float
    leave_minute: float
    leg_seconds: float
    leg_metres: float
    locked: bool


class ProposedBreakOut(Shape):
    """A break, taken on the way to stop ``before_sequence``."""

    name: str
    start_minute: float
    end_minute: float
    before_sequence: int


class ReplannedOut(Shape):
    """The proposed rest of a day; nothing is changed by asking.

    ``done`` and ``skipped`` are outlets of the day's route, ``gone`` those the rep is no longer
    asked to visit.  ``late_home_minutes``: by how much even the straight way home is late.
    """

    date: dt.date
    now_minute: float
    done: list[str]
    skipped: list[str]
    stops: list[ProposedStopOut]
    breaks: list[ProposedBreakOut]
    end_minute: float | None
    travel_minutes: float
    late_home_minutes: float
    unserved: list[UnservedOut]
    gone: list[str]
