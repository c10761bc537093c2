"""The one-vehicle model of a day: what it answers where the given order breaks a rule."""

from __future__ import annotations

from dataclasses import replace

from routing.engines.ortools_routing import DayTask, best_order

# A day of eleven stops and two appointments that no order keeps.
_LEGS = [
    [0, 917, 466, 599, 880, 1122, 1409, 1550, 1275, 1094, 836, 347, 0],
    [917, 0, 1231, 1270, 1364, 1592, 1826, 2045, 1863, 1756, 1749, 1151, 917],
    [466, 1231, 0, 163, 489, 703, 988, 1101, 814, 628, 650, 681, 466],
    [599, 1270, 163, 0, 328, 542, 829, 953, 678, 512, 755, 840, 599],
    [880, 1364, 489, 328, 0, 250, 532, 704, 501, 441, 1035, 1156, 880],
    [1122, 1592, 703, 542, 250, 0, 289, 459, 317, 372, 1157, 1382, 1122],
    [1409, 1826, 988, 829, 532, 289, 0, 249, 357, 536, 1393, 1668, 1409],
    [1550, 2045, 1101, 953, 704, 459, 249, 0, 315, 533, 1397, 1775, 1550],
    [1275, 1863, 814, 678, 501, 317, 357, 315, 0, 219, 1085, 1477, 1275],
    [1094, 1756, 628, 512, 441, 372, 536, 533, 219, 0, 870, 1273, 1094],
    [836, 1749, 650, 755, 1035, 1157, 1393, 1397, 1085, 870, 0, 740, 836],
    [347, 1151, 681, 840, 1156, 1382, 1668, 1775, 1477, 1273, 740, 0, 347],
    [0, 917, 466, 599, 880, 1122, 1409, 1550, 1275, 1094, 836, 347, 0],
]
_SERVICE = [0, 2400, 1800, 1800, 2400, 2400, 2400, 1200, 1200, 1200, 1800, 1800, 0]
_ALL_DAY = [(0, 61200)]


def day(first: int, second: int, end: int = 61200) -> DayTask:
    """Stops 1 and 4 begin at a fixed second."""
    openings = [_ALL_DAY] * 11
    openings[0], openings[3] = [(first, first)], [(second, second)]
    return DayTask(_LEGS, _LEGS, _SERVICE, openings, 32400, end, end, 333)


def test_a_day_that_no_order_keeps_has_none_and_the_search_for_one_ends() -> None:
    assert best_order(day(35460, 40380), range(1, 12), 20) is None


def test_a_given_order_that_breaks_a_rule_is_replaced_by_one_of_all_stops() -> None:
    task = day(35460, 40380, end=72000)
    openings = [_ALL_DAY if span == _ALL_DAY else span for span in task.openings]
    found = best_order(replace(task, openings=[[(0, 72000)], *openings[1:]]), range(11, 0, -1), 20)
    assert found is not None
    assert sorted(found) == list(range(1, 12))
