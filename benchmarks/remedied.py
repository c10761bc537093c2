"""A problem with the remedy of one missing visit applied; nothing else is changed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from routing.plan import Remedy, UnservedVisit
from routing.problem import Problem, Shift, VisitDemand, Window


def remedied(problem: Problem, unserved: UnservedVisit) -> Problem | None:
    """``None`` where the remedy is none that a problem can express."""
    remedy = unserved.remedy
    if remedy is None:
        return None
    if remedy.action in _SHIFTS and remedy.day is not None:
        return _with_shift(problem, remedy.day, lambda s: _SHIFTS[remedy.action](s, remedy))
    if remedy.action in _DEMANDS:
        demand = problem.demand(unserved.demand_id)
        return _with_demand(problem, _DEMANDS[remedy.action](problem, demand, remedy))
    return None


def _overtime(shift: Shift, remedy: Remedy) -> Shift:
    return replace(shift, hard_end_minute=shift.hard_end + math.ceil(remedy.minutes))


def _stops(shift: Shift, remedy: Remedy) -> Shift:
    return replace(shift, max_stops=(shift.max_stops or 0) + 1)


def _load(shift: Shift, remedy: Remedy) -> Shift:
    asked = float(remedy.text.rstrip(".").split("load of ")[1].split(" ")[0])
    return replace(shift, capacity=asked)


def _free(shift: Shift, remedy: Remedy) -> Shift:
    return _overtime(replace(shift, breaks=()), remedy)


def _gap(problem: Problem, demand: VisitDemand, remedy: Remedy) -> VisitDemand:
    return replace(demand, min_gap_days=1, max_gap_days=len(problem.days), weekdays=())


def _window(problem: Problem, demand: VisitDemand, remedy: Remedy) -> VisitDemand:
    more = math.ceil(remedy.minutes)
    windows = tuple(
        tuple(Window(max(0.0, w.start_minute - more), w.end_minute + more) for w in day)
        for day in demand.windows or ((),) * 7
    )
    return replace(demand, windows=windows)


def _priority(problem: Problem, demand: VisitDemand, remedy: Remedy) -> VisitDemand:
    return replace(demand, priority=2.0 * max(each.priority for each in problem.demands))


def _no_pin(problem: Problem, demand: VisitDemand, remedy: Remedy) -> VisitDemand:
    return replace(demand, pins=tuple(pin for pin in demand.pins if pin.day != remedy.day))


_SHIFTS: dict[str, Callable[[Shift, Remedy], Shift]] = {
    "allow_overtime": _overtime,
    "raise_max_stops": _stops,
    "raise_capacity": _load,
    "free_time": _free,
    "move_break": _free,
}
_DEMANDS: dict[str, Callable[[Problem, VisitDemand, Remedy], VisitDemand]] = {
    "relax_gap": _gap,
    "extend_window": _window,
    "raise_priority": _priority,
    "move_pin": _no_pin,
}


def _with_shift(problem: Problem, day: int, change: Callable[[Shift], Shift]) -> Problem:
    def changed(shifts: tuple[Shift | None, ...]) -> tuple[Shift | None, ...]:
        return tuple(s and (change(s) if d == day else s) for d, s in enumerate(shifts))

    reps = tuple(replace(rep, shifts=changed(rep.shifts)) for rep in problem.reps)
    return replace(problem, reps=reps)


def _with_demand(problem: Problem, demand: VisitDemand) -> Problem:
    demands = tuple(demand if each.id == demand.id else each for each in problem.demands)
    return replace(problem, demands=demands)
