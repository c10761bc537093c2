"""What a drawn area asks of whoever serves it: visits, minutes inside and an estimate of the way.

The way is that of ``routing.territory.workload``: a short leg to each visit, and the way from home
and back once a day (Daganzo 1984), here from straight lines, since it is asked while somebody
draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.geo import GeoPoint
from routing.territory.plane import Plane
from routing.travel import DETOUR, FloatMatrix

IndexArray = NDArray[np.int64]

#: Neighbours over which the leg between two stops is averaged, as in ``workload``.
_NEIGHBOURS = 3
#: How far along a curve neighbours are looked for, and where the three curves begin.
_WINDOW = 5
_SHIFTS = (0.0, 1.0 / 3.0, 2.0 / 3.0)
_SPREAD = (
    *((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F)),
    *((2, 0x3333333333333333), (1, 0x5555555555555555)),
)
_METRES_A_MINUTE_PER_KMH = 1000.0 / 60.0
#: Stops of a usual day: how often the way from home is gone.
VISITS_A_DAY = 15.0


@dataclass(frozen=True, slots=True)
class Work:
    """Outlets as arrays of one length ``n``: where, visits and minutes inside them in a cycle, and
    minutes of the leg to one visit.  ``lon_lat`` has shape ``(n, 2)``; ``kmh`` is the pace."""

    lon_lat: FloatMatrix
    visits: FloatMatrix
    service_minutes: FloatMatrix
    leg_minutes: FloatMatrix
    kmh: float


@dataclass(frozen=True, slots=True)
class Tally:
    """Outlets of an area and what they ask for in a cycle; the way is an estimate."""

    outlets: int
    visits: float
    service_minutes: float
    travel_minutes: float

    @property
    def minutes(self) -> float:
        """All minutes, with the way."""
        return self.service_minutes + self.travel_minutes


def work_of(
    lon_lat: FloatMatrix, visits: FloatMatrix, service_minutes: FloatMatrix, kmh: float
) -> Work:
    """The outlets with the legs between neighbours worked out."""
    legs = neighbour_legs_m(lon_lat) * (DETOUR / (kmh * _METRES_A_MINUTE_PER_KMH))
    return Work(lon_lat, visits, service_minutes, legs, kmh)


def tally(work: Work, members: IndexArray, home: GeoPoint | None = None) -> Tally:
    """What the outlets at these indexes ask for, of somebody who starts from ``home``."""
    visits = work.visits[members]
    travel = float(visits @ work.leg_minutes[members])
    if home is not None and len(members):
        travel += float(visits @ _home_minutes(work, members, home)) * 2.0 / VISITS_A_DAY
    inside = float(work.service_minutes[members].sum())
    return Tally(len(members), float(visits.sum()), inside, travel)


def imbalance(minutes: FloatMatrix) -> float:
    """Greatest deviation from the mean, as a share of it; 0 without work."""
    mean = float(minutes.mean()) if len(minutes) else 0.0
    return float(np.abs(minutes - mean).max()) / mean if mean > 0.0 else 0.0


def neighbour_legs_m(lon_lat: FloatMatrix) -> FloatMatrix:
    """Mean metres from each outlet to its three nearest, shape ``(n,)``; 0 for a lone outlet.

    Nearest ones are looked for along three curves that fill the plane (Morton 1966), so that
    5,000 outlets take milliseconds; one that none of them finds makes a leg a little too long.
    """
    n = len(lon_lat)
    if n < 2:
        return np.zeros(n)
    middle = lon_lat.mean(axis=0)
    xy = Plane(GeoPoint(float(middle[1]), float(middle[0]))).project(lon_lat[:, ::-1])  # type: ignore[arg-type]
    other, metres = _candidates(xy)
    first = np.argsort(metres, axis=1)[:, : len(_SHIFTS) * _NEIGHBOURS]
    other = np.take_along_axis(other, first, axis=1)
    metres = np.take_along_axis(metres, first, axis=1)
    again = np.zeros(metres.shape, dtype=bool)  # found along another curve already
    for column in range(1, metres.shape[1]):
        again[:, column] = (other[:, :column] == other[:, [column]]).any(axis=1)
    near = np.isfinite(metres) & ~again & (np.cumsum(~again, axis=1) <= _NEIGHBOURS)
    return np.where(near, metres, 0.0).sum(axis=1) / near.sum(axis=1)


def _candidates(xy: FloatMatrix) -> tuple[IndexArray, FloatMatrix]:
    """Points beside each point on each curve, and how far they are: indexes and metres."""
    n = len(xy)
    scaled = (xy - xy.min(axis=0)) / max(float(np.ptp(xy, axis=0).max()), 1.0)
    width = 2 * _WINDOW
    other = np.zeros((n, width * len(_SHIFTS)), dtype=np.int64)
    metres = np.full(other.shape, np.inf)
    for curve, shift in enumerate(_SHIFTS):
        order = np.argsort(_morton(scaled + shift), kind="stable")
        for step in range(1, min(_WINDOW, n - 1) + 1):
            one, two = order[:-step], order[step:]
            apart = np.hypot(*(xy[one] - xy[two]).T)
            column = curve * width + 2 * (step - 1)
            other[one, column], metres[one, column] = two, apart
            other[two, column + 1], metres[two, column + 1] = one, apart
    return other, metres


def _morton(unit: FloatMatrix) -> NDArray[np.uint64]:
    """The place of points of ``[0, 2)`` squared on Morton's curve: their bits in turn."""
    bits = (unit * 2**19).astype(np.uint64)
    for shift, mask in _SPREAD:
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits[:, 0] | (bits[:, 1] << np.uint64(1))


def _home_minutes(work: Work, members: IndexArray, home: GeoPoint) -> FloatMatrix:
    at = work.lon_lat[members]
    east = (at[:, 0] - home.lon) * np.cos(np.radians(home.lat))
    metres = np.hypot(east, at[:, 1] - home.lat) * 111_195.0
    return metres * (DETOUR / (work.kmh * _METRES_A_MINUTE_PER_KMH))  # type: ignore[no-any-return]
