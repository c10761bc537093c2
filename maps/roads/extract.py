"""What we take out of an OpenStreetMap extract: outlets, and a smaller extract."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import cos, hypot, radians
from pathlib import Path

import osmium
import shapely
from osmium.osm import Area, Node

from maps.roads.source import check_extract, extract_hash, unreadable
from maps.roads.trim import trim_extract
from routing.geo import GeoPoint

__all__ = [
    "FIELD_SALES_KINDS",
    "OsmOutlet",
    "check_extract",
    "extract_hash",
    "outlets",
    "trim_extract",
    "write_outlets_csv",
]

_FOOD = ("restaurant", "cafe", "fast_food", "pub", "bar", "nightclub", "ice_cream", "food_court")
_GROCERS = ("convenience", "supermarket", "kiosk", "general", "greengrocer", "marketplace")
_DRINKS = ("alcohol", "beverages", "coffee", "tea")
_COUNTERS = ("bakery", "butcher", "confectionery", "deli", "health_food", "seafood")
_OTHERS = ("chemist", "cosmetics", "department_store", "mall", "pharmacy", "variety_store")
#: What a distribution rep calls on: the values of ``amenity`` and ``shop`` that name an outlet.
FIELD_SALES_KINDS = frozenset({*_FOOD, *_GROCERS, *_DRINKS, *_COUNTERS, *_OTHERS})
_KIND_KEYS = ("amenity", "shop")
_LANGUAGES = ("fi", "sv", "en", "zh")
_SAME_PLACE_M = 40.0
_METRES_A_DEGREE = 111_195.0


@dataclass(frozen=True)
class OsmOutlet:
    """A named place of the map: ``osm_id`` is ``n``, ``w`` or ``r`` and the OpenStreetMap number.

    ``category`` is the value of ``amenity`` or ``shop``; ``names`` maps language to name where the
    map has them; ``opening_hours`` is the OpenStreetMap text.  Missing texts are empty.
    """

    osm_id: str
    name: str
    category: str
    point: GeoPoint
    names: dict[str, str] = field(default_factory=dict)
    address: str = ""
    opening_hours: str = ""
    phone: str = ""


def outlets(extract: Path, kinds: Collection[str] = FIELD_SALES_KINDS) -> list[OsmOutlet]:
    """Every named outlet of these kinds, sorted by id, each place once.

    Buildings and compounds stand at their centroid.  Two entries of one name within 40 m are one
    place (often mapped both as a point and as a building): the one with more tags stays.
    """
    check_extract(extract)
    try:
        found = [
            (len(entry.tags), outlet)
            for entry in _points_and_areas(extract)
            if (outlet := _outlet(entry, kinds)) is not None
        ]
    except RuntimeError as error:
        raise unreadable(extract, error) from error
    return _without_repeats(found)


def _points_and_areas(extract: Path) -> Iterator[Node | Area]:
    for entry in osmium.FileProcessor(str(extract)).with_locations().with_areas():
        if isinstance(entry, Node | Area):
            yield entry


def _outlet(entry: Node | Area, kinds: Collection[str]) -> OsmOutlet | None:
    tags = dict(entry.tags)
    name = tags.get("name", "").strip()
    category = next((tags[key] for key in _KIND_KEYS if tags.get(key) in kinds), None)
    if not name or category is None:
        return None
    osm_id, point = _place(entry)
    return OsmOutlet(
        osm_id=osm_id,
        name=name,
        category=category,
        point=point,
        names={code: tags[f"name:{code}"] for code in _LANGUAGES if f"name:{code}" in tags},
        address=_address(tags),
        opening_hours=tags.get("opening_hours", ""),
        phone=tags.get("phone") or tags.get("contact:phone", ""),
    )


def _place(entry: Node | Area) -> tuple[str, GeoPoint]:
    if isinstance(entry, Node):
        return f"n{entry.id}", GeoPoint(round(entry.lat, 7), round(entry.lon, 7))
    shape = shapely.from_wkb(bytes.fromhex(osmium.geom.WKBFactory().create_multipolygon(entry)))
    middle = shape.centroid
    letter = "w" if entry.from_way() else "r"
    return f"{letter}{entry.orig_id()}", GeoPoint(round(middle.y, 7), round(middle.x, 7))


def _address(tags: dict[str, str]) -> str:
    street = f"{tags.get('addr:street', '')} {tags.get('addr:housenumber', '')}".strip()
    town = f"{tags.get('addr:postcode', '')} {tags.get('addr:city', '')}".strip()
    return ", ".join(part for part in (street, town) if part)


def _without_repeats(found: Iterable[tuple[int, OsmOutlet]]) -> list[OsmOutlet]:
    kept: dict[str, list[OsmOutlet]] = {}
    for _, outlet in sorted(found, key=lambda pair: (-pair[0], _by_id(pair[1]))):
        namesakes = kept.setdefault(outlet.name.casefold(), [])
        if all(_metres(outlet.point, other.point) > _SAME_PLACE_M for other in namesakes):
            namesakes.append(outlet)
    return sorted((outlet for group in kept.values() for outlet in group), key=_by_id)


def _by_id(outlet: OsmOutlet) -> tuple[str, int]:
    return outlet.osm_id[0], int(outlet.osm_id[1:])


def _metres(one: GeoPoint, other: GeoPoint) -> float:
    north = (one.lat - other.lat) * _METRES_A_DEGREE
    east = (one.lon - other.lon) * _METRES_A_DEGREE * cos(radians(one.lat))
    return hypot(north, east)


def write_outlets_csv(found: Sequence[OsmOutlet], target: Path) -> None:
    """Write outlets as UTF-8 CSV, one a line, names in columns such as ``name_fi``."""
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        languages = [f"name_{code}" for code in _LANGUAGES]
        about = ["category", "address", "opening_hours", "phone"]
        writer.writerow(["osm_id", "name", *languages, *about, "lat", "lon"])
        for one in found:
            names = [one.names.get(code, "") for code in _LANGUAGES]
            about = [one.category, one.address, one.opening_hours, one.phone]
            writer.writerow([one.osm_id, one.name, *names, *about, one.point.lat, one.point.lon])
