"""Hypothesis strategies for whole problems and plans of the right types, sensible or not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from hypothesis import strategies as st

from routing.calendar import Day, DayKind
from routing.geo import GeoPoint
from routing.plan import Cost, DayRoute, Leg, Plan, Reason, Remedy, Stop, TakenBreak, UnservedVisit
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
from routing.travel import TravelMatrix

numbers = st.floats(-1e6, 1e6)
texts = st.text(max_size=6)
counts = st.integers(0, 40)
dates = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def tuples(items: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[Any]:
    return st.lists(items, max_size=most).map(tuple)


windows = st.builds(Window, numbers, numbers)
breaks = st.builds(Break, texts, numbers, numbers, numbers, st.booleans())
shifts = st.builds(
    Shift,
    numbers,
    numbers,
    counts,
    counts,
    hard_end_minute=st.none() | numbers,
    work_limit_minutes=st.none() | numbers,
    breaks=tuples(breaks),
    max_stops=st.none() | counts,
    capacity=st.none() | numbers,
    admin_minutes=numbers,
)
demands = st.builds(
    VisitDemand,
    texts,
    counts,
    numbers,
    counts,
    counts,
    rep_ids=tuples(texts),
    priority=numbers,
    windows=st.none() | st.tuples(*[tuples(windows)] * 7),
    closed_days=tuples(counts),
    weekdays=tuples(counts),
    preferred_weekdays=tuples(counts),
    min_gap_days=st.none() | counts,
    max_gap_days=st.none() | counts,
    last_visit=st.none() | dates,
    patterns=st.none() | tuples(tuples(counts)),
    pins=tuples(
        st.builds(
            Pin,
            counts,
            st.none() | numbers,
            st.none() | texts,
            st.none() | st.sampled_from(PinOrder),
        )
    ),
    load=numbers,
    prize=st.none() | numbers,
    irregular=st.booleans(),
)
travel_numbers = numbers | st.just(float("inf"))
routes = st.builds(
    DayRoute,
    texts,
    counts,
    numbers,
    numbers,
    tuples(st.builds(Stop, texts, numbers, numbers, numbers)),
    tuples(st.builds(Leg, travel_numbers, travel_numbers)),
    tuples(st.builds(TakenBreak, texts, counts, numbers, numbers, st.booleans())),
)
remedies = st.builds(Remedy, texts, st.none() | counts, numbers, texts)
missing = st.builds(
    UnservedVisit, texts, counts, st.sampled_from(Reason), texts, st.none() | remedies
)
costs = st.builds(Cost, travel_numbers, *[numbers] * 7)
plans = st.builds(Plan, texts, tuples(routes), tuples(missing), costs, tuples(missing))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    size = draw(st.integers(0, 4))
    square = st.lists(st.lists(travel_numbers, min_size=size, max_size=size), min_size=size)
    matrix = [np.array(draw(square)[:size] or np.zeros((0, 0)), dtype=np.float64) for _ in "sm"]
    snap = draw(st.none() | st.lists(travel_numbers, min_size=size, max_size=size))
    start = draw(dates)
    kinds = draw(st.lists(st.sampled_from(DayKind), max_size=9))
    points = st.none() | st.builds(GeoPoint, numbers, numbers)
    return Problem(
        draw(texts),
        tuple(Day(start + timedelta(days=i), kind) for i, kind in enumerate(kinds)),
        draw(tuples(st.builds(Rep, texts, tuples(st.none() | shifts), texts))),
        draw(tuples(st.builds(Place, texts, texts, points))),
        draw(tuples(demands)),
        TravelMatrix(
            *matrix, draw(texts), draw(st.booleans()), None if snap is None else np.array(snap)
        ),
        draw(st.builds(Weights, *[numbers] * 8)),
        draw(texts),
        draw(st.booleans()),
        draw(st.none() | plans),
        draw(st.integers(-1, 9)),
    )
