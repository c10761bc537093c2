"""Planning runs and stored plans."""

from __future__ import annotations

import datetime as dt
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from api.schemas.base import Payload, Shape


class RunRequest(Payload):
    """What to plan; no ``rep_ids`` means every rep in scope, no ``cycle_start`` the current one."""

    rep_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=1000)
    cycle_start: date | None = None
    weeks: int = Field(default=4, ge=1, le=12)
    seconds: Annotated[float, Field(ge=0.5, le=3600, allow_inf_nan=False)] = 20.0
    seed: int = Field(default=1, ge=0, le=2**31 - 1)
    force: bool = False


class TaskOut(Shape):
    """One rep's part of a run."""

    id: str
    rep_id: str
    rep_name: str
    status: str
    progress: dict[str, Any]
    journey_plan_id: str | None
    summary: dict[str, Any]
    error: dict[str, Any] | None


class RunOut(Shape):
    """A planning run; ``status`` is the least finished of its tasks."""

    id: str
    status: str
    cycle_start: date
    weeks: int
    seconds: float
    seed: int
    created_at: datetime
    tasks: list[TaskOut]


class RunsOut(Shape):
    """Latest runs first."""

    items: list[RunOut]


class PlanSummaryOut(Shape):
    """The plan in figures."""

    visits_required: int
    visits_planned: int
    unserved: int
    travel_minutes: float
    service_minutes: float
    utilisation: float | None


class PlanOut(Shape):
    """A stored plan in a list.

    ``publication_simulated``: the demo published it as of an earlier moment than it was made.
    """

    id: str
    rep_id: str
    rep_name: str
    cycle_start: date
    weeks: int
    version: int
    status: str
    created_at: datetime
    published_at: datetime | None
    zone: str
    engine: str
    seed: int
    iterations: int
    network_key: str
    network: str
    profile: str
    extract_sha256: str
    estimate: bool
    simulated: bool
    publication_simulated: bool
    summary: PlanSummaryOut


class PlansOut(Shape):
    """Plans the caller may see."""

    items: list[PlanOut]


class PlannedOutletOut(Shape):
    """Which outlet a stop or an unserved visit is about."""

    id: str
    name: str
    short_code: str
    channel: str
    grade: str
    lat: float
    lon: float


class PlannedStopOut(Shape):
    """One planned stop."""

    id: str
    sequence: int
    outlet: PlannedOutletOut
    arrival_minute: float
    start_minute: float
    leave_minute: float
    leg_seconds: float
    leg_metres: float
    reason: str


class PlannedDayOut(Shape):
    """One day of a plan."""

    date: date
    start_minute: float
    end_minute: float
    travel_minutes: float
    service_minutes: float
    distance_m: float
    breaks: list[dict[str, Any]]
    stops: list[PlannedStopOut]


class FactsOut(Shape):
    """What the sentence ``key`` about a missing visit names; ``other`` is another outlet's name."""

    key: str
    date: dt.date | None
    rep: str | None
    other: str | None
    minutes: float | None
    amount: float | None
    limit: float | None


class RemedyOut(Shape):
    """The least change that would admit one visit, and its price in minutes.

    ``text`` says it in English.  What making the change needs: rep, other outlet, new limit
    (``amount``), span of the day, dates to allow, break.
    """

    action: str
    date: dt.date | None
    minutes: float
    text: str
    rep_id: str | None
    rep: str | None
    outlet_id: str | None
    other: str | None
    amount: float | None
    start_minute: float | None
    end_minute: float | None
    dates: list[dt.date]
    break_name: str | None


class UnservedOut(Shape):
    """Visits left out, why, and what would admit one; no outlet where it has left the scope."""

    outlet: PlannedOutletOut | None
    count: int
    reason: str
    detail: str
    facts: FactsOut | None
    remedy: RemedyOut | None


class PlanDetailOut(PlanOut):
    """A plan with its days and the visits left out."""

    cost: dict[str, float]
    days: list[PlannedDayOut]
    unserved: list[UnservedOut]
