from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from routing.geo import GeoPoint
from routing.territory.links import candidates, crosses, longest_hops
from routing.territory.reach import MatrixReach, StraightReach, finite, pair_minutes

LINE = [GeoPoint(60 + at * 0.01, 25.0) for at in range(4)]


def test_outlets_on_a_line_are_beside_the_next_and_those_on_one_spot_beside_each_other() -> None:
    a, b = candidates([*LINE, LINE[0]])
    assert sorted(zip(a.tolist(), b.tolist(), strict=True)) == [
        (0, 1),
        (0, 4),
        (1, 2),
        (1, 4),
        (2, 3),
    ]


def test_the_longest_hop_of_the_best_way_is_found() -> None:
    a, b = np.array([0, 1, 2, 0, 1]), np.array([1, 2, 3, 3, 3])
    minutes = np.array([1.0, 5.0, 2.0, 9.0, 7.0])
    assert longest_hops(4, a, b, minutes).tolist() == [1.0, 5.0, 2.0, 5.0, 5.0]


def test_pairs_are_asked_in_blocks_and_come_back_in_order() -> None:
    random = np.random.default_rng(1)
    minutes = random.random((200, 200))
    a, b = random.integers(0, 200, 500), random.integers(0, 200, 500)
    expected = (minutes[a, b] + minutes[b, a]) / 2
    assert pair_minutes(MatrixReach(minutes), a, b) == pytest.approx(expected)


def test_straight_lines_take_usual_minutes() -> None:
    (row,) = StraightReach(LINE).between(np.array([0]), np.arange(4))
    assert row[0] == 0.0
    assert all(late - soon == pytest.approx(row[1]) for soon, late in pairwise(row))
    assert row[1] == pytest.approx(1112 * 1.3 / 1000 / 20 * 60, rel=0.01)


def test_what_no_road_reaches_is_far_away() -> None:
    assert finite(np.array([[1.0, np.inf], [2.0, 3.0]])).tolist() == [[1.0, 30.0], [2.0, 3.0]]


def test_a_line_between_two_is_a_barrier_and_one_beside_them_is_none() -> None:
    one, other = np.array([0, 1]), np.array([1, 2])
    between = [GeoPoint(60.005, 24.0), GeoPoint(60.005, 26.0)]
    assert crosses(LINE, one, other, [between]).tolist() == [True, False]
    assert crosses(LINE, one, other, [[GeoPoint(0, 0), GeoPoint(1, 1)]]).tolist() == [False] * 2
    assert crosses(LINE, one, other, []).tolist() == [False, False]
