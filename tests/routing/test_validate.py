from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from routing.calendar import Day, DayKind
from routing.geo import GeoPoint
from routing.problem import Break, Pin, Problem, Weights, Window
from routing.travel import estimate_matrix
from routing.validate import validate, warnings
from tests.routing.builders import (
    build_problem,
    lunch,
    minute,
    open_from,
    outlet,
    rep,
    without_road,
)
from tests.routing.strategies import problems

NAN = float("nan")


def good(**demand: Any) -> Problem:
    """Two reps, two outlets, nothing wrong; keywords change the first demand."""
    kept = {"windows": open_from("09:00", "12:00"), "pins": (Pin(0, minute("10:00")),)} | demand
    return build_problem(
        [outlet("a", 10, **kept), outlet("b", 20, patterns=((0,), (1,)))],
        [rep("R1", breaks=(lunch(),), hard_end="18:00"), rep("R2", position=5.0)],
    )


def on_shift(**changes: Any) -> Problem:
    """The good problem with changes to every shift of the first rep."""
    problem = good()
    first = problem.reps[0]
    shifts = tuple(None if s is None else replace(s, **changes) for s in first.shifts)
    return replace(problem, reps=(replace(first, shifts=shifts), *problem.reps[1:]))


def on_travel(name: str, row: int, column: int, value: float) -> Problem:
    problem = good()
    matrix = getattr(problem.travel, name).copy()
    matrix[row, column] = value
    return replace(problem, travel=replace(problem.travel, **{name: matrix}))


def codes(problem: Problem) -> set[str]:
    return {fault.code for fault in validate(problem)}


def test_a_right_problem_has_no_faults() -> None:
    assert validate(good()) == []
    assert warnings(good()) == []


def test_an_empty_problem_has_no_faults() -> None:
    assert validate(build_problem([], [])) == []


BROKEN: list[tuple[str, str, Callable[[], Problem]]] = [
    ("days-empty", "days", lambda: replace(build_problem([], []), days=())),
    (
        "days-not-consecutive",
        "days[2]",
        lambda: replace(
            good(), days=tuple(Day(d.date + timedelta(i > 1)) for i, d in enumerate(good().days))
        ),
    ),
    ("zone-unknown", "zone", lambda: replace(good(), zone="Mars/Base")),
    ("zone-unknown", "zone", lambda: replace(good(), zone="../etc")),
    (
        "amount-range",
        "weights.overtime_minute",
        lambda: replace(good(), weights=Weights(overtime_minute=-1.0)),
    ),
    ("amount-range", "weights.travel_km", lambda: replace(good(), weights=Weights(travel_km=NAN))),
    ("id-doubled", "reps[1].id", lambda: build_problem([], [rep("R1"), rep("R1")])),
    ("id-doubled", "demands[1].id", lambda: build_problem([outlet("a", 1), outlet("a", 2)])),
    ("id-missing", "demands[0].id", lambda: build_problem([outlet("", 1)])),
    ("matrix-size", "travel.seconds", lambda: replace(good(), places=good().places[:-1])),
    (
        "matrix-size",
        "travel.snap_m",
        lambda: replace(good(), travel=replace(good().travel, snap_m=np.zeros(2))),
    ),
    ("travel-negative", "travel.seconds", lambda: on_travel("seconds", 0, 1, -1.0)),
    ("travel-negative", "travel.metres", lambda: on_travel("metres", 0, 1, NAN)),
    ("travel-diagonal", "travel.seconds", lambda: on_travel("seconds", 1, 1, 5.0)),
    (
        "shifts-length",
        "reps[0].shifts",
        lambda: replace(good(), reps=(replace(good().reps[0], shifts=()),)),
    ),
    ("index-range", "reps[0].shifts[0].start_place", lambda: on_shift(start_place=9)),
    ("index-range", "reps[0].shifts[0].end_place", lambda: on_shift(end_place=-1)),
    ("minute-range", "reps[0].shifts[0].start_minute", lambda: on_shift(start_minute=NAN)),
    ("shift-inverted", "reps[0].shifts[0]", lambda: on_shift(start_minute=minute("17:30"))),
    ("shift-inverted", "reps[0].shifts[0]", lambda: on_shift(hard_end_minute=minute("16:00"))),
    (
        "amount-range",
        "reps[0].shifts[0].work_limit_minutes",
        lambda: on_shift(work_limit_minutes=-1),
    ),
    ("amount-range", "reps[0].shifts[0].max_stops", lambda: on_shift(max_stops=-1)),
    ("amount-range", "reps[0].shifts[0].capacity", lambda: on_shift(capacity=NAN)),
    (
        "break-too-long",
        "reps[0].shifts[0].breaks[0]",
        lambda: on_shift(breaks=(lunch("12:00", "12:20"),)),
    ),
    (
        "break-too-long",
        "reps[0].shifts[0].breaks[0]",
        lambda: on_shift(breaks=(Break("rest", 700.0, 0.0, 1440.0),)),
    ),
    (
        "break-name-doubled",
        "reps[0].shifts[0].breaks[0]",
        lambda: on_shift(breaks=(lunch(), lunch("15:00", "16:00"))),
    ),
    (
        "minute-range",
        "reps[0].shifts[0].breaks[0].latest_minute",
        lambda: on_shift(breaks=(Break("rest", 10.0, 600.0, 9999.0),)),
    ),
    (
        "index-range",
        "demands[0].place",
        lambda: replace(good(), demands=(replace(good().demands[0], place=99),)),
    ),
    ("amount-range", "demands[0].minutes", lambda: good(minutes=-5.0)),
    ("amount-range", "demands[0].priority", lambda: good(priority=NAN)),
    ("amount-range", "demands[0].load", lambda: good(load=-1.0)),
    ("frequency-range", "demands[0]", lambda: good(visits=0)),
    ("frequency-range", "demands[0]", lambda: good(visits=8)),
    ("frequency-range", "demands[0]", lambda: good(weeks=0)),
    ("gap-range", "demands[0]", lambda: good(min_gap_days=5, max_gap_days=3)),
    ("gap-range", "demands[0]", lambda: good(max_gap_days=0)),
    ("rep-unknown", "demands[0].rep_ids", lambda: good(rep_ids=("R9",))),
    ("windows-length", "demands[0].windows", lambda: good(windows=((),))),
    (
        "window-inverted",
        "demands[0].windows[0][0]",
        lambda: good(windows=open_from("12:00", "9:00")),
    ),
    (
        "window-overlap",
        "demands[0].windows[3][1]",
        lambda: good(windows=((Window(500, 700), Window(600, 800)),) * 7),
    ),
    (
        "window-overlap",
        "demands[0].windows[3][1]",
        lambda: good(windows=((Window(800, 900), Window(600, 700)),) * 7),
    ),
    (
        "minute-range",
        "demands[0].windows[0][0].end_minute",
        lambda: good(windows=((Window(0.0, float("inf")),),) * 7),
    ),
    ("weekday-unknown", "demands[0].weekdays", lambda: good(weekdays=(7,))),
    ("weekday-unknown", "demands[0].preferred_weekdays", lambda: good(preferred_weekdays=(-1,))),
    ("index-range", "demands[0].closed_days", lambda: good(closed_days=(7,))),
    ("index-range", "demands[0].patterns[0]", lambda: good(patterns=((0, 7),))),
    ("pattern-days", "demands[0].patterns[1]", lambda: good(patterns=((0,), ()))),
    ("pattern-days", "demands[0].patterns[0]", lambda: good(patterns=((0, 0),))),
    (
        "pattern-closed-day",
        "demands[0].patterns[0]",
        lambda: good(patterns=((0, 1),), weekdays=(0,)),
    ),
    ("index-range", "demands[0].pins[0].day", lambda: good(pins=(Pin(7),))),
    ("minute-range", "demands[0].pins[0].start_minute", lambda: good(pins=(Pin(0, -1.0),))),
    ("rep-unknown", "demands[0].pins[0].rep_id", lambda: good(pins=(Pin(0, None, "R9"),))),
    (
        "pin-rep-forbidden",
        "demands[0].pins[0].rep_id",
        lambda: good(rep_ids=("R1",), pins=(Pin(0, None, "R2"),)),
    ),
    ("pin-day-off", "demands[0].pins[0]", lambda: good(pins=(Pin(5),))),
    ("pin-day-off", "demands[0].pins[0]", lambda: good(pins=(Pin(0),), closed_days=(0,))),
    ("pin-outside-window", "demands[0].pins[0]", lambda: good(pins=(Pin(0, minute("11:45")),))),
    (
        "pin-outside-shift",
        "demands[0].pins[0]",
        lambda: good(windows=None, pins=(Pin(0, minute("18:00")),)),
    ),
    ("pin-doubled", "demands[0].pins", lambda: good(pins=(Pin(0), Pin(0, minute("11:00"))))),
    (
        "pin-reps-differ",
        "demands[0].pins",
        lambda: good(visits=2, pins=(Pin(0, None, "R1"), Pin(2, None, "R2"))),
    ),
]


@pytest.mark.parametrize(("code", "where", "build"), BROKEN)
def test_each_fault_is_found_where_it_is(
    code: str, where: str, build: Callable[[], Problem]
) -> None:
    assert (code, where) in {(fault.code, fault.where) for fault in validate(build())}


def test_appointments_at_the_same_time_clash() -> None:
    def pinned(*minutes: str) -> Problem:
        outlets = [outlet(f"o{i}", i, pins=(Pin(0, minute(at)),)) for i, at in enumerate(minutes)]
        return build_problem(outlets)

    assert codes(pinned("10:00", "10:00")) == {"pin-clash"}
    assert codes(pinned("10:00", "10:29")) == {"pin-clash"}
    assert codes(pinned("10:00", "10:30")) == set()


def test_all_faults_come_at_once() -> None:
    problem = replace(good(minutes=-1.0, visits=0), zone="nowhere")
    assert codes(problem) == {"amount-range", "frequency-range", "zone-unknown"}


def test_a_demand_that_is_never_open_is_a_warning_only() -> None:
    problem = build_problem([outlet("a", 10, weekdays=(6,))])
    assert validate(problem) == []
    assert [fault.code for fault in warnings(problem)] == ["demand-never-open"]


def test_an_outlet_without_a_road_is_a_warning_that_names_it() -> None:
    problem = without_road(build_problem([outlet("a", 10), outlet("b", 20)]), "home-R1", "b")
    assert validate(problem) == []
    assert [(w.code, w.where) for w in warnings(problem)] == [("place-unreachable", "demands[1]")]
    assert "b" in warnings(problem)[0].cause


def test_an_outlet_far_from_its_road_is_a_warning_that_names_it() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 20)])
    snapped = replace(problem.travel, snap_m=np.array([0.0, 300.0, 301.0]))
    found = warnings(replace(problem, travel=snapped))
    assert [(w.code, w.where) for w in found] == [("snap-far", "places[2]")]
    assert found[0].cause.startswith("b ")


def test_estimated_travel_is_a_warning() -> None:
    problem = build_problem([outlet("a", 10)])
    travel = estimate_matrix([GeoPoint(60.17, 24.94), GeoPoint(60.18, 24.95)], 30.0)
    assert [w.code for w in warnings(replace(problem, travel=travel))] == ["travel-estimate"]


def test_a_holiday_in_a_pattern_is_no_fault() -> None:
    holidays = {date(2026, 1, 6): DayKind.HOLIDAY}
    assert not validate(build_problem([outlet("a", 10, patterns=((0, 1),))], exceptions=holidays))


@given(problems())
@settings(max_examples=60, deadline=None)
def test_whatever_the_problem_faults_are_named_and_nothing_raised(problem: Problem) -> None:
    for fault in validate(problem):
        assert fault.code
        assert fault.cause
        assert fault.action
        assert fault.where
