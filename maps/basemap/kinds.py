"""What of OpenStreetMap is drawn on the base map, as which kind, and from which tile zoom on.

Tile zooms are those of the archive: a tile of zoom ``z`` is drawn 512 pixels wide, on a map of zoom
``z + 1``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

type Tags = Mapping[str, str]

MIN_ZOOM = 5
MAX_ZOOM = 14
#: Languages that the pages speak: a name in one of them is kept beside the local one, under the
#: first of these tags.
LANGUAGES = {"zh": ("name:zh-Hans", "name:zh"), "en": ("name:en",)}
_LONGEST_NAME = 80
_SPECK_PIXELS = 64.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """The layer and kind under which something is drawn, and its first tile zoom."""

    layer: str
    kind: str
    min_zoom: int


_ROADS = {
    "motorway": (5, "motorway trunk"),
    "primary": (7, "primary"),
    "secondary": (9, "secondary"),
    "tertiary": (11, "tertiary"),
    "minor": (12, "residential unclassified living_street pedestrian road busway"),
    "service": (13, "service"),
    "track": (12, "track"),
    "path": (14, "footway path steps cycleway bridleway corridor"),
}
_ROAD_OF = {
    value: Drawn("road", kind, zoom)
    for kind, (zoom, values) in _ROADS.items()
    for value in values.split()
}
_RAMP_ZOOM = 11
_LINES = {
    ("railway", "rail"): Drawn("road", "rail", 9),
    ("railway", "light_rail"): Drawn("road", "rail", 11),
    ("railway", "narrow_gauge"): Drawn("road", "rail", 11),
    ("railway", "tram"): Drawn("road", "tram", 13),
    ("route", "ferry"): Drawn("road", "ferry", 8),
    ("waterway", "river"): Drawn("waterway", "river", 8),
    ("waterway", "canal"): Drawn("waterway", "river", 11),
    ("waterway", "stream"): Drawn("waterway", "stream", 12),
}
_AREAS = {
    "water": "natural=water waterway=riverbank landuse=reservoir landuse=basin",
    "wood": "landuse=forest natural=wood",
    "scrub": "natural=scrub natural=heath natural=wetland",
    "grass": (
        "landuse=grass landuse=meadow landuse=village_green landuse=recreation_ground "
        "landuse=cemetery natural=grassland natural=fell leisure=garden leisure=golf_course"
    ),
    "farm": "landuse=farmland landuse=orchard landuse=vineyard landuse=allotments",
    "park": "leisure=park leisure=pitch leisure=playground leisure=stadium leisure=track",
    "rock": "natural=bare_rock natural=scree natural=shingle landuse=quarry",
    "sand": "natural=sand natural=beach",
    "ice": "natural=glacier",
    "built": (
        "landuse=residential landuse=commercial landuse=retail landuse=industrial "
        "landuse=construction landuse=education amenity=school amenity=university "
        "amenity=hospital aeroway=aerodrome"
    ),
    "square": "place=square highway=pedestrian man_made=pier aeroway=apron",
}
_AREA_OF = {tag: kind for kind, tags in _AREAS.items() for tag in tags.split()}
_AREA_KEYS = ("natural", "landuse", "leisure", "waterway", "amenity", "place", "highway")
_AREA_KEYS_LAST = ("man_made", "aeroway")
_PLACES = {
    "city": 5,
    "town": 7,
    "village": 9,
    "suburb": 10,
    "borough": 10,
    "quarter": 12,
    "neighbourhood": 12,
    "hamlet": 11,
    "isolated_dwelling": 13,
}
_STATIONS = frozenset({"station", "halt"})

#: Tag keys without which nothing is drawn as an area.
AREA_KEYS = ("building", *_AREA_KEYS, *_AREA_KEYS_LAST)


def line_kind(tags: Tags) -> Drawn | None:
    """As what a way is drawn as a line; ``None`` for nothing."""
    highway = tags.get("highway", "")
    base = highway.removesuffix("_link")
    if (road := _ROAD_OF.get(base)) and tags.get("area") != "yes":
        is_ramp = base != highway
        return Drawn(road.layer, road.kind, max(road.min_zoom, _RAMP_ZOOM)) if is_ramp else road
    for key in ("railway", "waterway", "route"):
        if (found := _LINES.get((key, tags.get(key, "")))) is not None:
            return found
    return None


def area_kind(tags: Tags) -> str | None:
    """The kind of ground an area is (``water``, ``wood``, ``built`` …); ``None`` for no ground."""
    for key in (*_AREA_KEYS, *_AREA_KEYS_LAST):
        if (kind := _AREA_OF.get(f"{key}={tags.get(key, '')}")) is not None:
            return kind
    return None


def is_building(tags: Tags) -> bool:
    """Whether an area is a building that stands."""
    return tags.get("building", "no") not in ("no", "entrance", "demolished")


def area_zoom(square_degrees: float) -> int:
    """The first tile zoom on which an area of this size is more than a speck."""
    zoom = MIN_ZOOM
    while zoom < MAX_ZOOM and square_degrees < _SPECK_PIXELS * (360.0 / 512 / 2**zoom) ** 2:
        zoom += 1
    return zoom


def point_kind(tags: Tags) -> Drawn | None:
    """As what name or number a node is shown; ``None`` for nothing."""
    if (zoom := _PLACES.get(tags.get("place", ""))) is not None:
        return Drawn("place", tags["place"], zoom)
    if tags.get("railway") in _STATIONS:
        return Drawn("label", "station", 12)
    if tags.get("natural") == "peak":
        return Drawn("label", "peak", 11)
    return None


def house_number(tags: Tags) -> str:
    """The house number, if it is short enough to stand on a map; else empty."""
    number = tags.get("addr:housenumber", "")
    return number if len(number) <= 8 else ""


def names(tags: Tags) -> dict[str, str]:
    """The local ``name`` and, where they differ, ``name_zh`` and ``name_en``; empty without one."""
    local = tags.get("name", "").strip()[:_LONGEST_NAME]
    if not local:
        return {}
    found = {"name": local}
    for code, keys in LANGUAGES.items():
        given = next((tags[key] for key in keys if tags.get(key)), "")
        other = given.strip()[:_LONGEST_NAME]
        if other and other != local:
            found[f"name_{code}"] = other
    return found
