"""Visits pinned as the first or last stop of their day: kept by everybody, broken, refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from routing.check import check
from routing.engines.day_choice import DayChooser
from routing.engines.day_model import improve_day
from routing.evaluate import Sequenced, evaluate
from routing.files import problem_from_json, problem_to_json
from routing.params import SearchParams
from routing.plan import Plan, Reason
from routing.problem import Pin, PinOrder, Problem
from routing.slots import best_slots
from routing.solve import EngineName, solve
from routing.stop import Iterations
from routing.today import HERE, replan_today
from routing.validate import validate
from tests.routing.builders import build_problem, minute, outlet, rep

FIRST, LAST = PinOrder.FIRST, PinOrder.LAST


def line(**pins: PinOrder) -> Problem:
    """Six outlets out along a line, all visited on Monday; named ones are pinned."""
    return build_problem(
        [
            outlet(n, 10.0 * i, 20.0, weekdays=(0,), pins=(Pin(0, order=pins.get(n)),)[: n in pins])
            for i, n in enumerate("abcdef", start=1)
        ]
    )


def order_of(plan: Plan) -> tuple[str, ...]:
    return tuple(stop.demand_id for stop in plan.routes[0].stops)


@pytest.mark.parametrize("engine", ["periodic", "ortools"])
@pytest.mark.parametrize("finish", [False, True])
def test_both_ends_of_a_day_are_kept_at_the_price_of_a_detour(
    engine: EngineName, finish: bool
) -> None:
    problem = line(d=FIRST, e=LAST)
    params = SearchParams(finish_days=finish)
    plan = solve(problem, stop=Iterations(300), engine=engine, params=params).plan
    assert plan.unserved == ()
    assert (order_of(plan)[0], order_of(plan)[-1]) == ("d", "e")


def test_a_pin_on_one_day_leaves_the_other_days_free() -> None:
    far = outlet("far", 60, visits=2, pins=(Pin(0, order=LAST),))
    near = [outlet(n, 10.0 * i, visits=2) for i, n in enumerate("abcd", start=1)]
    fifth = outlet("end", 70, patterns=((0, 3),))
    plan = solve(build_problem([far, *near, fifth]), stop=Iterations(600)).plan
    last = {route.day: route.stops[-1].demand_id for route in plan.routes}
    assert last[0] == "far"
    assert plan.unserved == ()


def test_a_visit_before_the_first_or_after_the_last_stop_is_found() -> None:
    problem = line(b=FIRST, e=LAST)
    right = evaluate(problem, [Sequenced("R1", 0, tuple("bacdfe"))])
    wrong = evaluate(problem, [Sequenced("R1", 0, tuple("abcdef"))])
    assert check(problem, right) == []
    found = {(fault.code, fault.where) for fault in check(problem, wrong)}
    assert found == {
        ("pin-order", "routes[0].stops[1]"),
        ("pin-order", "routes[0].stops[4]"),
    }


def test_the_day_model_brings_a_day_in_order() -> None:
    problem = line(c=FIRST, a=LAST)
    order = improve_day(problem, "R1", 0, tuple("abcdef"))
    assert (order[0], order[-1]) == ("c", "a")


def test_the_day_chooser_gives_up_others_for_a_visit_pinned_first() -> None:
    outlets = [outlet(f"o{i}", 10, 60.0, weekdays=(0,)) for i in range(4)]
    pin = Pin(0, order=FIRST)
    outlets.append(outlet("p", 60, 60.0, weekdays=(0,), pins=(pin,), priority=3.0))
    problem = build_problem(outlets, [rep(end="13:00")])
    ids = tuple(demand.id for demand in problem.demands)
    assert DayChooser(problem).choose("R1", 0, ids)[0] == "p"


def test_slots_lie_between_the_pinned_ends() -> None:
    problem = line(a=FIRST, b=LAST)
    plan = evaluate(problem, [Sequenced("R1", 0, tuple("acdb"))])
    new = replace(problem.demands[0], id="new", pins=())
    slots = best_slots(problem, plan, new, count=1)
    assert [slot.position for slot in slots] == [1]
    at_the_end = replace(new, pins=(Pin(0, order=LAST),))
    assert best_slots(problem, plan, at_the_end, count=1) == ()


def test_of_two_visits_pinned_to_one_end_one_is_left_out_and_says_so() -> None:
    problem = line(a=FIRST)
    second = replace(problem.demands[1], pins=(Pin(0, rep_id=None, order=FIRST),))
    two_reps = replace(problem.reps[0], id="R2", shifts=(None,) * 7)
    problem = replace(problem, demands=(problem.demands[0], second), reps=(*problem.reps, two_reps))
    plan = solve(problem, stop=Iterations(100)).plan
    assert [(u.count, u.reason) for u in plan.unserved] == [(1, Reason.PIN)]


def test_a_visit_pinned_first_comes_next_in_a_day_that_begins_elsewhere() -> None:
    problem = line(e=FIRST, a=LAST)
    plan = evaluate(problem, [Sequenced("R1", 0, tuple("ebcdfa"))])
    begun = replan_today(problem, plan, "R1", 0, done=0, now_minute=minute("08:10"), here=2)
    assert (begun.demand_ids[0], begun.demand_ids[-1]) == ("e", "a")
    assert check(begun.problem, begun.plan) == []
    not_begun = replan_today(problem, plan, "R1", 0, done=0, now_minute=minute("07:00"))
    assert (not_begun.demand_ids[0], not_begun.demand_ids[-1]) == ("e", "a")
    assert HERE not in not_begun.demand_ids


def test_a_first_stop_that_was_missed_is_visited_when_it_fits_best() -> None:
    problem = line(e=FIRST)
    plan = evaluate(problem, [Sequenced("R1", 0, tuple("abcdef"))])
    rest = replan_today(problem, plan, "R1", 0, done=2, now_minute=minute("09:30"))
    assert rest.demand_ids == tuple("cdef") or rest.demand_ids == tuple("cdfe")
    assert check(rest.problem, rest.plan) == []


def test_a_locked_next_stop_goes_before_one_pinned_first() -> None:
    problem = line(e=FIRST)
    plan = evaluate(problem, [Sequenced("R1", 0, tuple("abcdf"))])
    rest = replan_today(
        problem, plan, "R1", 0, done=0, now_minute=minute("07:00"), add=("e",), lock_next=True
    )
    assert rest.demand_ids[0] == "a"
    assert set(rest.demand_ids) == set("abcdef")
    assert check(rest.problem, rest.plan) == []


def clash(*pins: Pin) -> list[tuple[str, str]]:
    outlets = [outlet(f"o{i}", 10, pins=(pin,)) for i, pin in enumerate(pins)]
    return [(fault.code, fault.where) for fault in validate(build_problem(outlets))]


def test_pins_that_cannot_both_hold_are_refused() -> None:
    ten, eleven = minute("10:00"), minute("11:00")
    second = "demands[1].pins[0]"
    assert clash(Pin(0, order=FIRST), Pin(0, order=FIRST)) == [("pin-order-clash", second)]
    assert clash(Pin(0, ten), Pin(0, eleven, order=FIRST)) == [("pin-order-clash", second)]
    assert clash(Pin(0, eleven), Pin(0, ten, order=LAST)) == [("pin-order-clash", second)]
    assert clash(Pin(0, ten), Pin(0, eleven, order=LAST)) == []
    assert clash(Pin(0, order=FIRST), Pin(1, order=FIRST)) == []
    assert clash(Pin(0, order=FIRST), Pin(0, order=LAST)) == []


def test_the_order_is_written_and_read() -> None:
    problem = line(a=FIRST)
    value = problem_to_json(problem)
    assert value["demands"][0]["pins"] == [{"day": 0, "order": "first"}]
    assert problem_from_json(value).demands == problem.demands
