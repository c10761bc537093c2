"""Right geometry: every fault of a drawn outline, with the ring and point that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.validation import explain_validity

from routing.errors import Fault

Geometry = Mapping[str, Any]

#: Corners of one shape: enough for a country's coast, too few to stop the service.
MOST_POINTS = 100_000

_DRAW = "Draw the outline again."
_PLACE = re.compile(r"(?:polygon\[(\d+)\]\.)?ring\[(\d+)\]\.point\[(\d+)\]")


def geometry_faults(geometry: Geometry) -> list[Fault]:
    """Every fault of a GeoJSON Polygon or MultiPolygon; ``where`` names ring and point."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon") or not _is_list(coordinates) or not coordinates:
        cause = f"The shape is a {kind or 'nothing'}, not a Polygon or MultiPolygon with rings."
        return [Fault("geometry-type", cause, "Draw one or more closed areas.", "geometry")]
    polygons = [("", coordinates)]
    if kind == "MultiPolygon":
        polygons = [(f"polygon[{index}].", rings) for index, rings in enumerate(coordinates)]
    points = sum(len(ring) for _, rings in polygons for ring in _lists(rings))
    if points > MOST_POINTS:
        cause = f"The shape has {points} points, more than {MOST_POINTS}."
        return [Fault("geometry-too-large", cause, "Simplify it.", "geometry")]
    faults = [fault for prefix, rings in polygons for fault in _polygon_faults(prefix, rings)]
    return faults or _crossings(geometry)


def place_of(geometry: Geometry, where: str) -> tuple[float, float] | None:
    """``[lon, lat]`` of the point that a fault's ``where`` names; None where it names none."""
    named = _PLACE.fullmatch(where)
    if named is None:
        return None
    polygon, ring, point = (int(number or 0) for number in named.groups())
    try:
        polygons = geometry["coordinates"]
        rings = polygons if geometry["type"] == "Polygon" else polygons[polygon]
        lon, lat = rings[ring][point]
        return float(lon), float(lat)
    except (LookupError, TypeError, ValueError):
        return None


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _lists(value: object) -> list[Any]:
    return [one for one in value if _is_list(one)] if isinstance(value, list | tuple) else []


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
