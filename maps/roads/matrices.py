"""The matrix of a list of places: from the cache, from the engine, or new rows and columns only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from maps.roads.engine import PartialTableError, Table, TableEngine, check_points
from maps.roads.matrix_cache import Kept, MatrixCache
from routing.geo import GeoPoint
from routing.travel import TravelMatrix

#: Below this share of known places everything is asked anew.
_WORTH_EXTENDING = 0.5
_NEAR_M = 1.0


def matrix_of(
    engine: TableEngine,
    points: Sequence[GeoPoint],
    cache_dir: Path | None = None,
    most_age_s: float | None = None,
) -> TravelMatrix:
    """Seconds (to a tenth) and whole metres between all points, ``inf`` where no way is.

    With ``cache_dir`` what was answered before is found again by the engine's identity and the
    coordinates, in whatever order, and only new places are asked about; what was answered more
    than ``most_age_s`` seconds ago is asked again.  Where the engine answers in part, that part is
    kept and the error raised: the next call asks for the rest.
    """
    check_points(points)
    distinct = list(dict.fromkeys(GeoPoint(*point) for point in points))
    if not distinct:
        return TravelMatrix(np.empty((0, 0)), np.empty((0, 0)), engine.key, False, np.empty(0))
    cache = None
    if cache_dir is not None:
        cache = MatrixCache(cache_dir, engine.identity, most_age_s=most_age_s)
    table = _square(engine, distinct, cache)
    if len(distinct) < len(points):
        place = {point: at for at, point in enumerate(distinct)}
        table = _cut(table, [place[GeoPoint(*point)] for point in points])
    return TravelMatrix(table.seconds, table.metres, engine.key, False, table.snap_m)


def _square(engine: TableEngine, points: list[GeoPoint], cache: MatrixCache | None) -> Table:
    if cache is None:
        return _whole(engine, points)
    kept = cache.best(points)
    if kept is not None and len(points) <= len(kept.index) and kept.index.keys() >= set(points):
        return kept.cut(points)
    try:
        extended = _extended(engine, points, kept)
        table = extended or _whole(engine, points)
    except PartialTableError as error:
        whole = _answered(error.table)
        error.missing = tuple(points[at] for at in set(range(len(points))).difference(whole))
        if len(whole) > (len(kept.index) if kept else 1):
            part = _rounded(_cut(error.table, whole))
            cache.keep([points[at] for at in whole], part, kept, reuses=True)
        raise
    cache.keep(points, table, kept, reuses=extended is not None)
    return table


def _whole(engine: TableEngine, points: list[GeoPoint]) -> Table:
    everywhere = range(len(points))
    return _rounded(engine.table(points, everywhere, everywhere))


def _extended(engine: TableEngine, points: list[GeoPoint], kept: Kept | None) -> Table | None:
    """The kept table with the new places' rows and columns; None where that does not do.

    On a road network of several pieces a new place may put others on another road: then the
    snaps differ from those kept, and everything is asked anew.
    """
    known = [at for at, point in enumerate(points) if kept and point in kept.index]
    if kept is None or len(known) < _WORTH_EXTENDING * len(points):
        return None
    new = sorted(set(range(len(points))).difference(known))
    old = kept.cut([points[at] for at in known])
    size = len(points)
    seconds, metres = np.full((size, size), np.nan), np.full((size, size), np.nan)
    seconds[np.ix_(known, known)], metres[np.ix_(known, known)] = old.seconds, old.metres
    try:
        rows = _rounded(engine.table(points, new, range(size)))
        if _moved(rows, old, known):
            return None
        seconds[new], metres[new] = rows.seconds, rows.metres
        columns = _rounded(engine.table(points, known, new))
        pick = np.ix_(known, new)
        seconds[pick], metres[pick] = columns.seconds, columns.metres
    except PartialTableError as error:
        error.table = Table(seconds, metres, _snaps(old, known, size))
        raise
    return Table(seconds, metres, rows.snap_m)


def _snaps(old: Table, known: list[int], size: int) -> np.ndarray | None:
    if old.snap_m is None:
        return None
    snap_m = np.zeros(size)
    snap_m[known] = old.snap_m
    return snap_m


def _moved(rows: Table, old: Table, known: list[int]) -> bool:
    if rows.snap_m is None or old.snap_m is None:
        return (rows.snap_m is None) != (old.snap_m is None)
    return bool((np.abs(rows.snap_m[known] - old.snap_m) > _NEAR_M).any())


def _answered(table: Table) -> list[int]:
    """Places among which every pair was answered: the worst leave, one after another."""
    missing = np.isnan(table.seconds) | np.isnan(table.metres)
    stays = np.ones(len(missing), dtype=bool)
    while (holes := missing[:, stays].sum(axis=1) + missing[stays].sum(axis=0))[stays].any():
        stays[np.where(stays, holes, -1).argmax()] = False
    return np.flatnonzero(stays).tolist()


def _cut(table: Table, rows: Sequence[int]) -> Table:
    pick, snap_m = np.ix_(rows, rows), table.snap_m
    return Table(
        table.seconds[pick], table.metres[pick], None if snap_m is None else snap_m[list(rows)]
    )


def _rounded(table: Table) -> Table:
    """As exact as it is kept, so that a kept matrix is the same matrix."""
    snap_m = table.snap_m
    return Table(
        np.rint(table.seconds * 10.0) / 10.0,
        np.rint(table.metres),
        None if snap_m is None else np.rint(snap_m * 10.0) / 10.0,
    )
