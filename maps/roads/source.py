"""The extract as a file: is it there, which one is it, can it be read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import osmium
from osmium.osm import Node

from maps.errors import ExtractError


def check_extract(extract: Path) -> None:
    """Refuse a file that is not there or is empty (``extract-missing``, ``extract-empty``)."""
    if not extract.is_file():
        raise ExtractError(
            "extract-missing",
            f"There is no road extract at {extract}.",
            "Give the path of an OpenStreetMap extract (.osm.pbf).",
        )
    if extract.stat().st_size == 0:
        raise ExtractError(
            "extract-empty",
            f"The road extract {extract.name} is an empty file.",
            "Fetch the extract again.",
        )


def extract_hash(extract: Path) -> str:
    """SHA-256 of the extract's bytes, in hexadecimal."""
    check_extract(extract)
    with extract.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def extract_bounds(extract: Path) -> tuple[float, float, float, float]:
    """South, west, north and east of the extract: as its header says, else of its nodes."""
    try:
        reader = osmium.io.Reader(str(extract), osmium.osm.NOTHING)
        box = reader.header().box()
        reader.close()
        if not box.valid():
            return _bounds_of_nodes(extract)
    except RuntimeError as error:
        raise unreadable(extract, error) from error
    low, high = box.bottom_left, box.top_right
    return low.lat, low.lon, high.lat, high.lon


def _bounds_of_nodes(extract: Path) -> tuple[float, float, float, float]:
    south, west, north, east = 90.0, 180.0, -90.0, -180.0
    for node in osmium.FileProcessor(str(extract), osmium.osm.NODE):
        if isinstance(node, Node) and node.location.valid():
            lat, lon = node.location.lat, node.location.lon
            south, north = min(south, lat), max(north, lat)
            west, east = min(west, lon), max(east, lon)
    return south, west, north, east


def unreadable(extract: Path, reason: object) -> ExtractError:
    """The error for a file that cannot be read through to its end (``extract-unreadable``)."""
    return ExtractError(
        "extract-unreadable",
        f"The road extract {extract.name} is broken or cut short ({reason}).",
        "Fetch the extract again and compare its size and checksum with the source's.",
    )
