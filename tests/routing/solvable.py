"""Hypothesis strategy for small problems that are right, and hard in as many ways as there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from routing.calendar import Day, DayKind, cycle_days
from routing.evaluate import Sequenced, evaluate
from routing.patterns import open_days, required_visits
from routing.plan import Plan
from routing.problem import (
    Break,
    Pin,
    PinOrder,
    Place,
    Problem,
    Rep,
    Shift,
    VisitDemand,
    Weights,
    Window,
)
from routing.travel import SpeedBand, TravelMatrix
from routing.validate import validate
from tests.routing.builders import MONDAY

LUNCH = Break("lunch", 30.0, 690.0, 810.0)
MEETING = Break("meeting", 15.0, 540.0, 600.0, is_work=True)
LATE_CALL = Break("call", 10.0, 800.0, 860.0)

#: Several a weekday, one that is shorter than some visits, one that closes at noon.
WINDOWS = (
    (Window(480.0, 1020.0),),
    (Window(540.0, 570.0), Window(720.0, 900.0)),
    (Window(500.0, 720.0), Window(725.0, 740.0), Window(780.0, 1000.0)),
    (Window(600.0, 620.0),),
    (),
)

#: A morning and an afternoon peak, and a peak that fills a Monday.
PEAKS = (
    (SpeedBand((0, 1, 2, 3, 4), 420.0, 540.0, 0.6), SpeedBand((0, 4), 700.0, 800.0, 0.4)),
    (SpeedBand((0,), 0.0, 1440.0, 0.5),),
)

few = st.integers(0, 3)
rarely = st.integers(0, 4).map(lambda n: n == 0)


@st.composite
def cycles(draw: st.DrawFn) -> tuple[Day, ...]:
    """One to six weeks of five or six days, holidays and swapped days among them."""
    weeks = draw(st.sampled_from([1, 1, 2, 2, 3, 4, 6]))
    start = MONDAY + timedelta(days=draw(st.sampled_from([0, 0, 0, 2])))
    working = range(draw(st.sampled_from([5, 6])))
    kinds = st.sampled_from([DayKind.HOLIDAY, DayKind.HOLIDAY, DayKind.SWAPPED, DayKind.REST])
    special = st.dictionaries(st.integers(0, 7 * weeks - 1), kinds, max_size=3)
    exceptions = {start + timedelta(days=d): kind for d, kind in draw(special).items()}
    return cycle_days(start, weeks, working, exceptions)


@st.composite
def matrices(draw: st.DrawFn, size: int) -> TravelMatrix:
    """Asymmetric minutes with places on one spot and, rarely, places without a road."""
    spot = st.tuples(st.integers(0, 25), st.integers(0, 25))
    at = np.array([draw(spot) for _ in range(size)], dtype=np.float64).reshape(-1, 2)
    apart = np.abs(at[:, None] - at[None, :]).sum(axis=2)
    uphill = draw(st.sampled_from([0.0, 0.0, 0.3]))
    minutes = apart + uphill * np.maximum(0.0, at[None, :, 0] - at[:, None, 0])
    metres = apart * draw(st.sampled_from([500.0, 900.0]))
    if draw(rarely) and size > 1:
        pairs = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1))
        for a, b in draw(st.lists(pairs, max_size=4)):
            if a != b:
                minutes[a, b] = metres[a, b] = np.inf
    bands = draw(st.sampled_from(PEAKS)) if draw(rarely) else ()
    return TravelMatrix(minutes * 60.0, metres, "grid", bands=bands)


@st.composite
def shifts(draw: st.DrawFn, places: int, timed: bool) -> Shift:
    """A working day, short or long, with few or many limits."""
    end = draw(st.sampled_from([600.0, 780.0, 1020.0]))
    home = draw(st.integers(0, places - 1))
    breaks = draw(st.sampled_from([(), (LUNCH,), (LUNCH, MEETING), (LUNCH, LATE_CALL)]))
    return Shift(
        480.0,
        end,
        home,
        draw(st.integers(0, places - 1)) if draw(rarely) else home,
        hard_end_minute=draw(st.sampled_from([None, end, end + 45.0])),
        work_limit_minutes=draw(st.sampled_from([None, None, 90.0, 300.0])),
        breaks=breaks if timed else (),
        max_stops=draw(st.sampled_from([None, None, 1, 3])),
        capacity=draw(st.sampled_from([None, None, 2.0])),
        admin_minutes=draw(st.sampled_from([0.0, 0.0, 20.0])),
    )


@st.composite
def reps(draw: st.DrawFn, id: str, days: tuple[Day, ...], places: int, timed: bool) -> Rep:
    """Somebody with one kind of day, at times a shorter one, and leave."""
    usual = draw(shifts(places, timed))
    leave = draw(st.sets(st.integers(0, len(days) - 1), max_size=4))
    short = draw(st.sets(st.integers(0, len(days) - 1), max_size=2))
    half = replace(usual, end_minute=560.0, hard_end_minute=None, breaks=())
    per_day = [half if d in short else usual for d in range(len(days))]
    on = [day.works and d not in leave for d, day in enumerate(days)]
    return Rep(id, tuple(s if works else None for s, works in zip(per_day, on, strict=True)))


@st.composite
def demands(
    draw: st.DrawFn, id: str, days: tuple[Day, ...], places: int, rep_ids: list[str], timed: bool
) -> VisitDemand:
    """Any frequency, with gaps, preferences, a history, or its day sets spelled out."""
    weeks = draw(st.sampled_from([1, 1, 2, 2, 3, 4]))
    kept: dict[str, Any] = {}
    if draw(rarely):
        kept["rep_ids"] = tuple(draw(st.lists(st.sampled_from(rep_ids), max_size=2, unique=True)))
    if draw(rarely):
        kept["weekdays"] = tuple(draw(st.sets(st.integers(0, 6), min_size=1, max_size=4)))
    if draw(rarely):
        kept["preferred_weekdays"] = tuple(draw(st.sets(st.integers(0, 5), max_size=2)))
    if draw(rarely):
        kept["closed_days"] = tuple(draw(st.sets(st.integers(0, len(days) - 1), max_size=4)))
    if draw(rarely):
        kept["min_gap_days"] = draw(st.integers(1, 4))
    if draw(rarely):
        kept["max_gap_days"] = draw(st.integers(4, 15))
    if draw(rarely):
        before = timedelta(days=draw(st.integers(1, 40)))
        kept["last_visit"] = days[0].date - before
    if draw(rarely):
        kept["prize"] = draw(st.sampled_from([0.0, 15.0, 40.0, 500.0]))
    if draw(rarely):
        kept["irregular"] = True
    if timed and draw(st.booleans()):
        kept["windows"] = tuple(draw(st.sampled_from(WINDOWS)) for _ in range(7))
    return VisitDemand(
        id,
        draw(st.integers(0, places - 1)),
        draw(st.sampled_from([0.0, 10.0, 25.0, 25.0, 60.0, 130.0])),
        visits=draw(st.integers(1, min(5, 2 * weeks + 1))),
        weeks=weeks,
        priority=draw(st.sampled_from([1.0, 1.0, 0.5, 3.0, 0.0])),
        load=draw(st.sampled_from([0.0, 0.0, 0.7, 1.5])),
        **kept,
    )


@st.composite
def with_own_days(draw: st.DrawFn, problem: Problem, demand: VisitDemand) -> VisitDemand:
    """At times the demand has day sets of its own, or appointments, on days that are open."""
    is_open = [d for d, each in enumerate(open_days(problem, demand)) if each]
    if not is_open:
        return demand
    if draw(rarely):
        sets = st.sets(st.sampled_from(is_open), min_size=1, max_size=4)
        own = draw(st.lists(sets, min_size=1, max_size=4))
        demand = replace(demand, patterns=tuple(tuple(days) for days in own))
    if draw(rarely):
        most = min(2, required_visits(problem, demand))
        pinned = draw(st.sets(st.sampled_from(is_open), max_size=most))
        demand = replace(demand, pins=tuple(draw(pins(problem, demand, d)) for d in pinned))
    return demand


@st.composite
def pins(draw: st.DrawFn, problem: Problem, demand: VisitDemand, day: int) -> Pin:
    """An appointment, at times with a minute, at times with a rep."""
    breaks = any(shift is not None and shift.breaks for r in problem.reps for shift in r.shifts)
    timed = breaks or any(each.windows is not None for each in problem.demands)
    at = draw(st.sampled_from([None, 500.0, 545.0, 730.0])) if timed else None
    able = demand.rep_ids or tuple(rep.id for rep in problem.reps)
    order = draw(st.sampled_from([None, None, None, *PinOrder]))
    return Pin(day, at, draw(st.none() | st.sampled_from(able)), order)


@st.composite
def sequences(draw: st.DrawFn, problem: Problem) -> Plan:
    """A plan that visits some demands somewhere, in no good order."""
    to_come = range(problem.frozen_until, len(problem.days))
    worked = [(r, d) for r in problem.reps for d in to_come if r.shifts[d] is not None]
    ids = [demand.id for demand in problem.demands]
    if not worked or not ids:
        return Plan(problem.name)
    some = draw(st.lists(st.sampled_from(worked), max_size=4, unique_by=lambda w: (w[0].id, w[1])))
    orders = [
        Sequenced(rep.id, day, tuple(draw(st.lists(st.sampled_from(ids), max_size=3, unique=True))))
        for rep, day in some
    ]
    return evaluate(problem, orders)


@st.composite
def weights(draw: st.DrawFn) -> Weights:
    """Every term of the cost switched on or off."""
    return Weights(
        travel_minute=draw(st.sampled_from([1.0, 1.0, 0.5])),
        travel_km=draw(st.sampled_from([0.0, 0.0, 0.7])),
        overtime_minute=draw(st.sampled_from([2.0, 0.0])),
        missing_visit=draw(st.sampled_from([1000.0, 1000.0, 60.0])),
        imbalance=draw(st.sampled_from([0.0, 0.0, 0.5])),
        moved_visit=draw(st.sampled_from([0.0, 20.0])),
        off_preference=draw(st.sampled_from([5.0, 0.0])),
        rep_change=draw(st.sampled_from([0.0, 0.0, 12.0, 150.0])),
    )


@st.composite
def problems(draw: st.DrawFn, timed: bool | None = None) -> Problem:
    """A small problem without faults; ``timed=False`` leaves out whatever asks for a clock."""
    timed = draw(st.booleans()) if timed is None else timed
    days = draw(cycles())
    places = draw(st.integers(1, 7))
    rep_ids = [f"R{i}" for i in range(draw(st.integers(1, 3)))]
    count = draw(st.integers(0, 7))
    travel = draw(matrices(places))
    problem = Problem(
        "small",
        days,
        tuple(draw(reps(id, days, places, timed)) for id in rep_ids),
        tuple(Place(f"p{i}") for i in range(places)),
        tuple(draw(demands(f"d{i}", days, places, rep_ids, timed)) for i in range(count)),
        travel if timed else replace(travel, bands=()),
        draw(weights()),
        same_rep=draw(st.booleans()),
    )
    own = tuple(draw(with_own_days(problem, demand)) for demand in problem.demands)
    problem = replace(problem, demands=own)
    assume(not validate(problem))
    if draw(st.booleans()):
        problem = replace(problem, previous=draw(sequences(problem)))
        if draw(rarely):
            problem = replace(problem, frozen_until=draw(st.integers(0, len(days))))
            assume(not validate(problem))
    return problem
