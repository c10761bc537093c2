"""Times one day whose order of visits is given.  Plain floats and lists: ready in well under 2 ms.

A visit begins when it is reached, or when its next window that leaves room for the whole visit
opens; where none is left it begins on arrival and is late.  A break is taken on a leg, no earlier
than its span allows: on the way, or on arrival after waiting for it.  Every place for every break
is tried, in the order of the breaks.  In peak hours (``routing.travel.Pace``) a leg takes longer
than its minutes of free driving.  Of all placings the one is kept with the fewest late
visits, then the fewest breaks missed, then the least overtime, then the earliest return; then the
day starts as late as the same return allows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from routing.problem import Break, Problem, Shift, VisitDemand
from routing.travel import STEADY, Pace

#: Clock comparisons forgive this many minutes of rounding.
EPSILON = 1e-9

Spans = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A visit to time: how long, and between which minutes it may begin (None: at any)."""

    minutes: float
    begin_spans: Spans | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """When everything happens.  ``pauses`` holds begin, leg and break of those taken, in order.

    ``drives`` are the minutes spent driving each leg.
    """

    start: float
    end: float
    arrivals: list[float]
    begins: list[float]
    pauses: list[tuple[float, int, Break]]
    late: int
    missed: int
    overtime: float
    drives: list[float]

    @property
    def load(self) -> float:
        """Minutes from the beginning to coming back, less the breaks that are rest."""
        rest = sum(pause.minutes for _, _, pause in self.pauses if not pause.is_work)
        return self.end - self.start - rest


def call_on(problem: Problem, demand: VisitDemand, day: int) -> Call:
    """The visit of a demand on a day: its windows, or its appointment, as minutes to begin in."""
    for pin in demand.pins:
        if pin.day == day and pin.start_minute is not None:
            return Call(demand.minutes, ((pin.start_minute, pin.start_minute),))
    if demand.windows is None:
        return Call(demand.minutes, None)
    windows = demand.windows[problem.days[day].weekday]
    spans = ((w.start_minute, w.end_minute - demand.minutes) for w in windows)
    return Call(demand.minutes, tuple(sorted(s for s in spans if s[1] >= s[0] - EPSILON)))


def begin_of(call: Call, reached: float) -> tuple[float, bool]:
    """When a visit reached at that minute begins, and whether that is too late for it."""
    if call.begin_spans is None:
        return reached, False
    for first, last in call.begin_spans:
        if reached <= last + EPSILON:
            return (reached if reached > first else first), False
    return reached, True


def ordered_breaks(shift: Shift) -> tuple[Break, ...]:
    """The breaks of a shift in the order in which they are taken."""
    return tuple(sorted(shift.breaks, key=lambda b: (b.earliest_minute, b.latest_minute)))


def after_break(
    pause: Break, now: float, travel: float, pace: Pace = STEADY
) -> tuple[float, float] | None:
    """Minute and travel left after a break begun with ``travel`` minutes of the leg still to go.

    None if the break would end too late.
    """
    begin = max(now, pause.earliest_minute)
    if begin + pause.minutes > pause.latest_minute + EPSILON:
        return None
    return begin + pause.minutes, max(0.0, travel - pace.covered(now, begin))


def schedule(
    shift: Shift, legs: Sequence[float], calls: Sequence[Call], pace: Pace = STEADY
) -> Schedule:
    """The best times of a day: ``len(legs) == len(calls) + 1``, minutes of free driving, finite."""
    breaks = ordered_breaks(shift)
    best: Schedule | None = None
    best_key: tuple[float, ...] = ()
    for end, late, places in _placings(shift.leave_minute, legs, calls, breaks, pace):
        bound = (late, 0, max(0.0, end - shift.end_minute), end)
        if best is not None and bound >= best_key:
            continue
        found = _settle(shift, legs, calls, breaks, places, end, pace)
        key = (found.late, found.missed, found.overtime, found.end)
        if best is None or key < best_key:
            best, best_key = found, key
    assert best is not None  # leaving every break out is always a placing
    return best


def overtime_of(shift: Shift, load: float, end: float) -> float:
    """Minutes of overtime of a day with this load and return; rounding dust counts as none."""
    over = end - shift.end_minute
    if shift.work_limit_minutes is not None:
        over = max(over, load - shift.work_limit_minutes)
    return over if over > 1e-6 else 0.0


#: The leg of each break, None where it is left out.
Placing = tuple[int | None, ...]
#: Leg, minute, travel still to go on that leg, late visits so far.
_At = tuple[int, float, float, int]


def _placings(
    start: float,
    legs: Sequence[float],
    calls: Sequence[Call],
    breaks: Sequence[Break],
    pace: Pace,
) -> Iterator[tuple[float, int, Placing]]:
    """Return, late visits and legs of the breaks, for every placing that leaves at ``start``."""

    def ride(leg: int, now: float, travel: float, late: int) -> Iterator[_At]:
        """The state at the beginning of each leg from here on."""
        while True:
            yield leg, now, travel, late
            if leg == len(calls):
                return
            now, missed = begin_of(calls[leg], pace.arrive(now, travel))
            late += missed
            now += calls[leg].minutes
            leg += 1
            travel = legs[leg]

    def place(index: int, at: _At, placed: Placing) -> Iterator[tuple[float, int, Placing]]:
        if index == len(breaks):
            *_, (_, now, travel, late) = ride(*at)
            yield pace.arrive(now, travel), late, placed
            return
        yield from place(index + 1, at, (*placed, None))
        for leg, now, travel, late in ride(*at):
            after = after_break(breaks[index], now, travel, pace)
            if after is None:
                return  # later on the way it would end later still
            yield from place(index + 1, (leg, *after, late), (*placed, leg))

    yield from place(0, (0, start, legs[0], 0), ())


def _settle(
    shift: Shift,
    legs: Sequence[float],
    calls: Sequence[Call],
    breaks: Sequence[Break],
    places: Placing,
    end: float,
    pace: Pace,
) -> Schedule:
    """The times of one placing, started as late as the same return allows."""
    on_leg: list[list[Break]] = [[] for _ in legs]
    for pause, leg in zip(breaks, places, strict=True):
        if leg is not None:
            on_leg[leg].append(pause)
    earliest = _run(shift.leave_minute, legs, calls, on_leg, pace)
    if pace.steady:
        latest = _latest_start(legs, calls, on_leg, earliest.late, end)
    else:
        latest = _latest_start_in_peaks(shift.leave_minute, legs, calls, on_leg, earliest, pace)
    leave = max(shift.leave_minute, latest)
    run = _run(leave, legs, calls, on_leg, pace)
    start = leave - shift.admin_minutes
    missed, eaten = 0, 0.0
    for pause, leg in zip(breaks, places, strict=True):
        if leg is not None:
            eaten += 0.0 if pause.is_work else pause.minutes
        elif start < pause.earliest_minute - EPSILON and run.end > pause.latest_minute + EPSILON:
            missed += 1
    overtime = overtime_of(shift, run.end - start - eaten, run.end)
    late = sum(run.late)
    return Schedule(
        start, run.end, run.arrivals, run.begins, run.pauses, late, missed, overtime, run.drives
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """A day driven from a given start: ``pauses`` holds begin, leg and break."""

    end: float
    arrivals: list[float]
    begins: list[float]
    late: list[bool]
    pauses: list[tuple[float, int, Break]]
    drives: list[float]


def _run(
    start: float,
    legs: Sequence[float],
    calls: Sequence[Call],
    on_leg: Sequence[Sequence[Break]],
    pace: Pace,
) -> _Run:
    now = start
    arrivals: list[float] = []
    begins: list[float] = []
    late: list[bool] = []
    pauses: list[tuple[float, int, Break]] = []
    drives: list[float] = []
    for leg, travel in enumerate(legs):
        driven = 0.0
        for pause in on_leg[leg]:
            begin = max(now, pause.earliest_minute)
            pauses.append((begin, leg, pause))
            driven += min(begin, pace.arrive(now, travel)) - now
            travel = max(0.0, travel - pace.covered(now, begin))
            now = begin + pause.minutes
        reached = pace.arrive(now, travel)
        drives.append(driven + reached - now)
        now = reached
        if leg < len(calls):
            arrivals.append(now)
            now, is_late = begin_of(calls[leg], now)
            late.append(is_late)
            begins.append(now)
            now += calls[leg].minutes
    return _Run(now, arrivals, begins, late, pauses, drives)


def _latest_start(
    legs: Sequence[float],
    calls: Sequence[Call],
    on_leg: Sequence[Sequence[Break]],
    late: Sequence[bool],
    end: float,
) -> float:
    """Latest start with the same return, the same late visits and the breaks in their spans."""
    latest = end
    for leg in range(len(legs) - 1, -1, -1):
        if leg < len(calls):
            latest -= calls[leg].minutes
            if not late[leg]:
                latest = latest_arrival(calls[leg], latest)
        latest -= legs[leg] + sum(pause.minutes for pause in on_leg[leg])
        taken = 0.0
        for pause in on_leg[leg]:
            taken += pause.minutes
            latest = min(latest, pause.latest_minute - taken)
    return latest


#: Halvings of the span in which the latest start lies: a ten-hour day to under a millisecond.
_HALVINGS = 32


def _latest_start_in_peaks(
    start: float,
    legs: Sequence[float],
    calls: Sequence[Call],
    on_leg: Sequence[Sequence[Break]],
    earliest: _Run,
    pace: Pace,
) -> float:
    """As ``_latest_start``: what is early enough still is so for whoever starts earlier."""

    def is_early_enough(begin: float) -> bool:
        run = _run(begin, legs, calls, on_leg, pace)
        in_span = all(t + b.minutes <= b.latest_minute + EPSILON for t, _, b in run.pauses)
        return in_span and run.late == earliest.late and run.end <= earliest.end + EPSILON

    early, late = start, earliest.end
    for _ in range(_HALVINGS):
        middle = (early + late) / 2.0
        early, late = (middle, late) if is_early_enough(middle) else (early, middle)
    return early


def latest_arrival(call: Call, begin: float) -> float:
    """The last minute at which it can be reached to begin, in time, no later than ``begin``."""
    if call.begin_spans is None:
        return begin
    in_time = (min(begin, last) for first, last in call.begin_spans if first <= begin + EPSILON)
    return max(in_time, default=-math.inf)
