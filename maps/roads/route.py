"""The street geometry of a route: one line a leg, simplified to what a phone can carry."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import shapely

from routing.geo import GeoPoint

#: What the lines of a day may take in a phone's JSON.
PHONE_BYTES = 60_000
#: A line is drawn to a metre.
LINE_DECIMALS = 5
_BYTES_A_POINT = 22  # "[-24.95130,60.17870],"
_FIRST_TOLERANCE_M = 3.0
_METRES_A_DEGREE = 111_195.0
#: What OSRM also calls a step: the street's name changes, or it goes on as it did.
_NO_TURNS = frozenset({"new name", "continue", "notification"})


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of the way: what to do at ``point``, then how far the street called ``street`` is.

    ``kind`` and ``side`` are OSRM's words (``turn``, ``roundabout``; ``left``, ``slight right``).
    """

    kind: str
    side: str
    street: str
    metres: float
    seconds: float
    point: GeoPoint


@dataclass(frozen=True)
class LegGeometry:
    """The way from one point to the next along the streets, with its seconds and metres.

    ``turns`` are there where they were asked for and the engine knows them.
    """

    line: tuple[GeoPoint, ...]
    seconds: float
    metres: float
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True)
class RouteGeometry:
    """The legs between successive points: one fewer than there were points."""

    legs: tuple[LegGeometry, ...]

    @property
    def seconds(self) -> float:
        """Travel time of all legs."""
        return sum(leg.seconds for leg in self.legs)

    @property
    def metres(self) -> float:
        """Length of all legs."""
        return sum(leg.metres for leg in self.legs)

    def with_turns_that_matter(self) -> RouteGeometry:
        """Without the steps at which nobody turns: their way counts to the step before."""
        return RouteGeometry(tuple(replace(leg, turns=_merged(leg.turns)) for leg in self.legs))

    def without_turns(self) -> RouteGeometry:
        """The lines alone."""
        return RouteGeometry(tuple(replace(leg, turns=()) for leg in self.legs))

    def simplified(self, most_bytes: int = PHONE_BYTES) -> RouteGeometry:
        """The lines with as many points less as keeps them within three metres of the streets,
        or as few metres more as bring them down to ``most_bytes`` of JSON."""
        tolerance_m, thinned = _FIRST_TOLERANCE_M, self.legs
        most_points = max(2 * len(self.legs), most_bytes // _BYTES_A_POINT)
        while True:
            thinned = tuple(_thinned(leg, tolerance_m) for leg in self.legs)
            if sum(len(leg.line) for leg in thinned) <= most_points:
                return RouteGeometry(thinned)
            tolerance_m *= 1.6


def _merged(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    kept: list[Turn] = []
    for turn in turns:
        if kept and turn.kind in _NO_TURNS and turn.side in ("", "straight"):
            last = kept.pop()
            metres, seconds = last.metres + turn.metres, last.seconds + turn.seconds
            kept.append(replace(last, metres=metres, seconds=seconds))
        else:
            kept.append(turn)
    return tuple(kept)


def _thinned(leg: LegGeometry, tolerance_m: float) -> LegGeometry:
    """The leg with Douglas and Peucker's fewer points; the ends stay where they are."""
    narrow = math.cos(math.radians(leg.line[0].lat))
    line = shapely.LineString([(point.lon * narrow, point.lat) for point in leg.line])
    kept = line.simplify(tolerance_m / _METRES_A_DEGREE, preserve_topology=False)
    return replace(leg, line=_points(kept.coords, narrow, leg.line))


def _points(
    coords: Sequence[tuple[float, ...]], narrow: float, line: Sequence[GeoPoint]
) -> tuple[GeoPoint, ...]:
    inner = [GeoPoint(lat, lon / narrow) for lon, lat in list(coords)[1:-1]]
    return (line[0], *inner, line[-1])
