"""Days that are past stay as they were; their visits count, and gaps reach across."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from routing.check import check
from routing.engines.periodic.search import search
from routing.errors import InvalidPlan
from routing.evaluate import Sequenced, evaluate
from routing.files import problem_from_json, problem_to_json
from routing.params import SearchParams
from routing.patterns import patterns_of, required_visits
from routing.plan import Plan, Reason
from routing.problem import Pin, Problem, Rep
from routing.slots import best_slots
from routing.solve import EngineName, solve
from routing.stop import Iterations
from routing.validate import validate
from tests.routing import solvable
from tests.routing.builders import build_problem, lunch, outlet, rep


def after(problem: Problem, until: int, *past: tuple[str, int, str]) -> Problem:
    """The problem once the days before ``until`` are past, visited as given (rep, day, ids)."""
    previous = evaluate(problem, [Sequenced(r, day, tuple(ids)) for r, day, ids in past])
    return replace(problem, previous=previous, frozen_until=until)


def fortnight(**demand: Any) -> Problem:
    """Outlet ``a`` twice a week, ``b`` once, for two weeks."""
    outlets = [outlet("a", 10, visits=2, **demand), outlet("b", 20), outlet("c", 30)]
    return build_problem(outlets, [rep("R1", breaks=(lunch(),)), rep("R2")], weeks=2)


def a_of(problem: Problem) -> tuple[tuple[int, ...], ...]:
    return patterns_of(problem, problem.demands[0])


def from_monday_to_thursday() -> Problem:
    """Once a week on these weekdays, six days apart at least."""
    return build_problem([outlet("a", 10, min_gap_days=6, weekdays=(0, 1, 2, 3))], weeks=2)


class TestDaySets:
    def test_hold_just_the_visits_that_were_made(self) -> None:
        later = after(fortnight(), 7, ("R1", 0, "a"), ("R1", 3, "a"))
        sets = a_of(later)
        assert sets
        assert all(s[:2] == (0, 3) and len(s) == 4 for s in sets)

    def test_go_on_from_visits_that_no_set_has(self) -> None:
        later = after(fortnight(), 7, ("R1", 0, "a"), ("R1", 1, "a"))
        assert all(s[:2] == (0, 1) and len(s) == 4 for s in a_of(later))

    def test_do_not_repeat_a_visit_that_came_early(self) -> None:
        problem = build_problem([outlet("a", 10, patterns=((2,), (9,)))], weeks=2)
        assert a_of(after(problem, 7, ("R1", 3, "a"))) == ((3,),)

    def test_keep_the_least_gap_from_the_last_visit_made(self) -> None:
        later = after(from_monday_to_thursday(), 5, ("R1", 4, "a"))
        assert a_of(later) == ((4, 10),)

    def test_drop_the_first_visits_to_come_where_more_were_made_than_due(self) -> None:
        later = after(fortnight(), 7, ("R1", 0, "a"), ("R1", 2, "a"), ("R1", 4, "a"))
        assert all(s[:3] == (0, 2, 4) and len(s) == 4 for s in a_of(later))

    def test_forget_appointments_that_are_past(self) -> None:
        later = after(fortnight(pins=(Pin(1), Pin(8))), 7, ("R1", 0, "a"), ("R1", 3, "a"))
        assert all({0, 3, 8} <= set(s) and 1 not in s for s in a_of(later))

    def test_still_owe_what_was_missed(self) -> None:
        later = after(fortnight(), 7, ("R1", 0, "a"))
        assert required_visits(later, later.demands[0]) == 4
        assert max(map(len, a_of(later))) == 3


@pytest.mark.parametrize("engine", ["periodic", "ortools"])
class TestPlans:
    def test_keep_the_past_and_list_what_it_missed(self, engine: EngineName) -> None:
        later = after(fortnight(), 7, ("R1", 0, "ac"))
        plan = solve(later, stop=Iterations(300), engine=engine).plan
        assert [route for route in plan.routes if route.day < 7] == list(later.frozen_routes)
        missing = {u.demand_id: (u.count, u.reason) for u in plan.unserved}
        assert missing == {"a": (1, Reason.PAST), "b": (1, Reason.PAST)}
        assert len(plan.days_of("a")) == 3

    def test_stay_with_the_rep_of_the_past(self, engine: EngineName) -> None:
        later = after(fortnight(), 7, ("R2", 0, "a"), ("R2", 3, "a"))
        plan = solve(later, stop=Iterations(300), engine=engine).plan
        reps = {r.rep_id for r in plan.routes for s in r.stops if s.demand_id == "a"}
        assert reps == {"R2"}

    def test_change_the_rep_where_the_one_of_the_past_is_gone(self, engine: EngineName) -> None:
        later = after(fortnight(), 7, ("R2", 0, "a"), ("R2", 3, "a"))
        gone = Rep("R2", tuple(s if d < 7 else None for d, s in enumerate(later.reps[1].shifts)))
        later = replace(later, reps=(later.reps[0], gone))
        plan = solve(later, stop=Iterations(300), engine=engine).plan
        assert check(later, plan) == []
        assert len(plan.days_of("a")) == 4


def test_a_past_that_broke_rules_is_taken_as_it_was() -> None:
    problem = fortnight(closed_days=(0,))
    later = after(problem, 7, ("R1", 0, "abc"), ("R1", 3, "a"))
    plan = solve(later, stop=Iterations(200)).plan
    assert plan.days_of("a")[:2] == (0, 3)
    assert check(later, plan) == []


def test_a_whole_cycle_that_is_past_is_a_plan() -> None:
    later = after(fortnight(), 14, ("R1", 0, "abc"))
    plan = solve(later, stop=Iterations(10)).plan
    assert plan.routes == later.frozen_routes
    assert {u.reason for u in plan.unserved} == {Reason.PAST}


def test_a_changed_new_or_lost_past_is_found() -> None:
    later = after(fortnight(), 7, ("R1", 0, "ac"), ("R2", 1, "b"))
    right = evaluate(later, [])
    assert check(later, right) == []
    one, other = right.routes

    def codes(*routes: Any) -> set[str]:
        return {fault.code for fault in check(later, replace(right, routes=routes))}

    assert "past-changed" in codes(one)
    assert "past-changed" in codes(one, replace(other, end_minute=other.end_minute + 5))
    assert "past-changed" in codes(one, other, replace(other, rep_id="R1"))
    with pytest.raises(InvalidPlan) as refused:
        evaluate(later, [Sequenced("R1", 0, ("c", "a"))])
    assert [fault.code for fault in refused.value.faults] == ["day-frozen"]
    assert evaluate(later, [Sequenced("R1", 0, ("a", "c"))]) == right


def test_a_visit_to_come_by_another_rep_than_the_past_is_found() -> None:
    later = after(fortnight(), 7, ("R1", 0, "a"), ("R1", 3, "a"))
    plan = evaluate(later, [Sequenced("R2", 7, ("a",))])
    assert {fault.code for fault in check(later, plan)} == {"rep-changed"}


def test_a_visit_too_soon_after_the_past_is_found() -> None:
    later = after(from_monday_to_thursday(), 5, ("R1", 4, "a"))
    assert {f.code for f in check(later, evaluate(later, [Sequenced("R1", 7, ("a",))]))} == {
        "pattern-broken"
    }
    assert check(later, evaluate(later, [Sequenced("R1", 10, ("a",))])) == []


def test_slots_lie_on_days_to_come_with_the_same_rep() -> None:
    later = after(fortnight(), 7, ("R2", 0, "a"), ("R2", 3, "a"))
    slots = best_slots(later, evaluate(later, []), later.demands[0], count=9)
    assert {slot.rep_id for slot in slots} == {"R2"}
    assert min(slot.day for slot in slots) >= 7


def test_a_past_that_names_what_is_not_there_is_refused() -> None:
    def codes(problem: Problem) -> list[str]:
        return [fault.code for fault in validate(problem)]

    later = after(fortnight(), 7, ("R1", 0, "ac"), ("R2", 1, "b"))
    assert codes(later) == []
    assert codes(replace(later, frozen_until=15)) == ["frozen-range"]
    assert codes(replace(later, frozen_until=-1)) == ["frozen-range"]
    assert codes(replace(later, demands=later.demands[:2])) == ["past-unknown"]
    assert codes(replace(later, reps=later.reps[1:])) == ["past-unknown"]
    assert later.previous is not None
    one, other = later.previous.routes
    doubled = replace(other, stops=one.stops[:1], legs=other.legs, day=0)
    assert codes(replace(later, previous=replace(later.previous, routes=(one, doubled)))) == [
        "past-doubled"
    ]
    short = replace(one, legs=one.legs[:1])
    assert codes(replace(later, previous=replace(later.previous, routes=(short,)))) == [
        "past-untimed"
    ]
    assert codes(replace(later, frozen_until=0, demands=later.demands[:2])) == []


def test_the_first_day_to_plan_is_written_and_read() -> None:
    later = after(fortnight(), 7, ("R1", 0, "a"))
    assert problem_from_json(problem_to_json(later)).frozen_until == 7


@given(solvable.problems(timed=False))
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_the_search_prices_a_cycle_with_a_past_as_evaluate_does(problem: Problem) -> None:
    previous = problem.previous or Plan(problem.name)
    steady = replace(problem.travel, bands=())
    later = replace(problem, previous=previous, frozen_until=len(problem.days) // 2, travel=steady)
    assume(not validate(later))
    found = search(later, SearchParams(), 3, 100, None, Iterations(100))
    orders = [
        Sequenced(later.reps[o.rep].id, o.day, tuple(later.demands[c].id for c in o.demands))
        for o in found.orders
    ]
    if found.schedule:
        assert found.cost == pytest.approx(evaluate(later, orders).cost.total, rel=1e-6)
