"""What one does to a drawn area: merge, split along a line, cut a piece out, snap to neighbours.

Shapes are GeoJSON mappings in and out; they are right before (``rings.geometry_faults``) and
after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping, shape
from shapely.ops import split as split_along

from routing.errors import Fault, InvalidProblem
from routing.territory.plane import Plane
from routing.territory.rings import Geometry

#: Corners are kept to this many degrees, about a centimetre.
_GRID_DEGREES = 1e-7
#: Cracks between merged areas up to this wide are closed.
_CRACK_M = 2.0
#: Pieces smaller than this are what rounding left over.
_CRUMB_M2 = 5.0


def merge(areas: Sequence[Geometry]) -> dict[str, Any]:
    """One area of several; hairline cracks between them are closed."""
    shapes = np.array([shape(area) for area in areas], dtype=object)
    plane = Plane.under([*shapes])
    flat = shapely.buffer(plane.from_map(shapes), _CRACK_M / 2, join_style="mitre")
    whole = shapely.buffer(shapely.union_all(flat), -_CRACK_M / 2, join_style="mitre")
    return _geojson(plane.to_map(shapely.union_all([whole, *plane.from_map(shapes)])))


def split(area: Geometry, line: Sequence[Sequence[float]]) -> list[dict[str, Any]]:
    """The pieces of an area on both sides of a line, the largest first.

    Raises InvalidProblem (line-too-short, split-misses).
    """
    if len(line) < 2 or all(tuple(point) == tuple(line[0]) for point in line):
        raise InvalidProblem(
            [Fault("line-too-short", "The line has no length.", "Draw it again.", "line")]
        )
    knife, whole = shapely.LineString(line), shape(area)
    plane = Plane.under([whole])
    pieces = [
        piece
        for part in shapely.get_parts(whole)
        for piece in shapely.get_parts(split_along(part, knife))
        if plane.from_map(piece).area > _CRUMB_M2
    ]
    if len(pieces) == len(shapely.get_parts(whole)):
        cause = "The line does not run right through the area."
        raise InvalidProblem(
            [Fault("split-misses", cause, "Begin and end it outside the area.", "line")]
        )
    return [_geojson(piece) for piece in sorted(pieces, key=lambda piece: -piece.area)]


def cut(area: Geometry, pieces: Sequence[Geometry]) -> dict[str, Any]:
    """What is left of an area without some others: a piece cut out, or neighbours it overlaps.

    Raises InvalidProblem (cut-takes-all).
    """
    left = shapely.difference(shape(area), shapely.union_all([shape(piece) for piece in pieces]))
    return _whatever_is_left(left)


def snap(area: Geometry, neighbours: Sequence[Geometry], within_m: float) -> dict[str, Any]:
    """The area with its border laid on its neighbours' where they are less than ``within_m``
    apart: narrow gaps are filled, overlaps are the neighbours'.

    Raises InvalidProblem (cut-takes-all).
    """
    whole = shape(area)
    plane = Plane.under([whole])
    flat = plane.from_map(whole)
    others = plane.from_map(np.array([shape(one) for one in neighbours], dtype=object))
    near = others[shapely.dwithin(others, flat, within_m)]
    if not len(near):
        return _geojson(whole)
    around = shapely.union_all(near)
    both = shapely.union_all([flat, around])
    closed = shapely.buffer(
        shapely.buffer(both, within_m / 2, join_style="mitre"), -within_m / 2, join_style="mitre"
    )
    reach = shapely.intersection(closed, shapely.buffer(flat, within_m, join_style="mitre"))
    snapped = shapely.difference(shapely.union_all([flat, reach]), around)
    return _whatever_is_left(plane.to_map(_without_crumbs(snapped)))


def _whatever_is_left(left: Any) -> dict[str, Any]:
    if left.is_empty or not (parts := _areas(left)):
        cause = "Nothing of the area would be left."
        raise InvalidProblem([Fault("cut-takes-all", cause, "Close the territory instead.")])
    return _geojson(shapely.union_all(parts))


def _without_crumbs(flat: Any) -> Any:
    return shapely.union_all([part for part in _areas(flat) if part.area > _CRUMB_M2])


def _areas(whole: Any) -> list[Any]:
    return [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"]


def _geojson(area: Any) -> dict[str, Any]:
    """GeoJSON with rings wound as it asks, corners on a grid, still a right shape."""
    tidy = shapely.orient_polygons(shapely.set_precision(area, _GRID_DEGREES))
    made: dict[str, Any] = _lists(mapping(tidy))
    return made


def _lists(value: Any) -> Any:
    """Tuples as lists, as JSON has them."""
    if isinstance(value, Mapping):
        return {key: _lists(one) for key, one in value.items()}
    return [_lists(one) for one in value] if isinstance(value, list | tuple) else value
