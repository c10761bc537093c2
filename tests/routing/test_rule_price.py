from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings

from routing.check import check
from routing.errors import InvalidProblem
from routing.patterns import patterns_of
from routing.problem import Problem
from routing.rule_price import (
    Difference,
    RulePrice,
    price_of_rule,
    with_free_weekdays,
    with_overtime,
    with_wider_gaps,
    without_breaks,
    without_windows,
)
from routing.solve import solve
from routing.stop import Iterations
from routing.validate import validate
from tests.routing.builders import build_problem, lunch, open_from, outlet, rep
from tests.routing.solvable import problems

RELAXATIONS = [
    without_breaks,
    with_overtime,
    with_free_weekdays,
    with_wider_gaps,
    without_windows,
]


def price(problem: Problem, relaxed: Problem, seeds: tuple[int, ...] = (1, 2)) -> RulePrice:
    """The price after short solves, whose plans are judged too."""
    for each in (problem, relaxed):
        plan = solve(each, stop=Iterations(200)).plan
        assert check(each, plan) == []
    return price_of_rule(problem, relaxed, stop=lambda: Iterations(200), seeds=seeds)


def test_a_fixed_weekday_costs_the_second_trip() -> None:
    problem = build_problem([outlet("a", 40, weekdays=(0,)), outlet("b", 40, weekdays=(1,))])
    found = price(problem, with_free_weekdays(problem))
    assert (found.minutes.by_seed, found.km.by_seed) == ((80.0, 80.0), (80.0, 80.0))
    assert found.visits.mean == 0.0
    assert found.minutes.is_clear


def test_a_window_costs_a_visit_that_fits_without_it() -> None:
    narrow = open_from("08:00", "08:30")
    outlets = [outlet("a", 0, windows=narrow), outlet("b", 0, windows=narrow)]
    problem = build_problem(outlets, [rep(days_off=(1, 2, 3, 4))])
    assert price(problem, without_windows(problem)).visits.by_seed == (1.0, 1.0)


def test_lunch_costs_a_visit_that_fits_without_it() -> None:
    workers = [rep(end="15:00", breaks=(lunch(),), days_off=(1, 2, 3, 4))]
    problem = build_problem([outlet("a", 0, 210), outlet("b", 0, 210)], workers)
    assert price(problem, without_breaks(problem)).visits.mean == 1.0


def test_the_end_of_the_day_costs_a_visit_that_overtime_would_make() -> None:
    workers = [rep(end="12:00", days_off=(1, 2, 3, 4))]
    problem = build_problem([outlet("a", 0, 150), outlet("b", 0, 150)], workers)
    found = price(problem, with_overtime(problem, 60.0))
    assert found.visits.mean == 1.0
    assert found.overtime_cost.mean == -120.0
    assert price(problem, with_overtime(problem, 30.0)).visits.mean == 0.0


def test_gaps_cost_what_closer_visits_would_save() -> None:
    workers = [rep(days_off=(2, 3, 4))]
    problem = build_problem([outlet("a", 10, visits=2, min_gap_days=3)], workers)
    assert price(problem, with_wider_gaps(problem, 2)).visits.mean >= 0.0
    before, after = problem.demands[0], with_wider_gaps(problem, 2).demands[0]
    assert (after.min_gap_days, after.max_gap_days) == (1, before.weeks * 5 + 2)
    assert (0, 1) in patterns_of(with_wider_gaps(problem, 2), after)
    assert (0, 1) not in patterns_of(problem, before)


def test_a_rule_that_changes_nothing_costs_nothing() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 20)])
    found = price(problem, without_breaks(problem))
    assert (found.minutes.mean, found.minutes.noise, found.minutes.is_clear) == (0.0, 0.0, False)


def test_noise_is_the_standard_error_over_seeds() -> None:
    assert Difference((1.0, 3.0)).noise == pytest.approx(1.0)
    assert Difference((5.0,)).noise == math.inf
    assert not Difference((5.0,)).is_clear
    assert Difference((9.0, 10.0, 11.0)).is_clear
    assert not Difference((-9.0, 10.0, 11.0)).is_clear


def test_closed_weekdays_stay_closed_when_hours_are_not_asked_for() -> None:
    hours = open_from("09:00", "10:00", closed=(0, 5, 6))
    problem = build_problem([outlet("a", 10, windows=hours)])
    assert without_windows(problem).demands[0].weekdays == (1, 2, 3, 4)
    shut = build_problem([outlet("a", 10, windows=open_from("9:00", "10:00", range(7)))])
    assert without_windows(shut).demands == shut.demands


def test_no_seeds_are_refused() -> None:
    problem = build_problem([outlet("a", 10)])
    with pytest.raises(ValueError, match="seed"):
        price_of_rule(problem, problem, stop=lambda: Iterations(1), seeds=())


def test_a_relaxed_problem_with_faults_is_refused() -> None:
    problem = build_problem([outlet("a", 10)])
    wrong = build_problem([outlet("a", 10, minutes=-1)])
    with pytest.raises(InvalidProblem):
        price_of_rule(problem, wrong, stop=lambda: Iterations(1), seeds=(1,))


@pytest.mark.parametrize("relax", RELAXATIONS)
@given(problem=problems())
@settings(max_examples=40, deadline=None)
def test_relaxed_problems_are_right(relax: Callable[[Problem], Problem], problem: Problem) -> None:
    assert validate(relax(problem)) == []
