from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.evaluate import Sequenced, evaluate
from routing.problem import Break, Problem
from routing.trial import Trial, TrialDay
from routing.trial_days import TrialDays
from tests.routing.builders import build_problem, open_from, outlet, rep

visits = st.lists(
    st.tuples(st.integers(0, 60), st.integers(5, 90), st.integers(480, 900), st.integers(10, 500)),
    min_size=1,
    max_size=6,
)
pauses = st.lists(
    st.tuples(st.integers(540, 800), st.integers(10, 40), st.integers(0, 120)), max_size=2
)


def one_day(places: list[tuple[int, int, int, int]], spans: list[tuple[int, int, int]]) -> Problem:
    breaks = tuple(
        Break(f"b{i}", float(length), float(start), float(start + length + slack))
        for i, (start, length, slack) in enumerate(spans)
    )
    outlets = [
        outlet(f"o{i}", at, long, windows=open_from(f"0:{opens}", f"0:{opens + long + slack}"))
        for i, (at, long, opens, slack) in enumerate(places)
    ]
    return build_problem(outlets, [rep(breaks=breaks, hard_end="17:30")])


def trial_day(problem: Problem) -> TrialDay:
    """Monday with every outlet but the first."""
    order = tuple(demand.id for demand in problem.demands[1:])
    plan = evaluate(problem, [Sequenced("R1", 0, order)])
    return TrialDays(problem, plan).day("R1", 0)


@given(visits, pauses)
@settings(max_examples=200, deadline=None)
def test_the_best_place_is_the_one_that_exact_timing_finds(
    places: list[tuple[int, int, int, int]], spans: list[tuple[int, int, int]]
) -> None:
    problem = one_day(places, spans)
    day, demand = trial_day(problem), problem.demands[0]
    exact = []
    for position in range(len(day.stops) + 1):
        times = day.timed_with(demand, position)
        over = max(0.0, times.end - day.shift.hard_end)
        exact.append(math.inf if times.late or times.missed else over)
    found = day.best(demand)
    assert found.over >= min(exact) - 1e-6
    if math.isfinite(found.over):
        assert day.exact(found, demand).over <= found.over + 1e-6


@given(visits)
@settings(max_examples=200, deadline=None)
def test_without_breaks_the_overrun_is_exact(places: list[tuple[int, int, int, int]]) -> None:
    problem = one_day(places, [])
    day, demand = trial_day(problem), problem.demands[0]
    found = day.best(demand)
    every = [
        day.exact(Trial("R1", 0, position, 0.0, 0.0), demand).over
        for position in range(len(day.stops) + 1)
    ]
    best = min(every)
    assert found.over == best or abs(found.over - best) < 1e-6
