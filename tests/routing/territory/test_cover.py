from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from shapely.geometry import box, mapping, shape

from routing.errors import InvalidProblem
from routing.geo import GeoPoint, great_circle_m
from routing.territory import edits
from routing.territory.cover import gaps, overlaps, point_holders
from routing.territory.rings import geometry_faults, place_of
from routing.territory.tally import imbalance, neighbour_legs_m, tally, work_of


def at(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A box near Porto; units are a thousandth of a degree, some 100 m."""
    corners = (-8.6 + west / 1e3, 41.1 + south / 1e3, -8.6 + east / 1e3, 41.1 + north / 1e3)
    return dict(mapping(box(*corners)))


LEFT, RIGHT = at(0, 0, 10, 10), at(10, 0, 20, 10)
NEAR, ACROSS, APART = at(10.2, 0, 20, 10), at(9, 0, 20, 10), at(15, 0, 20, 10)


def ground(*areas: dict[str, Any]) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    shapes = [shape(area) for area in areas]
    return [g.shapes for g in overlaps(shapes)], [g.shapes for g in gaps(shapes)]


def test_neighbours_side_by_side_have_neither_gap_nor_overlap() -> None:
    assert ground(LEFT, RIGHT) == ([], [])
    assert ground() == ground(LEFT) == ([], [])


def test_ground_that_two_hold_is_shown_with_its_size() -> None:
    (found,) = overlaps([shape(LEFT), shape(ACROSS)])
    assert found.shapes == (0, 1)
    assert shape(found.geometry).equals(shape(at(9, 0, 10, 10)))
    assert found.m2 == pytest.approx(93_166, rel=0.01)


def test_a_narrow_gap_is_a_fault_and_a_wide_one_is_not() -> None:
    assert ground(LEFT, NEAR) == ([], [(0, 1)])
    assert ground(LEFT, APART) == ([], [])


def test_ground_enclosed_by_territories_is_a_gap_however_wide() -> None:
    ring = edits.cut(at(0, 0, 30, 30), [at(10, 10, 20, 20)])
    assert ground(ring) == ([], [(0,)])
    assert ground(ring, at(10, 10, 20, 20)) == ([], [])


def test_points_are_held_by_what_they_lie_in_or_on() -> None:
    points = np.array([(-8.595, 41.105), (-8.59, 41.105), (-8.0, 41.0)])
    areas, held = point_holders([shape(LEFT), shape(RIGHT)], points)
    assert sorted(zip(areas.tolist(), held.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 1)]


def right(areas: list[dict[str, Any]]) -> list[Any]:
    assert all(geometry_faults(area) == [] for area in areas)
    return [shape(area) for area in areas]


def test_merged_areas_are_one_ring() -> None:
    (whole,) = right([edits.merge([LEFT, RIGHT])])
    assert whole.geom_type == "Polygon"
    assert whole.area == pytest.approx(2 * shape(LEFT).area)


def test_areas_that_do_not_touch_stay_apart_when_merged() -> None:
    assert right([edits.merge([LEFT, APART])])[0].geom_type == "MultiPolygon"


def test_a_line_right_through_splits() -> None:
    one, other = right(edits.split(LEFT, [[-8.61, 41.103], [-8.58, 41.103]]))
    assert one.area > other.area
    assert one.area + other.area == pytest.approx(shape(LEFT).area)
    assert one.intersection(other).area == 0


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ([[-8.595, 41.103], [-8.58, 41.103]], "split-misses"),
        ([[-8.0, 41.0], [-8.1, 41.0]], "split-misses"),
        ([[-8.595, 41.103]], "line-too-short"),
        ([[-8.595, 41.103], [-8.595, 41.103]], "line-too-short"),
    ],
)
def test_a_line_that_does_not_split_is_refused(line: list[list[float]], code: str) -> None:
    with pytest.raises(InvalidProblem) as refusal:
        edits.split(LEFT, line)
    assert [fault.code for fault in refusal.value.faults] == [code]


def test_a_piece_is_cut_out_but_not_everything() -> None:
    (left,) = right([edits.cut(LEFT, [ACROSS])])
    assert left.equals(shape(at(0, 0, 9, 10)))
    with pytest.raises(InvalidProblem, match="cut-takes-all"):
        edits.cut(LEFT, [at(-1, -1, 11, 11)])


@pytest.mark.parametrize("neighbour", [NEAR, ACROSS])
def test_snapping_leaves_neither_gap_nor_overlap(neighbour: dict[str, Any]) -> None:
    snapped = edits.snap(LEFT, [neighbour], 30.0)
    right([snapped])
    assert ground(snapped, neighbour) == ([], [])
    far = shape(snapped).symmetric_difference(shape(LEFT)).difference(shape(neighbour))
    assert far.area < 0.03 * shape(LEFT).area


def test_snapping_to_somebody_far_away_changes_nothing() -> None:
    assert shape(edits.snap(LEFT, [APART], 30.0)).equals(shape(LEFT))


def test_the_place_of_a_fault_is_found() -> None:
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
    (fault,) = geometry_faults(bow)
    assert place_of(bow, fault.where) == (0.0, 0.0)
    assert place_of(bow, "geometry") is None
    assert place_of({}, fault.where) is None


def test_legs_are_those_to_the_nearest_three() -> None:
    random = np.random.default_rng(1)
    lon_lat = random.normal(size=(400, 2)) * (0.1, 0.05) + (-8.6, 41.15)
    apart = great_circle_m([GeoPoint(lat, lon) for lon, lat in lon_lat.tolist()])
    exact = np.sort(apart, axis=1)[:, 1:4].mean(axis=1)
    found = neighbour_legs_m(lon_lat)
    assert (found >= exact * 0.995).all()
    assert found.mean() == pytest.approx(exact.mean(), rel=0.01)


def test_outlets_on_one_spot_are_no_way_apart() -> None:
    spot = np.array([(-8.6, 41.1)] * 4)
    assert neighbour_legs_m(spot).tolist() == [0.0] * 4
    assert neighbour_legs_m(spot[:1]).tolist() == [0.0]
    assert neighbour_legs_m(np.empty((0, 2))).tolist() == []


def test_a_tally_counts_visits_work_and_the_way_home() -> None:
    lon_lat = np.array([(-8.6, 41.1), (-8.6, 41.11), (-8.6, 41.12)])
    work = work_of(lon_lat, np.array([4.0, 1.0, 0.0]), np.array([80.0, 30.0, 0.0]), 30.0)
    found = tally(work, np.array([0, 1]))
    assert (found.outlets, found.visits, found.service_minutes) == (2, 5.0, 110.0)
    assert found.minutes == pytest.approx(110.0 + found.travel_minutes)
    away = tally(work, np.array([0, 1]), GeoPoint(41.5, -8.6))
    assert away.travel_minutes > found.travel_minutes
    assert tally(work, np.array([], dtype=np.int64), GeoPoint(41.5, -8.6)).minutes == 0.0


def test_imbalance_is_the_worst_deviation_from_the_mean() -> None:
    assert imbalance(np.array([90.0, 100.0, 110.0])) == pytest.approx(0.1)
    assert imbalance(np.array([])) == imbalance(np.zeros(3)) == 0.0


def test_a_shape_of_too_many_points_is_refused_before_it_is_looked_at() -> None:
    faults = geometry_faults({"type": "Polygon", "coordinates": [[[0, 0]] * 100_001]})
    assert [fault.code for fault in faults] == ["geometry-too-large"]
