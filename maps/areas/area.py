"""An area as a file holds it, and what all formats share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from maps.errors import AreaFileError
from routing.territory.rings import geometry_faults

MOST_AREAS = 500
_LONGEST_NAME = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class FileArea:
    """An area of a file: ``geometry`` is a GeoJSON Polygon or MultiPolygon, two coordinates a
    point; ``rep_code`` and ``territory_id`` are what the file says, for whoever knows them."""

    name: str
    geometry: dict[str, Any]
    colour: str = ""
    rep_code: str = ""
    territory_id: str = ""


def checked(areas: Iterable[FileArea], skipped: int) -> tuple[FileArea, ...]:
    """The areas, once every ring is right.

    Raises AreaFileError (areas-missing, areas-too-many; areas-not-right, with each ring and point
    that is wrong).
    """
    found = tuple(areas)
    if not found:
        cause = f"The file holds no area ({skipped} other things)."
        raise AreaFileError("areas-missing", cause, "Export polygons, not lines or points.")
    if len(found) > MOST_AREAS:
        cause = f"The file holds {len(found)} areas, more than {MOST_AREAS}."
        raise AreaFileError("areas-too-many", cause, "Export them in parts.")
    faults = [
        replace(fault, where=f"areas[{index}].{fault.where}", cause=f"{area.name}: {fault.cause}")
        for index, area in enumerate(found)
        for fault in geometry_faults(area.geometry)
    ]
    if faults:
        cause = f"{len(faults)} rings or points of the file are wrong."
        raise AreaFileError("areas-not-right", cause, "Mend each and send the file again.", faults)
    return found


def tidy_name(text: object, index: int) -> str:
    """A name without control characters, not too long; a number where there is none."""
    name = _CONTROL.sub(" ", str(text or "")).strip()[:_LONGEST_NAME]
    return name or f"Area {index + 1}"


def tidy_colour(text: object) -> str:
    """``#rrggbb``, or nothing."""
    return str(text) if _COLOUR.fullmatch(str(text or "")) else ""


def flat_rings(rings: Any) -> Any:
    """Coordinates without heights, at any depth; what is no point stays as it is."""
    if not isinstance(rings, list | tuple):
        return rings
    if 2 < len(rings) <= 4 and all(isinstance(one, int | float) for one in rings):
        return list(rings[:2])
    return [flat_rings(one) for one in rings]


def one_geometry(polygons: Sequence[Any]) -> dict[str, Any]:
    """A Polygon of one list of rings, else a MultiPolygon."""
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": [*polygons]}


def broken_file(kind: str, why: str) -> AreaFileError:
    """The error for a file that is not what it seems (``area-file-broken``)."""
    cause = f"The {kind} cannot be read: {why}."
    return AreaFileError("area-file-broken", cause, "Export it again and send it whole.")
