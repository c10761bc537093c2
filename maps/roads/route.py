"""The street geometry of a route: one line a leg."""

from __future__ import annotations

from dataclasses import dataclass

from routing.geo import GeoPoint


@dataclass(frozen=True)
class LegGeometry:
    """The way from one point to the next along the streets, with its seconds and metres."""

    line: tuple[GeoPoint, ...]
    seconds: float
    metres: float


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
