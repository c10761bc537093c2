from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.check import check
from routing.errors import InvalidPlan
from routing.evaluate import Sequenced, evaluate
from routing.plan import Plan, Reason
from routing.problem import Pin, Problem
from routing.today import HERE, RestOfDay, replan_today
from tests.routing.builders import (
    build_problem,
    lunch,
    minute,
    open_from,
    outlet,
    rep,
    without_road,
)
from tests.routing.solvable import problems, sequences


def planned(problem: Problem, *order: str) -> Plan:
    return evaluate(problem, [Sequenced("R1", 0, order)])


def replanned(problem: Problem, plan: Plan, now: str, done: Any, **change: Any) -> RestOfDay:
    rest = replan_today(problem, plan, "R1", 0, done=done, now_minute=minute(now), **change)
    assert check(rest.problem, rest.plan) == []
    return rest


def line(*positions: float, **demand: Any) -> Problem:
    names = "abcdefgh"[: len(positions)]
    outlets = [outlet(n, p, **demand) for n, p in zip(names, positions, strict=True)]
    return build_problem(outlets, [rep(breaks=(lunch(),))])


def test_the_rest_is_ordered_from_where_the_rep_is() -> None:
    problem = line(10, 20, 40, 30)
    rest = replanned(problem, planned(problem, *"abcd"), "09:30", 2)
    assert rest.done == ("a", "b")
    assert rest.demand_ids in {("d", "c"), ("c", "d")}
    assert rest.route is not None
    assert rest.route.start_minute == minute("09:30")
    assert rest.route.travel_minutes == 20 + 40


def test_stops_are_finished_in_another_order_than_planned() -> None:
    problem = line(10, 20, 30)
    rest = replanned(problem, planned(problem, *"abc"), "09:30", ["c"])
    assert (rest.done, rest.demand_ids) == (("c",), ("b", "a"))


def test_a_place_on_the_way_can_be_where_it_starts() -> None:
    problem = line(10, 20, 30)
    rest = replanned(problem, planned(problem, *"abc"), "08:40", 0, here=3)
    assert rest.demand_ids == ("c", "b", "a")


def test_a_day_not_begun_starts_at_home() -> None:
    problem = line(10, 20)
    rest = replanned(problem, planned(problem, "a", "b"), "07:00", 0)
    assert rest.route is not None
    assert rest.route.start_minute >= minute("08:00")
    assert HERE not in [stop.demand_id for stop in rest.route.stops]


def test_the_next_stop_stays_next_where_it_is_locked() -> None:
    problem = line(10, 40, 20, 30)
    plan = planned(problem, *"abcd")
    assert replanned(problem, plan, "09:00", 1, lock_next=True).demand_ids == tuple("bdc")
    free = replanned(problem, plan, "09:00", 1, lock_next=False)
    assert free.route is not None
    assert free.route.travel_minutes == 70


def test_a_locked_stop_that_cannot_be_made_is_let_go() -> None:
    problem = build_problem(
        [outlet("a", 10), outlet("b", 20, windows=open_from("08:00", "10:00")), outlet("c", 30)]
    )
    rest = replanned(problem, planned(problem, *"abc"), "11:00", 1, lock_next=True)
    assert rest.demand_ids == ("c",)
    assert [(u.demand_id, u.reason) for u in rest.unserved] == [("b", Reason.WINDOW)]


def test_a_window_that_closes_soon_goes_first() -> None:
    problem = build_problem(
        [outlet("a", 10), outlet("b", 20), outlet("c", 30, windows=open_from("08:00", "10:00"))]
    )
    rest = replanned(problem, planned(problem, *"abc"), "09:00", 1)
    assert rest.demand_ids == ("c", "b")


def test_lunch_not_taken_in_time_is_still_due() -> None:
    problem = line(10, 20, 30, minutes=60.0)
    rest = replanned(problem, planned(problem, *"abc"), "12:40", 1, breaks_taken=())
    assert rest.route is not None
    assert [taken.name for taken in rest.route.breaks] == ["lunch"]


def test_lunch_that_was_taken_is_not_taken_again() -> None:
    problem = line(10, 20, 30, minutes=60.0)
    plan = planned(problem, *"abc")
    rest = replanned(problem, plan, "12:40", 1, breaks_taken=("lunch",))
    assert rest.route is not None
    assert rest.route.breaks == ()


def test_lunch_counts_as_taken_once_the_plan_has_it_over() -> None:
    problem = line(10, 20, 30, 40, minutes=120.0)
    plan = planned(problem, *"abcd")
    assert plan.routes[0].breaks[0].end_minute < minute("14:00")
    rest = replanned(problem, plan, "14:00", 2)
    assert rest.route is not None
    assert rest.route.breaks == ()


def test_an_appointment_to_come_is_kept() -> None:
    pins = (Pin(0, minute("11:00")),)
    problem = build_problem([outlet("a", 10), outlet("b", 20, pins=pins), outlet("c", 30)])
    rest = replanned(problem, planned(problem, *"abc"), "09:30", 1)
    assert rest.route is not None
    begun = {stop.demand_id: stop.start_minute for stop in rest.route.stops}
    assert begun["b"] == minute("11:00")


def test_an_appointment_that_has_passed_is_listed() -> None:
    pins = (Pin(0, minute("09:00")),)
    problem = build_problem([outlet("a", 10), outlet("b", 20, pins=pins), outlet("c", 30)])
    rest = replanned(problem, planned(problem, *"abc"), "09:30", 1)
    assert rest.demand_ids == ("c",)
    assert [(u.demand_id, u.reason) for u in rest.unserved] == [("b", Reason.PIN)]


def test_what_no_longer_fits_is_what_counts_least() -> None:
    problem = build_problem(
        [outlet("a", 10), outlet("b", 10, 60, priority=2.0), outlet("c", 10, 60)],
        [rep(end="12:00")],
    )
    rest = replanned(problem, planned(problem, *"abc"), "10:00", 1)
    assert rest.demand_ids == ("b",)
    assert [(u.demand_id, u.reason) for u in rest.unserved] == [("c", Reason.LOWER_PRIORITY)]


def test_a_full_day_says_by_how_much() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 10, 120)], [rep(end="12:00")])
    rest = replanned(problem, planned(problem, *"ab"), "10:30", 1)
    assert rest.demand_ids == ()
    assert rest.unserved[0].reason == Reason.DAY_FULL
    assert rest.unserved[0].remedy is not None
    assert rest.unserved[0].remedy.minutes == pytest.approx(40.0)


def test_overtime_is_driven_where_the_visit_is_worth_it_and_the_hard_end_allows() -> None:
    problem = build_problem(
        [outlet("a", 10), outlet("b", 10, 120)], [rep(end="12:00", hard_end="13:00")]
    )
    assert replanned(problem, planned(problem, *"ab"), "10:30", 1).demand_ids == ("b",)


def test_the_load_driven_so_far_counts() -> None:
    reps = [rep(work_limit_minutes=180.0)]
    problem = build_problem([outlet("a", 10), outlet("b", 10, 60), outlet("c", 10, 60)], reps)
    plan = planned(problem, *"abc")
    began = plan.routes[0].start_minute
    assert replanned(problem, plan, "08:40", 1).demand_ids in {("b", "c"), ("c", "b")}
    later = replan_today(problem, plan, "R1", 0, done=1, now_minute=began + 60)
    assert len(later.demand_ids) == 1
    assert check(later.problem, later.plan) == []


def test_stops_made_count_against_the_limits_of_the_day() -> None:
    outlets = [outlet(name, 10, load=1.0) for name in "abcd"]
    for limit in ({"max_stops": 3}, {"capacity": 3.0}):
        problem = build_problem(outlets, [rep(**limit)])
        rest = replanned(problem, planned(problem, *"abc"), "09:00", 1, add=("d",))
        assert len(rest.demand_ids) == 2


def test_after_the_hard_end_only_the_way_home_is_left() -> None:
    problem = line(10, 20)
    rest = replanned(problem, planned(problem, *"ab"), "17:30", 1)
    assert rest.demand_ids == ()
    assert rest.late_home_minutes == pytest.approx(40.0)
    assert [u.demand_id for u in rest.unserved] == ["b"]


def test_a_finished_day_drives_home() -> None:
    problem = line(10, 20)
    rest = replanned(problem, planned(problem, *"ab"), "10:00", 2)
    assert (rest.demand_ids, rest.unserved, rest.late_home_minutes) == ((), (), 0.0)
    assert rest.route is not None
    assert rest.route.end_minute == minute("10:20")


def test_a_stop_falls_out_and_another_comes_in() -> None:
    problem = line(10, 20, 30, 40)
    rest = replanned(problem, planned(problem, *"abc"), "09:00", 1, drop={"b"}, add=("d",))
    assert sorted(rest.demand_ids) == ["c", "d"]
    assert rest.unserved == ()


def test_a_visit_that_is_closed_today_is_not_put_in() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 20), outlet("c", 5, closed_days=(0,))])
    rest = replanned(problem, planned(problem, *"ab"), "09:00", 1, add=("c",))
    assert rest.demand_ids == ("b",)
    assert rest.unserved[0].reason == Reason.NO_OPEN_DAY


def test_the_rest_of_a_day_off_route_has_no_route() -> None:
    problem = line(10)
    rest = replanned(problem, Plan("line"), "09:00", 0)
    assert (rest.route, rest.demand_ids, rest.unserved) == (None, (), ())


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"drop": ("x", "a")}, {"today-not-on-route"}),
        ({"done": ("x",)}, {"today-not-on-route"}),
        ({"add": ("b", "x")}, {"stop-doubled", "stop-unknown-demand"}),
        ({"here": 99}, {"index-range"}),
    ],
)
def test_what_is_not_there_is_refused(change: dict[str, Any], codes: set[str]) -> None:
    problem = line(10, 20)
    plan = planned(problem, *"ab")
    asked = {"done": 1, "now_minute": 540.0} | change
    with pytest.raises(InvalidPlan) as caught:
        replan_today(problem, plan, "R1", 0, **asked)
    assert {fault.code for fault in caught.value.faults} == codes


@pytest.mark.parametrize(("rep_id", "day"), [("nobody", 0), ("R1", 5), ("R1", 99)])
def test_days_that_nobody_works_are_refused(rep_id: str, day: int) -> None:
    problem = line(10)
    with pytest.raises(InvalidPlan):
        replan_today(problem, planned(problem, "a"), rep_id, day, done=0, now_minute=540.0)


def test_a_place_without_a_way_home_is_refused() -> None:
    problem = without_road(line(10, 20), "a", "home-R1")
    with pytest.raises(InvalidPlan, match="leg-unreachable"):
        replan_today(problem, planned(problem, *"ab"), "R1", 0, done=1, now_minute=540.0)


def test_the_same_question_has_the_same_answer() -> None:
    problem = line(13, 7, 30, 22, 18, 41, windows=open_from("08:00", "14:00"))
    plan = planned(problem, *"abcdef")
    one, other = (replanned(problem, plan, "10:00", 1) for _ in range(2))
    assert one.plan == other.plan


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_every_rest_of_every_day_is_right(data: st.DataObject) -> None:
    problem = data.draw(problems())
    plan = data.draw(sequences(replace(problem, previous=None)))
    if not plan.routes:
        return
    route = plan.routes[0]
    ids = [stop.demand_id for stop in route.stops]
    done = data.draw(st.integers(0, len(ids)))
    now = data.draw(st.sampled_from([400.0, 500.0, 640.0, 700.5, 790.0, 1010.0, 1100.0]))
    try:
        rest = replan_today(
            problem, plan, route.rep_id, route.day, done=done, now_minute=now,
            lock_next=data.draw(st.booleans()),
        )  # fmt: skip
    except InvalidPlan:
        assert np.isinf(problem.travel.seconds).any()  # no way home from where the rep is
        return
    assert check(rest.problem, rest.plan) == []
    listed = [unserved.demand_id for unserved in rest.unserved]
    assert sorted([*rest.done, *rest.demand_ids, *listed]) == sorted(ids)
