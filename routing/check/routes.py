"""Judges one day route: do its parts exist, is its clock right, does it keep the day's rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from routing.check.breaks import break_faults, route_breaks
from routing.check.lookup import Lookup, clock, more, same
from routing.check.peaks import leg_seconds
from routing.errors import Fault
from routing.plan import DayRoute
from routing.problem import Problem, Shift, VisitDemand

_RETIME = "Time the route again with routing.evaluate."


def unknown_faults(
    problem: Problem,
    lookup: Lookup,
    rep_id: str,
    day: int,
    demand_ids: Sequence[str],
    where: str,
) -> list[Fault]:
    """What a route names that the problem does not have; nothing more can be said of such a one."""
    faults = _unknown_day(problem, lookup, rep_id, day, where)
    if not demand_ids:
        faults.append(
            Fault(
                "route-empty",
                f"The route of rep {rep_id} on day {day} has no stops.",
                "Leave out days without stops.",
                where,
            )
        )
    for index, demand_id in enumerate(demand_ids):
        if demand_id not in lookup.demands:
            faults.append(
                Fault(
                    "stop-unknown-demand",
                    f"The problem has no demand {demand_id}.",
                    "Use the demand ids of the problem.",
                    f"{where}.stops[{index}]",
                )
            )
    return faults


def _unknown_day(
    problem: Problem, lookup: Lookup, rep_id: str, day: int, where: str
) -> list[Fault]:
    rep = lookup.reps.get(rep_id)
    if rep is None:
        cause, action = f"The problem has no rep {rep_id}.", "Use the rep ids of the problem."
        return [Fault("route-unknown-rep", cause, action, where)]
    if not 0 <= day < len(problem.days):
        cause = f"Day {day} is outside the {len(problem.days)} days of the problem."
        return [Fault("route-unknown-day", cause, "Use indexes into Problem.days.", where)]
    if rep.shifts[day] is None or not problem.days[day].works:
        cause = f"Rep {rep_id} does not work on {problem.days[day].date}."
        action = "Move the stops to a day with a shift."
        return [Fault("route-day-off", cause, action, where)]
    return []


def route_faults(problem: Problem, lookup: Lookup, route: DayRoute, where: str) -> list[Fault]:
    """Every fault of one route, taken by itself, at its stated times."""
    ids = [stop.demand_id for stop in route.stops]
    unknown = unknown_faults(problem, lookup, route.rep_id, route.day, ids, where)
    shift = lookup.shift(problem, route)
    if unknown or shift is None:
        return unknown
    if len(route.legs) != len(route.stops) + 1:
        cause = f"{len(route.stops)} stops have {len(route.legs)} legs."
        return [Fault("route-legs", cause, "Give one leg more than stops.", where)]
    demands = [lookup.demands[demand_id] for demand_id in ids]
    return [
        *_leg_faults(problem, shift, route, demands, where),
        *_clock_faults(route, demands, where),
        *break_faults(shift, route, where),
        *_stop_faults(problem, route, demands, where),
        *_limit_faults(shift, route, demands, where),
    ]


def _leg_faults(
    problem: Problem,
    shift: Shift,
    route: DayRoute,
    demands: Sequence[VisitDemand],
    where: str,
) -> list[Fault]:
    path = [shift.start_place, *(demand.place for demand in demands), shift.end_place]
    faults = []
    for index, (leg, a, b) in enumerate(zip(route.legs, path, path[1:], strict=False)):
        seconds = leg_seconds(problem, route, index, float(problem.travel.seconds[a, b]))
        metres = float(problem.travel.metres[a, b])
        names = f"{problem.places[a].id} to {problem.places[b].id}"
        at = f"{where}.legs[{index}]"
        if seconds == float("inf"):
            cause = f"No road leads from {names}."
            action = "Correct the coordinates, or leave the visit out."
            faults.append(Fault("leg-unreachable", cause, action, at))
        if not same(leg.seconds, seconds) or not same(leg.metres, metres):
            cause = (
                f"{names} is {seconds:g} s and {metres:g} m in the travel matrix at that time,"
                f" not {leg.seconds:g} s and {leg.metres:g} m."
            )
            faults.append(Fault("leg-wrong", cause, _RETIME, at))
    return faults


def _clock_faults(route: DayRoute, demands: Sequence[VisitDemand], where: str) -> list[Fault]:
    """Does every arrival follow from the leave before it, the leg and the breaks on it?"""
    faults = []
    left = route.leave_minute
    for index, (stop, demand) in enumerate(zip(route.stops, demands, strict=True)):
        at = f"{where}.stops[{index}]"
        faults += _arrival_faults(route, index, left, stop.arrival_minute, at)
        if more(stop.arrival_minute, stop.start_minute):
            cause = (
                f"The visit to {demand.id} begins at {clock(stop.start_minute)},"
                f" before it is reached at {clock(stop.arrival_minute)}."
            )
            faults.append(Fault("time-start-wrong", cause, _RETIME, at))
        if not same(stop.leave_minute, stop.start_minute + demand.minutes):
            cause = (
                f"The visit to {demand.id} takes {demand.minutes:g} minutes,"
                f" not {stop.leave_minute - stop.start_minute:g}."
            )
            faults.append(Fault("time-leave-wrong", cause, _RETIME, at))
        left = stop.leave_minute
    last = len(route.stops)
    return [*faults, *_arrival_faults(route, last, left, route.end_minute, where)]


def _arrival_faults(
    route: DayRoute, index: int, left: float, arrival: float, at: str
) -> list[Fault]:
    if route.legs[index].seconds == float("inf"):
        return []
    breaks = route_breaks(route, index)
    due = left + route.legs[index].seconds / 60.0
    due += sum(taken.end_minute - taken.start_minute for taken in breaks)
    if breaks:
        due = max(due, breaks[-1].end_minute)
    if same(arrival, due):
        return []
    what = "return" if index == len(route.stops) else f"arrival at {route.stops[index].demand_id}"
    cause = f"The {what} is at {clock(due)} by its leg and breaks, not at {clock(arrival)}."
    return [Fault("time-arrival-wrong", cause, _RETIME, at)]


def _stop_faults(
    problem: Problem, route: DayRoute, demands: Sequence[VisitDemand], where: str
) -> list[Fault]:
    faults = []
    counts = Counter(demand.id for demand in demands)
    for index, (stop, demand) in enumerate(zip(route.stops, demands, strict=True)):
        at = f"{where}.stops[{index}]"
        if counts[demand.id] > 1:
            counts[demand.id] = 0
            cause = f"{demand.id} is visited twice on {problem.days[route.day].date}."
            faults.append(Fault("stop-doubled", cause, "Keep one visit a day.", at))
        if demand.rep_ids and route.rep_id not in demand.rep_ids:
            cause = f"Rep {route.rep_id} may not visit {demand.id}."
            action = f"Give the stop to one of {', '.join(demand.rep_ids)}."
            faults.append(Fault("stop-wrong-rep", cause, action, at))
        faults += _window_faults(problem, demand, route, stop.start_minute, at)
        faults += _pin_faults(demand, route, index, at)
    return faults


def _window_faults(
    problem: Problem, demand: VisitDemand, route: DayRoute, start: float, at: str
) -> list[Fault]:
    day = problem.days[route.day]
    windows = None if demand.windows is None else demand.windows[day.weekday]
    weekday_off = bool(demand.weekdays) and day.weekday not in demand.weekdays
    if route.day in demand.closed_days or weekday_off or windows == ():
        cause = f"{demand.id} cannot be visited on {day.date}."
        return [Fault("visit-closed-day", cause, "Move the visit to an open day.", at)]
    if windows is None or any(
        not more(w.start_minute, start) and not more(start + demand.minutes, w.end_minute)
        for w in windows
    ):
        return []
    spans = ", ".join(f"{clock(w.start_minute)}–{clock(w.end_minute)}" for w in windows)
    cause = (
        f"The visit to {demand.id} from {clock(start)} to {clock(start + demand.minutes)}"
        f" is not inside {spans}."
    )
    return [Fault("visit-outside-window", cause, "Move the stop earlier, later or away.", at)]


def _pin_faults(demand: VisitDemand, route: DayRoute, index: int, at: str) -> list[Fault]:
    faults = []
    start = route.stops[index].start_minute
    due = {"first": 0, "last": len(route.stops) - 1}
    for pin in demand.pins:
        if pin.day != route.day:
            continue
        if pin.start_minute is not None and not same(start, pin.start_minute):
            cause = (
                f"The appointment with {demand.id} is at {clock(pin.start_minute)},"
                f" the visit begins at {clock(start)}."
            )
            faults.append(Fault("pin-minute", cause, "Reorder the day around it.", at))
        if pin.rep_id is not None and pin.rep_id != route.rep_id:
            cause = f"The appointment with {demand.id} is rep {pin.rep_id}'s."
            faults.append(Fault("pin-rep", cause, f"Give the stop to {pin.rep_id}.", at))
        if pin.order is not None and index != due[pin.order]:
            cause = f"{demand.id} is pinned as the {pin.order} stop and is stop {index + 1}."
            faults.append(Fault("pin-order", cause, f"Visit it {pin.order}.", at))
    return faults


def _limit_faults(
    shift: Shift, route: DayRoute, demands: Sequence[VisitDemand], where: str
) -> list[Fault]:
    faults = []
    if more(shift.start_minute, route.start_minute):
        cause = f"Starts at {clock(route.start_minute)}, before {clock(shift.start_minute)}."
        faults.append(Fault("shift-start", cause, "Start the day later.", where))
    if not same(route.admin_minutes, shift.admin_minutes):
        cause = f"The day begins with {shift.admin_minutes:g} minutes of desk work."
        faults.append(Fault("admin-minutes", cause, _RETIME, where))
    if more(route.end_minute, shift.hard_end):
        cause = f"Returns at {clock(route.end_minute)}, after {clock(shift.hard_end)}."
        faults.append(Fault("shift-end", cause, "Take stops out of the day.", where))
    limit = shift.work_limit_minutes
    if limit is not None and more(route.load_minutes, limit + shift.overtime_limit_minutes):
        most = limit + shift.overtime_limit_minutes
        cause = f"Works {route.load_minutes:.1f} minutes where {most:g} are allowed."
        faults.append(Fault("work-limit", cause, "Take stops out of the day.", where))
    if shift.max_stops is not None and len(route.stops) > shift.max_stops:
        cause = f"{len(route.stops)} stops where {shift.max_stops} are allowed."
        faults.append(Fault("max-stops", cause, "Take stops out of the day.", where))
    carried = sum(demand.load for demand in demands)
    if shift.capacity is not None and more(carried, shift.capacity):
        cause = f"Carries {carried:g} where {shift.capacity:g} are allowed."
        faults.append(Fault("capacity-exceeded", cause, "Take stops out of the day.", where))
    return faults
