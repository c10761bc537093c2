"""Visit events in, visits out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from api.schemas.base import Lat, Lon, Payload, ProblemOut, Shape

MAX_EVENTS = 500


class VisitEventIn(Payload):
    """One event as the phone recorded it; ``client_id`` makes sending it again harmless."""

    client_id: UUID
    visit_key: UUID
    kind: Literal["check_in", "step", "check_out", "skip"]
    outlet_id: UUID
    planned_stop_id: UUID | None = None
    device_at: AwareDatetime
    lat: Lat | None = None
    lon: Lon | None = None
    accuracy_m: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    payload: dict[str, Any] = Field(default_factory=dict)


class VisitEventsIn(Payload):
    """Events in the order in which they happened."""

    events: list[VisitEventIn] = Field(min_length=1, max_length=MAX_EVENTS)


class VisitOut(Shape):
    """One visit as its events leave it."""

    id: str
    visit_key: str
    rep_id: str
    outlet_id: str
    outlet_name: str
    local_date: date
    planned_stop_id: str | None
    planned_date: date | None
    status: Literal["open", "done", "skipped"]
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    outcome: str | None
    off_site: bool
    distance_m: float | None
    order_value_minor: int | None
    currency: str | None
    order_lines: int | None
    skip_reason: str | None
    simulated: bool


class VisitResultOut(Shape):
    """What became of one event."""

    client_id: str
    status: Literal["recorded", "repeated", "refused"]
    visit: VisitOut | None
    problem: ProblemOut | None = None


class VisitResultsOut(Shape):
    """One result per event, in the order sent."""

    results: list[VisitResultOut]


class VisitsOut(Shape):
    """Visits of a period."""

    items: list[VisitOut]
