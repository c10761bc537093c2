"""A table asked for in parts."""

from __future__ import annotations

import numpy as np

from maps.roads.engine import Floats, Table
from maps.roads.remote.dialect import Limits


class Blocks:
    """A table of so many rows and columns, put together from blocks that keep some limits."""

    def __init__(self, rows: int, columns: int, limits: Limits) -> None:
        self._rows, self._columns = rows, columns
        self._width = min(columns, limits.destinations, max(1, limits.places - 1))
        most = min(limits.sources, limits.cells // self._width, limits.places - self._width)
        self._height = max(1, most)
        self._seconds = np.full((rows, columns), np.nan)
        self._metres = np.full((rows, columns), np.nan)
        self._snap_m: Floats | None = None
        self.answered = 0
        self.count = len(self.blocks())

    def blocks(self) -> list[tuple[range, range]]:
        """All blocks, column by column."""
        return [
            (
                range(top, min(top + self._height, self._rows)),
                range(left, min(left + self._width, self._columns)),
            )
            for left in range(0, self._columns, self._width)
            for top in range(0, self._rows, self._height)
        ]

    def put(self, rows: range, columns: range, answer: Table) -> None:
        """Put the answer of a block in its place."""
        pick = np.ix_(rows, columns)
        self._seconds[pick], self._metres[pick] = answer.seconds, answer.metres
        if answer.snap_m is not None:
            snap_m = np.full(self._columns, np.inf) if self._snap_m is None else self._snap_m
            snap_m[columns] = np.minimum(snap_m[columns], answer.snap_m)
            self._snap_m = snap_m
        self.answered += 1

    def table(self) -> Table:
        """What there is so far, ``nan`` where nothing is."""
        return Table(self._seconds, self._metres, self._snap_m)
