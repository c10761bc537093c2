"""How much wider the hours of an outlet, or its appointment, would have to be on one day."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from routing.plan import Remedy
from routing.problem import Problem, VisitDemand
from routing.timing import Call, Spans
from routing.trial import Trial, TrialDay


def wider_hours(
    problem: Problem, day: TrialDay, demand: VisitDemand, trial: Trial
) -> Remedy | None:
    """The least widening that admits the visit on the day, or None where hours do not help.

    For an appointment: the nearest minute to which it can be moved.
    """
    pinned = [p.start_minute for p in demand.pins if p.day == day.day]
    at = next((minute for minute in pinned if minute is not None), None)
    spans = _spans(problem, demand, day.day)
    calls = _calls(demand, spans, at, trial.over)
    begins = [begin for call in calls for begin in _begins(day, demand, call)]
    if at is not None:
        begins = [begin for begin in begins if not _is_booked(problem, day.day, demand, begin)]
    if not begins:
        return None
    if at is not None:
        begin = min(begins, key=lambda begin: (abs(begin - at), begin))
        remedy = Remedy("move_pin", day.day, abs(begin - at), "", day.rep_id)
        return replace(remedy, start_minute=begin, end_minute=begin + demand.minutes)
    begin = min(begins, key=lambda begin: (_lacking(spans, begin), begin))
    remedy = Remedy("extend_window", day.day, _lacking(spans, begin), "", day.rep_id)
    return replace(remedy, start_minute=begin, end_minute=begin + demand.minutes)


def longer_day(problem: Problem, day: TrialDay, demand: VisitDemand) -> Remedy | None:
    """Wider hours and a longer day together, where neither alone admits the visit."""
    anytime = Call(demand.minutes, None)
    best = day.best(demand, anytime)
    if not math.isfinite(best.over):
        return None
    begin = day.timed_with(demand, best.position, anytime).begins[best.position]
    lacking = _lacking(_spans(problem, demand, day.day), begin)
    if not math.isfinite(lacking):
        lacking = demand.minutes
    remedy = Remedy("extend_window_and_day", day.day, lacking, "", day.rep_id, amount=best.over)
    return replace(remedy, start_minute=begin, end_minute=begin + demand.minutes)


def _spans(problem: Problem, demand: VisitDemand, day: int) -> Spans:
    """When the visit may begin by the outlet's hours, also where they are too short for it."""
    windows = (demand.windows or ((),) * 7)[problem.days[day].weekday]
    return tuple((w.start_minute, w.end_minute - demand.minutes) for w in windows)


def _calls(demand: VisitDemand, spans: Spans, at: float | None, over: float) -> Iterator[Call]:
    """The visit at any time, and the visit from about each opening on without closing."""
    if at is not None and spans:  # an appointment stays within the outlet's hours
        fitting = tuple(span for span in spans if span[0] <= span[1])
        if fitting:
            yield Call(demand.minutes, fitting)
        return
    yield Call(demand.minutes, None)
    openings = [first for first, _ in spans] if at is None else [at]
    for first in openings:
        yield Call(demand.minutes, ((first, math.inf),))
        if 0.0 < over < first:
            yield Call(demand.minutes, ((first - over, math.inf),))


def _begins(day: TrialDay, demand: VisitDemand, call: Call) -> list[float]:
    """When the visit would begin at each place of the day that then admits it."""
    return [
        day.timed_with(demand, trial.position, call).begins[trial.position]
        for trial in day.trials(demand, call)
        if trial.fits and day.exact(trial, demand, call).fits
    ]


def _is_booked(problem: Problem, day: int, demand: VisitDemand, begin: float) -> bool:
    """Whether another appointment of that day, kept or not, is at the same time."""
    booked = (
        (pin.start_minute, other.minutes)
        for other in problem.demands
        for pin in other.pins
        if other.id != demand.id and pin.day == day and pin.start_minute is not None
    )
    end = begin + demand.minutes
    return any(at == begin or (at < end and begin < at + minutes) for at, minutes in booked)


def _lacking(spans: Spans, begin: float) -> float:
    """Minutes by which the nearest window misses a visit begun then."""
    gaps = (max(0.0, first - begin) + max(0.0, begin - last) for first, last in spans)
    return min(gaps, default=math.inf)
