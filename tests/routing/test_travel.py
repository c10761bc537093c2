from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.geo import EARTH_RADIUS_M, GeoPoint, great_circle_m
from routing.travel import DETOUR, TravelMatrix, estimate_matrix
from tests.routing.builders import line_matrix

HELSINKI = GeoPoint(60.1699, 24.9384)
TALLINN = GeoPoint(59.4370, 24.7536)

points = st.builds(GeoPoint, st.floats(-90, 90), st.floats(-180, 180))


class TestGreatCircle:
    def test_gives_known_distances(self) -> None:
        metres = great_circle_m([HELSINKI, TALLINN])
        assert metres[0, 1] == pytest.approx(82_200, rel=0.005)

    def test_a_degree_of_latitude_is_a_360th_of_the_earth(self) -> None:
        metres = great_circle_m([GeoPoint(0, 0), GeoPoint(1, 0)])
        assert metres[0, 1] == pytest.approx(2 * np.pi * EARTH_RADIUS_M / 360)

    def test_crosses_the_date_line_the_short_way(self) -> None:
        metres = great_circle_m([GeoPoint(0, 179.5), GeoPoint(0, -179.5)])
        assert metres[0, 1] == pytest.approx(2 * np.pi * EARTH_RADIUS_M / 360)

    def test_of_opposite_points_is_half_the_earth(self) -> None:
        metres = great_circle_m([GeoPoint(90, 0), GeoPoint(-90, 0)])
        assert metres[0, 1] == pytest.approx(np.pi * EARTH_RADIUS_M)

    def test_of_no_points_is_an_empty_matrix(self) -> None:
        assert great_circle_m([]).shape == (0, 0)

    @given(st.lists(points, max_size=5))
    def test_is_symmetric_finite_and_nothing_to_itself(self, at: list[GeoPoint]) -> None:
        metres = great_circle_m(at)
        assert np.isfinite(metres).all()
        assert (metres == metres.T).all() or np.allclose(metres, metres.T)
        assert (np.diag(metres) == 0.0).all()


class TestEstimate:
    def test_is_straight_lines_times_the_detour_at_one_speed(self) -> None:
        travel = estimate_matrix([HELSINKI, TALLINN], speed_kmh=36.0)
        straight = great_circle_m([HELSINKI, TALLINN])[0, 1]
        assert travel.metres[0, 1] == pytest.approx(straight * DETOUR)
        assert travel.seconds[0, 1] == pytest.approx(straight * DETOUR / 10.0)

    def test_says_that_it_is_one(self) -> None:
        travel = estimate_matrix([HELSINKI], speed_kmh=4.8)
        assert travel.estimate
        assert travel.source == "estimate:4.8kmh"

    def test_takes_another_detour(self) -> None:
        travel = estimate_matrix([HELSINKI, TALLINN], speed_kmh=36.0, detour=1.0)
        assert (travel.metres == great_circle_m([HELSINKI, TALLINN])).all()


class TestTravelMatrix:
    def test_knows_how_many_places_it_joins(self) -> None:
        assert line_matrix([0, 10, 20]).size == 3

    def test_equals_another_with_the_same_figures(self) -> None:
        assert line_matrix([0, 10]) == line_matrix([0, 10])

    def test_differs_by_figures_source_and_estimate(self) -> None:
        travel = line_matrix([0, 10])
        assert travel != line_matrix([0, 11])
        assert travel != replace(travel, source="other")
        assert travel != replace(travel, estimate=True)
        assert travel != replace(travel, metres=travel.metres * 2)

    def test_equals_itself_where_no_road_leads(self) -> None:
        endless = np.array([[0.0, np.inf], [np.inf, 0.0]])
        assert TravelMatrix(endless, endless, "x") == TravelMatrix(endless.copy(), endless, "x")

    def test_is_no_key_of_a_dictionary(self) -> None:
        with pytest.raises(TypeError):
            hash(line_matrix([0]))
