"""What an extract gives to the base map: features by layer, ready to be cut into tiles.

Layers: ``ground``, ``water`` and ``building`` (areas), ``waterway`` and ``road`` (lines),
``place``, ``label`` and ``house`` (points).  Lines of one kind and name are joined where they meet,
so that a name finds room along its whole street.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import orjson
import osmium
import shapely
from numpy.typing import NDArray
from osmium.osm import Area, Node, Way
from shapely.geometry.base import BaseGeometry

from maps.basemap.coast import sea
from maps.basemap.kinds import (
    AREA_KEYS,
    MAX_ZOOM,
    MIN_ZOOM,
    Drawn,
    area_kind,
    area_zoom,
    house_number,
    is_building,
    line_kind,
    names,
    point_kind,
)
from maps.roads.source import check_extract, unreadable

_DECIMALS = 6
#: Parks and waters are drawn to within two or three metres, what grows or lies there to within six;
#: roads and buildings as they are mapped.
_TOLERANCE_DEGREES = {"ground": 0.00003, "water": 0.00002, "waterway": 0.00002}
_WILD_TOLERANCE_DEGREES = 0.00006
_WILD = frozenset({"wood", "scrub", "grass", "farm", "rock"})
_NAMED_AREAS = frozenset({"water", "park", "wood", "grass", "square"})

type Properties = dict[str, str]


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing to draw; ``properties`` hold ``kind`` and names, never anything else of the map."""

    layer: str
    min_zoom: int
    properties: Properties
    shape: BaseGeometry

    def line(self) -> bytes:
        """The feature as a line of GeoJSON, its layer and zooms said as tippecanoe reads them."""
        zooms = {"layer": self.layer, "minzoom": self.min_zoom, "maxzoom": MAX_ZOOM}
        about = {"type": "Feature", "tippecanoe": zooms, "properties": self.properties}
        return orjson.dumps({**about, "geometry": self._geometry()}) + b"\n"

    def _geometry(self) -> orjson.Fragment:
        tolerance = _TOLERANCE_DEGREES.get(self.layer)
        if self.layer == "ground" and self.properties["kind"] in _WILD:
            tolerance = _WILD_TOLERANCE_DEGREES
        shape = shapely.simplify(self.shape, tolerance) if tolerance else self.shape
        return orjson.Fragment(shapely.to_geojson(shapely.transform(shape, _rounded)))


@dataclass
class _Ground:
    """What one pass over the extract puts aside: lines to be joined, coastlines."""

    lines: defaultdict[tuple[Drawn, tuple[tuple[str, str], ...]], list[BaseGeometry]] = field(
        default_factory=lambda: defaultdict(list)
    )
    coasts: list[BaseGeometry] = field(default_factory=list)


def features(extract: Path) -> Iterator[Feature]:
    """Everything of the extract that the base map shows.

    Raises ExtractError (``extract-missing``, ``extract-empty``, ``extract-unreadable``).
    """
    check_extract(extract)
    ground = _Ground()
    try:
        yield from _areas_and_points(extract, ground)
        box = _box(extract, ground)
    except RuntimeError as error:
        raise unreadable(extract, error) from error
    for part in sea(ground.coasts, box):
        yield Feature("water", MIN_ZOOM, {"kind": "sea"}, part)
    yield from _joined_lines(ground)


def _areas_and_points(extract: Path, ground: _Ground) -> Iterator[Feature]:
    """Yields areas and points as they come and puts lines aside."""
    shapes = osmium.geom.WKBFactory()
    wanted = osmium.filter.KeyFilter(*AREA_KEYS, "addr:housenumber")
    for entry in osmium.FileProcessor(str(extract)).with_locations().with_areas(wanted):
        if isinstance(entry, Way):
            _put_aside(entry, ground)
        elif isinstance(entry, Node):
            if len(entry.tags):
                yield from _point_features(dict(entry.tags), shapely.Point(entry.lon, entry.lat))
        elif isinstance(entry, Area):
            shape = shapely.from_wkb(bytes.fromhex(shapes.create_multipolygon(entry)))
            yield from _area_features(dict(entry.tags), shape)


def _put_aside(way: Way, ground: _Ground) -> None:
    tags = dict(way.tags)
    if tags.get("natural") == "coastline":
        ground.coasts += _lines(way)
    if (drawn := line_kind(tags)) is not None:
        properties = names(tags)
        if drawn.kind in ("motorway", "primary") and (ref := tags.get("ref", "")):
            properties["ref"] = ref.split(";")[0][:10]
        if tags.get("tunnel", "no") != "no":
            properties["tunnel"] = "yes"
        if tags.get("highway", "").endswith("_link"):
            properties["ramp"] = "yes"
        ground.lines[drawn, tuple(properties.items())] += _lines(way)


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


def _area_features(tags: dict[str, str], shape: BaseGeometry) -> Iterator[Feature]:
    if is_building(tags):
        yield Feature("building", MAX_ZOOM, {"kind": "building"}, shape)
    elif (kind := area_kind(tags)) is not None:
        zoom = area_zoom(shape.area)
        yield Feature("water" if kind == "water" else "ground", zoom, {"kind": kind}, shape)
        if kind in _NAMED_AREAS and (called := names(tags)):
            nearer = min(MAX_ZOOM, zoom + 2)
            yield Feature("label", nearer, {"kind": kind, **called}, _inside(shape))
    if house_number(tags):
        yield from _point_features(tags, _inside(shape))


def _inside(shape: BaseGeometry) -> BaseGeometry:
    middle = shape.centroid
    return middle if shape.contains(middle) else shape.representative_point()


def _point_features(tags: dict[str, str], point: BaseGeometry) -> Iterator[Feature]:
    drawn, called = point_kind(tags), names(tags)
    if drawn is not None and called:
        yield Feature(drawn.layer, drawn.min_zoom, {"kind": drawn.kind, **called}, point)
    if number := house_number(tags):
        yield Feature("house", MAX_ZOOM, {"name": number}, point)


def _joined_lines(ground: _Ground) -> Iterator[Feature]:
    for (drawn, properties), lines in ground.lines.items():
        about = {"kind": drawn.kind, **dict(properties)}
        for line in _joined(lines):
            yield Feature(drawn.layer, drawn.min_zoom, about, line)


def _joined(lines: Iterable[BaseGeometry]) -> Iterator[BaseGeometry]:
    yield from shapely.get_parts(shapely.line_merge(shapely.MultiLineString(list(lines))))


def _box(extract: Path, ground: _Ground) -> BaseGeometry:
    """The rectangle that the extract covers: the one it states, or that of its lines."""
    with osmium.io.Reader(str(extract), osmium.osm.NOTHING) as reader:
        stated = reader.header().box()
    if stated.valid():
        low, high = stated.bottom_left, stated.top_right
        return shapely.box(low.lon, low.lat, high.lon, high.lat)
    lines = [line for group in ground.lines.values() for line in group]
    return shapely.box(*shapely.total_bounds(lines)) if lines else shapely.Polygon()


def _rounded(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.round(coordinates, _DECIMALS)
