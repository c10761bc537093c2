"""The extract as a file: is it there, which one is it, can it be read."""

from __future__ import annotations

import hashlib
from pathlib import Path

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


def unreadable(extract: Path, reason: object) -> ExtractError:
    """The error for a file that cannot be read through to its end (``extract-unreadable``)."""
    return ExtractError(
        "extract-unreadable",
        f"The road extract {extract.name} is broken or cut short ({reason}).",
        "Fetch the extract again and compare its size and checksum with the source's.",
    )
