"""Travel times and distances between the places of a problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.geo import GeoPoint, great_circle_m

FloatMatrix = NDArray[np.float64]

#: Road metres per straight-line metre where no road network is at hand (a common rule of thumb).
DETOUR = 1.3


@dataclass(frozen=True, eq=False)
class TravelMatrix:
    """Seconds and metres from place ``i`` (row) to place ``j`` (column); asymmetric.

    ``seconds`` and ``metres`` have shape ``(n, n)``; a pair that no road joins holds ``inf``.
    ``source`` names the engine, profile and extract (``osrm:foot:1a2b3c``), and ``estimate`` says
    that the figures come from straight lines.  ``snap_m`` is each place's distance to the road it
    was put on, shape ``(n,)``, or ``None`` where nothing was snapped.
    """

    seconds: FloatMatrix
    metres: FloatMatrix
    source: str
    estimate: bool = False
    snap_m: NDArray[np.float64] | None = None

    @property
    def size(self) -> int:
        """How many places the matrix joins."""
        return int(self.seconds.shape[0])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TravelMatrix):
            return NotImplemented
        return (
            self.source == other.source
            and self.estimate == other.estimate
            and np.array_equal(self.seconds, other.seconds)
            and np.array_equal(self.metres, other.metres)
        )

    __hash__ = None  # type: ignore[assignment]


def estimate_matrix(
    points: Sequence[GeoPoint], speed_kmh: float, detour: float = DETOUR
) -> TravelMatrix:
    """Straight lines times ``detour`` at one speed, labelled as an estimate."""
    metres = great_circle_m(points) * detour
    return TravelMatrix(metres * 3.6 / speed_kmh, metres, f"estimate:{speed_kmh:g}kmh", True)
