"""How territories cover the ground: who holds which point, where two overlap, what lies between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping

from routing.territory.plane import Plane

#: Neighbours that are nearer than this have a gap between them, not a street that nobody serves.
GAP_M = 60.0
#: Smaller slivers are the rounding of corners, not faults anybody can see.
LEAST_M2 = 50.0


@dataclass(frozen=True, slots=True)
class Ground:
    """A piece of ground and the shapes it has to do with (by index): those that both hold it, or
    those beside a gap.  ``geometry`` is GeoJSON."""

    shapes: tuple[int, ...]
    geometry: dict[str, Any]
    m2: float


def point_holders(
    shapes: Sequence[Any], lon_lat: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (shape, point) where the shape holds the point or has it on its border.

    ``lon_lat`` has shape ``(n, 2)``; pairs come in the order of the shapes.  Shapes are asked
    through a tree of the points, each prepared once.
    """
    if not len(shapes) or not len(lon_lat):
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing
    tree = shapely.STRtree(shapely.points(lon_lat))
    found = tree.query(np.array(shapes, dtype=object), predicate="intersects")
    return found[0], found[1]


def overlaps(shapes: Sequence[Any]) -> list[Ground]:
    """Ground that two shapes hold, for each pair that does."""
    if len(shapes) < 2:
        return []
    plane = Plane.under(shapes)
    flat = np.array(plane.from_map(np.array(shapes, dtype=object)))
    first, second = shapely.STRtree(flat).query(flat, predicate="intersects")
    pairs = [(a, b) for a, b in zip(first.tolist(), second.tolist(), strict=True) if a < b]
    found = []
    for one, other in sorted(pairs):
        common = _areas_of(shapely.intersection(flat[one], flat[other]))
        if common.area >= LEAST_M2:
            found.append(_ground(plane, (one, other), common))
    return found


def gaps(shapes: Sequence[Any], within_m: float = GAP_M) -> list[Ground]:
    """Ground that nobody holds though it is enclosed, or less than ``within_m`` wide between two.

    What lies between is found by closing: the shapes together, grown and shrunk again.
    """
    if not shapes:
        return []
    plane = Plane.under(shapes)
    flat = np.array(plane.from_map(np.array(shapes, dtype=object)))
    whole = shapely.union_all(flat)
    closed = shapely.buffer(shapely.buffer(whole, within_m / 2, join_style="mitre"), -within_m / 2)
    filled = shapely.union_all(
        shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(closed)))
    )
    found = []
    for piece in shapely.get_parts(shapely.difference(filled, whole)):
        if piece.area < LEAST_M2:
            continue
        beside = np.flatnonzero(shapely.dwithin(flat, piece, 0.01)).tolist()
        enclosed = shapely.difference(piece.boundary, whole.boundary.buffer(0.01)).is_empty
        if len(beside) > 1 or enclosed:
            found.append(_ground(plane, tuple(beside), piece))
    return found


def _areas_of(shape: Any) -> Any:
    """Only the areas of a shape that may hold lines and points too."""
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def _ground(plane: Plane, shapes: tuple[int, ...], area: Any) -> Ground:
    return Ground(shapes, mapping(plane.to_map(area)), float(area.area))
