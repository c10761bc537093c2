"""Faults of visit demands: numbers, frequency, windows, days; pins have their own file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from routing.errors import Fault
from routing.problem import Problem, VisitDemand, Window
from routing.validate.numbers import amount_faults, index_faults, minute_faults


def demand_faults(problem: Problem) -> list[Fault]:
    """Faults of all demands."""
    reps = {rep.id for rep in problem.reps}
    faults = []
    for index, demand in enumerate(problem.demands):
        where = f"demands[{index}]"
        faults += index_faults(demand.place, len(problem.places), "place", f"{where}.place")
        for name in ("minutes", "priority", "load", "prize"):
            faults += amount_faults(getattr(demand, name), f"{where}.{name}")
        faults += _frequency_faults(demand, where)
        faults += unknown_rep_faults(demand.rep_ids, reps, f"{where}.rep_ids")
        faults += _window_faults(demand, where)
        faults += _day_faults(problem, demand, where)
    return faults


def unknown_rep_faults(rep_ids: Sequence[str], known: set[str], where: str) -> list[Fault]:
    """Reps that the problem does not have."""
    return [
        Fault("rep-unknown", f"There is no rep {rep_id}.", "Use the ids of the reps.", where)
        for rep_id in rep_ids
        if rep_id not in known
    ]


def _frequency_faults(demand: VisitDemand, where: str) -> list[Fault]:
    faults = []
    if not (demand.weeks >= 1 and 1 <= demand.visits <= 7 * demand.weeks):
        cause = f"{demand.visits} visits per {demand.weeks} weeks cannot be planned."
        action = "Ask for one or more visits per one or more weeks, one a day at most."
        faults.append(Fault("frequency-range", cause, action, where))
    least, most = demand.min_gap_days, demand.max_gap_days
    if any(gap is not None and gap < 1 for gap in (least, most)) or (least or 1) > (most or 10**6):
        cause = f"Gaps from {least} to {most} days hold no number of days."
        action = "Give gaps of a day or more, the least no greater than the most."
        faults.append(Fault("gap-range", cause, action, where))
    return faults


def _window_faults(demand: VisitDemand, where: str) -> list[Fault]:
    if demand.windows is None:
        return []
    if len(demand.windows) != 7:
        cause = f"Windows are given for {len(demand.windows)} weekdays."
        action = "Give a list for each of the seven weekdays, from Monday."
        return [Fault("windows-length", cause, action, f"{where}.windows")]
    return [
        fault
        for weekday, windows in enumerate(demand.windows)
        for fault in _weekday_faults(windows, f"{where}.windows[{weekday}]")
    ]


def _weekday_faults(windows: Sequence[Window], where: str) -> list[Fault]:
    faults = []
    for index, window in enumerate(windows):
        at = f"{where}[{index}]"
        faults += minute_faults(window.start_minute, f"{at}.start_minute")
        faults += minute_faults(window.end_minute, f"{at}.end_minute")
        if not window.start_minute < window.end_minute:
            cause = f"The window opens at {window.start_minute:g}, closes at {window.end_minute:g}."
            faults.append(Fault("window-inverted", cause, "Put the opening first.", at))
    for index, (one, other) in enumerate(pairwise(windows)):
        if other.start_minute < one.end_minute:
            cause = "The window opens before the one before it closes."
            action = "Order the windows of a day and join those that overlap."
            faults.append(Fault("window-overlap", cause, action, f"{where}[{index + 1}]"))
    return faults


def _day_faults(problem: Problem, demand: VisitDemand, where: str) -> list[Fault]:
    """Weekdays and days that do not exist, and patterns on days the demand itself excludes."""
    faults = []
    for name in ("weekdays", "preferred_weekdays"):
        for weekday in getattr(demand, name):
            if not 0 <= weekday <= 6:
                cause = f"There is no weekday {weekday}."
                action = "Use 0 (Monday) to 6 (Sunday)."
                faults.append(Fault("weekday-unknown", cause, action, f"{where}.{name}"))
    days = len(problem.days)
    for day in demand.closed_days:
        faults += index_faults(day, days, "day", f"{where}.closed_days")
    for index, pattern in enumerate(demand.patterns or ()):
        faults += _pattern_faults(problem, demand, pattern, f"{where}.patterns[{index}]")
    return faults


def _pattern_faults(
    problem: Problem, demand: VisitDemand, pattern: Sequence[int], where: str
) -> list[Fault]:
    if not pattern or len(set(pattern)) < len(pattern):
        cause = "The pattern is empty or names a day twice."
        return [Fault("pattern-days", cause, "List different days.", where)]
    faults = [f for day in pattern for f in index_faults(day, len(problem.days), "day", where)]
    if not faults:
        closed = [day for day in pattern if not visitable(problem, demand, day)]
        if closed:
            dates = ", ".join(str(problem.days[day].date) for day in closed)
            cause = f"{demand.id} is closed on days of its pattern: {dates}."
            action = "Take the days out of the pattern, or open the outlet."
            faults.append(Fault("pattern-closed-day", cause, action, where))
    return faults


def visitable(problem: Problem, demand: VisitDemand, day: int) -> bool:
    """Whether the demand itself, apart from holidays and reps, lets anybody come on that day."""
    weekday = problem.days[day].weekday
    if day in demand.closed_days or (demand.weekdays and weekday not in demand.weekdays):
        return False
    windows = demand.windows
    return windows is None or len(windows) != 7 or bool(windows[weekday])
