"""Outlets out of an OpenStreetMap extract, as a list that can be imported."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import cos, hypot, radians
from pathlib import Path

import osmium
import shapely
from osmium.osm import Area, Node

from maps.errors import ExtractError
from maps.places.kinds import FIELD_SALES, Kinds
from maps.places.safe_cells import safe_cell
from maps.roads.source import check_extract, unreadable
from routing.geo import GeoPoint

_LANGUAGES = ("fi", "sv", "en", "zh")
_SAME_PLACE_M = 40.0
_METRES_A_DEGREE = 111_195.0
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")


@dataclass(frozen=True)
class OsmOutlet:
    """A named place of the map: ``osm_id`` is ``n``, ``w`` or ``r`` and the OpenStreetMap number.

    ``category`` is the value of the tag that makes it an outlet, such as ``bakery``; ``names`` maps
    language to name where the map has them; ``opening_hours`` is the OpenStreetMap text.  Missing
    texts are empty.
    """

    osm_id: str
    name: str
    category: str
    point: GeoPoint
    names: dict[str, str] = field(default_factory=dict)
    address: str = ""
    opening_hours: str = ""
    phone: str = ""


def outlets(extract: Path, kinds: Kinds = FIELD_SALES) -> list[OsmOutlet]:
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


def _outlet(entry: Node | Area, kinds: Kinds) -> OsmOutlet | None:
    tags = dict(entry.tags)
    name = tags.get("name", "").strip()
    category = kinds.category(tags)
    if not name or category is None:
        return None
    osm_id, point = _place(entry)
    return OsmOutlet(
        osm_id=osm_id,
        name=name,
        category=category,
        point=point,
        names=_names(tags),
        address=_address(tags),
        opening_hours=tags.get("opening_hours", ""),
        phone=tags.get("phone") or tags.get("contact:phone") or tags.get("contact:mobile", ""),
    )


def _names(tags: dict[str, str]) -> dict[str, str]:
    """Names by language; ``name:left`` and the like are none."""
    pairs = ((key.removeprefix("name:"), text) for key, text in tags.items() if key[:5] == "name:")
    return {code: text for code, text in pairs if _is_language(code)}


def _is_language(code: str) -> bool:
    return _LANGUAGE.fullmatch(code) is not None


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


def write_outlets_csv(
    found: Sequence[OsmOutlet], target: Path, languages: Sequence[str] = _LANGUAGES
) -> None:
    """Write outlets as UTF-8 CSV, one a line, names in columns such as ``name_fi``.

    No cell is a formula to a spreadsheet program: see ``maps.places.safe_cells``.
    """
    columns = [f"name_{code}" for code in languages]
    about = ["category", "address", "opening_hours", "phone"]
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["osm_id", "name", *columns, *about, "lat", "lon"])
        for one in found:
            names = [one.names.get(code, "") for code in languages]
            texts = [one.name, *names, one.category, one.address, one.opening_hours, one.phone]
            safe = [safe_cell(text) for text in texts]
            writer.writerow([one.osm_id, *safe, one.point.lat, one.point.lon])


def languages_of(found: Iterable[OsmOutlet], most: int = 8) -> list[str]:
    """The languages that most names are in, the commonest first."""
    counts: dict[str, int] = {}
    for one in found:
        for code in one.names:
            counts[code] = counts.get(code, 0) + 1
    return sorted(counts, key=lambda code: (-counts[code], code))[:most]


def none_found(extract: Path, kinds: Kinds) -> ExtractError:
    """The error for an extract without a single named outlet of these kinds."""
    return ExtractError(
        "outlets-none",
        f"The extract {extract.name} names no outlet of {kinds}.",
        "Give other kinds, such as shop,amenity=bar, or an extract that has them.",
    )
