from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.territories.rules import (
    Area,
    Box,
    Holding,
    LonLat,
    bounding_box,
    holders,
    propose,
)
from routing.territory.rings import geometry_faults

SQUARE = [[0, 0], [0, 2], [2, 2], [2, 0], [0, 0]]
WEST, EAST, ANNE, BEN = (UUID(int=number) for number in range(1, 5))


def polygon(*rings: list[Any]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def square(left: float, size: float = 2.0) -> dict[str, Any]:
    return polygon([[left + x * size / 2, y * size / 2] for x, y in SQUARE])


def codes(geometry: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault.code, fault.where) for fault in geometry_faults(geometry)]


def holding(number: int, lon: float, rep: UUID | None = None, fixed: bool = False) -> Holding:
    return Holding(UUID(int=number), LonLat(lon, 1.0), rep, fixed)


class TestGeometryFaults:
    def test_a_square_with_a_hole_is_right(self) -> None:
        hole = [[0.5, 0.5], [1, 0.5], [1, 1], [0.5, 0.5]]
        assert codes(polygon(SQUARE, hole)) == []

    def test_two_areas_apart_are_right(self) -> None:
        far = [[[x + 5, y] for x, y in SQUARE]]
        assert codes({"type": "MultiPolygon", "coordinates": [[SQUARE], far]}) == []

    @pytest.mark.parametrize(
        "geometry",
        [{}, {"type": "Point", "coordinates": [0, 0]}, {"type": "Polygon", "coordinates": []}],
    )
    def test_something_else_than_an_area_is_refused(self, geometry: dict[str, Any]) -> None:
        assert codes(geometry) == [("geometry-type", "geometry")]

    def test_an_open_ring_is_named_with_its_last_point(self) -> None:
        assert codes(polygon(SQUARE[:-1])) == [("ring-not-closed", "ring[0].point[3]")]

    def test_a_ring_of_three_points_is_too_short(self) -> None:
        assert ("ring-too-short", "ring[0]") in codes(polygon([[0, 0], [1, 1], [0, 0]]))

    def test_latitude_and_longitude_swapped_are_noticed(self) -> None:
        ring = [[41, -180.5], [41, -8], [42, -8], [41, -180.5]]
        assert codes(polygon(ring)) == [
            ("point-out-of-range", "ring[0].point[0]"),
            ("point-out-of-range", "ring[0].point[3]"),
        ]

    def test_a_crossing_outline_is_named_with_ring_and_point(self) -> None:
        bow = [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]
        assert codes(polygon(bow)) == [("ring-crosses-itself", "ring[0].point[0]")]

    def test_a_hole_outside_is_refused(self) -> None:
        hole = [[5, 5], [6, 5], [6, 6], [5, 5]]
        assert codes(polygon(SQUARE, hole)) == [("rings-do-not-fit", "")]

    def test_all_faults_come_together(self) -> None:
        broken = [[0, 0], ["a", 1], [500, 0], [1, 1, 1]]
        found = codes({"type": "MultiPolygon", "coordinates": [[SQUARE], [broken, [[0, 0]]], []]})
        assert found == [
            ("ring-not-closed", "polygon[1].ring[0].point[3]"),
            ("point-not-numbers", "polygon[1].ring[0].point[1]"),
            ("point-out-of-range", "polygon[1].ring[0].point[2]"),
            ("point-not-numbers", "polygon[1].ring[0].point[3]"),
            ("ring-too-short", "polygon[1].ring[1]"),
            ("geometry-empty", "polygon[2]"),
        ]

    json = st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=3),
        lambda children: st.lists(children, max_size=5),
        max_leaves=30,
    )

    @given(st.sampled_from(["Polygon", "MultiPolygon"]), json)
    def test_no_input_breaks_the_check(self, kind: str, coordinates: Any) -> None:
        geometry = {"type": kind, "coordinates": coordinates}
        assert all(fault.code and fault.action for fault in geometry_faults(geometry))


def test_the_box_is_around_the_shape() -> None:
    assert bounding_box(polygon([[3, 1], [4, 1], [4, 2], [3, 1]])) == Box(1, 2, 3, 4)


def test_points_know_the_areas_that_hold_them() -> None:
    areas = [Area(WEST, ANNE, square(0)), Area(EAST, BEN, square(1))]
    points = [LonLat(0.5, 1), LonLat(1.5, 1), LonLat(9, 9), LonLat(0, 1)]
    assert holders(areas, points) == [(0,), (0, 1), (), (0,)]


class TestPropose:
    west, east = Area(WEST, ANNE, square(0)), Area(EAST, BEN, square(2.5))

    def test_an_outlet_goes_to_the_rep_of_its_area(self) -> None:
        found = propose([self.west, self.east], [holding(1, 1.0), holding(2, 3.0, ANNE)])
        assert found.gained(ANNE) == (UUID(int=1),)
        assert found.gained(BEN) == found.lost(ANNE) == (UUID(int=2),)

    def test_an_outlet_with_the_right_rep_does_not_move(self) -> None:
        assert propose([self.west], [holding(1, 1.0, ANNE)]).moves == ()

    def test_a_fixed_outlet_is_kept_and_listed(self) -> None:
        found = propose([self.west], [holding(1, 1.0, BEN, fixed=True)])
        assert (found.moves, found.kept) == ((), (UUID(int=1),))

    def test_an_outlet_in_two_areas_of_two_reps_is_listed_and_not_moved(self) -> None:
        found = propose([self.west, Area(EAST, BEN, square(1))], [holding(1, 1.5)])
        assert found.moves == ()
        assert [overlap.territory_ids for overlap in found.overlaps] == [(WEST, EAST)]

    def test_an_outlet_in_two_areas_of_one_rep_moves(self) -> None:
        found = propose([self.west, Area(EAST, ANNE, square(1))], [holding(1, 1.5)])
        assert found.gained(ANNE) == (UUID(int=1),)
        assert len(found.overlaps) == 1

    def test_an_outlet_in_no_area_is_listed_and_keeps_its_rep(self) -> None:
        found = propose([self.west], [holding(1, 9.0, BEN)])
        assert (found.moves, found.uncovered) == ((), (UUID(int=1),))

    def test_an_area_without_a_rep_proposes_nobody(self) -> None:
        found = propose([Area(WEST, None, square(0))], [holding(1, 1.0, BEN)])
        assert (found.moves, found.uncovered) == ((), ())
