from __future__ import annotations

import pytest
from hypothesis import given, settings

from routing.check import check
from routing.engines.day_choice import DayChooser
from routing.engines.day_rule import days_by_rule
from routing.evaluate import Sequenced, evaluate
from routing.plan import Plan
from routing.problem import Pin, Problem
from routing.solve import Result, solve
from routing.stop import Cancelled, FirstOf, Iterations, Seconds
from tests.routing.builders import build_problem, lunch, minute, open_from, outlet, rep
from tests.routing.solvable import problems


def baseline(problem: Problem, iterations: int = 50, initial: Plan | None = None) -> Result:
    """A plan by OR-Tools alone; ``solve`` has checked it."""
    return solve(problem, stop=Iterations(iterations), initial_plan=initial, engine="ortools")


def days(plan: Plan) -> dict[str, tuple[int, ...]]:
    return {stop.demand_id: plan.days_of(stop.demand_id) for r in plan.routes for stop in r.stops}


@given(problems())
@settings(max_examples=60, deadline=None)
def test_every_plan_is_right(problem: Problem) -> None:
    assert check(problem, baseline(problem, 20).plan) == []


def test_neighbours_share_a_day() -> None:
    problem = build_problem([outlet("a", 60), outlet("b", 61), outlet("c", 62)])
    plan = baseline(problem).plan
    assert len(plan.routes) == 1
    assert plan.routes[0].travel_minutes == 124.0


def test_windows_and_lunch_are_kept() -> None:
    early = open_from("08:00", "10:00")
    outlets = [outlet("a", 5, 90), outlet("b", 10, 90, windows=early), outlet("c", 15, 200)]
    problem = build_problem(outlets, [rep(breaks=(lunch(),), days_off=(1, 2, 3, 4))])
    plan = baseline(problem).plan
    assert plan.unserved == ()
    assert [taken.name for taken in plan.routes[0].breaks] == ["lunch"]


def test_an_appointment_keeps_its_day_and_minute() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 20, pins=(Pin(3, minute("11:00")),))])
    plan = baseline(problem).plan
    begun = {s.demand_id: (r.day, s.start_minute) for r in plan.routes for s in r.stops}
    assert begun["b"] == (3, minute("11:00"))


def test_what_has_no_room_is_left_out_by_priority() -> None:
    outlets = [outlet(name, 10, 200, priority=p) for name, p in (("a", 1.0), ("b", 5.0))]
    problem = build_problem(outlets, [rep(end="13:00", days_off=(1, 2, 3, 4))])
    plan = baseline(problem).plan
    assert days(plan) == {"b": (0,)}
    assert [(u.demand_id, u.count) for u in plan.unserved] == [("a", 1)]


def test_the_same_iterations_give_the_same_plan() -> None:
    outlets = [outlet(f"o{i}", 7 * i % 40, visits=1 + i % 2) for i in range(20)]
    problem = build_problem(outlets, weeks=2)
    one, other = baseline(problem, 200), baseline(problem, 200)
    assert one.plan == other.plan
    again = solve(problem, stop=Iterations(one.iterations, one.schedule), engine="ortools")
    assert again.plan == one.plan
    assert (one.engine, one.stopped_by) == ("ortools/1", "schedule")


def test_seconds_become_iterations() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 20)])
    result = solve(problem, stop=Seconds(0.3), engine="ortools")
    assert result.iterations > 0


def test_a_cancelled_run_has_a_right_plan() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 20)])
    stop = FirstOf(Iterations(1000), Cancelled(lambda: True))
    result = solve(problem, stop=stop, engine="ortools")
    assert (result.iterations, result.stopped_by, result.plan.unserved) == (0, "stop", ())


def test_a_good_start_is_not_made_worse() -> None:
    outlets = [outlet(f"o{i}", 7 * i % 40, visits=1 + i % 2) for i in range(12)]
    problem = build_problem(outlets, weeks=2)
    start = solve(problem, stop=Iterations(2000)).plan
    assert baseline(problem, 50, start).plan.cost.total <= start.cost.total + 1e-6


def test_nothing_to_plan_is_an_empty_plan() -> None:
    assert baseline(build_problem([])).plan.routes == ()


@pytest.mark.parametrize("off_cluster", [0.0, 20.0])
def test_the_rule_gives_every_outlet_its_visits_where_there_is_room(off_cluster: float) -> None:
    outlets = [outlet(f"o{i}", 3 * i, 10, visits=1 + i % 2) for i in range(10)]
    problem = build_problem(outlets, weeks=2)
    plan = evaluate(problem, days_by_rule(problem, off_cluster))
    assert plan.unserved == ()
    assert check(problem, plan) == []


def test_clusters_keep_neighbours_on_one_weekday() -> None:
    outlets = [outlet(f"o{i}", 50 + i // 2, 60) for i in range(10)]
    problem = build_problem(outlets)
    found = days_by_rule(problem, 1000.0)
    assert sorted(len(day.demand_ids) for day in found) == [2, 2, 2, 2, 2]


def test_a_day_that_fits_keeps_everybody_and_a_full_one_the_most_worth() -> None:
    outlets = [outlet(n, 10, m, priority=p) for n, m, p in (("a", 60, 1), ("b", 60, 3))]
    wide = build_problem(outlets)
    assert sorted(DayChooser(wide).choose("R1", 0, ("a", "b"))) == ["a", "b"]
    narrow = build_problem(outlets, [rep(end="09:30")])
    assert DayChooser(narrow).choose("R1", 0, ("a", "b")) == ("b",)
    assert DayChooser(narrow).choose("R1", 0, ()) == ()


def test_limits_of_stops_and_load_are_kept_by_a_chosen_day() -> None:
    outlets = [outlet(n, 10, load=1.0) for n in "abc"]
    for limit in ({"max_stops": 2}, {"capacity": 2.5}):
        problem = build_problem(outlets, [rep(**limit)])
        chosen = DayChooser(problem).choose("R1", 0, tuple("abc"))
        assert len(chosen) == 2
        plan = evaluate(problem, [Sequenced("R1", 0, chosen)])
        assert check(problem, plan) == []
