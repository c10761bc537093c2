from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings

from routing.calendar import DayKind
from routing.check.day_sets import DaySets
from routing.patterns import MOST_PATTERNS, Pattern, open_days, patterns_of, required_visits
from routing.problem import Pin, Problem
from tests.routing import solvable
from tests.routing.builders import MONDAY, build_problem, open_from, outlet, rep


def one(weeks: int = 1, days_off: tuple[int, ...] = (), **demand: Any) -> Problem:
    """A problem of one outlet, keywords as for VisitDemand, and one rep."""
    exceptions = demand.pop("exceptions", None)
    return build_problem(
        [outlet("a", 10, **demand)], [rep(days_off=days_off)], weeks=weeks, exceptions=exceptions
    )


def patterns(problem: Problem) -> tuple[Pattern, ...]:
    return patterns_of(problem, problem.demands[0])


def required(problem: Problem) -> int:
    return required_visits(problem, problem.demands[0])


def weekdays_open(problem: Problem) -> list[int]:
    return [day for day, is_open in enumerate(open_days(problem, problem.demands[0])) if is_open]


def on(day: int, kind: DayKind = DayKind.HOLIDAY) -> dict[date, DayKind]:
    return {MONDAY + timedelta(days=day): kind}


class TestOpenDays:
    def test_are_the_worked_days_where_nothing_forbids_them(self) -> None:
        assert weekdays_open(one()) == [0, 1, 2, 3, 4]

    def test_leave_out_closed_days_and_weekdays_that_are_not_allowed(self) -> None:
        assert weekdays_open(one(weekdays=(0, 1, 2), closed_days=(1,))) == [0, 2]

    def test_leave_out_weekdays_without_a_window(self) -> None:
        assert weekdays_open(one(windows=open_from("09:00", "17:00", closed=(0, 4)))) == [1, 2, 3]

    def test_leave_out_holidays_and_take_in_swapped_days(self) -> None:
        exceptions = on(2) | on(5, DayKind.SWAPPED)
        workers = [rep()]
        problem = build_problem([outlet("a", 10)], workers, exceptions=exceptions)
        assert weekdays_open(problem) == [0, 1, 3, 4, 5]

    def test_leave_out_days_on_which_no_rep_who_may_come_works(self) -> None:
        problem = build_problem(
            [outlet("a", 10, rep_ids=("R2",))], [rep("R1"), rep("R2", days_off=(0, 3))]
        )
        assert weekdays_open(problem) == [1, 2, 4]

    def test_take_in_days_on_which_one_of_several_reps_works(self) -> None:
        problem = build_problem(
            [outlet("a", 10)], [rep("R1", days_off=(0, 1)), rep("R2", days_off=(1, 2))]
        )
        assert weekdays_open(problem) == [0, 2, 3, 4]


class TestBaseSets:
    def test_one_visit_a_week_may_be_on_any_worked_day(self) -> None:
        assert patterns(one()) == ((0,), (1,), (2,), (3,), (4,))

    def test_two_a_week_keep_half_and_one_and_a_half_times_the_even_gap_round_the_week(
        self,
    ) -> None:
        found = patterns(one(visits=2))
        # even gap 3.5: from 2 to 5 days, also from the second visit to the first of next week
        assert found == ((0, 2), (0, 3), (0, 4), (1, 3), (1, 4), (2, 4))

    def test_the_upper_limit_widens_to_the_least_that_can_be_had(self) -> None:
        # Monday and Tuesday only: gaps of 1 and 6 where 2 to 5 are usual
        assert patterns(one(visits=2, weekdays=(0, 1), min_gap_days=1)) == ((0, 1),)

    def test_a_stated_upper_limit_is_not_widened(self) -> None:
        assert patterns(one(visits=2, weekdays=(0, 1), min_gap_days=1, max_gap_days=5)) == ()

    def test_stated_gaps_replace_the_usual_ones(self) -> None:
        assert patterns(one(visits=2, min_gap_days=3, max_gap_days=4)) == (
            (0, 3), (0, 4), (1, 4),
        )  # fmt: skip

    def test_the_default_lower_limit_is_kept_even_where_nothing_else_is_possible(self) -> None:
        assert patterns(one(visits=2, weekdays=(0, 1))) == ()

    def test_every_day_of_a_five_day_week(self) -> None:
        assert patterns(one(visits=5)) == ((0, 1, 2, 3, 4),)

    def test_a_holiday_weekday_is_nominal_and_a_swapped_day_is_not(self) -> None:
        shifted = one(exceptions=on(5, DayKind.SWAPPED))
        assert all(5 not in pattern for pattern in patterns(shifted))
        assert (3,) in patterns(one(exceptions=on(2)))

    def test_more_than_the_most_patterns_are_thinned_to_the_most_even(self) -> None:
        problem = one_of(4, visits=5, per=4)
        found = patterns(problem)
        assert len(found) == MOST_PATTERNS
        spread = max(sum((b - a) ** 2 for a, b in pairwise(p)) for p in found)
        assert spread < 4 * 8**2  # far from the widest gaps allowed

    def test_too_much_freedom_falls_back_to_the_frequency_in_lowest_terms(self) -> None:
        found = patterns(one_of(4, visits=8, per=4))
        assert len(found) <= MOST_PATTERNS
        assert found == patterns(one_of(4, visits=2, per=1))


def one_of(weeks: int, *, visits: int, per: int, **demand: Any) -> Problem:
    """A cycle of ``weeks`` weeks in which ``visits`` are due every ``per`` weeks."""
    problem = one(weeks, visits=visits, **demand)
    return replace(problem, demands=(replace(problem.demands[0], weeks=per),))


class TestRepetition:
    def test_a_weekly_set_is_repeated_through_the_cycle(self) -> None:
        assert patterns(one(weeks=3))[0] == (0, 7, 14)

    def test_a_fortnightly_visit_may_begin_in_either_week(self) -> None:
        found = patterns(one_of(4, visits=1, per=2))
        assert found[0] == (0, 14)
        assert found[-1] == (11, 25)
        assert len(found) == 10

    def test_a_cycle_that_is_no_whole_number_of_periods_keeps_the_sets_with_the_due_number(
        self,
    ) -> None:
        problem = one_of(4, visits=1, per=3)  # 28 / 21 = 1.33, rounded to 1
        assert required(problem) == 1
        assert {len(p) for p in patterns(problem)} == {1}
        assert len(patterns(problem)) == 20  # no gap speaks against any of its days

    def test_half_a_visit_is_rounded_up(self) -> None:
        assert required(one_of(1, visits=1, per=2)) == 1
        assert required(one_of(3, visits=1, per=2)) == 2

    def test_a_visit_due_in_less_than_half_is_not_required(self) -> None:
        problem = one_of(1, visits=1, per=4)
        assert required(problem) == 0
        assert patterns(problem) == ()


class TestLastVisit:
    def test_the_first_visit_keeps_the_least_gap(self) -> None:
        friday = MONDAY - timedelta(days=3)
        assert patterns(one(last_visit=friday)) == ((1,), (2,), (3,), (4,))  # 4 days at least

    def test_the_first_visit_keeps_the_greatest_gap(self) -> None:
        problem = one(weeks=2, visits=2, last_visit=MONDAY - timedelta(days=4))
        assert all(p[0] + 4 <= 5 for p in patterns(problem))

    def test_an_overdue_outlet_waives_the_greatest_gap(self) -> None:
        assert patterns(one(last_visit=MONDAY - timedelta(days=60))) == patterns(one())

    def test_where_no_day_is_late_enough_the_least_gap_is_waived_too(self) -> None:
        problem = one(weekdays=(0,), last_visit=MONDAY - timedelta(days=1))
        assert patterns(problem) == ((0,),)

    def test_in_a_part_of_a_period_it_decides_whether_a_visit_is_due(self) -> None:
        long_ago, lately = MONDAY - timedelta(days=25), MONDAY - timedelta(days=3)
        assert required(one_of(1, visits=1, per=4, last_visit=long_ago)) == 1
        assert required(one_of(1, visits=1, per=4, last_visit=lately)) == 0


class TestClosedDays:
    def test_a_visit_on_a_holiday_moves_to_the_nearest_open_day_the_earlier_of_two(self) -> None:
        assert patterns(one(weekdays=(2,), exceptions=on(2))) == ()  # no other day is open
        moved = patterns(one_of(1, visits=2, per=1, exceptions=on(2)))
        assert all(2 not in p for p in moved)
        assert (0, 3) in moved

    def test_a_moved_visit_keeps_the_gaps_to_its_neighbours(self) -> None:
        problem = one(weeks=2, weekdays=(0, 4), exceptions=on(7), min_gap_days=6, max_gap_days=8)
        # Monday, Monday: the second cannot move to Friday (4 or 11 days), so it is left out
        assert patterns(problem) == ((0,), (4, 11))

    def test_leave_that_closes_a_whole_week_takes_its_visit_off_the_requirement(self) -> None:
        problem = one(weeks=2, days_off=tuple(range(7, 14)), max_gap_days=7, min_gap_days=7)
        assert required(problem) == 1

    def test_where_nothing_is_open_the_frequency_is_required_all_the_same(self) -> None:
        problem = one(weeks=2, weekdays=(6,))
        assert patterns(problem) == ()
        assert required(problem) == 2


class TestStatedPatterns:
    def test_are_taken_as_they_are(self) -> None:
        assert patterns(one(patterns=((3, 1), (0,)))) == ((0,), (1, 3))

    def test_lose_days_that_are_not_open_and_the_requirement_stays(self) -> None:
        problem = one(patterns=((1, 3),), days_off=(3,))
        assert patterns(problem) == ((1,),)
        assert required(problem) == 2

    def test_that_lose_all_days_are_not_allowed(self) -> None:
        assert patterns(one(patterns=((3,),), days_off=(3,))) == ()


class TestPins:
    def test_only_sets_that_hold_the_pinned_day_are_allowed(self) -> None:
        assert patterns(one(visits=2, pins=(Pin(0),))) == ((0, 2), (0, 3), (0, 4))

    def test_where_no_set_holds_it_the_nearest_visit_moves_to_it(self) -> None:
        problem = one(patterns=((0, 3), (1, 4)), pins=(Pin(2),))
        assert patterns(problem) == ((0, 2), (2, 4))

    def test_a_pin_is_allowed_where_the_frequency_asks_for_no_visit(self) -> None:
        problem = one_of(1, visits=1, per=4, pins=(Pin(2),))
        assert patterns(problem) == ((2,),)
        assert required(problem) == 1

    def test_a_second_pin_does_not_move_the_first(self) -> None:
        problem = one(pins=(Pin(0), Pin(4)))
        assert patterns(problem) == ((0, 4),)

    def test_a_pin_on_a_closed_day_changes_nothing(self) -> None:
        assert patterns(one(pins=(Pin(5),))) == patterns(one())


@settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(solvable.problems())
def test_every_allowed_set_keeps_the_rule(problem: Problem) -> None:
    for demand in problem.demands:
        is_open = open_days(problem, demand)
        until = problem.frozen_until
        pinned = {pin.day for pin in demand.pins if pin.day >= until}
        made = set(problem.frozen_visits.get(demand.id, ()))
        found = patterns_of(problem, demand)
        assert list(found) == sorted(set(found))
        assert len(found) <= MOST_PATTERNS
        for pattern in found:
            assert pattern
            assert list(pattern) == sorted(set(pattern))
            assert {day for day in pattern if day < until} == made
            assert all(is_open[day] for day in pattern if day >= until)
            assert pinned <= set(pattern)
            assert len(pattern) <= required_visits(problem, demand, found)
            if demand.min_gap_days and not (pinned or made) and demand.patterns is None:
                assert all(b - a >= demand.min_gap_days for a, b in pairwise(pattern))


def test_appointments_beyond_the_stated_sets_are_required_too() -> None:
    pins = (Pin(0), Pin(1))
    problem = build_problem([outlet("a", 5, patterns=((0,),), pins=pins)])
    (demand,) = problem.demands
    assert patterns_of(problem, demand) == ((0, 1),)
    assert required_visits(problem, demand) == 2
    assert DaySets(problem).required(demand) == 2


def test_the_rest_of_a_cycle_spreads_fortnightly_visits_over_all_its_weeks() -> None:
    """Three weeks left: exact repeats alone would leave the middle week to nobody."""
    problem = build_problem([outlet("a", 5, visits=1, weeks=2)], weeks=3)
    patterns = patterns_of(problem, problem.demands[0])
    assert required_visits(problem, problem.demands[0]) == 2
    assert {tuple(d // 7 for d in p) for p in patterns} == {(0, 1), (0, 2), (1, 2)}
    assert all(7 <= b - a <= 21 for a, b in patterns)


def test_a_rest_that_every_set_fills_keeps_its_weekdays() -> None:
    problem = build_problem([outlet("a", 5)], weeks=3)
    patterns = patterns_of(problem, problem.demands[0])
    assert all(len({d % 7 for d in p}) == 1 for p in patterns)
    assert len(patterns) == 5
