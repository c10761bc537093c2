"""Makes the change that an explanation offers, so that planning again admits the visit.

Every action of ``routing.wording.REMEDIES`` has its function here but those that only people in
the field can take.  Whoever takes a remedy wants that visit: it then counts ``ASKED_FOR`` times
what it did, so that what was granted for it is not used for another that counts the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from routing.calendar import DayKind
from routing.errors import RoutingError
from routing.patterns import open_days, patterns_of
from routing.plan import Remedy, UnservedVisit
from routing.problem import Pin, Problem, Rep, Shift, VisitDemand, Window

#: What a visit counts more once somebody took a remedy for it.
ASKED_FOR = 1.25

#: Minutes of rounding that must not keep a visit out.
_DUST = 1e-3


class CannotApply(RoutingError):
    """The remedy is not a change of the problem: a place to correct, a rep to hire."""


def apply_remedy(problem: Problem, unserved: UnservedVisit) -> Problem:
    """The problem with the remedy of an unserved visit granted.

    Raises CannotApply (``remedy-not-applicable``) where there is none that a problem can hold,
    and KeyError where the problem does not know the demand.
    """
    demand, remedy = problem.demand(unserved.demand_id), unserved.remedy
    change = CHANGES.get(remedy.action) if remedy else None
    if remedy is None or change is None:
        cause = f"What would admit {unserved.demand_id} is not a change of the plan's problem."
        raise CannotApply(
            "remedy-not-applicable", cause, "Make it in the archive, then plan again."
        )
    changed = change(problem, demand, remedy)
    asked = changed.demand(demand.id)
    prize = None if asked.prize is None else asked.prize * ASKED_FOR
    return _with_demand(changed, replace(asked, priority=asked.priority * ASKED_FOR, prize=prize))


Change = Callable[[Problem, VisitDemand, Remedy], Problem]


def _assign_rep(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    rep_ids = (*demand.rep_ids, remedy.rep_id or "")
    return _with_demand(problem, replace(demand, rep_ids=tuple(dict.fromkeys(rep_ids))))


def _add_day(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    """The rep works that day as on the rep's nearest one, or as another rep does."""
    day = remedy.day or 0
    if not problem.days[day].works:
        days = list(problem.days)
        days[day] = replace(days[day], kind=DayKind.SWAPPED)
        problem = replace(problem, days=tuple(days))
    own = next(rep for rep in problem.reps if rep.id == remedy.rep_id)
    others = [rep for rep in problem.reps if rep is not own]
    shift = next((s for s in (_nearest(rep, day) for rep in (own, *others)) if s), None)
    shifts = (*own.shifts[:day], shift, *own.shifts[day + 1 :])
    problem = _with_rep(problem, replace(own, shifts=shifts))
    return _opened(problem, demand, remedy)


def _nearest(rep: Rep, day: int) -> Shift | None:
    worked = [index for index, shift in enumerate(rep.shifts) if shift is not None]
    return rep.shifts[min(worked, key=lambda index: abs(index - day))] if worked else None


def _opened(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    """The outlet may be visited on the day, on its weekday and in the set of days named."""
    day = remedy.day or 0
    weekday = problem.days[day].weekday
    weekdays = demand.weekdays and tuple(sorted({*demand.weekdays, weekday}))
    windows = demand.windows
    if windows is not None and not windows[weekday]:
        opened = next((w for w in windows if w), ())
        if remedy.start_minute is not None and remedy.end_minute is not None:
            opened = (Window(remedy.start_minute, remedy.end_minute),)
        windows = (*windows[:weekday], opened, *windows[weekday + 1 :])
    closed = tuple(d for d in demand.closed_days if d != day)
    patterns = demand.patterns
    if patterns is not None and remedy.days:
        patterns = (*patterns, tuple(d for d in remedy.days if d not in closed))
    opened_demand = replace(
        demand, weekdays=weekdays, windows=windows, closed_days=closed, patterns=patterns
    )
    return _with_demand(problem, opened_demand)


def _relax_gap(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    is_open = open_days(problem, demand)
    sets = (*patterns_of(problem, demand), remedy.days)  # past visits may lie on closed days
    kept = (tuple(day for day in days if is_open[day]) for days in sets)
    patterns = tuple(dict.fromkeys(days for days in kept if days))
    return _with_demand(problem, replace(demand, patterns=patterns))


def _add_visit(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    day = remedy.day or 0
    if any(pin.day == day for pin in demand.pins):
        return problem
    return _with_demand(problem, replace(demand, pins=(*demand.pins, Pin(day))))


def _raise_priority(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    """A missing visit that costs nothing first costs 1, and those of all others still nothing."""
    priority = max(demand.priority, remedy.amount or 0.0)
    if not problem.weights.missing_visit:
        free = tuple(replace(other, priority=0.0) for other in problem.demands)
        weights = replace(problem.weights, missing_visit=1.0)
        problem = replace(problem, demands=free, weights=weights)
    return _with_demand(problem, replace(demand, priority=priority))


def _extend_window(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    assert remedy.day is not None
    span = Window(remedy.start_minute or 0.0, remedy.end_minute or 0.0)
    weekday = problem.days[remedy.day].weekday
    windows = list(demand.windows or ((),) * 7)
    windows[weekday] = _stretched(windows[weekday], span)
    return _with_demand(problem, replace(demand, windows=tuple(windows)))


def _extend_window_and_day(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    widened = _extend_window(problem, demand, remedy)
    more = (remedy.amount or 0.0) + _DUST
    return _with_shift(widened, remedy, lambda s: replace(s, hard_end_minute=s.hard_end + more))


def _extend_other_window(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    return _extend_window(problem, problem.demand(remedy.demand_id or ""), remedy)


def _stretched(windows: tuple[Window, ...], span: Window) -> tuple[Window, ...]:
    """The windows with the nearest one stretched over the span, joined where they then meet."""

    def lacking(window: Window) -> float:
        before = max(0.0, window.start_minute - span.start_minute)
        return before + max(0.0, span.end_minute - window.end_minute)

    if windows:
        near = min(windows, key=lacking)
        start = min(near.start_minute, span.start_minute)
        span = Window(start, max(near.end_minute, span.end_minute))
        windows = tuple(window for window in windows if window is not near)
    joined: list[Window] = []
    for window in sorted((*windows, span), key=lambda w: w.start_minute):
        if joined and window.start_minute < joined[-1].end_minute:
            end = max(joined[-1].end_minute, window.end_minute)
            joined[-1] = replace(joined[-1], end_minute=end)
        else:
            joined.append(window)
    return tuple(joined)


def _move_pin(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    pins = tuple(
        replace(pin, start_minute=remedy.start_minute) if pin.day == remedy.day else pin
        for pin in demand.pins
    )
    return _with_demand(problem, replace(demand, pins=pins))


def _free_order(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    pins = tuple(replace(pin, order=None) if pin.day == remedy.day else pin for pin in demand.pins)
    return _with_demand(problem, replace(demand, pins=pins))


def _shorten_visit(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    return _with_demand(problem, replace(demand, minutes=remedy.minutes))


def _allow_overtime(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    more = remedy.minutes + _DUST
    return _with_shift(problem, remedy, lambda s: replace(s, hard_end_minute=s.hard_end + more))


def _raise_prize(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    return _with_demand(problem, replace(demand, prize=remedy.amount))


def _raise_max_stops(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    return _with_shift(problem, remedy, lambda s: replace(s, max_stops=round(remedy.amount or 0)))


def _raise_capacity(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    return _with_shift(problem, remedy, lambda s: replace(s, capacity=remedy.amount))


def _move_break(problem: Problem, demand: VisitDemand, remedy: Remedy) -> Problem:
    latest = remedy.end_minute or 0.0

    def moved(shift: Shift) -> Shift:
        breaks = tuple(
            replace(pause, latest_minute=latest) if pause.name == remedy.break_name else pause
            for pause in shift.breaks
        )
        return replace(shift, breaks=breaks)

    return _with_shift(problem, remedy, moved)


def _with_demand(problem: Problem, demand: VisitDemand) -> Problem:
    demands = (demand if each.id == demand.id else each for each in problem.demands)
    return replace(problem, demands=tuple(demands))


def _with_rep(problem: Problem, rep: Rep) -> Problem:
    return replace(problem, reps=tuple(rep if each.id == rep.id else each for each in problem.reps))


def _with_shift(problem: Problem, remedy: Remedy, change: Callable[[Shift], Shift]) -> Problem:
    """The problem with the shift of the remedy's rep and day changed."""
    rep = next(rep for rep in problem.reps if rep.id == remedy.rep_id)
    shifts = tuple(
        change(shift) if shift is not None and day == remedy.day else shift
        for day, shift in enumerate(rep.shifts)
    )
    return _with_rep(problem, replace(rep, shifts=shifts))


#: What each action changes.
CHANGES: dict[str, Change] = {
    "assign_rep": _assign_rep,
    "add_day": _add_day,
    "open_day": _opened,
    "free_weekday": _opened,
    "relax_gap": _relax_gap,
    "add_visit": _add_visit,
    "raise_priority": _raise_priority,
    "raise_prize": _raise_prize,
    "raise_max_stops": _raise_max_stops,
    "raise_capacity": _raise_capacity,
    "extend_window": _extend_window,
    "extend_window_and_day": _extend_window_and_day,
    "extend_other_window": _extend_other_window,
    "allow_overtime": _allow_overtime,
    "move_pin": _move_pin,
    "free_order": _free_order,
    "move_break": _move_break,
    "shorten_visit": _shorten_visit,
}
