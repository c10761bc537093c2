"""What is drawn under every map."""

from __future__ import annotations

from typing import Literal

from api.schemas.base import Shape


class BasemapOut(Shape):
    """``tiles``: a PMTiles archive of ours; ``images``: a tile server's address with {z}/{x}/{y}.

    ``bounds`` are west, south, east and north in degrees; ``max_zoom`` is the archive's finest.
    """

    kind: Literal["tiles", "images"]
    url: str
    attribution: str
    bounds: tuple[float, float, float, float] | None
    max_zoom: int | None
