"""Tables of servers that refuse a whole request for one place that no road is near."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from maps.roads.engine import Floats, Table
from routing.geo import GeoPoint

#: Answers a table, ``None`` where the server knows no way.
type Ask = Callable[[Sequence[GeoPoint], Sequence[GeoPoint]], Table | None]


class NearRoads:
    """Asks for tables; what is refused is asked in halves until the places that no road is near
    are found.  They are remembered, and have no way to or from anywhere."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.lost: set[GeoPoint] = set()

    def table(self, sources: Sequence[GeoPoint], destinations: Sequence[GeoPoint]) -> Table:
        """The table, ``inf`` where no way is."""
        rows = [at for at, point in enumerate(sources) if point not in self.lost]
        columns = [at for at, point in enumerate(destinations) if point not in self.lost]
        shape = len(sources), len(destinations)
        if not rows or not columns:
            return _nothing(shape)
        starts, ends = [sources[at] for at in rows], [destinations[at] for at in columns]
        part = self._ask(starts, ends) or self._in_halves(starts, ends)
        pick = np.ix_(rows, columns)
        seconds, metres = np.full(shape, np.inf), np.full(shape, np.inf)
        seconds[pick], metres[pick] = part.seconds, part.metres
        return Table(seconds, metres, _spread(part.snap_m, columns, len(destinations)))

    def _in_halves(self, sources: Sequence[GeoPoint], destinations: Sequence[GeoPoint]) -> Table:
        if len(sources) > 1:
            middle = len(sources) // 2
            parts = [
                self.table(half, destinations) for half in (sources[:middle], sources[middle:])
            ]
            return _stacked(parts, upright=True)
        if self._is_lost(sources[0]):
            return _nothing((1, len(destinations)))
        if len(destinations) > 1:
            middle = len(destinations) // 2
            halves = destinations[:middle], destinations[middle:]
            return _stacked([self.table(sources, half) for half in halves], upright=False)
        self._is_lost(destinations[0])
        return _nothing((1, 1))

    def _is_lost(self, point: GeoPoint) -> bool:
        if self._ask([point], [point]) is None:
            self.lost.add(point)
        return point in self.lost


def _nothing(shape: tuple[int, int]) -> Table:
    return Table(np.full(shape, np.inf), np.full(shape, np.inf))


def _spread(snap_m: Floats | None, columns: Sequence[int], size: int) -> Floats | None:
    if snap_m is None:
        return None
    spread = np.full(size, np.inf)
    spread[list(columns)] = snap_m
    return spread


def _stacked(parts: Sequence[Table], *, upright: bool) -> Table:
    """Tables one above the other, or side by side."""
    stack = np.vstack if upright else np.hstack
    seconds, metres = stack([p.seconds for p in parts]), stack([p.metres for p in parts])
    snaps = [part.snap_m for part in parts]
    if upright:
        return Table(seconds, metres, next((s for s in snaps if s is not None), None))
    if all(snap_m is None for snap_m in snaps):
        return Table(seconds, metres)
    widths = [part.seconds.shape[1] for part in parts]
    told = [np.full(w, np.inf) if s is None else s for s, w in zip(snaps, widths, strict=True)]
    return Table(seconds, metres, np.concatenate(told))
