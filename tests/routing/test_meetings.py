"""Work that is no visit: meetings among the breaks, desk work before the day's first leg."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from routing.check import check
from routing.evaluate import Sequenced, evaluate, time_route
from routing.files import plan_from_json, plan_to_json, problem_from_json, problem_to_json
from routing.params import SearchParams
from routing.problem import Break, Problem, Weights
from routing.solve import EngineName, solve
from routing.stop import Iterations
from routing.today import replan_today
from routing.validate import validate
from tests.routing.builders import build_problem, minute, open_from, outlet, rep

engines = pytest.mark.parametrize("engine", ["periodic", "ortools"])


def meeting(is_work: bool = True) -> Break:
    return Break("meeting", 30.0, minute("10:00"), minute("10:30"), is_work)


def monday(count: int = 6, weights: Weights | None = None, **shift: Any) -> Problem:
    """So many outlets ten minutes away, an hour each, all on Monday."""
    outlets = [outlet(f"o{i}", 10, 60.0, weekdays=(0,)) for i in range(count)]
    return build_problem(outlets, [rep(**shift)], weights=weights)


def order(problem: Problem, count: int) -> tuple[str, ...]:
    return tuple(demand.id for demand in problem.demands[:count])


@pytest.mark.parametrize(("is_work", "load"), [(True, 230.0), (False, 200.0)])
def test_a_meeting_is_load_and_a_rest_is_none(is_work: bool, load: float) -> None:
    problem = monday(breaks=(meeting(is_work),))
    timed = time_route(problem, "R1", 0, order(problem, 3))
    assert timed.route.load_minutes == load
    assert timed.route.breaks[0].is_work is is_work


@engines
@pytest.mark.parametrize(("is_work", "visits"), [(True, 3), (False, 4)])
def test_a_meeting_takes_from_the_work_of_a_day(
    engine: EngineName, is_work: bool, visits: int
) -> None:
    problem = monday(breaks=(meeting(is_work),), work_limit_minutes=265.0)
    plan = solve(problem, stop=Iterations(150), engine=engine).plan
    assert len(plan.routes[0].stops) == visits
    assert check(problem, plan) == []


def test_a_break_of_the_other_kind_is_found() -> None:
    problem = monday(breaks=(meeting(),))
    plan = evaluate(problem, [Sequenced("R1", 0, order(problem, 3))])
    (route,) = plan.routes
    rest = replace(route, breaks=(replace(route.breaks[0], is_work=False),))
    assert "break-kind" in {f.code for f in check(problem, replace(plan, routes=(rest,)))}


def test_a_day_begins_with_its_desk_work() -> None:
    problem = monday(admin_minutes=45.0)
    timed = time_route(problem, "R1", 0, order(problem, 2))
    assert timed.violations == ()
    route = timed.route
    assert route.stops[0].arrival_minute == route.start_minute + 45.0 + 10.0
    assert route.load_minutes == 45.0 + 140.0


@engines
def test_desk_work_takes_from_the_day(engine: EngineName) -> None:
    for admin, visits in ((0.0, 4), (45.0, 3)):
        problem = monday(end="12:30", admin_minutes=admin)
        plan = solve(problem, stop=Iterations(150), engine=engine).plan
        assert len(plan.routes[0].stops) == visits


@engines
def test_desk_work_counts_against_the_work_limit(engine: EngineName) -> None:
    hours = open_from("08:00", "17:00")
    for windows in (None, hours):
        problem = monday(work_limit_minutes=200.0, admin_minutes=30.0)
        demands = tuple(replace(d, windows=windows) for d in problem.demands)
        plan = solve(replace(problem, demands=demands), stop=Iterations(150), engine=engine).plan
        assert [len(route.stops) for route in plan.routes] == [2]


def test_overtime_and_evenness_count_desk_work() -> None:
    weights = Weights(imbalance=1.0)
    problem = monday(weights=weights, end="11:00", hard_end="14:00", admin_minutes=30.0)
    plan = solve(problem, stop=Iterations(150), params=SearchParams(finish_days=False)).plan
    assert check(problem, plan) == []
    (route,) = plan.routes
    assert plan.cost.overtime == 2.0 * (route.end_minute - minute("11:00"))
    assert plan.cost.imbalance == pytest.approx(route.load_minutes**2 * 0.8 / 60.0)


def test_a_day_without_its_desk_work_is_found() -> None:
    problem = monday(admin_minutes=45.0)
    plan = evaluate(problem, [Sequenced("R1", 0, order(problem, 2))])
    (route,) = plan.routes
    later = replace(route, start_minute=route.start_minute + 45.0, admin_minutes=0.0)
    found = {f.code for f in check(problem, replace(plan, routes=(later,)))}
    assert "admin-minutes" in found


def test_a_day_that_has_begun_has_its_desk_work_behind_it() -> None:
    problem = monday(3, admin_minutes=45.0)
    plan = evaluate(problem, [Sequenced("R1", 0, order(problem, 3))])
    rest = replan_today(problem, plan, "R1", 0, done=1, now_minute=minute("10:00"))
    assert rest.route is not None
    assert rest.route.admin_minutes == 0.0
    before = replan_today(problem, plan, "R1", 0, done=0, now_minute=minute("08:00"))
    assert before.route is not None
    assert before.route.admin_minutes == 45.0


def test_desk_work_must_be_an_amount() -> None:
    assert [f.where for f in validate(monday(admin_minutes=-1.0))] == [
        "reps[0].shifts[0].admin_minutes"
    ]


def test_both_are_written_and_read() -> None:
    problem = monday(breaks=(meeting(),), admin_minutes=15.0)
    assert problem_from_json(problem_to_json(problem)).reps == problem.reps
    plan = evaluate(problem, [Sequenced("R1", 0, order(problem, 3))])
    assert plan_from_json(plan_to_json(plan)) == plan
