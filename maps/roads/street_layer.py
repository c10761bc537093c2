"""The ground a route is drawn on: streets by class, squares, water and green, as one GeoJSON layer.

Everything is simplified to about a metre and rounded to five decimals, so that a town fits into one
page.  Features lie in drawing order, the lowest first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium
import shapely
from osmium.osm import Area, TagList, Way
from shapely.geometry.base import BaseGeometry

from maps.attribution import ATTRIBUTION
from maps.roads.coast import sea
from maps.roads.source import check_extract, unreadable

_DECIMALS = 5
_TOLERANCE_DEGREES = 0.00001
_SMALLEST_AREA_DEGREES = 4e-9
_STREET_CLASSES = {
    "major": "motorway trunk primary secondary tertiary",
    "minor": "residential unclassified living_street pedestrian road",
    "service": "service track",
    "path": "footway path steps cycleway bridleway corridor",
}
_CLASS_OF = {kind: name for name, kinds in _STREET_CLASSES.items() for kind in kinds.split()}
_GREEN = {
    "landuse": frozenset({"grass", "forest", "meadow", "recreation_ground", "cemetery", "orchard"}),
    "leisure": frozenset({"park", "garden", "golf_course", "pitch", "playground"}),
    "natural": frozenset({"wood", "scrub", "heath", "grassland", "wetland"}),
}


@dataclass
class _Ground:
    """What one pass over the extract collects: streets by class and name, areas, coastlines."""

    streets: defaultdict[tuple[str, str], list[BaseGeometry]] = field(
        default_factory=lambda: defaultdict(list)
    )
    areas: defaultdict[str, list[BaseGeometry]] = field(default_factory=lambda: defaultdict(list))
    coasts: list[BaseGeometry] = field(default_factory=list)


def streets(extract: Path) -> dict[str, Any]:
    """A GeoJSON FeatureCollection of the extract's ground; ``attribution`` and ``bbox`` at its top.

    Properties of a feature: ``kind`` (``water``, ``green``, ``square``, ``street``) and for streets
    ``class`` (``path``, ``service``, ``minor``, ``major``) and, where it has one, ``name``.
    """
    check_extract(extract)
    try:
        ground = _collect(extract)
        box = _box(extract, ground)
    except RuntimeError as error:
        raise unreadable(extract, error) from error
    ground.areas["water"] += sea(ground.coasts, box)
    features = [*_area_features(ground, box), *_street_features(ground)]
    return {
        "type": "FeatureCollection",
        "attribution": ATTRIBUTION,
        "bbox": [round(edge, _DECIMALS) for edge in box.bounds],
        "features": features,
    }


def _collect(extract: Path) -> _Ground:
    ground = _Ground()
    shapes = osmium.geom.WKBFactory()
    for entry in osmium.FileProcessor(str(extract)).with_locations().with_areas():
        if isinstance(entry, Way):
            _collect_way(entry, ground)
        elif isinstance(entry, Area) and (kind := _area_kind(entry.tags)):
            shape = shapely.from_wkb(bytes.fromhex(shapes.create_multipolygon(entry)))
            ground.areas[kind].append(shape)
    return ground


def _collect_way(way: Way, ground: _Ground) -> None:
    tags = way.tags
    if tags.get("natural") == "coastline":
        ground.coasts += _lines(way)
    street_class = _CLASS_OF.get((tags.get("highway") or "").removesuffix("_link"))
    if street_class and tags.get("area") != "yes":
        ground.streets[street_class, tags.get("name") or ""] += _lines(way)


def _lines(way: Way) -> Iterator[BaseGeometry]:
    """The way's lines between the nodes that the extract holds: its edge may cut a way."""
    run: list[tuple[float, float]] = []
    for node in way.nodes:
        if node.location.valid():
            run.append((node.location.lon, node.location.lat))
            continue
        if len(run) > 1:
            yield shapely.LineString(run)
        run = []
    if len(run) > 1:
        yield shapely.LineString(run)


def _area_kind(tags: TagList) -> str | None:
    if tags.get("natural") == "water" or tags.get("waterway") == "riverbank":
        return "water"
    if any(tags.get(key) in values for key, values in _GREEN.items()):
        return "green"
    if tags.get("highway") == "pedestrian" or tags.get("place") == "square":
        return "square"
    return None


def _box(extract: Path, ground: _Ground) -> BaseGeometry:
    """The rectangle that the extract covers: the one it states, or that of its streets."""
    with osmium.io.Reader(str(extract), osmium.osm.NOTHING) as reader:
        stated = reader.header().box()
    if stated.valid():
        low, high = stated.bottom_left, stated.top_right
        return shapely.box(low.lon, low.lat, high.lon, high.lat)
    lines = [line for group in ground.streets.values() for line in group]
    return shapely.box(*shapely.total_bounds(lines)) if lines else shapely.Polygon()


def _area_features(ground: _Ground, box: BaseGeometry) -> Iterator[dict[str, Any]]:
    for kind in ("green", "water", "square"):
        whole = shapely.union_all([shapely.make_valid(area) for area in ground.areas[kind]])
        inside = shapely.intersection(whole, box) if not box.is_empty else whole
        parts = [
            part
            for part in shapely.get_parts(_compact(inside))
            if part.area > _SMALLEST_AREA_DEGREES
        ]
        if parts:
            yield _feature(shapely.MultiPolygon(parts), {"kind": kind})


def _street_features(ground: _Ground) -> Iterator[dict[str, Any]]:
    for street_class in reversed(_STREET_CLASSES):
        for (of_class, name), lines in sorted(ground.streets.items()):
            if of_class == street_class and lines:
                about = {"kind": "street", "class": street_class}
                yield _feature(_joined(lines), about | ({"name": name} if name else {}))


def _joined(lines: Iterable[BaseGeometry]) -> BaseGeometry:
    return _compact(shapely.line_merge(shapely.MultiLineString(list(lines))))


def _compact(shape: BaseGeometry) -> BaseGeometry:
    return shapely.simplify(shape, _TOLERANCE_DEGREES, preserve_topology=True)


def _feature(shape: BaseGeometry, properties: dict[str, str]) -> dict[str, Any]:
    geometry = shapely.geometry.mapping(shape)
    rounded = _rounded(geometry["coordinates"])
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": geometry["type"], "coordinates": rounded},
    }


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, float):
        return round(coordinates, _DECIMALS)
    return [_rounded(part) for part in coordinates]
