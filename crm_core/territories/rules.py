"""Rules of territories: right geometry, which shapes hold a point, and what that proposes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

import shapely
from shapely.geometry import shape
from shapely.validation import explain_validity

from crm_core.errors import Fault

Geometry = Mapping[str, Any]

_DRAW = "Draw the outline again."


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


def geometry_faults(geometry: Geometry) -> list[Fault]:
    """Every fault of a GeoJSON Polygon or MultiPolygon; ``where`` names ring and point."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon") or not _is_list(coordinates) or not coordinates:
        cause = f"The shape is a {kind or 'nothing'}, not a Polygon or MultiPolygon with rings."
        return [Fault("geometry-type", cause, "Draw one or more closed areas.", "geometry")]
    polygons = [("", coordinates)]
    if kind == "MultiPolygon":
        polygons = [(f"polygon[{index}].", rings) for index, rings in enumerate(coordinates)]
    faults = [fault for prefix, rings in polygons for fault in _polygon_faults(prefix, rings)]
    return faults or _crossings(geometry)


def bounding_box(geometry: Geometry) -> Box:
    """The box around a right geometry."""
    min_lon, min_lat, max_lon, max_lat = shape(geometry).bounds
    return Box(min_lat, max_lat, min_lon, max_lon)


def holders(areas: Sequence[Area], points: Sequence[LonLat]) -> list[tuple[int, ...]]:
    """For each point the indexes of the areas that hold it (a border point is held)."""
    found: list[list[int]] = [[] for _ in points]
    if areas and points:
        tree = shapely.STRtree([shapely.points(*point) for point in points])
        pairs = tree.query([shape(area.geometry) for area in areas], predicate="intersects")
        for area_index, point_index in pairs.T.tolist():
            found[point_index].append(area_index)
    return [tuple(sorted(indexes)) for indexes in found]


def propose(areas: Sequence[Area], holdings: Sequence[Holding]) -> Proposal:
    """Who the polygons would give each outlet to, against who serves it now."""
    moves: list[Move] = []
    kept: list[UUID] = []
    overlaps: list[Overlap] = []
    uncovered: list[UUID] = []
    held = holders(areas, [holding.point for holding in holdings])
    for holding, indexes in zip(holdings, held, strict=True):
        inside = [areas[index] for index in indexes]
        if not inside:
            uncovered.append(holding.outlet_id)
        if len(inside) > 1:
            ids = tuple(area.territory_id for area in inside)
            overlaps.append(Overlap(holding.outlet_id, ids))
        move = _move(holding, inside)
        if move and holding.fixed:
            kept.append(holding.outlet_id)
        elif move:
            moves.append(move)
    return Proposal(tuple(moves), tuple(overlaps), tuple(uncovered), tuple(kept))


def _move(holding: Holding, inside: Sequence[Area]) -> Move | None:
    reps = {area.rep_id for area in inside if area.rep_id}
    if len(reps) != 1 or reps == {holding.rep_id}:
        return None
    named = next(area for area in inside if area.rep_id)
    return Move(holding.outlet_id, named.territory_id, holding.rep_id, reps.pop())


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _polygon_faults(prefix: str, rings: Any) -> Iterable[Fault]:
    if not _is_list(rings) or not rings:
        yield Fault("geometry-empty", "An area has no outline.", _DRAW, prefix.rstrip("."))
        return
    for index, ring in enumerate(rings):
        yield from _ring_faults(f"{prefix}ring[{index}]", ring)


def _ring_faults(where: str, ring: Any) -> Iterable[Fault]:
    points = list(ring) if _is_list(ring) else []
    if len(points) < 4:
        cause = f"A ring needs 4 points, the last equal to the first; it has {len(points)}."
        yield Fault("ring-too-short", cause, "Add corners.", where)
    if points and points[0] != points[-1]:
        action = "Repeat the first point at the end."
        cause = "The ring does not end where it begins."
        yield Fault("ring-not-closed", cause, action, f"{where}.point[{len(points) - 1}]")
    for index, point in enumerate(points):
        yield from _point_faults(f"{where}.point[{index}]", point)


def _point_faults(where: str, point: Any) -> Iterable[Fault]:
    is_pair = _is_list(point) and len(point) == 2
    if not is_pair or not all(_is_number(value) for value in point):
        cause = "A point is not a pair of numbers."
        yield Fault("point-not-numbers", cause, "Give [longitude, latitude].", where)
        return
    lon, lat = point
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        cause = f"Longitude {lon}, latitude {lat} is not on the earth."
        yield Fault("point-out-of-range", cause, "Give [longitude, latitude] in degrees.", where)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _crossings(geometry: Geometry) -> list[Fault]:
    """Crossing outlines, ring by ring, then faults between rings (holes outside, overlap)."""
    polygons = geometry["coordinates"]
    polygons = [polygons] if geometry["type"] == "Polygon" else polygons
    faults = []
    for polygon_index, rings in enumerate(polygons):
        prefix = f"polygon[{polygon_index}]." if geometry["type"] == "MultiPolygon" else ""
        for index, ring in enumerate(rings):
            alone = shapely.Polygon(ring)
            if not alone.is_valid:
                where = f"{prefix}ring[{index}]{_near(ring, alone)}"
                cause = f"The outline is not simple ({explain_validity(alone)})."
                faults.append(Fault("ring-crosses-itself", cause, _DRAW, where))
    whole = shape(geometry)
    if not faults and not whole.is_valid:
        cause = f"The rings do not fit together ({explain_validity(whole)})."
        faults.append(Fault("rings-do-not-fit", cause, "Keep holes inside and areas apart.", ""))
    return faults


def _near(ring: Sequence[Sequence[float]], polygon: shapely.Polygon) -> str:
    """``.point[i]``: the corner where the side that crosses begins, if shapely says where."""
    _, _, place = explain_validity(polygon).partition("[")
    numbers = place.rstrip("]").split()
    if len(numbers) != 2:
        return ""
    spot = shapely.Point(float(numbers[0]), float(numbers[1]))
    sides = pairwise(ring)
    distances = [shapely.LineString([a, b]).distance(spot) for a, b in sides]
    return f".point[{distances.index(min(distances))}]"
