"""Polygons round the outlets of each territory, from who was given which outlet.

Every outlet gets its Voronoi cell in a local metric projection; cells are cut to a margin round
all outlets, joined by territory, and the shared borders are simplified together, so that
neighbours neither overlap nor leave gaps.  An outlet always lies inside its own territory.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from routing.geo import GeoPoint
from routing.territory.plane import Plane

#: Outlets whose coordinates agree to this many decimals (about a centimetre) share one spot.
_SPOT_DECIMALS = 7

Ring = tuple[GeoPoint, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """One territory's area: polygons of closed rings, the outer ring first, then its holes."""

    territory: int
    polygons: tuple[tuple[Ring, ...], ...]

    def geojson(self) -> dict[str, Any]:
        """The area as a GeoJSON Polygon or MultiPolygon, ``[lon, lat]``, by RFC 7946."""
        areas = [[[[p.lon, p.lat] for p in ring] for ring in rings] for rings in self.polygons]
        if len(areas) == 1:
            return {"type": "Polygon", "coordinates": areas[0]}
        return {"type": "MultiPolygon", "coordinates": areas}


def outline_territories(
    points: Sequence[GeoPoint],
    assignment: Sequence[int],
    *,
    margin_m: float = 300.0,
    simplify_m: float = 50.0,
) -> tuple[Outline, ...]:
    """The area of each territory that has an outlet, in the order of the territories.

    ``assignment[i]`` is the territory of ``points[i]``.  The areas together cover the convex hull
    of the outlets and ``margin_m`` around it.  Borders are simplified by up to ``simplify_m``,
    less where an outlet would change sides.  Outlets of several territories on one spot cannot
    all lie inside their own: the spot goes to the territory with most of them.
    Points within half the globe of each other, not across the 180th meridian.
    """
    if not points:
        return ()
    spots, owners = _spots(points, assignment)
    plane = Plane.around(spots)
    xy = plane.project(spots)
    labels = np.unique(owners)
    areas = _areas(xy, owners, labels, margin_m)
    areas = _simplified(areas, xy, np.searchsorted(labels, owners), simplify_m)
    return tuple(
        Outline(int(label), _rings(plane, area)) for label, area in zip(labels, areas, strict=True)
    )


def _rings(plane: Plane, area: Any) -> tuple[tuple[Ring, ...], ...]:
    return tuple(
        tuple(_ring(plane, ring) for ring in (polygon.exterior, *polygon.interiors))
        for polygon in shapely.get_parts(shapely.orient_polygons(area))
    )


def _ring(plane: Plane, ring: Any) -> Ring:
    lon_lat = shapely.get_coordinates(plane.to_map(ring)).tolist()
    return tuple(GeoPoint(lat, lon) for lon, lat in lon_lat)


def _spots(
    points: Sequence[GeoPoint], assignment: Sequence[int]
) -> tuple[list[GeoPoint], NDArray[np.int64]]:
    """Distinct places and the territory that has most outlets there (of equals, the first)."""
    votes: dict[tuple[float, float], dict[int, int]] = {}
    first: dict[tuple[float, float], GeoPoint] = {}
    for point, territory in zip(points, assignment, strict=True):
        key = (round(point.lat, _SPOT_DECIMALS), round(point.lon, _SPOT_DECIMALS))
        first.setdefault(key, point)
        counts = votes.setdefault(key, {})
        counts[territory] = counts.get(territory, 0) + 1
    owners = [min(counts, key=lambda t: (-counts[t], t)) for counts in votes.values()]
    return list(first.values()), np.array(owners, dtype=np.int64)


def _areas(
    xy: NDArray[np.float64], owners: NDArray[np.int64], labels: NDArray[np.int64], margin_m: float
) -> NDArray[Any]:
    """Joined and cut cells, one geometry a label."""
    hull = shapely.buffer(shapely.convex_hull(shapely.MultiPoint(xy)), margin_m, quad_segs=4)
    cells = _cells(xy, hull)
    joined = [shapely.unary_union(cells[owners == label]) for label in labels]
    return np.array(shapely.intersection(joined, hull))


def _cells(xy: NDArray[np.float64], hull: Any) -> NDArray[Any]:
    """Voronoi cells in the order of ``xy``; far points all round keep every cell well formed."""
    left, low, right, high = hull.bounds
    reach = 4.0 * max(right - left, high - low)
    turns = np.arange(8) * (math.pi / 4.0)
    frame = np.column_stack([np.cos(turns), np.sin(turns)]) * reach
    frame += ((left + right) / 2.0, (low + high) / 2.0)
    sites = shapely.MultiPoint(np.vstack([xy, frame]))
    cells = shapely.get_parts(shapely.voronoi_polygons(sites, ordered=True))
    return np.array(cells[: len(xy)])


def _simplified(
    areas: NDArray[Any], xy: NDArray[np.float64], owner: NDArray[np.int64], tolerance_m: float
) -> NDArray[Any]:
    """The areas with simpler borders, as simple as leaves every outlet where it is."""
    spots = shapely.points(xy)
    while tolerance_m >= 1.0:
        simple = shapely.coverage_simplify(areas, tolerance_m)
        inside = shapely.contains_properly(simple[owner], spots)
        if bool(np.all(inside)) and bool(np.all(shapely.is_valid(simple))):
            return np.array(simple)
        tolerance_m /= 2.0
    return areas
