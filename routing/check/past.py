"""Judges the days that are past: they stay as the previous plan has them."""

from __future__ import annotations

from routing.check.lookup import same
from routing.errors import Fault
from routing.plan import DayRoute, Plan
from routing.problem import Problem, VisitDemand

_ACTION = "Take the route over from Problem.previous."


def past_faults(problem: Problem, plan: Plan) -> list[Fault]:
    """Routes of days before ``frozen_until`` that are new, gone or changed."""
    before = {
        (route.rep_id, route.day): route
        for route in (problem.previous.routes if problem.previous else ())
        if route.day < problem.frozen_until
    }
    faults = []
    for index, route in enumerate(plan.routes):
        if route.day >= problem.frozen_until:
            continue
        known = before.pop((route.rep_id, route.day), None)
        if known is None or not _is_the_same(route, known):
            cause = f"Day {route.day} of rep {route.rep_id} is past and differs from what it was."
            faults.append(Fault("past-changed", cause, _ACTION, f"routes[{index}]"))
    for rep_id, day in before:
        cause = f"Day {day} of rep {rep_id} is past and its route is not in the plan."
        faults.append(Fault("past-changed", cause, _ACTION, "routes"))
    return faults


def _is_the_same(route: DayRoute, before: DayRoute) -> bool:
    if len(route.legs) != len(before.legs) or _names(route) != _names(before):
        return False
    return all(same(a, b) for a, b in zip(_figures(route), _figures(before), strict=True))


def _names(route: DayRoute) -> list[object]:
    stops = [stop.demand_id for stop in route.stops]
    return [*stops, *((taken.name, taken.leg) for taken in route.breaks)]


def _figures(route: DayRoute) -> list[float]:
    times = [(stop.arrival_minute, stop.start_minute, stop.leave_minute) for stop in route.stops]
    legs = [(leg.seconds, leg.metres) for leg in route.legs]
    breaks = [(taken.start_minute, taken.end_minute) for taken in route.breaks]
    ends = (route.start_minute, route.end_minute)
    return [*ends, *(figure for each in (*times, *legs, *breaks) for figure in each)]


def made_before(problem: Problem, demand: VisitDemand) -> dict[int, str]:
    """Days that are past on which the demand was visited, and by whom."""
    routes = problem.previous.routes if problem.previous else ()
    return {
        route.day: route.rep_id
        for route in routes
        if route.day < problem.frozen_until
        and any(stop.demand_id == demand.id for stop in route.stops)
    }


def bound_rep(problem: Problem, demand: VisitDemand) -> str | None:
    """The rep of the last visit that is past, if that rep can make the visits to come."""
    made = made_before(problem, demand)
    rep = next((r for r in problem.reps if made and r.id == made[max(made)]), None)
    if rep is None or (demand.rep_ids and rep.id not in demand.rep_ids):
        return None
    later = [pin.rep_id for pin in demand.pins if pin.rep_id and pin.day >= problem.frozen_until]
    if later and rep.id not in later:
        return None
    days = range(problem.frozen_until, len(problem.days))
    works = any(problem.days[day].works and rep.shifts[day] for day in days)
    return rep.id if works else None
