"""What every road engine can be asked, whether it runs in this process or far away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from maps.errors import MapsError, NetworkError
from maps.roads.route import RouteGeometry
from routing.geo import GeoPoint
from routing.travel import TravelMatrix

type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """Seconds and metres of some sources (rows) to some destinations (columns), ``inf``: no way.

    ``snap_m`` is how far each destination lies from its road, ``None`` where nobody says.
    """

    seconds: Floats
    metres: Floats
    snap_m: Floats | None = None


class PartialTableError(MapsError):
    """Some pairs were not to be had; ``table`` holds ``nan`` for them and the rest is right.

    ``missing`` are the points in them, of which it takes the fewest to make up for it.
    """

    def __init__(self, code: str, cause: str, action: str, table: Table) -> None:
        super().__init__(code, cause, action)
        self.table = table
        self.missing: tuple[GeoPoint, ...] = ()


class TableEngine(Protocol):
    """Answers tables.  ``key`` names it in plans; ``identity`` says whose answers are the same."""

    key: str
    identity: str

    def table(
        self, points: Sequence[GeoPoint], sources: Sequence[int], destinations: Sequence[int]
    ) -> Table:
        """The table of some of ``points`` to others, both by index; neither is empty.

        Raises PartialTableError, or another MapsError where there is no answer at all.
        """
        ...


class RoadEngine(Protocol):
    """Gives matrices and route geometry; ``key`` names engine, profile and extract."""

    key: str

    def matrix(self, points: Sequence[GeoPoint]) -> TravelMatrix:
        """Seconds and metres between all points, ``inf`` where no road joins them."""
        ...

    def route(self, points: Sequence[GeoPoint], *, turns: bool = False) -> RouteGeometry:
        """The streets through the points in this order, one leg between each two."""
        ...


def check_points(points: Sequence[GeoPoint]) -> None:
    """Refuse places that are none, by number (``coordinates-invalid``)."""
    wrong = [at for at, (lat, lon) in enumerate(points) if not (abs(lat) <= 90 and abs(lon) <= 180)]
    if wrong:
        raise NetworkError(
            "coordinates-invalid",
            f"Places number {', '.join(map(str, wrong[:20]))} lie outside the earth's degrees.",
            "Give latitude within ±90 and longitude within ±180, in WGS-84.",
        )


def no_route(error: object) -> NetworkError:
    """The error for places that no way joins (``no-road-route``)."""
    return NetworkError(
        "no-road-route",
        f"The road engine found no way between these places ({error}).",
        "Check the coordinates, and that the extract covers them.",
    )
