"""WGS-84 to GCJ-02, the datum of maps in China, and back."""

from __future__ import annotations

from math import cos, pi, sin, sqrt

from routing.geo import GeoPoint

_SEMI_MAJOR_M = 6_378_245.0  # Krasovsky 1940
_ECCENTRICITY2 = 0.006_693_421_622_965_943
_CHINA = (0.8293, 72.004, 55.8271, 137.8347)  # south, west, north, east of where it is applied
_ROUNDS = 4  # the shift changes slowly: three rounds reach a millimetre


def to_gcj02(point: GeoPoint) -> GeoPoint:
    """The GCJ-02 coordinates of a WGS-84 point; outside of China they are the same."""
    south, west, north, east = _CHINA
    if not (south <= point.lat <= north and west <= point.lon <= east):
        return point
    d_lat, d_lon = _shift(point.lon - 105.0, point.lat - 35.0)
    lat = point.lat / 180.0 * pi
    magic = 1.0 - _ECCENTRICITY2 * sin(lat) ** 2
    meridian = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY2) / (magic * sqrt(magic)) * pi / 180.0
    parallel = _SEMI_MAJOR_M / sqrt(magic) * cos(lat) * pi / 180.0
    return GeoPoint(point.lat + d_lat / meridian, point.lon + d_lon / parallel)


def from_gcj02(point: GeoPoint) -> GeoPoint:
    """The WGS-84 coordinates of a GCJ-02 point, to the millimetre."""
    guess = point
    for _ in range(_ROUNDS):
        there = to_gcj02(guess)
        guess = GeoPoint(guess.lat + point.lat - there.lat, guess.lon + point.lon - there.lon)
    return guess


def _shift(x: float, y: float) -> tuple[float, float]:
    """Metres north and east by which the map is moved."""
    both = 20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)
    north = (
        -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * sqrt(abs(x))
        + (
            both
            + 20.0 * sin(y * pi)
            + 40.0 * sin(y / 3.0 * pi)
            + 160.0 * sin(y / 12.0 * pi)
            + 320.0 * sin(y * pi / 30.0)
        )
        * 2.0
        / 3.0
    )
    east = (
        300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * sqrt(abs(x))
        + (
            both
            + 20.0 * sin(x * pi)
            + 40.0 * sin(x / 3.0 * pi)
            + 150.0 * sin(x / 12.0 * pi)
            + 300.0 * sin(x / 30.0 * pi)
        )
        * 2.0
        / 3.0
    )
    return north, east
