import pytest
import shapely

from maps.basemap.coast import sea

SQUARE = shapely.box(0, 0, 10, 10)


def test_water_lies_to_the_right_of_a_coast() -> None:
    [right] = sea([shapely.LineString([(4, 0), (4, 10)])], SQUARE)
    assert right.equals(shapely.box(4, 0, 10, 10))


def test_a_coast_the_other_way_round_has_water_on_its_other_side() -> None:
    [left] = sea([shapely.LineString([(4, 10), (4, 0)])], SQUARE)
    assert left.equals(shapely.box(0, 0, 4, 10))


def test_an_island_is_not_sea() -> None:
    shore = shapely.LineString([(4, 4), (6, 4), (6, 6), (4, 6), (4, 4)])
    [around] = sea([shore], SQUARE)
    assert around.area == pytest.approx(100 - 4)


def test_a_coast_cut_short_is_led_to_the_edge() -> None:
    [right] = sea([shapely.LineString([(4, 0.5), (4, 9.5)])], SQUARE)
    assert right.area == pytest.approx(60)


def test_without_a_coast_there_is_no_sea() -> None:
    assert sea([], SQUARE) == []
