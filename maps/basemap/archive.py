"""A built base map as a file: what it covers, and the tiles of one area of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from pmtiles.reader import MmapSource, Reader

from maps.errors import BasemapError

#: West, south, east, north in degrees.
type Bounds = tuple[float, float, float, float]

_MOST_LATITUDE = 85.05
_E7 = 1e7
#: What the tiles in one exported page may weigh.
_MOST_GROUND_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Ground:
    """The tiles of one area for a page to hold: gzipped vector tiles by ``z/x/y``.

    ``max_zoom`` is the finest tile zoom of which all tiles are there; 0 where there are none.
    """

    tiles: Mapping[str, bytes] = field(default_factory=dict)
    max_zoom: int = 0


@dataclass(frozen=True)
class Basemap:
    """An open archive; ``version`` changes whenever another archive takes its place."""

    version: str
    bounds: Bounds
    min_zoom: int
    max_zoom: int
    _reader: Reader

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the archive at ``path``.

        Raises ``FileNotFoundError``, and BasemapError (``basemap-broken``) for any other file.
        """
        with path.open("rb") as stream:
            try:
                reader = Reader(MmapSource(stream))
                header: dict[str, Any] = reader.header()
                reader.metadata()
            except Exception as error:  # the reader raises whatever a broken file leads it to
                raise _broken(path) from error
        edges = ("min_lon", "min_lat", "max_lon", "max_lat")
        west, south, east, north = (header[f"{edge}_e7"] / _E7 for edge in edges)
        zooms = (header["min_zoom"], header["max_zoom"])
        return cls(version_of(path), (west, south, east, north), *zooms, reader)

    def ground(self, bounds: Bounds, most_bytes: int = _MOST_GROUND_BYTES) -> Ground:
        """The tiles over ``bounds`` and what a map around them shows, coarse to fine.

        A zoom whose tiles would go beyond ``most_bytes`` is left out with all finer ones: what is
        there is then drawn larger, and no spot is left blank.
        """
        found: dict[str, bytes] = {}
        size, reached = 0, 0
        for zoom in range(self.min_zoom, self.max_zoom + 1):
            tiles = dict(self._tiles(_widened(bounds, zoom), zoom))
            size += sum(map(len, tiles.values()))
            if size > most_bytes:
                break
            found |= tiles
            reached = zoom
        return Ground(found, reached if found else 0)

    def _tiles(self, bounds: Bounds, zoom: int) -> Iterator[tuple[str, bytes]]:
        west, north = _tile_at(bounds[0], bounds[3], zoom)
        east, south = _tile_at(bounds[2], bounds[1], zoom)
        for x in range(west, east + 1):
            for y in range(north, south + 1):
                if (body := self._reader.get(zoom, x, y)) is not None:
                    yield f"{zoom}/{x}/{y}", body


def _widened(bounds: Bounds, zoom: int) -> Bounds:
    """Room for what a screen shows around the bounds: half a tile, and never the whole map."""
    west, south, east, north = bounds
    aside = 180.0 / 2**zoom
    return west - aside, south - aside / 2, east + aside, north + aside / 2


def version_of(path: Path) -> str:
    """Which archive lies at ``path``: made of its size and the moment it was put there."""
    stat = path.stat()
    return f"{stat.st_mtime_ns:x}-{stat.st_size:x}"


def _tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Column and row of the tile that holds a point."""
    most = 2**zoom - 1
    angle = math.radians(max(-_MOST_LATITUDE, min(_MOST_LATITUDE, lat)))
    x = math.floor((lon + 180.0) / 360.0 * 2**zoom)
    y = math.floor((1.0 - math.asinh(math.tan(angle)) / math.pi) / 2.0 * 2**zoom)
    return max(0, min(most, x)), max(0, min(most, y))


def _broken(path: Path) -> BasemapError:
    return BasemapError(
        "basemap-broken",
        f"The base map {path.name} is not a whole PMTiles archive.",
        "Build it again with `roundsman roads basemap`.",
    )
