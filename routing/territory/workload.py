"""What an outlet costs a rep in a cycle: minutes inside, minutes from its neighbours, its share
of the way from home.

The travel of a day of ``m`` stops is taken as ``m`` short legs between neighbours and the way out
and back, after Daganzo, "The distance traveled to visit N points with a maximum of C stops per
vehicle", Transportation Science 18(4), 1984.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from routing.geo import GeoPoint, great_circle_m
from routing.travel import DETOUR, FloatMatrix

#: Speed where no travel times are given; it scales all territories alike.
_ESTIMATE_KMH = 20.0
#: Neighbours over which the leg between two stops is averaged: a day passes by outlets that it
#: does not visit.
_NEIGHBOURS = 3
#: Times of outlets that no road joins, against the longest real one.
_UNREACHABLE = 10.0


def symmetric_minutes(
    points: Sequence[GeoPoint], travel_minutes: FloatMatrix | None
) -> FloatMatrix:
    """Minutes between all pairs, the mean of both directions, all finite, shape ``(n, n)``."""
    if travel_minutes is None:
        return great_circle_m(points) * (DETOUR * 0.06 / _ESTIMATE_KMH)
    minutes = (travel_minutes + travel_minutes.T) / 2.0
    finite = minutes[np.isfinite(minutes)]
    longest = float(finite.max()) if finite.size else 1.0
    result = np.where(np.isfinite(minutes), minutes, _UNREACHABLE * longest)
    np.fill_diagonal(result, 0.0)
    return result


def home_minutes(
    points: Sequence[GeoPoint], homes: Sequence[GeoPoint], minutes: FloatMatrix
) -> FloatMatrix:
    """Minutes from each home to each outlet, shape ``(n, k)``: straight lines at the pace that
    ``minutes`` shows between the outlets."""
    straight = great_circle_m([*points, *homes])
    between, out = straight[: len(points), : len(points)], straight[: len(points), len(points) :]
    total = float(between.sum())
    pace = float(minutes.sum()) / total if total > 0.0 else DETOUR * 0.06 / _ESTIMATE_KMH
    return out * pace


def neighbour_leg(minutes: FloatMatrix) -> FloatMatrix:
    """Minutes of a leg to each outlet from the stop before, shape ``(n,)``."""
    near = min(_NEIGHBOURS, len(minutes) - 1)
    if near < 1:
        return np.zeros(len(minutes))
    others = minutes + np.diag(np.full(len(minutes), np.inf))
    return np.partition(others, near - 1, axis=1)[:, :near].mean(axis=1)


def loads(
    workload: FloatMatrix,
    visits: FloatMatrix,
    minutes: FloatMatrix,
    from_home: FloatMatrix,
    visits_a_day: float,
) -> FloatMatrix:
    """Minutes of each outlet in each territory in a cycle, travel included, shape ``(n, k)``."""
    per_visit = neighbour_leg(minutes)[:, None] + 2.0 * from_home / visits_a_day
    return workload[:, None] + visits[:, None] * per_visit
