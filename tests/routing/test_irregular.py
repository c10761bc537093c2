"""Irregular demands: any days whose gaps will do, chosen as a shortest path."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.check import check
from routing.check.day_sets import DaySets
from routing.evaluate import Sequenced, evaluate
from routing.files import problem_from_json, problem_to_json
from routing.params import SearchParams
from routing.patterns import (
    MOST_PATTERNS,
    free_paths,
    may_hold,
    open_days,
    patterns_of,
    required_visits,
)
from routing.problem import Pin, Problem, Weights
from routing.slots import best_slots
from routing.solve import EngineName, solve
from routing.stop import Iterations
from tests.routing.builders import MONDAY, build_problem, outlet, rep


def one(cycle: int = 2, days_off: tuple[int, ...] = (), **demand: Any) -> Problem:
    """One irregular outlet and one rep for so many weeks."""
    kept: dict[str, Any] = {"irregular": True, "visits": 1}
    return build_problem(
        [outlet("a", 10, **(kept | demand))], [rep(days_off=days_off)], weeks=cycle
    )


def sets(problem: Problem) -> tuple[tuple[int, ...], ...]:
    return patterns_of(problem, problem.demands[0])


def test_any_days_whose_gaps_will_do_are_allowed_round_the_cycle() -> None:
    problem = one(2, min_gap_days=5, max_gap_days=9)
    is_open = [d for d, each in enumerate(open_days(problem, problem.demands[0])) if each]
    expected = {
        (a, b) for a, b in combinations(is_open, 2) if 5 <= b - a <= 9 and 5 <= a + 14 - b <= 9
    }
    assert set(sets(problem)) == expected
    assert (0, 9) in expected  # no weekday of its own


def test_from_the_last_visit_and_to_the_next_cycle() -> None:
    problem = one(2, min_gap_days=5, max_gap_days=9, last_visit=MONDAY - timedelta(days=3))
    found = sets(problem)
    assert {first for first, _ in found} == {2, 3, 4}
    assert min(second for _, second in found) == 7
    assert all(5 <= b - a <= 9 for a, b in found)


def test_an_overdue_outlet_may_still_be_visited() -> None:
    found = sets(one(2, min_gap_days=5, max_gap_days=9, last_visit=MONDAY - timedelta(days=60)))
    assert {first for first, _ in found} == {0, 1, 2, 3, 4}


def test_leave_stretches_a_gap_to_the_first_day_after_it() -> None:
    problem = one(4, days_off=tuple(range(7, 21)), min_gap_days=4, max_gap_days=9)
    assert required_visits(problem, problem.demands[0]) == 2
    assert {b for a, b in sets(problem)} >= {21}
    assert all(b == 21 for a, b in sets(problem) if a < 7 and b - a > 9)


def test_pinned_days_are_in_every_set() -> None:
    found = sets(one(2, pins=(Pin(3),), min_gap_days=5, max_gap_days=9))
    assert found
    assert all(3 in each for each in found)


def test_pins_too_close_to_each_other_are_kept_all_the_same() -> None:
    found = sets(one(2, pins=(Pin(3), Pin(4)), min_gap_days=5, max_gap_days=9))
    assert found
    assert all({3, 4} <= set(each) for each in found)


def many(**demand: Any) -> Problem:
    """Twice a week for six weeks: far more sets than are listed."""
    return one(6, **({"visits": 2, "min_gap_days": 2, "max_gap_days": 5} | demand))


def test_of_too_many_sets_some_even_ones_are_listed_over_all_days() -> None:
    problem = many()
    found = sets(problem)
    assert free_paths(problem, problem.demands[0]) is not None
    assert len(found) <= MOST_PATTERNS
    assert {len(each) for each in found} == {12}
    assert {day for each in found for day in each} == {d for d in range(42) if d % 7 < 5}
    assert all(2 <= b - a <= 5 for each in found for a, b in pairwise(each))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_planner_and_checker_agree_on_any_days(data: st.DataObject) -> None:
    weeks = data.draw(st.integers(1, 6))
    days = st.sets(st.integers(0, 7 * weeks - 1), max_size=6)
    low = data.draw(st.none() | st.integers(1, 5))
    problem = one(
        weeks,
        tuple(data.draw(days)),
        visits=data.draw(st.integers(1, 5)),
        weeks=data.draw(st.integers(1, 3)),
        min_gap_days=low,
        max_gap_days=data.draw(st.none() | st.integers(low or 1, 12)),
        last_visit=data.draw(st.none() | st.dates(MONDAY - timedelta(30), MONDAY)),
        pins=tuple(Pin(day) for day in data.draw(st.sets(st.integers(0, 4), max_size=2))),
    )
    if data.draw(st.booleans()):
        past = evaluate(
            problem, [Sequenced("R1", d, ("a",)) for d in (0, 3) if problem.reps[0].shifts[d]]
        )
        problem = replace(problem, previous=past, frozen_until=data.draw(st.integers(0, 7)))
    demand, day_sets = problem.demands[0], DaySets(problem)
    assert day_sets.required(demand) == required_visits(problem, demand)
    for each in patterns_of(problem, demand):
        assert day_sets.allows(demand, frozenset(each))
    made = set(problem.frozen_visits.get("a", ()))
    to_come = range(problem.frozen_until, len(problem.days))
    some = frozenset(data.draw(st.sets(st.sampled_from([*to_come] or [0]), max_size=3))) | made
    if some and problem.frozen_until < len(problem.days):
        assert day_sets.allows(demand, some) == may_hold(problem, demand, some)


@pytest.mark.parametrize("engine", ["periodic", "ortools"])
@pytest.mark.parametrize("finish", [False, True])
def test_plans_keep_the_gaps(engine: EngineName, finish: bool) -> None:
    problem = build_problem(
        [
            outlet(n, p, visits=2, irregular=True, min_gap_days=2, max_gap_days=5)
            for n, p in zip("abcd", (10, 15, -20, 40), strict=True)
        ],
        [rep("R1", days_off=(3,)), rep("R2", position=30.0)],
        weeks=4,
        weights=Weights(imbalance=0.1),
    )
    params = SearchParams(finish_days=finish)
    plan = solve(problem, stop=Iterations(600), engine=engine, params=params).plan
    assert plan.unserved == ()
    for name in "abcd":
        visits = plan.days_of(name)
        assert len(visits) == 8
        assert all(2 <= b - a <= 5 for a, b in pairwise((*visits, visits[0] + 28)))


def test_irregular_days_follow_others_where_regular_ones_cannot() -> None:
    """The neighbour is visited on days no weekly pattern has; going along saves the way."""
    there = (0, 4, 8, 11, 16, 21, 25, 29, 32, 37)
    fixed = outlet("n", 60, patterns=(there,))
    gaps = {"visits": 2, "min_gap_days": 2, "max_gap_days": 6}
    free = build_problem([fixed, outlet("a", 60, irregular=True, **gaps)], weeks=6)
    bound = build_problem([fixed, outlet("a", 60, **gaps)], weeks=6)
    loose, tight = (solve(p, stop=Iterations(400), seed=3).plan for p in (free, bound))
    assert len(loose.days_of("a")) == len(tight.days_of("a")) == 12
    assert loose.cost.total < tight.cost.total - 100.0
    assert set(there) <= set(loose.days_of("a"))


def test_a_visit_that_is_too_dear_is_missing_and_the_others_keep_their_gaps() -> None:
    problem = many(max_gap_days=4)
    full = replace(
        problem.reps[0],
        shifts=tuple(
            replace(s, end_minute=490.0) if s and day in (14, 15, 16) else s
            for day, s in enumerate(problem.reps[0].shifts)
        ),
    )
    plan = solve(replace(problem, reps=(full,)), stop=Iterations(300)).plan
    days = plan.days_of("a")
    assert sum(u.count for u in plan.unserved) == 12 - len(days) <= 2
    assert all(b - a >= 2 for a, b in pairwise(days))
    assert not {14, 15, 16} & set(days)


def test_days_that_break_a_gap_are_found() -> None:
    problem = many()
    for days, right in (((0, 3, 8), True), ((0, 1), False), ((0, 3, 8, 9), False)):
        plan = evaluate(problem, [Sequenced("R1", day, ("a",)) for day in days])
        assert ("pattern-broken" in {f.code for f in check(problem, plan)}) is not right


def test_slots_keep_the_gaps() -> None:
    problem = many()
    plan = evaluate(problem, [Sequenced("R1", day, ("a",)) for day in (0, 7)])
    slots = best_slots(problem, plan, problem.demands[0], count=99)
    clean = {slot.day for slot in slots if not slot.violations}
    assert not {1, 6, 8} & clean
    assert {3, 4, 9} <= clean


def test_a_warm_start_is_taken_over() -> None:
    problem = many()
    first = solve(problem, stop=Iterations(50)).plan
    again = solve(problem, stop=Iterations(0), initial_plan=first).plan
    assert again.days_of("a") == first.days_of("a")


def test_the_freedom_is_written_and_read() -> None:
    problem = many()
    assert problem_from_json(problem_to_json(problem)).demands == problem.demands
