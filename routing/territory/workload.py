"""What an outlet costs a rep in a cycle: minutes inside, minutes from its neighbours, its share
of the way from home.

The travel of a day of ``m`` stops is taken as ``m`` short legs between neighbours and the way out
and back, after Daganzo, "The distance traveled to visit N points with a maximum of C stops per
vehicle", Transportation Science 18(4), 1984.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from routing.geo import EARTH_RADIUS_M, GeoPoint
from routing.territory.reach import ESTIMATE_KMH
from routing.travel import DETOUR, FloatMatrix

_ESTIMATE_MINUTES_A_METRE = DETOUR * 0.06 / ESTIMATE_KMH


def home_minutes(points: Sequence[GeoPoint], homes: Sequence[GeoPoint]) -> FloatMatrix:
    """Minutes from each home to each outlet, shape ``(n, k)``: straight lines at a usual pace."""
    at, start = (np.radians(np.array(places).reshape(-1, 2)) for places in (points, homes))
    half_lat = np.sin((at[:, None, 0] - start[None, :, 0]) / 2.0) ** 2
    half_lon = np.sin((at[:, None, 1] - start[None, :, 1]) / 2.0) ** 2
    flat = np.cos(at[:, 0])[:, None] * np.cos(start[:, 0])[None, :]
    chord = np.sqrt(np.clip(half_lat + flat * half_lon, 0.0, 1.0))
    metres = 2.0 * EARTH_RADIUS_M * np.arcsin(chord)
    return metres * _ESTIMATE_MINUTES_A_METRE  # type: ignore[no-any-return]


def loads(
    workload: FloatMatrix,
    visits: FloatMatrix,
    legs: FloatMatrix,
    from_home: FloatMatrix,
    visits_a_day: float,
) -> FloatMatrix:
    """Minutes of each outlet in each territory in a cycle, travel included, shape ``(n, k)``.

    ``legs`` are minutes to an outlet from the stop before, shape ``(n,)``.
    """
    per_visit = legs[:, None] + 2.0 * from_home / visits_a_day
    return workload[:, None] + visits[:, None] * per_visit
