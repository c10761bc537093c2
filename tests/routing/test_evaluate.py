from __future__ import annotations

import pytest

from routing.errors import InvalidPlan
from routing.evaluate import Sequenced, TimedDay, evaluate, time_route
from routing.plan import Reason
from routing.problem import Break, Pin, Weights, Window
from tests.routing.builders import (
    build_problem,
    lunch,
    minute,
    open_from,
    outlet,
    rep,
    without_road,
)


def codes(timed: TimedDay) -> list[str]:
    return [fault.code for fault in timed.violations]


def test_times_follow_legs_and_visits() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 30)])
    route = time_route(problem, "R1", 0, ["a", "b"]).route
    assert [stop.arrival_minute for stop in route.stops] == [490.0, 540.0]
    assert [stop.leave_minute for stop in route.stops] == [520.0, 570.0]
    assert route.end_minute == 600.0
    assert route.distance_m == 60_000.0


def test_the_day_starts_as_late_as_the_same_return_allows() -> None:
    problem = build_problem([outlet("a", 10, windows=open_from("10:00", "12:00")), outlet("b", 20)])
    route = time_route(problem, "R1", 0, ["a", "b"]).route
    assert route.start_minute == minute("09:50")
    assert route.end_minute == minute("11:30")


def test_the_day_does_not_start_later_where_it_would_return_later() -> None:
    first = outlet("a", 10, windows=open_from("08:00", "09:00"))
    problem = build_problem([first, outlet("b", 20, windows=open_from("11:00", "12:00"))])
    route = time_route(problem, "R1", 0, ["a", "b"]).route
    assert route.stops[0].start_minute == minute("08:30")
    assert route.stops[1].start_minute == minute("11:00")


def test_a_visit_waits_for_the_window_that_holds_all_of_it() -> None:
    windows = ((Window(minute("08:00"), minute("08:20")), Window(minute("10:00"), 660.0)),) * 7
    problem = build_problem([outlet("a", 10, windows=windows)])
    timed = time_route(problem, "R1", 0, ["a"])
    assert timed.route.stops[0].start_minute == minute("10:00")
    assert not timed.violations


def test_a_visit_after_its_last_window_is_reported_and_begins_on_arrival() -> None:
    problem = build_problem([outlet("a", 10, windows=open_from("08:00", "08:30"))])
    timed = time_route(problem, "R1", 0, ["a"])
    assert codes(timed) == ["visit-outside-window"]
    assert timed.route.stops[0].start_minute == minute("08:10")


def test_a_break_is_taken_where_it_delays_nothing() -> None:
    late = outlet("b", 20, windows=open_from("14:00", "16:00"))
    first = outlet("a", 10, windows=open_from("08:00", "09:00"))
    problem = build_problem([first, late], [rep(breaks=(lunch(),))])
    route = time_route(problem, "R1", 0, ["a", "b"]).route
    assert [(taken.name, taken.leg) for taken in route.breaks] == [("lunch", 1)]
    assert route.stops[1].start_minute == minute("14:00")


def test_a_break_starts_during_the_leg_it_interrupts() -> None:
    problem = build_problem(
        [outlet("a", 10, 225.0, windows=open_from("08:10", "11:55")), outlet("b", 30)],
        [rep(breaks=(lunch("12:00", "12:30"),))],
    )
    route = time_route(problem, "R1", 0, ["a", "b"]).route
    assert route.breaks[0].start_minute == minute("12:00")
    assert route.stops[1].arrival_minute == minute("12:45")


def test_a_break_that_fits_nowhere_is_left_out_and_reported() -> None:
    problem = build_problem(
        [outlet("a", 10, 480.0, windows=open_from("08:00", "17:00"))], [rep(breaks=(lunch(),))]
    )
    timed = time_route(problem, "R1", 0, ["a"])
    assert not timed.route.breaks
    assert codes(timed) == ["break-missing"]


def test_a_day_that_ends_before_a_break_need_not_take_it() -> None:
    problem = build_problem([outlet("a", 10)], [rep(breaks=(lunch(),))])
    timed = time_route(problem, "R1", 0, ["a"])
    assert not timed.route.breaks
    assert not timed.violations


def test_breaks_are_taken_in_order_even_on_one_leg() -> None:
    breaks = (lunch("12:00", "13:00"), Break("call", 15.0, 720.0, 795.0))
    problem = build_problem(
        [outlet("a", 10, 225.0, windows=open_from("08:00", "11:55")), outlet("b", 30, 60.0)],
        [rep(breaks=breaks)],
    )
    timed = time_route(problem, "R1", 0, ["a", "b"])
    assert [(t.name, t.start_minute) for t in timed.route.breaks] == [("lunch", 720), ("call", 750)]
    assert timed.route.stops[1].arrival_minute == minute("12:00") + 45 + 15
    assert not timed.violations


def test_an_appointment_begins_at_its_minute() -> None:
    problem = build_problem([outlet("a", 10, pins=(Pin(0, minute("11:00")),))])
    route = time_route(problem, "R1", 0, ["a"]).route
    assert route.stops[0].start_minute == minute("11:00")
    assert route.start_minute == minute("10:50")


def test_a_missed_appointment_is_reported() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 20, pins=(Pin(0, minute("08:30")),))])
    assert codes(time_route(problem, "R1", 0, ["a", "b"])) == ["pin-minute"]


def test_overtime_counts_late_return_and_long_work() -> None:
    late = build_problem([outlet("a", 10, 530.0)], [rep(hard_end="18:00")])
    assert time_route(late, "R1", 0, ["a"]).overtime_minutes == 10.0
    long = build_problem([outlet("a", 10)], [rep(hard_end="18:00", work_limit_minutes=40.0)])
    timed = time_route(long, "R1", 0, ["a"])
    assert timed.overtime_minutes == 10.0
    assert not timed.violations


def test_a_leg_without_a_road_is_reported() -> None:
    problem = without_road(build_problem([outlet("a", 10)]), "a", "home-R1")
    timed = time_route(problem, "R1", 0, ["a"])
    assert codes(timed) == ["leg-unreachable"]
    assert timed.route.legs[1].seconds == float("inf")


@pytest.mark.parametrize(
    ("rep_id", "day", "demand", "code"),
    [
        ("R2", 0, "a", "route-unknown-rep"),
        ("R1", 7, "a", "route-unknown-day"),
        ("R1", -1, "a", "route-unknown-day"),
        ("R1", 5, "a", "route-day-off"),
        ("R1", 0, "z", "stop-unknown-demand"),
    ],
)
def test_what_does_not_exist_cannot_be_timed(rep_id: str, day: int, demand: str, code: str) -> None:
    problem = build_problem([outlet("a", 10)])
    with pytest.raises(InvalidPlan) as caught:
        evaluate(problem, [Sequenced(rep_id, day, (demand,))])
    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_plan_counts_missing_visits_without_claiming_a_reason() -> None:
    problem = build_problem([outlet("a", 10, visits=2), outlet("b", 10, priority=3.0)])
    plan = evaluate(problem, [Sequenced("R1", 0, ("a",))])
    assert [(u.demand_id, u.count, u.reason) for u in plan.unserved] == [
        ("a", 1, Reason.UNEXPLAINED),
        ("b", 1, Reason.UNEXPLAINED),
    ]
    assert plan.cost.unserved == 4000.0


def test_every_term_of_the_cost() -> None:
    weights = Weights(2.0, 0.5, 3.0, 100.0, 1.0, 7.0, 4.0)
    before = evaluate(build_problem([outlet("a", 10)]), [Sequenced("R1", 1, ("a",))])
    problem = build_problem(
        [outlet("a", 10, preferred_weekdays=(2,)), outlet("b", 40, 490.0)],
        [rep(hard_end="19:00")],
        weights=weights,
        previous=before,
    )
    cost = evaluate(problem, [Sequenced("R1", 0, ("a",)), Sequenced("R1", 3, ("b",))]).cost
    loads = [50.0, 0.0, 0.0, 570.0, 0.0]
    mean = sum(loads) / 5
    assert cost.travel == 2.0 * 100.0 + 0.5 * 100.0
    assert cost.overtime == 3.0 * 30.0
    assert cost.unserved == 0.0
    assert cost.imbalance == pytest.approx(sum((load - mean) ** 2 for load in loads) / 60.0)
    assert cost.moved == 7.0
    assert cost.preference == 4.0
    assert cost.total == pytest.approx(sum((cost.travel, 90.0, cost.imbalance, 11.0)))


def test_sequences_without_visits_leave_no_route_and_days_are_in_order() -> None:
    problem = build_problem([outlet("a", 10, visits=2)], [rep("R2"), rep("R1")])
    orders = [("R1", 1, ("a",)), ("R2", 3, ()), ("R2", 2, ("a",)), ("R1", 0, ("a",))]
    plan = evaluate(problem, [Sequenced(*order) for order in orders])
    assert [(r.rep_id, r.day) for r in plan.routes] == [("R2", 2), ("R1", 0), ("R1", 1)]
