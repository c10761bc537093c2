from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engines.day_model import improve_day, improve_days
from routing.errors import InvalidPlan
from routing.evaluate import Sequenced, TimedDay, time_route
from routing.problem import Break, Pin, Problem, Weights, Window
from routing.travel import TravelMatrix
from tests.routing.builders import (
    build_problem,
    lunch,
    minute,
    open_from,
    outlet,
    rep,
    without_road,
)


def scattered(problem: Problem, seed: int = 5) -> Problem:
    """The problem on a plane with one-way detours instead of a line."""
    random = np.random.default_rng(seed)
    at = random.uniform(0, 40, size=(len(problem.places), 2))
    minutes = np.hypot(*(at[:, None] - at[None, :]).transpose(2, 0, 1))
    minutes = minutes + random.uniform(0, 6, size=minutes.shape) * (minutes > 0)
    return replace(problem, travel=TravelMatrix(minutes * 60, minutes * 1000, "plane"))


def judged(problem: Problem, order: tuple[str, ...]) -> TimedDay:
    return time_route(problem, "R1", 0, order)


def key(problem: Problem, order: tuple[str, ...]) -> tuple[int, float]:
    timed = judged(problem, order)
    weights = problem.weights
    cost = timed.route.travel_minutes * weights.travel_minute
    cost += timed.route.distance_m / 1000 * weights.travel_km
    return len(timed.violations), cost + timed.overtime_minutes * weights.overtime_minute


def test_a_zigzag_becomes_one_way_out_and_back() -> None:
    problem = build_problem([outlet(name, 5.0 + 10 * i, 10) for i, name in enumerate("abcdef")])
    order = improve_day(problem, "R1", 0, tuple("fadbec"))
    assert judged(problem, order).route.travel_minutes == 110.0


def test_the_best_order_of_a_small_asymmetric_day_is_found() -> None:
    problem = scattered(build_problem([outlet(name, 0) for name in "abcdef"]))
    best = min(key(problem, order) for order in permutations("abcdef"))
    assert key(problem, improve_day(problem, "R1", 0, tuple("abcdef"))) == pytest.approx(best)


def test_kilometres_count_at_their_price() -> None:
    problem = scattered(build_problem([outlet(name, 0) for name in "abcde"]))
    metres = np.random.default_rng(2).uniform(1000, 50_000, size=problem.travel.metres.shape)
    priced = replace(
        problem,
        travel=replace(problem.travel, metres=metres),
        weights=Weights(travel_minute=0.0, travel_km=1.0),
    )
    best = min(key(priced, order) for order in permutations("abcde"))
    assert key(priced, improve_day(priced, "R1", 0, tuple("abcde"))) == pytest.approx(best)


@pytest.mark.parametrize("stops", [0, 1])
def test_a_day_without_choice_stays(stops: int) -> None:
    problem = build_problem([outlet("a", 10)])
    assert improve_day(problem, "R1", 0, ("a",)[:stops]) == ("a",)[:stops]


def test_the_best_order_given_comes_back() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 20), outlet("c", 30)])
    assert improve_day(problem, "R1", 0, ("a", "b", "c")) == ("a", "b", "c")


def test_a_late_window_is_kept_by_the_new_order() -> None:
    problem = build_problem(
        [outlet("a", 10), outlet("b", 20), outlet("c", 30, windows=open_from("08:30", "09:10"))]
    )
    order = improve_day(problem, "R1", 0, ("a", "b", "c"))
    assert order[0] == "c"
    assert judged(problem, order).violations == ()


def test_the_gap_between_two_windows_is_no_time_to_visit() -> None:
    split = tuple((Window(480, 515), Window(600, 720)) for _ in range(7))
    problem = build_problem([outlet("a", 10, windows=split), outlet("b", 30), outlet("c", 50)])
    order = improve_day(problem, "R1", 0, ("b", "a", "c"))
    begun = {stop.demand_id: stop.start_minute for stop in judged(problem, order).route.stops}
    assert judged(problem, order).violations == ()
    assert begun["a"] <= 485 or begun["a"] >= 600


def test_an_appointment_is_met() -> None:
    pins = (Pin(0, minute("08:40")),)
    problem = build_problem([outlet("a", 10), outlet("b", 20), outlet("c", 40, pins=pins)])
    order = improve_day(problem, "R1", 0, ("a", "b", "c"))
    timed = judged(problem, order)
    assert timed.violations == ()
    assert {s.demand_id: s.start_minute for s in timed.route.stops}["c"] == minute("08:40")


def test_an_order_that_makes_room_for_lunch_is_found() -> None:
    problem = build_problem(
        [
            outlet("early", 5, 60, windows=open_from("08:00", "10:30")),
            outlet("any", 5, 20),
            outlet("long", 5, 150),
            outlet("noon", 5, 60, windows=open_from("11:00", "14:00")),
        ],
        [rep(end="16:00", breaks=(lunch("11:30", "12:30", 45),))],
    )
    given_order = ("early", "any", "long", "noon")
    order = improve_day(problem, "R1", 0, given_order)
    assert judged(problem, given_order).violations != ()
    assert judged(problem, order).violations == ()
    assert [taken.name for taken in judged(problem, order).route.breaks] == ["lunch"]


def test_a_meeting_and_lunch_are_both_taken() -> None:
    pauses = (lunch(), Break("meeting", 60, minute("09:00"), minute("10:30")))
    problem = scattered(
        build_problem([outlet(name, 0, 45) for name in "abcdef"], [rep(breaks=pauses)])
    )
    timed = judged(problem, improve_day(problem, "R1", 0, tuple("abcdef")))
    assert timed.violations == ()
    assert {taken.name for taken in timed.route.breaks} == {"lunch", "meeting"}


def test_a_short_working_day_keeps_its_limit() -> None:
    shift = rep(start="06:00", end="20:00", work_limit_minutes=200)
    problem = build_problem(
        [outlet("a", 10, 20), outlet("b", 20, 20), outlet("c", 30, 20), outlet("d", 40, 20)],
        reps=[shift],
    )
    order = improve_day(problem, "R1", 0, ("c", "a", "d", "b"))
    assert judged(problem, order).violations == ()


def test_an_overfull_day_is_ordered_better_too() -> None:
    problem = build_problem(
        [outlet(name, 10.0 * (1 + i), 120) for i, name in enumerate("abcdef")], [rep(end="12:00")]
    )
    order = improve_day(problem, "R1", 0, tuple("fadbec"))
    assert key(problem, order) < key(problem, tuple("fadbec"))


def test_a_visit_that_is_never_open_does_not_stop_the_rest() -> None:
    closed = open_from("09:00", "12:00", closed=range(7))
    outlets = [outlet(name, 5.0 + 10 * i, 10) for i, name in enumerate("abcdef")]
    problem = build_problem([*outlets, outlet("shut", 70, 10, windows=closed)])
    order = improve_day(problem, "R1", 0, ("f", "a", "shut", "d", "b", "e", "c"))
    assert judged(problem, order).route.travel_minutes == 140.0


def test_a_leg_without_road_is_gone_round() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 20), outlet("c", 30)])
    problem = without_road(problem, "a", "b")
    order = improve_day(problem, "R1", 0, ("a", "b", "c"))
    assert judged(problem, order).violations == ()


def test_an_outlet_no_road_reaches_leaves_the_order_as_it_was() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 20)])
    for other in ("home-R1", "b"):
        problem = without_road(problem, other, "a")
    assert improve_day(problem, "R1", 0, ("b", "a")) == ("b", "a")


def test_unknown_demands_are_refused() -> None:
    problem = build_problem([outlet("a", 10)])
    with pytest.raises(InvalidPlan):
        improve_day(problem, "R1", 0, ("a", "nobody"))


def test_the_same_day_gives_the_same_order() -> None:
    problem = scattered(
        build_problem([outlet(f"o{i}", 0, 15) for i in range(20)], [rep(breaks=(lunch(),))])
    )
    ids = tuple(f"o{i}" for i in range(20))
    assert improve_day(problem, "R1", 0, ids) == improve_day(problem, "R1", 0, ids)


def test_improved_days_report_what_they_saved() -> None:
    problem = build_problem([outlet(name, 10.0 * (1 + i), 10) for i, name in enumerate("abcd")])
    heard: list[tuple[int, int]] = []
    sequences = [
        Sequenced("R1", 0, ("d", "a", "c", "b")),
        Sequenced("R1", 1, ("a",)),
        Sequenced("R1", 2, ()),
    ]
    result, report = improve_days(problem, sequences, lambda done, of: heard.append((done, of)))
    assert [(r.rep_id, r.day) for r in result] == [("R1", 0), ("R1", 1), ("R1", 2)]
    assert report.days == 3
    assert report.improved == 1
    before = time_route(problem, "R1", 0, sequences[0].demand_ids).route.travel_minutes
    after = time_route(problem, "R1", 0, result[0].demand_ids).route.travel_minutes
    assert report.minutes_saved == before - after == 40.0
    assert heard == [(1, 3), (2, 3), (3, 3)]


def test_cancelled_days_keep_their_order() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 20), outlet("c", 30)])
    sequences = [Sequenced("R1", day, ("b", "a", "c")) for day in (0, 1)]
    answers = iter([False, True])
    result, report = improve_days(problem, sequences, cancelled=lambda: next(answers))
    assert result[1] == sequences[1]
    assert report.improved <= 1


def test_the_search_ends_where_windows_leave_one_order() -> None:
    opens = (600, 480, 780)
    outlets = [
        outlet(f"o{i}", 0, 25, windows=tuple((Window(at, at + 150),) for _ in range(7)))
        for i, at in enumerate(opens)
    ]
    problem = scattered(build_problem(outlets, [rep(end="15:00", hard_end="17:00")]), 7338)
    assert improve_day(problem, "R1", 0, ("o0", "o1", "o2")) == ("o1", "o0", "o2")


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    opens=st.lists(st.sampled_from([None, 480, 600, 780]), min_size=3, max_size=7),
    with_lunch=st.booleans(),
)
def test_no_day_gets_worse(seed: int, opens: list[int | None], with_lunch: bool) -> None:
    outlets = [
        outlet(
            f"o{i}",
            0,
            25,
            windows=None if at is None else tuple((Window(at, at + 150),) for _ in range(7)),
        )
        for i, at in enumerate(opens)
    ]
    shift = rep(end="15:00", hard_end="17:00", breaks=(lunch(),) if with_lunch else ())
    problem = scattered(build_problem(outlets, [shift]), seed)
    ids = tuple(f"o{i}" for i in range(len(opens)))
    order = improve_day(problem, "R1", 0, ids)
    assert sorted(order) == sorted(ids)
    assert key(problem, order) <= key(problem, ids)
