"""Points on the earth and great-circle distances between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_M = 6_371_008.8


class GeoPoint(NamedTuple):
    """A place in WGS-84 degrees."""

    lat: float
    lon: float


def great_circle_m(points: Sequence[GeoPoint]) -> NDArray[np.float64]:
    """Great-circle metres between all pairs, shape ``(n, n)``, by the haversine formula."""
    degrees = np.array(points, dtype=np.float64).reshape(-1, 2)
    lat, lon = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    half_lat = np.sin((lat[:, None] - lat[None, :]) / 2.0) ** 2
    half_lon = np.sin((lon[:, None] - lon[None, :]) / 2.0) ** 2
    chord = half_lat + np.cos(lat)[:, None] * np.cos(lat)[None, :] * half_lon
    metres: NDArray[np.float64] = (
        2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    )
    return metres
