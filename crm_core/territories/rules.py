"""Rules of territories: which shapes hold a point, and what that proposes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import shape

from routing.territory.cover import point_holders
from routing.territory.rings import Geometry


class Box(NamedTuple):
    """A bounding box in WGS-84 degrees."""

    min_lat: float
    max_lat: float
    min_lon: float
    max_lon: float


class LonLat(NamedTuple):
    """A point in GeoJSON order."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Area:
    """The newest shape of one territory and the rep it proposes (``None``: proposes nobody)."""

    territory_id: UUID
    rep_id: UUID | None
    geometry: Geometry


@dataclass(frozen=True, slots=True)
class Holding:
    """Where an outlet lies and who serves it now; ``fixed`` assignments no polygon may move."""

    outlet_id: UUID
    point: LonLat
    rep_id: UUID | None
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """An outlet that the polygons would give to another rep."""

    outlet_id: UUID
    territory_id: UUID
    from_rep_id: UUID | None
    to_rep_id: UUID


@dataclass(frozen=True, slots=True)
class Overlap:
    """An outlet that lies in several territories; it moves only if all name one rep."""

    outlet_id: UUID
    territory_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the polygons say against what is assigned.

    ``uncovered`` outlets lie in no territory and keep their rep; ``kept`` outlets would move but
    are assigned by hand or fixed.
    """

    moves: tuple[Move, ...]
    overlaps: tuple[Overlap, ...]
    uncovered: tuple[UUID, ...]
    kept: tuple[UUID, ...]

    def gained(self, rep_id: UUID) -> tuple[UUID, ...]:
        """Outlets that the rep would get."""
        return tuple(move.outlet_id for move in self.moves if move.to_rep_id == rep_id)

    def lost(self, rep_id: UUID) -> tuple[UUID, ...]:
        """Outlets that the rep would hand over."""
        return tuple(move.outlet_id for move in self.moves if move.from_rep_id == rep_id)


def bounding_box(geometry: Geometry) -> Box:
    """The box around a right geometry."""
    min_lon, min_lat, max_lon, max_lat = shape(geometry).bounds
    return Box(min_lat, max_lat, min_lon, max_lon)


def holders(areas: Sequence[Area], points: Sequence[LonLat]) -> list[tuple[int, ...]]:
    """For each point the indexes of the areas that hold it (a border point is held)."""
    found: list[tuple[int, ...]] = [()] * len(points)
    shapes = [shape(area.geometry) for area in areas]
    lon_lat = np.array(points, dtype=np.float64).reshape(-1, 2)
    for area, point in zip(*map(np.ndarray.tolist, point_holders(shapes, lon_lat)), strict=True):
        found[point] += (area,)
    return found


def propose(areas: Sequence[Area], holdings: Sequence[Holding]) -> Proposal:
    """Who the polygons would give each outlet to, against who serves it now."""
    shapes = [shape(area.geometry) for area in areas]
    lon_lat = np.array([holding.point for holding in holdings], dtype=np.float64).reshape(-1, 2)
    return propose_held(areas, holdings, *point_holders(shapes, lon_lat))


def propose_held(
    areas: Sequence[Area],
    holdings: Sequence[Holding],
    area_at: NDArray[np.int64],
    holding_at: NDArray[np.int64],
) -> Proposal:
    """The same where it is known which area holds which outlet: pairs of indexes."""
    inside: list[list[Area]] = [[] for _ in holdings]
    for area, holding in zip(area_at.tolist(), holding_at.tolist(), strict=True):
        inside[holding].append(areas[area])
    moves: list[Move] = []
    kept: list[UUID] = []
    overlaps: list[Overlap] = []
    uncovered: list[UUID] = []
    for one, held in zip(holdings, inside, strict=True):
        if not held:
            uncovered.append(one.outlet_id)
        if len(held) > 1:
            overlaps.append(Overlap(one.outlet_id, tuple(area.territory_id for area in held)))
        move = _move(one, held)
        if move and one.fixed:
            kept.append(one.outlet_id)
        elif move:
            moves.append(move)
    return Proposal(tuple(moves), tuple(overlaps), tuple(uncovered), tuple(kept))


def _move(holding: Holding, inside: Sequence[Area]) -> Move | None:
    named = [area for area in inside if area.rep_id]
    first = named[0] if named else None
    if first is None or first.rep_id is None or first.rep_id == holding.rep_id:
        return None
    if any(area.rep_id != first.rep_id for area in named[1:]):
        return None
    return Move(holding.outlet_id, first.territory_id, holding.rep_id, first.rep_id)
