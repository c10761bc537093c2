"""Areas read from a file of another program."""

from __future__ import annotations

from typing import Any

from api.schemas.base import Shape


class FileAreaOut(Shape):
    """An area of a file; ``territory_id`` and ``rep_id`` are the ones it means, if any."""

    name: str
    colour: str
    geometry: dict[str, Any]
    territory_id: str | None
    version: int | None
    rep_id: str | None


class AreaFileOut(Shape):
    """A file's areas, to preview and save; ``skipped`` other things were in it."""

    kind: str
    areas: list[FileAreaOut]
    skipped: int
    unknown_reps: list[str]
