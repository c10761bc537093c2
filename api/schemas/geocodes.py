"""Addresses that were looked up, and what is decided about the doubtful ones."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from api.schemas.base import FaultOut, Lat, Lon, Payload, Shape


class GeocodeIn(Payload):
    """The outlets to look up; without any, all that the caller may change."""

    outlet_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=20_000)


class DecisionIn(Payload):
    """``take`` the found place, ``keep`` the present one, or ``correct`` it to ``lat``, ``lon``."""

    decision: Literal["take", "keep", "correct"]
    lat: Lat | None = None
    lon: Lon | None = None

    @model_validator(mode="after")
    def _place_of_a_correction(self) -> DecisionIn:
        both = self.lat is not None and self.lon is not None
        neither = self.lat is None and self.lon is None
        if not (both if self.decision == "correct" else neither):
            raise ValueError("lat and lon belong to a correction, and only to one")
        return self


class JobErrorOut(Shape):
    """Why a job failed."""

    code: str
    cause: str
    action: str
    faults: list[FaultOut] = Field(default_factory=list)


class GeocodeJobOut(Shape):
    """How far a lookup is: ``done`` of ``of`` addresses; ``counts`` by status at its end."""

    id: str
    status: str
    done: int
    of: int
    counts: dict[str, int]
    error: JobErrorOut | None


class FoundPlaceOut(Shape):
    """The place that the service found, in WGS-84, and its own degrees in ``datum``."""

    lat: float
    lon: float
    datum: str
    given_lat: float | None
    given_lon: float | None
    apart_m: float | None


class GeocodeOut(Shape):
    """An outlet whose place is doubtful; ``answer`` is what the service said, as it said it."""

    outlet_id: str
    outlet_name: str
    address: str
    lat: float | None
    lon: float | None
    status: str
    service: str
    confidence: float
    label: str
    found: FoundPlaceOut | None
    answer: dict[str, Any] | None


class GeocodesOut(Shape):
    """The queue, the least sure first; ``counts`` of all by status; the caller's newest lookup."""

    items: list[GeocodeOut]
    counts: dict[str, int]
    job: GeocodeJobOut | None
