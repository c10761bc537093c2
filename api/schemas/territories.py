"""Territories as GeoJSON features."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import Payload, Shape


class TerritoryProperties(Payload):
    """What may be said about a territory beside its shape; the rest is derived and ignored."""

    model_config = Payload.model_config | {"extra": "ignore"}

    name: str = Field(min_length=1, max_length=200)
    colour: str = Field(default="#3366cc", pattern=r"^#[0-9a-fA-F]{6}$")
    rep_id: UUID | None = None
    department_id: UUID | None = None
    note: str = Field(default="", max_length=2000)


class TerritoryIn(Payload):
    """A GeoJSON Feature; the geometry is checked by the territory rules, all faults at once."""

    model_config = Payload.model_config | {"extra": "ignore"}

    type: Literal["Feature"]
    geometry: dict[str, Any]
    properties: TerritoryProperties


class CountsOut(Shape):
    """What lies inside: outlets, visits and minutes per four weeks."""

    outlets: int
    visits: float
    minutes: float


class TerritoryPropertiesOut(Shape):
    """What is known about a territory."""

    id: str
    name: str
    colour: str
    rep_id: str | None
    rep_name: str | None
    version: int
    counts: CountsOut


class ProposalChangeOut(Shape):
    """An outlet that would change hands; the rep is the other side, none where nobody had it."""

    outlet_id: str
    outlet_name: str
    rep_id: str | None
    rep_name: str | None


class UncoveredOut(Shape):
    """An outlet in no territory; whoever serves it keeps it."""

    outlet_id: str
    outlet_name: str


class OverlapOut(UncoveredOut):
    """An outlet in several territories; it changes hands only where all name one rep."""

    territories: list[str]


class ProposalOut(Shape):
    """Who would serve which outlets if the territories were applied.

    ``overlaps`` and ``uncovered`` list the first outlets, their counts say how many there are.
    """

    gained: list[ProposalChangeOut]
    lost: list[ProposalChangeOut]
    overlaps: list[OverlapOut]
    overlaps_count: int
    uncovered: list[UncoveredOut]
    uncovered_count: int


class TerritoryOut(Shape):
    """One territory as a GeoJSON Feature."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: dict[str, Any]
    properties: TerritoryPropertiesOut


class SavedTerritoryOut(TerritoryOut):
    """A territory just saved, with what it would change."""

    proposal: ProposalOut


class TerritoriesOut(Shape):
    """All territories in scope as a FeatureCollection."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[TerritoryOut]
    attribution: str


class AppliedOut(Shape):
    """How many assignments were written."""

    assigned: int
    kept: int
