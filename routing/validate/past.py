"""Faults of the days that are past, as ``Problem.previous`` has them."""

from __future__ import annotations

import math
from collections import Counter

from routing.errors import Fault
from routing.plan import DayRoute
from routing.problem import Problem


def past_faults(problem: Problem) -> list[Fault]:
    """What of the past the problem cannot take over."""
    until, days = problem.frozen_until, len(problem.days)
    if not 0 <= until <= days:
        cause = f"Days before day {until} are past; the cycle has days 0 to {days - 1}."
        action = f"Give the first day that is still planned, 0 to {days}."
        return [Fault("frozen-range", cause, action, "frozen_until")]
    faults = []
    routes = problem.previous.routes if problem.previous else ()
    counts = Counter((route.rep_id, route.day) for route in routes)
    visited: set[tuple[str, int]] = set()
    for index, route in enumerate(routes):
        if route.day >= until:
            continue
        where = f"previous.routes[{index}]"
        faults += _unknown(problem, route, where)
        ids = [(stop.demand_id, route.day) for stop in route.stops]
        doubled = counts[route.rep_id, route.day] > 1 or len(set(ids) | visited) < len(ids) + len(
            visited
        )
        visited |= set(ids)
        if doubled:
            cause = f"Day {route.day}, which is past, has a rep or an outlet twice."
            faults.append(Fault("past-doubled", cause, "Keep one route and one visit.", where))
        if not _is_timed(route):
            cause = f"Day {route.day}, which is past, has not a leg to and from every stop."
            action = "Give one leg more than stops, all with finite times."
            faults.append(Fault("past-untimed", cause, action, where))
    return faults


def _unknown(problem: Problem, route: DayRoute, where: str) -> list[Fault]:
    """A rep, a day or a demand that the problem does not have."""
    reps = {rep.id for rep in problem.reps}
    demands = {demand.id for demand in problem.demands}
    names = [] if route.rep_id in reps else [f"rep {route.rep_id}"]
    names += [] if route.day >= 0 else [f"day {route.day}"]
    names += [f"demand {s.demand_id}" for s in route.stops if s.demand_id not in demands]
    action = "Keep it in the problem; a demand with no patterns asks for no more visits."
    return [
        Fault("past-unknown", f"The past names {name}, which is not there.", action, where)
        for name in names
    ]


def _is_timed(route: DayRoute) -> bool:
    figures = [route.start_minute, route.end_minute]
    figures += [leg.seconds for leg in route.legs] + [leg.metres for leg in route.legs]
    figures += [minute for s in route.stops for minute in (s.start_minute, s.leave_minute)]
    return len(route.legs) == len(route.stops) + 1 and all(map(math.isfinite, figures))
