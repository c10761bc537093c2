"""The matrix cache, with an engine that counts what it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from maps.roads.engine import PartialTableError, Table
from maps.roads.matrices import matrix_of
from maps.roads.matrix_cache import MatrixCache
from routing.geo import GeoPoint, great_circle_m

TOWN = [GeoPoint(60.0 + at / 1000, 25.0 + at % 7 / 500) for at in range(40)]


class Engine:
    """Straight lines; ``lost`` points have no way, ``broken`` ones no answer."""

    key = "counting:foot:1"

    def __init__(self, identity: str = "town", fast: float = 1.0) -> None:
        self.identity = identity
        self.fast = fast
        self.asked: list[tuple[int, int]] = []
        self.lost: set[GeoPoint] = set()
        self.broken: set[GeoPoint] = set()
        self.moved_m = 0.0

    def table(
        self, points: Sequence[GeoPoint], sources: Sequence[int], destinations: Sequence[int]
    ) -> Table:
        self.asked.append((len(sources), len(destinations)))
        pick = np.ix_(list(sources), list(destinations))
        metres = great_circle_m(points)[pick]
        seconds = metres / self.fast
        for row, at in enumerate(sources):
            for column, to in enumerate(destinations):
                if at != to and {points[at], points[to]} & self.lost:
                    seconds[row, column] = metres[row, column] = np.inf
                if at != to and {points[at], points[to]} & self.broken:
                    seconds[row, column] = metres[row, column] = np.nan
        table = Table(seconds, metres, np.full(len(destinations), 7.0 + self.moved_m))
        if np.isnan(seconds).any():
            raise PartialTableError("remote-partial", "Some failed.", "Again.", table)
        return table

    @property
    def cells(self) -> int:
        return sum(rows * columns for rows, columns in self.asked)


def test_new_places_cost_new_rows_and_columns_only(tmp_path: Path) -> None:
    engine = Engine()
    matrix_of(engine, TOWN[:30], tmp_path)
    engine.asked.clear()
    grown = matrix_of(engine, TOWN[:33], tmp_path)
    assert engine.asked == [(3, 33), (30, 3)]
    assert grown == matrix_of(Engine(), TOWN[:33])


def test_the_same_places_in_any_order_cost_nothing(tmp_path: Path) -> None:
    engine = Engine()
    first = matrix_of(engine, TOWN, tmp_path)
    engine.asked.clear()
    turned = matrix_of(engine, TOWN[::-1], tmp_path)
    assert (turned.seconds == first.seconds[::-1, ::-1]).all()
    fewer = matrix_of(engine, TOWN[5:9], tmp_path)
    assert (fewer.metres == first.metres[5:9, 5:9]).all()
    assert engine.asked == []


def test_a_place_twice_is_asked_once(tmp_path: Path) -> None:
    engine = Engine()
    matrix = matrix_of(engine, [*TOWN[:3], TOWN[0]], tmp_path)
    assert engine.asked == [(3, 3)]
    assert matrix.seconds[0, 3] == 0.0
    assert (matrix.seconds[:, 3] == matrix.seconds[:, 0]).all()


def test_a_list_outgrown_leaves_no_file(tmp_path: Path) -> None:
    engine = Engine()
    for size in (30, 34, 38):
        matrix_of(engine, TOWN[:size], tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    matrix_of(engine, TOWN[20:], tmp_path)  # not inside: another file
    assert len(list(tmp_path.iterdir())) == 2


def test_few_known_places_are_not_worth_extending(tmp_path: Path) -> None:
    engine = Engine()
    matrix_of(engine, TOWN[:5], tmp_path)
    engine.asked.clear()
    matrix_of(engine, TOWN, tmp_path)
    assert engine.asked == [(40, 40)]


def test_another_network_knows_nothing_of_it(tmp_path: Path) -> None:
    matrix_of(Engine(), TOWN, tmp_path)
    other = Engine("another town", fast=2.0)
    assert matrix_of(other, TOWN, tmp_path).seconds[0, 1] > 0
    assert other.asked == [(40, 40)]


def test_places_that_snap_elsewhere_are_asked_anew(tmp_path: Path) -> None:
    engine = Engine()
    matrix_of(engine, TOWN[:30], tmp_path)
    engine.asked.clear()
    engine.moved_m = 50.0
    grown = matrix_of(engine, TOWN[:33], tmp_path)
    assert engine.asked == [(3, 33), (33, 33)]
    assert grown.snap_m is not None
    assert set(grown.snap_m.tolist()) == {57.0}


def test_no_way_is_kept_as_no_way(tmp_path: Path) -> None:
    engine = Engine()
    engine.lost = {TOWN[2]}
    fresh = matrix_of(engine, TOWN[:6], tmp_path)
    kept = matrix_of(engine, TOWN[:6], tmp_path)
    assert kept == fresh
    assert np.isinf(kept.seconds[2, 3])
    assert kept.seconds[2, 2] == 0.0


def test_long_ways_are_kept_too(tmp_path: Path) -> None:
    far = [GeoPoint(0.0, 0.0), GeoPoint(40.0, 90.0), GeoPoint(0.001, 0.0)]
    engine = Engine()
    assert matrix_of(engine, far, tmp_path) == matrix_of(engine, far, tmp_path)
    assert len(engine.asked) == 1


def test_a_thousand_places_take_few_bytes(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    places = [GeoPoint(60 + a, 25 + b) for a, b in chance.uniform(0, 0.3, (300, 2)).tolist()]
    matrix_of(Engine(fast=10.0), places, tmp_path)
    [file] = tmp_path.iterdir()
    assert file.stat().st_size < 300 * 300 * 4 + 300 * 18 + 2000


def test_what_was_answered_in_part_is_asked_for_the_rest_only(tmp_path: Path) -> None:
    engine = Engine()
    engine.broken = {TOWN[1], TOWN[7]}
    with pytest.raises(PartialTableError):
        matrix_of(engine, TOWN[:20], tmp_path)
    engine.broken.clear()
    engine.asked.clear()
    whole = matrix_of(engine, TOWN[:20], tmp_path)
    assert engine.asked == [(2, 20), (18, 2)]
    assert whole == matrix_of(Engine(), TOWN[:20])


def test_a_part_of_what_is_new_keeps_what_is_old(tmp_path: Path) -> None:
    engine = Engine()
    matrix_of(engine, TOWN[:20], tmp_path)
    engine.broken = {TOWN[20]}
    with pytest.raises(PartialTableError):
        matrix_of(engine, TOWN[:21], tmp_path)
    engine.asked.clear()
    matrix_of(engine, TOWN[:20], tmp_path)
    assert engine.asked == []


def test_answers_that_are_too_old_are_asked_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine()

    def asked_at(second: float, places: int) -> int:
        monkeypatch.setattr("maps.roads.matrix_cache.time.time", lambda: second)
        engine.asked.clear()
        matrix_of(engine, TOWN[:places], tmp_path, most_age_s=100.0)
        return engine.cells

    assert asked_at(1000.0, 8) == 64
    assert asked_at(1060.0, 9) == 9 + 8
    assert asked_at(1090.0, 9) == 0
    assert asked_at(1110.0, 9) == 81  # most of them are 110 seconds old
    assert len(list(tmp_path.iterdir())) == 1


def test_the_least_recently_used_go_when_the_folder_is_full(tmp_path: Path) -> None:
    cache = MatrixCache(tmp_path, "town", limit_bytes=4500)
    for start in (0, 10, 20):
        points = TOWN[start : start + 10]
        at = range(10)
        cache.keep(points, Engine().table(points, at, at), None)
    assert cache.best(TOWN[20:30]) is not None
    assert len(list(tmp_path.iterdir())) == 2
    assert cache.best(TOWN[:10]) is None
