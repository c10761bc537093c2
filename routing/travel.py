"""Travel times and distances between the places of a problem."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.geo import GeoPoint, great_circle_m

FloatMatrix = NDArray[np.float64]

#: Road metres per straight-line metre where no road network is at hand (a common rule of thumb).
DETOUR = 1.3


#: Minutes of a day; what is later is nobody's peak hour.
DAY_MINUTES = 1440.0


@dataclass(frozen=True, slots=True)
class SpeedBand:
    """A peak: on these weekdays, between two minutes of the day, one drives at ``speed``.

    ``speed`` is a share of the matrix's speed, above 0 and at most 1; ``weekdays`` count from
    Monday, 0.  Bands of one weekday do not overlap.
    """

    weekdays: tuple[int, ...]
    start_minute: float
    end_minute: float
    speed: float


class Pace:
    """How fast one drives over a day: the clock, and the minutes of free driving it allows.

    Speed changes on the way, so whoever leaves later never arrives earlier (Ichoua, Gendreau and
    Potvin 2003).
    """

    __slots__ = ("_clock", "_driven", "_speed", "steady")

    def __init__(self, bands: Iterable[SpeedBand] = ()) -> None:
        self._clock, self._speed = [0.0], [1.0]
        for band in sorted(bands, key=lambda b: b.start_minute):
            if self._clock[-1] == band.start_minute:
                self._speed[-1] = band.speed
            else:
                self._clock.append(band.start_minute)
                self._speed.append(band.speed)
            self._clock.append(band.end_minute)
            self._speed.append(1.0)
        self._driven = [0.0]
        for index, minute in enumerate(self._clock[1:]):
            lasted = minute - self._clock[index]
            self._driven.append(self._driven[-1] + lasted * self._speed[index])
        self.steady = len(self._clock) == 1

    @property
    def pieces(self) -> list[tuple[float, float, float]]:
        """Of each piece of the day: its first minute, free minutes driven by then, and speed."""
        return list(zip(self._clock, self._driven, self._speed, strict=True))

    def arrive(self, start: float, minutes: float) -> float:
        """When a drive ends that takes so many minutes of free driving."""
        if self.steady or minutes == 0.0:
            return start + minutes
        driven = self._driven_by(start) + minutes
        at = max(0, bisect_right(self._driven, driven) - 1)
        return self._clock[at] + (driven - self._driven[at]) / self._speed[at]

    def depart(self, end: float, minutes: float) -> float:
        """The last minute to leave at for such a drive to end by ``end``."""
        return self.arrive(end, -minutes)

    def covered(self, start: float, end: float) -> float:
        """Minutes of free driving that the time between two minutes is worth."""
        if self.steady:
            return end - start
        return self._driven_by(end) - self._driven_by(start)

    def _driven_by(self, minute: float) -> float:
        at = max(0, bisect_right(self._clock, minute) - 1)
        return self._driven[at] + (minute - self._clock[at]) * self._speed[at]


#: The pace of a day without peaks.
STEADY = Pace()


@dataclass(frozen=True, eq=False)
class TravelMatrix:
    """Seconds and metres from place ``i`` (row) to place ``j`` (column); asymmetric.

    ``seconds`` and ``metres`` have shape ``(n, n)``; a pair that no road joins holds ``inf``.
    ``source`` names the engine, profile and extract (``osrm:foot:1a2b3c``), and ``estimate`` says
    that the figures come from straight lines.  ``snap_m`` is each place's distance to the road it
    was put on, shape ``(n,)``, or ``None`` where nothing was snapped.  ``bands`` are the peak
    hours, in which the way takes longer than the matrix says.
    """

    seconds: FloatMatrix
    metres: FloatMatrix
    source: str
    estimate: bool = False
    snap_m: NDArray[np.float64] | None = None
    bands: tuple[SpeedBand, ...] = ()

    @property
    def size(self) -> int:
        """How many places the matrix joins."""
        return int(self.seconds.shape[0])

    def pace(self, weekday: int) -> Pace:
        """How fast one drives on a weekday (0: Monday)."""
        bands = [band for band in self.bands if weekday in band.weekdays]
        return Pace(bands) if bands else STEADY

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TravelMatrix):
            return NotImplemented
        return (
            self.source == other.source
            and self.estimate == other.estimate
            and self.bands == other.bands
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
