"""What would let a visit into a day on which it makes somebody late wherever it is put."""

from __future__ import annotations

import math
from dataclasses import replace

from routing.plan import Facts, Reason, Remedy
from routing.problem import Problem, VisitDemand
from routing.timing import EPSILON
from routing.trial import TrialDay
from routing.wording import Finding

#: Visits of these shares of their time are tried where nothing else helps.
_SHORTER = (0.75, 0.5, 0.25, 0.0)


def give_way(
    problem: Problem, day: TrialDay, demand: VisitDemand, only_better: bool
) -> Finding | None:
    """Set if the visit would fit in place of one stop that is no appointment.

    ``only_better``: and only if every such stop counts for more than the visit.
    """
    if only_better and all(stop.priority <= demand.priority for stop in day.stops):
        return None
    admitting = [
        stop
        for index, stop in enumerate(day.stops)
        if all(pin.day != day.day for pin in stop.pins) and _fits_after(day.without(index), demand)
    ]
    worse = any(stop.priority <= demand.priority for stop in admitting)
    if not admitting or (only_better and worse):
        return None
    least = min(admitting, key=lambda stop: (stop.priority, stop.id))
    facts = Facts("outranked", day.day, day.rep_id, demand_id=least.id)
    remedy = Remedy("raise_priority", day.day, demand.minutes, "", day.rep_id, least.id)
    missing = problem.weights.missing_visit or 1.0
    amount = least.priority + max(0.5, 100.0 / missing)
    return Finding(Reason.LOWER_PRIORITY, facts, replace(remedy, amount=amount))


def _fits_after(day: TrialDay, demand: VisitDemand) -> bool:
    return day.has_stop_left() and day.carries(demand) and day.best(demand).fits


def make_time(problem: Problem, day: TrialDay, demand: VisitDemand) -> Remedy:
    """The least of: longer hours of one other stop, a later break, a shorter visit."""
    return (
        _other_hours(problem, day, demand)
        or _later_break(problem, day, demand)
        or _shorter(day, demand)
    )


def _other_hours(problem: Problem, day: TrialDay, demand: VisitDemand) -> Remedy | None:
    """Set if at some place only one stop gets late, and all else is kept."""
    best: Remedy | None = None
    for prospect in day.prospects(demand):
        times = day.timed_with(demand, prospect.position)
        if times.late != 1 or times.missed or day.over_of(replace(times, late=0)) > EPSILON:
            continue
        stops = list(day.stops)
        stops.insert(prospect.position, demand)
        for stop, begin in zip(stops, times.begins, strict=True):
            end = begin + stop.minutes
            windows = (stop.windows or ((),) * 7)[problem.days[day.day].weekday]
            pinned = any(p.day == day.day and p.start_minute is not None for p in stop.pins)
            inside = any(
                w.start_minute <= begin + EPSILON and end <= w.end_minute + EPSILON for w in windows
            )
            if stop is demand or pinned or stop.windows is None or inside:
                continue
            more = end - max((w.end_minute for w in windows), default=0.0)
            if more > 0 and (best is None or more < best.minutes):
                best = Remedy(
                    "extend_other_window", day.day, more, "", day.rep_id, stop.id,
                    start_minute=begin, end_minute=end,
                )  # fmt: skip
    return best


def _later_break(problem: Problem, day: TrialDay, demand: VisitDemand) -> Remedy | None:
    """Set if the visit fits once the first break that it delays may end later."""
    for index, pause in enumerate(day.shift.breaks):
        breaks = list(day.shift.breaks)
        breaks[index] = replace(pause, latest_minute=2880.0)
        later = day.with_breaks(tuple(breaks))
        best = later.best(demand)
        if not best.fits:
            continue
        times = later.timed_with(demand, best.position)
        ends = [
            begin + taken.minutes for begin, _, taken in times.pauses if taken.name == pause.name
        ]
        end = max(ends, default=times.end)
        if end > pause.latest_minute:
            more = end - pause.latest_minute
            return Remedy(
                "move_break", day.day, more, "", day.rep_id, end_minute=end, break_name=pause.name
            )
    return None


def _shorter(day: TrialDay, demand: VisitDemand) -> Remedy:
    """A shorter visit: the longest of those tried that fits."""
    for share in _SHORTER:
        minutes = math.floor(share * demand.minutes)
        if day.best(replace(demand, minutes=float(minutes))).fits:
            break
    return Remedy("shorten_visit", day.day, float(minutes), "", day.rep_id)
