from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.archive.rules import (
    Frequency,
    Override,
    Policy,
    WeekWindow,
    frequency_of,
    pick_policy,
    place_is_possible,
    week_windows,
)

WEEK = date(2026, 3, 4)
START = date(2026, 1, 1)


def _policy(
    channel: str = "*",
    visits: int = 1,
    *,
    grade: str = "A",
    start: date = START,
    end: date | None = None,
) -> Policy:
    return Policy(grade, channel, Frequency(visits, 1, 20), start, end)


class TestPickPolicy:
    def test_the_channel_itself_comes_before_any_channel(self) -> None:
        any_channel, kiosk = _policy(), _policy("kiosk", 2)
        assert pick_policy([kiosk, any_channel], "A", "kiosk", WEEK) is kiosk
        assert pick_policy([kiosk, any_channel], "A", "bar", WEEK) is any_channel

    def test_another_grade_has_no_say(self) -> None:
        assert pick_policy([_policy(grade="B")], "A", "kiosk", WEEK) is None

    def test_a_policy_holds_from_its_first_day_until_the_day_before_its_end(self) -> None:
        policy = _policy(start=date(2026, 3, 4), end=date(2026, 3, 6))
        days = [date(2026, 3, day) for day in (3, 4, 5, 6)]
        assert [policy.holds(day) for day in days] == [False, True, True, False]

    def test_of_several_the_latest_counts(self) -> None:
        old, new = _policy(), _policy(visits=3, start=date(2026, 2, 1))
        assert pick_policy([new, old], "A", "kiosk", WEEK) is new
        assert pick_policy([new, old], "A", "kiosk", date(2026, 1, 31)) is old


class TestFrequencyOf:
    def test_an_override_replaces_only_its_own_figure(self) -> None:
        assert frequency_of(_policy(visits=2), Override(minutes=45)) == Frequency(2, 1, 45)
        assert frequency_of(_policy(), Override(1, 4)) == Frequency(1, 4, 20)

    def test_a_full_override_needs_no_policy(self) -> None:
        assert frequency_of(None, Override(1, 2, 30)) == Frequency(1, 2, 30)

    def test_a_missing_figure_means_that_nothing_is_known(self) -> None:
        assert frequency_of(None, Override(visits=1)) is None


class TestWeekWindows:
    def test_a_day_may_have_several_windows(self) -> None:
        windows = week_windows("Mo 08:00-12:00,14:00-18:00; Sa 09:00-13:00", WEEK)
        assert windows == (
            WeekWindow(0, 480, 720),
            WeekWindow(0, 840, 1080),
            WeekWindow(5, 540, 780),
        )

    def test_always_open_is_seven_whole_days(self) -> None:
        assert week_windows("24/7", WEEK) == tuple(WeekWindow(day, 0, 1440) for day in range(7))

    def test_hours_after_midnight_are_clipped(self) -> None:
        windows = week_windows("Mo-Su 18:00-02:00", WEEK)
        assert windows == tuple(WeekWindow(day, 1080, 1440) for day in range(7))

    def test_hours_after_midnight_do_not_open_the_next_day(self) -> None:
        assert week_windows("Fr 18:00-03:00", WEEK) == (WeekWindow(4, 1080, 1440),)

    def test_a_bakery_that_opens_at_night_keeps_its_hours(self) -> None:
        assert week_windows("Tu 00:00-12:00", WEEK) == (WeekWindow(1, 0, 720),)

    def test_a_closed_weekday_has_no_window(self) -> None:
        windows = week_windows("Mo-Su 10:00-19:00; Tu off", WEEK)
        assert windows is not None
        assert [window.weekday for window in windows] == [0, 2, 3, 4, 5, 6]

    def test_seasons_are_read_for_the_week(self) -> None:
        text = "Jun-Aug Mo 08:00-20:00; Sep-May Mo 10:00-16:00"
        assert week_windows(text, WEEK) == (WeekWindow(0, 600, 960),)
        assert week_windows(text, date(2026, 7, 1)) == (WeekWindow(0, 480, 1200),)

    def test_hours_that_are_only_unknown_do_not_count(self) -> None:
        assert week_windows("Mo 10:00-12:00 unknown", WEEK) == ()

    @pytest.mark.parametrize("text", ["garbage !!", "Mo-Fr 9-17", "", "Mo 25:99", "周一 8点"])
    def test_a_broken_text_gives_none(self, text: str) -> None:
        assert week_windows(text, WEEK) is None

    @given(st.text(max_size=40))
    def test_no_text_breaks_the_reader(self, text: str) -> None:
        for window in week_windows(text, WEEK) or ():
            assert 0 <= window.start_minute < window.end_minute <= 1440


@pytest.mark.parametrize(
    ("lat", "lon", "possible"),
    [
        (41.15, -8.61, True),
        (0.0, 0.0, False),
        (91.0, 0.0, False),
        (0.0, 181.0, False),
        (float("nan"), 1.0, False),
    ],
)
def test_degrees_lie_on_the_earth(lat: float, lon: float, possible: bool) -> None:
    assert place_is_possible(lat, lon) is possible
