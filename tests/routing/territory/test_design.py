from __future__ import annotations

import numpy as np
import pytest

from routing.errors import InvalidProblem
from routing.geo import GeoPoint
from routing.territory.balance import strays_of
from routing.territory.design import Obstacle, TerritoryDesign, design_territories
from routing.territory.links import links_of
from routing.territory.reach import MatrixReach, StraightReach
from routing.travel import estimate_matrix


def town(count: int, seed: int = 1) -> tuple[list[GeoPoint], list[float]]:
    """Outlets thick in the middle, and 15 to 120 minutes of work in each."""
    random = np.random.default_rng(seed)
    at = random.normal(size=(count, 2)) * (0.05, 0.1) + (60.2, 24.9)
    minutes = random.choice([15.0, 40.0, 120.0], size=count)
    return [GeoPoint(float(a), float(b)) for a, b in at], minutes.tolist()


def parts(points: list[GeoPoint], design: TerritoryDesign) -> int:
    owner = np.array(design.assignment, dtype=np.int64)
    links, _ = links_of(points, StraightReach(points))
    return len(strays_of(owner, links))


@pytest.mark.parametrize("k", [1, 2, 3, 6])
@pytest.mark.parametrize("seed", [1, 2])
def test_territories_are_balanced_and_in_one_piece(k: int, seed: int) -> None:
    points, work = town(300, seed)
    design = design_territories(points, work, None, k)
    assert set(design.assignment) == set(range(k))
    assert design.balanced
    assert design.imbalance <= 0.05
    assert design.stray_outlets == parts(points, design) == 0


def test_loads_count_work_and_travel_of_each_territory() -> None:
    points, work = town(200)
    design = design_territories(points, work, None, 3)
    inside = [
        sum(w for w, t in zip(work, design.assignment, strict=True) if t == territory)
        for territory in range(3)
    ]
    assert all(a > b > 0 for a, b in zip(design.load_minutes, inside, strict=True))
    mean = sum(design.load_minutes) / 3
    worst = max(abs(load - mean) for load in design.load_minutes)
    assert design.imbalance == pytest.approx(worst / mean)


def test_visits_far_apart_weigh_more_than_visits_close_by() -> None:
    close = [GeoPoint(60 + i * 1e-4, 25) for i in range(60)]
    sparse = [GeoPoint(61 + i * 0.05, 25) for i in range(60)]
    design = design_territories([*close, *sparse], [30.0] * 120, None, 2, visits=[4.0] * 120)
    counts = np.bincount(design.assignment)
    assert design.balanced
    assert max(counts) > min(counts) + 10


def test_compact_territories_follow_travel_times_not_the_crow() -> None:
    points = [GeoPoint(60 + i * 0.001, 25 + j * 0.001) for i in range(12) for j in (0, 1)]
    minutes = estimate_matrix(points, 20.0).seconds / 60
    bank = np.array([p.lon > 25.0005 for p in points])  # a river without a bridge nearby
    minutes = minutes + 60.0 * (bank[:, None] != bank[None, :])
    design = design_territories(points, [30.0] * 24, minutes, 2)
    owner = np.array(design.assignment)
    assert len(set(owner[bank])) == len(set(owner[~bank])) == 1


def test_an_outlet_no_road_reaches_is_still_given_to_somebody() -> None:
    points, work = town(30)
    minutes = estimate_matrix(points, 20.0).seconds / 60
    minutes[3, :] = minutes[:, 3] = np.inf
    design = design_territories(points, work, minutes, 2)
    assert design.assignment[3] in (0, 1)
    assert np.isfinite(design.load_minutes).all()


def test_fixed_outlets_stay_where_they_are() -> None:
    points, work = town(200)
    fixed = [i % 3 if i < 12 else None for i in range(200)]
    design = design_territories(points, work, None, 3, fixed=fixed)
    assert design.assignment[:12] == tuple(fixed[:12])
    assert design.imbalance <= 0.05


def test_too_much_fixed_work_is_named_as_the_obstacle() -> None:
    points, work = town(60)
    design = design_territories(points, work, None, 3, fixed=[0] * 50 + [None] * 10)
    assert design.obstacle is Obstacle.FIXED
    assert not design.balanced
    assert design.assignment[:50] == (0,) * 50


def test_a_very_large_outlet_is_named_as_the_obstacle() -> None:
    points, _ = town(20)
    design = design_territories(points, [5000.0] + [30.0] * 19, None, 2)
    assert design.obstacle is Obstacle.LARGE_OUTLET
    assert design.imbalance > 0.05


def test_todays_balanced_territories_hardly_change() -> None:
    points, work = town(300)
    today = design_territories(points, work, None, 3).assignment
    again = design_territories(points, work, None, 3, today=today, seed=9)
    assert again.changed_share <= 0.02
    assert design_territories(points, work, None, 3).changed_share == 0.0


def test_keeping_todays_outlets_costs_fewer_changes_than_starting_afresh() -> None:
    points, work = town(300)
    today = [int(p.lon > 24.95) + int(p.lon > 25.0) for p in points]  # far from balanced
    kept = design_territories(points, work, None, 3, today=today)
    fresh = design_territories(points, work, None, 3, today=today, keep_minutes=0.0)
    assert kept.balanced
    assert 0.0 < kept.changed_share <= fresh.changed_share
    changed = [t != a for t, a in zip(today, kept.assignment, strict=True)]
    assert kept.changed_share == pytest.approx(sum(changed) / 300)


def test_new_outlets_without_a_territory_are_no_change() -> None:
    points, work = town(100)
    today = [*design_territories(points[:99], work[:99], None, 2).assignment, None]
    design = design_territories(points, work, None, 2, today=today)
    changed = [t != a for t, a in zip(today[:99], design.assignment[:99], strict=True)]
    assert design.changed_share == pytest.approx(sum(changed) / 99)


def test_each_rep_gets_the_territory_round_home() -> None:
    west = [GeoPoint(60 + i * 0.001, 24.0) for i in range(30)]
    east = [GeoPoint(60 + i * 0.001, 25.0) for i in range(30)]
    homes = [GeoPoint(60.01, 25.1), GeoPoint(60.01, 23.9)]
    design = design_territories([*west, *east], [30.0] * 60, None, 2, homes=homes)
    assert design.assignment == (1,) * 30 + (0,) * 30


def test_outlets_on_one_spot_or_one_line_can_be_shared_out() -> None:
    spot = design_territories([GeoPoint(60, 25)] * 40, [30.0] * 40, None, 2)
    line = design_territories([GeoPoint(60, 25 + i / 100) for i in range(40)], [30.0] * 40, None, 2)
    assert spot.balanced
    assert line.balanced
    assert line.stray_outlets == 0


def test_the_same_seed_gives_the_same_design() -> None:
    points, work = town(200)
    assert design_territories(points, work, None, 4, seed=3) == design_territories(
        points, work, None, 4, seed=3
    )


def test_all_faults_of_the_input_are_named_at_once() -> None:
    points, work = town(10)
    work[4] = float("nan")
    with pytest.raises(InvalidProblem) as caught:
        design_territories(points, work, np.zeros((9, 9)), 11, today=[12] + [None] * 9)
    assert [fault.code for fault in caught.value.faults] == [
        "territory-count-invalid",
        "territory-length-mismatch",
        "territory-figure-invalid",
        "territory-unknown",
    ]


def test_a_territory_never_reaches_over_a_barrier() -> None:
    points = [GeoPoint(60 + i * 0.001, 25 + j * 0.001) for i in range(12) for j in range(6)]
    river = [GeoPoint(59.0, 25.0025), GeoPoint(61.0, 25.0025)]
    design = design_territories(points, [30.0] * 72, None, 4, barriers=[river])
    banks = {(t, p.lon > 25.0025) for p, t in zip(points, design.assignment, strict=True)}
    assert design.balanced
    assert len(banks) == 4


def test_outlets_on_both_banks_are_neighbours_only_at_the_bridge() -> None:
    points = [GeoPoint(60 + i * 0.001, 25 + j * 0.001) for i in range(30) for j in (0, 1)]
    row, east = np.arange(60) // 2, np.arange(60) % 2 == 1
    by_the_bridge = 2.0 * np.minimum(row[:, None], row[None, :])  # it stands at row 0
    minutes = estimate_matrix(points, 20.0).seconds / 60
    minutes = minutes + by_the_bridge * (east[:, None] != east[None, :])
    links, _ = links_of(points, MatrixReach(minutes))
    across = {int(row[a]) for a, b in zip(links.a, links.b, strict=True) if east[a] != east[b]}
    assert 0 in across
    assert max(across) <= 2
    assert strays_of(np.zeros(60, dtype=np.int64), links) == []


def test_what_must_stay_of_today_stays() -> None:
    points, work = town(300)
    today = [int(p.lon > 24.95) + int(p.lon > 25.0) for p in points]
    loose = design_territories(points, work, None, 3, today=today, keep_minutes=0.0)
    tight = design_territories(points, work, None, 3, today=today, keep_minutes=0.0, least_kept=0.8)
    assert loose.changed_share > 0.2 >= tight.changed_share
    assert tight.balanced or tight.obstacle is Obstacle.KEPT


def test_territories_lie_round_homes_that_are_centres() -> None:
    points, work = town(200)
    homes = [GeoPoint(60.2, 24.8), GeoPoint(60.2, 25.0)]
    design = design_territories(points, work, None, 2, homes=homes, home_is_centre=True)
    assert design.balanced
    mean = [
        np.mean([p.lon for p, t in zip(points, design.assignment, strict=True) if t == at])
        for at in (0, 1)
    ]
    assert mean[0] < mean[1]


def test_the_share_done_is_told_and_stopping_keeps_the_best() -> None:
    points, work = town(200)
    told: list[float] = []

    def watch(share: float) -> bool:
        told.append(share)
        return True

    design = design_territories(points, work, None, 4, watch=watch)
    assert set(design.assignment) == {0, 1, 2, 3}
    assert design.balanced
    assert told[-1] == 1.0
    assert 0.0 < told[0] < 1.0
