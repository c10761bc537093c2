"""Areas of a file of any of the formats, told apart by what the bytes begin with."""

from __future__ import annotations

from dataclasses import dataclass

from maps.areas.area import FileArea, checked
from maps.areas.geojson_areas import read_geojson
from maps.areas.kml_areas import read_kml
from maps.areas.shapefile_areas import read_shapefile

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class AreaFile:
    """The areas of a file, its format (geojson, kml, shapefile), and how much else it holds."""

    kind: str
    areas: tuple[FileArea, ...]
    skipped: int


def read_areas(content: bytes) -> AreaFile:
    """The areas of a GeoJSON, KML or zipped shapefile, every ring of them right.

    Raises AreaFileError with the ring and point of each fault.
    """
    start = content.removeprefix(_BOM).lstrip()[:4]
    if start.startswith(b"PK"):
        kind, (areas, skipped) = "shapefile", read_shapefile(content)
    elif start.startswith(b"<"):
        kind, (areas, skipped) = "kml", read_kml(content)
    else:
        kind, (areas, skipped) = "geojson", read_geojson(content.removeprefix(_BOM))
    return AreaFile(kind, checked(areas, skipped), skipped)
