"""A flat map in metres around a point: a city or a region, not a continent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from routing.geo import EARTH_RADIUS_M, GeoPoint


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres east and north of a point: straight lines on the map stay straight lines."""

    origin: GeoPoint

    @classmethod
    def around(cls, spots: Sequence[GeoPoint]) -> Plane:
        """The plane in the middle of some places."""
        middle = np.mean(np.array(spots), axis=0)
        return cls(GeoPoint(float(middle[0]), float(middle[1])))

    @classmethod
    def under(cls, shapes: Sequence[Any]) -> Plane:
        """The plane in the middle of some shapes in ``[lon, lat]``."""
        west, south, east, north = shapely.total_bounds(list(shapes)).tolist()
        return cls(GeoPoint((south + north) / 2.0, (west + east) / 2.0))

    @property
    def _metres_per_degree(self) -> NDArray[np.float64]:
        north = math.radians(1.0) * EARTH_RADIUS_M
        return np.array([north * math.cos(math.radians(self.origin.lat)), north])

    def project(self, spots: Sequence[GeoPoint]) -> NDArray[np.float64]:
        """Metres east and north of places, shape ``(n, 2)``."""
        lat_lon = np.array(spots, dtype=np.float64).reshape(-1, 2) - np.array(self.origin)
        return lat_lon[:, ::-1] * self._metres_per_degree  # type: ignore[no-any-return]

    def from_map(self, shapes: Any) -> Any:
        """A shape, or an array of them, from ``[lon, lat]`` to metres."""
        zero, scale = self._zero, self._metres_per_degree
        return shapely.transform(shapes, lambda lon_lat: (lon_lat - zero) * scale)

    def to_map(self, shapes: Any) -> Any:
        """A shape, or an array of them, from metres to ``[lon, lat]``."""
        zero, scale = self._zero, self._metres_per_degree
        return shapely.transform(shapes, lambda metres: metres / scale + zero)

    @property
    def _zero(self) -> NDArray[np.float64]:
        return np.array([self.origin.lon, self.origin.lat])
