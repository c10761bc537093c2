"""Minutes between outlets, asked for in pieces: 5,000 outlets have 25 million pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from routing.geo import EARTH_RADIUS_M, GeoPoint
from routing.travel import DETOUR, FloatMatrix

IntArray = NDArray[np.int64]

#: Speed where no travel times are given; it scales all territories alike.
ESTIMATE_KMH = 20.0
_METRES_A_MINUTE = ESTIMATE_KMH * 1000.0 / 60.0
#: Times of outlets that no road joins, against the longest real one.
_UNREACHABLE = 10.0
#: Sources asked at a time for pairs of neighbours.
_BLOCK = 64


class Reach(Protocol):
    """Minutes by road, infinite where there is none."""

    def between(self, sources: IntArray, targets: IntArray) -> FloatMatrix:
        """From outlets to outlets, by index, shape ``(len(sources), len(targets))``."""
        ...


class StraightReach:
    """Straight lines at a usual pace, where no road network is at hand."""

    def __init__(self, points: Sequence[GeoPoint]) -> None:
        lat, lon = np.radians(np.array(points, dtype=np.float64).reshape(-1, 2)).T
        flat = np.cos(lat)
        self._unit = np.column_stack([flat * np.cos(lon), flat * np.sin(lon), np.sin(lat)])

    def between(self, sources: IntArray, targets: IntArray) -> FloatMatrix:
        """See ``Reach``."""
        apart = self._unit[sources][:, None, :] - self._unit[targets][None, :, :]
        chord = np.sqrt((apart**2).sum(axis=2)) / 2.0
        metres = 2.0 * EARTH_RADIUS_M * np.arcsin(np.clip(chord, 0.0, 1.0))
        minutes: FloatMatrix = metres * (DETOUR / _METRES_A_MINUTE)
        return minutes


class MatrixReach:
    """A whole matrix of minutes; the mean of both directions."""

    def __init__(self, minutes: FloatMatrix) -> None:
        self._minutes = minutes

    def between(self, sources: IntArray, targets: IntArray) -> FloatMatrix:
        """See ``Reach``."""
        there = self._minutes[np.ix_(sources, targets)]
        back = self._minutes[np.ix_(targets, sources)].T
        return (there + back) / 2.0


def finite(minutes: FloatMatrix) -> FloatMatrix:
    """The minutes with very long ones where no road leads."""
    known = np.isfinite(minutes)
    if known.all():
        return minutes
    longest = float(minutes[known].max()) if known.any() else 1.0
    return np.where(known, minutes, _UNREACHABLE * longest)


def pair_minutes(reach: Reach, a: IntArray, b: IntArray) -> FloatMatrix:
    """Minutes of single pairs.  Pairs that follow each other should lie near each other: they are
    asked for in blocks of sources with all their targets."""
    minutes = np.empty(len(a))
    sources = np.unique(a)
    order = np.argsort(a, kind="stable")
    starts = np.searchsorted(a[order], sources)
    ends = np.append(starts[1:], len(a))
    for at in range(0, len(sources), _BLOCK):
        block = slice(at, at + _BLOCK)
        rows = order[starts[block][0] : ends[block][-1]]
        targets, column = np.unique(b[rows], return_inverse=True)
        table = reach.between(sources[block], targets)
        minutes[rows] = table[np.searchsorted(sources[block], a[rows]), column.reshape(-1)]
    return minutes
