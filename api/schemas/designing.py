"""Asking for a design of territories, sizing a team, and what is incomplete."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import Named, Payload, Shape


class DesignIn(Payload):
    """``rep_ids`` name who serves each territory (a rep may be named twice); without them ``k``
    territories are nobody's yet, and without ``k`` as many as the work asks for."""

    k: Annotated[int, Field(ge=1, le=200)] | None = None
    rep_ids: Annotated[list[UUID], Field(default_factory=list, max_length=200)]
    least_kept: Annotated[float, Field(ge=0, le=1)] = 0.0
    keep_minutes: Annotated[float, Field(ge=0, le=1000)] = 5.0
    tolerance: Annotated[float, Field(ge=0.01, le=1)] = 0.05
    home_is_centre: bool = False
    hold_manual: bool = False
    barriers: Annotated[
        list[Annotated[list[tuple[float, float]], Field(min_length=2, max_length=2000)]],
        Field(default_factory=list, max_length=50),
    ]
    weeks: Annotated[int, Field(ge=1, le=12)] = 4
    seed: int = 1


class DesignedTerritoryOut(Shape):
    """An area that was designed, to preview and save; minutes are a cycle's, with travel."""

    key: str
    name: str
    colour: str
    rep_id: str | None
    geometry: dict[str, Any]
    minutes: float
    outlets: int
    outlet_ids: list[str]


class DesignOut(Shape):
    """A design: how even it is, how much changes, and what kept it from being better."""

    imbalance: float
    changed_share: float
    stray_outlets: int
    obstacle: str
    estimate: bool
    territories: list[DesignedTerritoryOut]


class DesignJobOut(Shape):
    """How far a design is; ``share`` of the work is done."""

    id: str
    status: Literal["queued", "running", "done", "failed", "cancelled"]
    k: int
    share: float
    result: DesignOut | None
    error: dict[str, Any] | None


class SizingRowIn(Payload):
    """One kind of outlets; figures that are left out are the archive's."""

    grade: str = Field(min_length=1, max_length=64)
    channel: str = Field(max_length=200)
    outlets: Annotated[float, Field(ge=0, le=1e7)] | None = None
    visits: Annotated[float, Field(ge=0, le=1000)] | None = None
    service_minutes: Annotated[float, Field(ge=0, le=1440)] | None = None
    travel_minutes: Annotated[float, Field(ge=0, le=1440)] | None = None


class SizingIn(Payload):
    """Changes to the figures; everything that is left out is what the archive says."""

    working_days: Annotated[int, Field(ge=1, le=84)] | None = None
    field_minutes_a_day: Annotated[float, Field(gt=0, le=1440)] | None = None
    rows: Annotated[list[SizingRowIn], Field(default_factory=list, max_length=2000)]


class SizingRowOut(Shape):
    """One kind of outlets: figures in four weeks, and the reps it takes."""

    grade: str
    channel: str
    outlets: float
    visits_each: float
    service_minutes: float
    travel_minutes: float
    visits: float
    minutes: float
    reps: float


class SensitivityOut(Shape):
    """What one change would do to the reps needed."""

    change: Literal["one_visit_less", "one_visit_more", "five_minutes_less", "less_travel"]
    grade: str
    channel: str
    reps: float


class SizingOut(Shape):
    """How many reps the work takes, with everything it is worked out from."""

    working_days: int
    field_minutes_a_day: float
    travel_measured: bool
    reps_now: int
    rows: list[SizingRowOut]
    visits: float
    minutes: float
    reps_exact: float
    reps: int
    utilisation: float
    sensitivity: list[SensitivityOut]


class OutsideOut(Shape):
    """An outlet that lies in no territory of the rep who serves it."""

    outlet_id: str
    outlet_name: str
    rep_id: str
    rep_name: str


class RegionGapOut(Shape):
    """A region in which outlets have no rep."""

    region: str
    outlets: int
    without_rep: int


class CompletenessOut(Shape):
    """What nobody has taken care of yet."""

    regions: list[RegionGapOut]
    territories_without_rep: list[Named]
    outlets_without_rep: list[Named]
    reps_without_outlets: list[Named]
    outside: list[OutsideOut]
    without_place: list[Named]
