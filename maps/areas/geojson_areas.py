"""Areas in and out of GeoJSON (RFC 7946)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from maps.areas.area import FileArea, broken_file, flat_rings, tidy_colour, tidy_name
from maps.attribution import ATTRIBUTION
from maps.errors import AreaFileError

_SHAPES = ("Polygon", "MultiPolygon")
#: Old files name the datum; these names mean the one that all GeoJSON has.
_WGS_84 = ("CRS84", "4326")


def read_geojson(content: bytes) -> tuple[list[FileArea], int]:
    """Areas of a FeatureCollection, a Feature or a bare shape, and how much else it holds."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise broken_file("GeoJSON", str(error)) from error
    if not isinstance(document, dict):
        raise broken_file("GeoJSON", "it is no object")
    _check_datum(document)
    areas: list[FileArea] = []
    skipped = 0
    for feature in _features(document):
        geometry = feature.get("geometry")
        if not isinstance(geometry, dict) or geometry.get("type") not in _SHAPES:
            skipped += 1
            continue
        areas.append(_area(feature, geometry, len(areas)))
    return areas, skipped


def write_geojson(areas: Sequence[FileArea]) -> bytes:
    """A FeatureCollection of areas."""
    features = [
        {
            "type": "Feature",
            "id": area.territory_id,
            "geometry": area.geometry,
            "properties": {
                "name": area.name,
                "colour": area.colour,
                "rep": area.rep_code,
                "id": area.territory_id,
            },
        }
        for area in areas
    ]
    return orjson.dumps(
        {"type": "FeatureCollection", "attribution": ATTRIBUTION, "features": features}
    )


def _features(document: dict[str, Any]) -> Iterable[dict[str, Any]]:
    if document.get("type") == "FeatureCollection":
        found = document.get("features")
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    if document.get("type") == "Feature":
        return [document]
    return [{"geometry": document}]


def _area(feature: dict[str, Any], geometry: dict[str, Any], index: int) -> FileArea:
    said = feature.get("properties")
    said = said if isinstance(said, dict) else {}
    shape = {"type": geometry["type"], "coordinates": flat_rings(geometry.get("coordinates"))}
    return FileArea(
        name=tidy_name(said.get("name") or said.get("Name") or said.get("NAME"), index),
        geometry=shape,
        colour=tidy_colour(said.get("colour") or said.get("color") or said.get("fill")),
        rep_code=str(said.get("rep") or "")[:200],
        territory_id=str(said.get("id") or feature.get("id") or "")[:64],
    )


def _check_datum(document: dict[str, Any]) -> None:
    crs = document.get("crs")
    if crs is not None and not any(name in str(crs) for name in _WGS_84):
        raise other_datum(str(crs)[:200])


def other_datum(said: str) -> AreaFileError:
    """The error for coordinates that are not WGS-84 degrees (``area-datum-unknown``)."""
    cause = f"The file's coordinates are not WGS-84 degrees but {said}."
    action = "Export it again in WGS-84 (EPSG:4326)."
    return AreaFileError("area-datum-unknown", cause, action)
