from __future__ import annotations

from datetime import date, timedelta

import pytest

from routing.calendar import Day, DayKind, cycle_days, cycle_start
from tests.routing.builders import MONDAY


class TestDay:
    @pytest.mark.parametrize(
        ("kind", "works"),
        [
            (DayKind.WORKING, True),
            (DayKind.SWAPPED, True),
            (DayKind.REST, False),
            (DayKind.HOLIDAY, False),
        ],
    )
    def test_is_worked_or_not_by_its_kind(self, kind: DayKind, works: bool) -> None:
        assert Day(MONDAY, kind).works is works

    def test_weekdays_count_from_monday(self) -> None:
        assert [Day(MONDAY + timedelta(days=d)).weekday for d in (0, 4, 6)] == [0, 4, 6]


class TestCycleStart:
    @pytest.mark.parametrize("offset", [0, 1, 27])
    def test_is_the_anchor_within_the_first_cycle(self, offset: int) -> None:
        assert cycle_start(MONDAY + timedelta(days=offset), MONDAY, 4) == MONDAY

    def test_follows_after_the_last_day_of_a_cycle(self) -> None:
        assert cycle_start(MONDAY + timedelta(days=28), MONDAY, 4) == MONDAY + timedelta(days=28)

    def test_lies_before_the_anchor_for_dates_before_it(self) -> None:
        assert cycle_start(MONDAY - timedelta(days=1), MONDAY, 4) == MONDAY - timedelta(days=28)

    def test_crosses_a_year_without_losing_a_day(self) -> None:
        anchor = date(2025, 12, 1)
        assert cycle_start(date(2026, 1, 1), anchor, 2) == date(2025, 12, 29)


class TestCycleDays:
    def test_are_all_consecutive_dates_of_the_weeks(self) -> None:
        days = cycle_days(MONDAY, 2)
        assert [day.date for day in days] == [MONDAY + timedelta(days=d) for d in range(14)]

    def test_are_worked_from_monday_to_friday_unless_told_otherwise(self) -> None:
        assert [day.works for day in cycle_days(MONDAY, 1)] == [True] * 5 + [False] * 2

    def test_may_be_worked_six_days_a_week(self) -> None:
        six = cycle_days(MONDAY, 1, working_weekdays=range(6))
        assert [day.works for day in six] == [True] * 6 + [False]

    def test_a_start_in_mid_week_keeps_weekdays_apart_from_positions(self) -> None:
        days = cycle_days(MONDAY + timedelta(days=3), 1)
        assert [day.works for day in days] == [True, True, False, False, True, True, True]

    def test_exceptions_go_before_weekdays(self) -> None:
        saturday = MONDAY + timedelta(days=5)
        exceptions = {MONDAY: DayKind.HOLIDAY, saturday: DayKind.SWAPPED}
        days = cycle_days(MONDAY, 1, exceptions=exceptions)
        assert days[0].kind is DayKind.HOLIDAY
        assert days[5].kind is DayKind.SWAPPED
        assert [day.works for day in days] == [False, True, True, True, True, True, False]

    def test_exceptions_on_other_dates_change_nothing(self) -> None:
        later = {MONDAY + timedelta(days=70): DayKind.HOLIDAY}
        assert cycle_days(MONDAY, 1, exceptions=later) == cycle_days(MONDAY, 1)
