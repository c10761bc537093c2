from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from routing.check import check
from routing.evaluate import Sequenced, evaluate
from routing.explain import explain
from routing.plan import Plan, Reason, Remedy, UnservedVisit
from routing.problem import Break, Pin, Problem, Weights, Window
from tests.routing.builders import (
    build_problem,
    lunch,
    minute,
    open_from,
    outlet,
    rep,
    without_road,
)

Order = tuple[str, int, tuple[str, ...]]


def why(problem: Problem, demand_id: str, order: Sequence[Order] = ()) -> UnservedVisit:
    """How the missing visits of a demand are explained in the plan of these sequences."""
    plan = explain(problem, evaluate(problem, [Sequenced(*each) for each in order]))
    return next(each for each in plan.unserved if each.demand_id == demand_id)


def remedy_of(found: UnservedVisit) -> Remedy:
    assert found.remedy is not None
    return found.remedy


def one_day(*more: Any, **shift: Any) -> Problem:
    """Only Monday is worked: ``a`` (30 minutes, at 10) and what else is given."""
    return build_problem(
        [outlet("a", 10), *more], [rep(days_off=(1, 2, 3, 4), **shift)], weights=Weights()
    )


def with_hard_end(problem: Problem, more: float) -> Problem:
    """Every shift may run on for so many minutes."""
    reps = tuple(
        replace(
            each,
            shifts=tuple(
                None if s is None else replace(s, hard_end_minute=s.hard_end + more)
                for s in each.shifts
            ),
        )
        for each in problem.reps
    )
    return replace(problem, reps=reps)


def test_the_plan_stays_as_it_is_but_for_the_reasons() -> None:
    problem = one_day(outlet("b", 20))
    plan = evaluate(problem, [Sequenced("R1", 0, ("a",))])
    explained = explain(problem, plan)
    assert replace(explained, unserved=plan.unserved) == plan
    assert check(problem, explained) == []


def test_a_full_day_is_full_by_the_minutes_it_lacks() -> None:
    problem = one_day(outlet("b", 20, 480.0))
    found = why(problem, "b", [("R1", 0, ("a",))])
    remedy = remedy_of(found)
    assert found.reason is Reason.DAY_FULL
    assert (remedy.action, remedy.day) == ("allow_overtime", 0)
    assert remedy.minutes == pytest.approx(30 + 480 + 40 - 540)
    assert "2026-01-05" in found.detail
    granted = with_hard_end(problem, remedy.minutes)
    assert check(granted, evaluate(granted, [Sequenced("R1", 0, ("a", "b"))])) == []


def test_a_work_limit_fills_a_day_too() -> None:
    found = why(one_day(outlet("b", 20), work_limit_minutes=60.0), "b", [("R1", 0, ("a",))])
    assert found.reason is Reason.DAY_FULL
    assert remedy_of(found).minutes == pytest.approx(40.0)


def test_a_stop_limit_fills_a_day() -> None:
    found = why(one_day(outlet("b", 20), max_stops=1), "b", [("R1", 0, ("a",))])
    assert found.reason is Reason.DAY_FULL
    assert remedy_of(found).action == "raise_max_stops"


def test_a_lunch_that_leaves_no_room_fills_the_day() -> None:
    problem = one_day(outlet("b", 20, 440.0), breaks=(lunch(),))
    found = why(problem, "b", [("R1", 0, ("a",))])
    assert found.reason is Reason.DAY_FULL


def test_a_visit_too_long_for_any_break_is_said_to_be() -> None:
    problem = one_day(outlet("b", 20, 470.0), breaks=(Break("lunch", 30.0, 690.0, 750.0),))
    found = why(problem, "b", [("R1", 0, ("a",))])
    assert found.reason is Reason.DAY_FULL
    assert found.remedy is not None


def test_the_rep_of_an_appointment_is_the_only_one_asked_on_its_day() -> None:
    pin = Pin(0, rep_id="R1")
    problem = build_problem(
        [outlet("a", 10, pins=(pin,)), outlet("b", 20, 490.0)],
        [rep("R1", days_off=(1, 2, 3, 4)), rep("R2")],
        same_rep=False,
    )
    found = why(problem, "a", [("R1", 0, ("b",))])
    assert (found.reason, remedy_of(found).rep_id) == (Reason.PIN, "R1")
    anybody = replace(problem.demands[0], pins=(Pin(0),))
    free = replace(problem, demands=(anybody, problem.demands[1]))
    assert why(free, "a", [("R1", 0, ("b",))]).reason is Reason.ROOM


def test_waiting_counts_in_the_load_of_a_day() -> None:
    late = open_from("12:00", "13:00")
    limited = one_day(outlet("b", 20, windows=late), work_limit_minutes=120.0)
    early = replace(limited.demands[0], windows=open_from("08:00", "09:00"))
    limited = replace(limited, demands=(early, limited.demands[1]))
    found = why(limited, "b", [("R1", 0, ("a",))])
    assert found.reason in (Reason.DAY_FULL, Reason.WINDOW)
    open_all_day = replace(limited, demands=(early, replace(limited.demands[1], windows=None)))
    assert why(open_all_day, "b", [("R1", 0, ("a",))]).reason is Reason.ROOM


def test_an_outlet_nobody_can_visit_has_no_rep() -> None:
    problem = one_day(outlet("b", 20))
    problem = replace(problem, reps=())
    assert why(problem, "b").reason is Reason.NO_REP


def test_the_rep_of_the_other_visits_is_the_only_one_asked() -> None:
    problem = build_problem(
        [outlet("a", 10, visits=2, patterns=((0, 3),)), outlet("b", 20, 500.0)],
        [rep("R1", days_off=(1, 2, 4)), rep("R2")],
    )
    found = why(problem, "a", [("R1", 0, ("a",)), ("R1", 3, ("b",))])
    assert found.reason is Reason.DAY_FULL
    free = why(replace(problem, same_rep=False), "a", [("R1", 0, ("a",)), ("R1", 3, ("b",))])
    assert free.reason is Reason.ROOM


def test_days_left_on_which_only_its_rep_is_away_are_said_to_be() -> None:
    problem = build_problem(
        [outlet("a", 10, visits=2, patterns=((0, 3),))], [rep("R1", days_off=(3,)), rep("R2")]
    )
    found = why(problem, "a", [("R1", 0, ("a",))])
    assert found.reason is Reason.NO_OPEN_DAY
    assert "R1" in found.detail


def test_an_outlet_that_never_opens_has_no_open_day() -> None:
    found = why(build_problem([outlet("a", 10, weekdays=(6,))]), "a")
    assert found.reason is Reason.NO_OPEN_DAY
    assert remedy_of(found).action == "free_weekday"
    shut = why(build_problem([outlet("a", 10, closed_days=tuple(range(7)))]), "a")
    assert remedy_of(shut).action == "open_day"
    away = why(build_problem([outlet("a", 10)], [rep(days_off=range(5))]), "a")
    assert remedy_of(away).action == "add_rep"


def test_an_outlet_without_a_road_is_unreachable() -> None:
    problem = without_road(build_problem([outlet("a", 10)]), "home-R1", "a")
    assert why(problem, "a").reason is Reason.UNREACHABLE


def test_hours_outside_the_shift_are_a_window_and_say_how_much_is_lacking() -> None:
    problem = build_problem([outlet("a", 10, windows=open_from("06:00", "07:00"))])
    found = why(problem, "a")
    assert found.reason is Reason.WINDOW
    assert remedy_of(found).action == "extend_window"
    assert remedy_of(found).minutes == pytest.approx(minute("08:40") - minute("07:00"))


def test_hours_shorter_than_the_visit_are_a_window() -> None:
    found = why(build_problem([outlet("a", 10, windows=open_from("10:00", "10:20"))]), "a")
    assert found.reason is Reason.WINDOW
    assert remedy_of(found).minutes == pytest.approx(10.0)


def test_widening_the_hours_by_the_remedy_admits_the_visit() -> None:
    early = open_from("08:00", "09:10")
    problem = one_day(outlet("b", 20, 60.0, windows=early), hard_end="17:00")
    pinned = replace(problem.demands[0], pins=(Pin(0, minute("08:10")),))
    problem = replace(problem, demands=(pinned, problem.demands[1]))
    found = why(problem, "b", [("R1", 0, ("a",))])
    wider = remedy_of(found)
    assert found.reason is Reason.WINDOW
    later = ((Window(minute("08:00"), minute("09:10") + wider.minutes),),) * 7
    granted = replace(problem, demands=(pinned, replace(problem.demands[1], windows=later)))
    assert check(granted, evaluate(granted, [Sequenced("R1", 0, ("a", "b"))])) == []


def test_an_appointment_that_cannot_be_kept_is_a_pin() -> None:
    problem = build_problem(
        [
            outlet("a", 10, pins=(Pin(0, minute("10:00")),)),
            outlet("b", 200, pins=(Pin(0, minute("11:30")),)),
        ]
    )
    found = why(problem, "a", [("R1", 0, ("b",))])
    assert found.reason is Reason.PIN
    assert "2026-01-05" in found.detail


def test_a_visit_the_vehicle_cannot_carry_lacks_capacity() -> None:
    problem = one_day(outlet("b", 20, load=3.0), capacity=2.0)
    found = why(problem, "b", [("R1", 0, ("a",))])
    assert found.reason is Reason.CAPACITY
    assert remedy_of(found).action == "raise_capacity"


def test_a_day_with_room_at_the_wrong_gap_is_a_gap() -> None:
    problem = build_problem(
        [outlet("a", 10, visits=2, patterns=((0, 2),)), outlet("b", 20, 500.0)], [rep()]
    )
    found = why(problem, "a", [("R1", 0, ("a",)), ("R1", 2, ("b",))])
    assert found.reason is Reason.GAP
    remedy = remedy_of(found)
    assert (remedy.action, remedy.day, remedy.minutes) == ("relax_gap", 1, 50.0)


def test_days_that_belong_to_no_allowed_set_leave_a_gap() -> None:
    problem = build_problem([outlet("a", 10, visits=2, patterns=((0, 2),))])
    assert why(problem, "a", [("R1", 1, ("a",))]).reason is Reason.GAP


def test_a_visit_that_fits_only_in_place_of_better_ones_has_lower_priority() -> None:
    problem = one_day(outlet("b", 20, 500.0, priority=5.0))
    found = why(problem, "a", [("R1", 0, ("b",))])
    assert found.reason is Reason.LOWER_PRIORITY
    assert "b" in found.detail
    equal = one_day(outlet("b", 20, 500.0))
    assert why(equal, "a", [("R1", 0, ("b",))]).reason is Reason.DAY_FULL


@pytest.mark.parametrize(
    "weights",
    [
        Weights(missing_visit=15.0),  # travel
        Weights(missing_visit=30.0, travel_km=1.0),
        Weights(missing_visit=30.0, off_preference=15.0),
        Weights(missing_visit=30.0, imbalance=1.0),
    ],
)
def test_a_visit_dearer_than_it_counts_is_too_dear_whatever_makes_it_so(weights: Weights) -> None:
    problem = build_problem([outlet("a", 10, preferred_weekdays=(6,))], weights=weights)
    found = why(problem, "a")
    assert found.reason is Reason.TOO_DEAR
    remedy = remedy_of(found)
    assert (remedy.action, remedy.minutes) == ("raise_priority", 50.0)
    assert found.facts is not None
    planned = evaluate(problem, [Sequenced("R1", found.facts.day or 0, ("a",))])
    assert found.facts.amount == pytest.approx(planned.cost.total)
    assert remedy.amount is not None
    assert remedy.amount * weights.missing_visit > planned.cost.total
    worth = replace(weights, missing_visit=planned.cost.total + 0.01)
    assert why(replace(problem, weights=worth), "a").reason is Reason.ROOM


def test_overtime_that_costs_more_than_the_visit_counts_is_too_dear() -> None:
    problem = build_problem(
        [outlet("a", 10, 530.0)],
        [rep(hard_end="18:00")],
        weights=Weights(missing_visit=30.0, off_preference=0.0),
    )
    assert why(problem, "a").reason is Reason.TOO_DEAR
    free = replace(problem, weights=replace(problem.weights, overtime_minute=0.0))
    assert why(free, "a").reason is Reason.ROOM


def test_room_that_nobody_used_is_said_to_be_there() -> None:
    found = why(one_day(outlet("b", 20)), "b", [("R1", 0, ("a",))])
    assert found.reason is Reason.ROOM
    remedy = remedy_of(found)
    assert (remedy.action, remedy.day, remedy.minutes) == ("add_visit", 0, 50.0)


def test_a_day_is_put_in_another_order_before_it_is_called_full() -> None:
    crossing = [outlet("a", 60, 60), outlet("b", 10, 60), outlet("d", 55, 60), outlet("c", 12, 60)]
    problem = build_problem(crossing, [rep(days_off=(1, 2, 3, 4), end="14:10")])
    found = why(problem, "c", [("R1", 0, ("b", "a", "d"))])
    assert found.reason is Reason.ROOM
    wasteful = why(problem, "c", [("R1", 0, ("a", "b", "d"))])
    assert (wasteful.reason, wasteful.facts and wasteful.facts.key) == (
        Reason.ROOM,
        "room_reordered",
    )


def test_each_demand_has_its_own_reason() -> None:
    problem = build_problem([outlet("a", 10, weekdays=(6,)), outlet("b", 10, 900.0)])
    plan: Plan = explain(problem, evaluate(problem, []))
    assert [u.reason for u in plan.unserved] == [Reason.NO_OPEN_DAY, Reason.DAY_FULL]


def test_an_outlet_that_opens_after_the_day_is_not_called_a_full_day() -> None:
    late = outlet("club", 10, windows=open_from("22:00", "24:00"))
    problem = build_problem([late], reps=[rep("R1", hard_end="18:00")])
    (missing,) = explain(problem, evaluate(problem, ())).unserved
    assert missing.reason is Reason.WINDOW
    assert missing.remedy is not None
    assert missing.remedy.action == "extend_window"
    assert missing.remedy.minutes == pytest.approx(4 * 60 + 30 + 10)
