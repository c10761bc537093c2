"""Coordinates of Chinese maps: WGS-84, GCJ-02 (Amap, Tencent, Google) and BD-09 (Baidu).

GCJ-02 shifts places within China by a few hundred metres, by a formula that only became known from
how maps behave; BD-09 turns and shifts GCJ-02 once more.  Outside of China all three are one.  The
way back has no formula: it is found by trying, to a millimetre.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from math import atan2, cos, hypot, pi, radians, sin, sqrt

from routing.geo import GeoPoint


class Datum(StrEnum):
    """What a pair of degrees is measured against."""

    WGS_84 = "WGS-84"
    GCJ_02 = "GCJ-02"
    BD_09 = "BD-09"


#: The ellipsoid of Krasovsky (1940): its greater half axis and the square of its eccentricity.
_AXIS_M = 6_378_245.0
_FLATNESS = 0.006693421622965943
#: South, west, north and east of where the shift is applied.
_SOUTH, _WEST, _NORTH, _EAST = 0.8293, 72.004, 55.8271, 137.8347
_BAIDU_WAVES = pi * 3000.0 / 180.0
_BAIDU_LAT, _BAIDU_LON = 0.006, 0.0065
_EXACT_DEGREES = 1e-9
_MOST_TRIES = 20


def to_wgs84(lat: float, lon: float, datum: Datum) -> GeoPoint:
    """The place that ``lat``, ``lon`` name in ``datum``, in WGS-84 degrees."""
    if datum is Datum.WGS_84:
        return GeoPoint(lat, lon)
    return _undone(_bd09 if datum is Datum.BD_09 else _gcj02, lat, lon)


def from_wgs84(point: GeoPoint, datum: Datum) -> tuple[float, float]:
    """Latitude and longitude that name ``point`` in ``datum``."""
    if datum is Datum.WGS_84:
        return point.lat, point.lon
    return (_bd09 if datum is Datum.BD_09 else _gcj02)(point.lat, point.lon)


def _gcj02(lat: float, lon: float) -> tuple[float, float]:
    if not is_shifted(lat, lon):
        return lat, lon
    north_m, east_m = _shift_m(lat - 35.0, lon - 105.0)
    bulge = 1.0 - _FLATNESS * sin(radians(lat)) ** 2
    meridian_m = _AXIS_M * (1.0 - _FLATNESS) / bulge**1.5
    parallel_m = _AXIS_M / sqrt(bulge) * cos(radians(lat))
    return lat + north_m / meridian_m * 180.0 / pi, lon + east_m / parallel_m * 180.0 / pi


def _bd09(lat: float, lon: float) -> tuple[float, float]:
    if not is_shifted(lat, lon):
        return lat, lon
    y, x = _gcj02(lat, lon)
    radius = hypot(x, y) + 0.00002 * sin(y * _BAIDU_WAVES)
    angle = atan2(y, x) + 0.000003 * cos(x * _BAIDU_WAVES)
    return radius * sin(angle) + _BAIDU_LAT, radius * cos(angle) + _BAIDU_LON


def is_shifted(lat: float, lon: float) -> bool:
    """Whether Chinese maps shift this WGS-84 place: within the rectangle that the formula knows."""
    return _SOUTH <= lat <= _NORTH and _WEST <= lon <= _EAST


def _shift_m(y: float, x: float) -> tuple[float, float]:
    """Metres to the north and to the east, ``y`` and ``x`` in degrees from 35° N 105° E."""
    ripples = 20.0 * (sin(6.0 * pi * x) + sin(2.0 * pi * x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    north += (ripples + _waves(y, (20, 1), (40, 3), (160, 12), (320, 30))) * 2.0 / 3.0
    east += (ripples + _waves(x, (20, 1), (40, 3), (150, 12), (300, 30))) * 2.0 / 3.0
    return north, east


def _waves(at: float, *waves: tuple[float, float]) -> float:
    """The sum of sine waves, each with its height in metres and half its length in degrees."""
    return sum(height * sin(pi * at / half) for height, half in waves)


def _undone(
    shifted: Callable[[float, float], tuple[float, float]], lat: float, lon: float
) -> GeoPoint:
    """The place that ``shifted`` takes to ``lat``, ``lon``: step by step towards it."""
    guess = GeoPoint(lat, lon)
    for _ in range(_MOST_TRIES):
        off_lat, off_lon = (a - b for a, b in zip(shifted(*guess), (lat, lon), strict=True))
        if max(abs(off_lat), abs(off_lon)) < _EXACT_DEGREES:
            break
        guess = GeoPoint(guess.lat - off_lat, guess.lon - off_lon)
    return guess
