"""Times and prices routes made by hand or by any engine, without solving.

``time_route`` works out the best times of one day whose order is given (``routing.timing`` has the
rules) and says which rules the day breaks; ``evaluate`` does so for a whole plan and adds the
missing visits and the cost.  Why visits are missing is for ``routing.explain`` to say.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from routing.check import Lookup, route_faults, unknown_faults
from routing.errors import Fault, InvalidPlan
from routing.patterns import required_visits
from routing.plan import Cost, DayRoute, Leg, Plan, Reason, Stop, TakenBreak, UnservedVisit
from routing.problem import Problem
from routing.timing import call_on, overtime_of, schedule


@dataclass(frozen=True, slots=True)
class Sequenced:
    """The order in which a rep visits demands on a day."""

    rep_id: str
    day: int
    demand_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TimedDay:
    """A timed route, its overtime in minutes, and the rules of the day that it breaks."""

    route: DayRoute
    overtime_minutes: float
    violations: tuple[Fault, ...]


def time_route(problem: Problem, rep_id: str, day: int, demand_ids: Sequence[str]) -> TimedDay:
    """The best times of one day in the order given, and every rule of the day that they break.

    A leg that no road joins is timed as if it took no time and reported (``leg-unreachable``).
    Raises InvalidPlan if the rep, the day, the shift or a demand does not exist, or no demand is
    given.
    """
    lookup = Lookup.of(problem)
    order = Sequenced(rep_id, day, tuple(demand_ids))
    faults = _untimeable(problem, lookup, order, "")
    if faults:
        raise InvalidPlan(faults)
    route, overtime = _timed(problem, lookup, order)
    return TimedDay(route, overtime, tuple(route_faults(problem, lookup, route, "")))


def evaluate(problem: Problem, routes: Iterable[Sequenced]) -> Plan:
    """The plan of these sequences: times, counts of missing visits, cost.

    Sequences without visits are left out and the rest ordered by rep and day.  Days that are past
    come from ``Problem.previous``; sequences given for them must be the same (``day-frozen``).
    Rules may be broken: ``routing.check`` names them.  Missing visits have
    ``Reason.UNEXPLAINED``.  Raises InvalidPlan, with every fault, as ``time_route`` does.
    """
    lookup = Lookup.of(problem)
    given = [route for route in routes if route.demand_ids]
    kept = [route for route in given if not 0 <= route.day < problem.frozen_until]
    faults = [
        fault
        for index, order in enumerate(kept)
        for fault in _untimeable(problem, lookup, order, f"routes[{index}]")
    ]
    faults += _frozen_faults(problem, given)
    if faults:
        raise InvalidPlan(faults)
    place = {rep.id: index for index, rep in enumerate(problem.reps)}
    timed = [_timed(problem, lookup, order) for order in kept]
    timed += [(route, _past_overtime(problem, lookup, route)) for route in problem.frozen_routes]
    timed.sort(key=lambda each: (place[each[0].rep_id], each[0].day))
    days = tuple(route for route, _ in timed)
    missing = _missing(problem, days)
    overtime = sum(overtime for _, overtime in timed)
    optional = {demand.id for demand in problem.demands if demand.prize is not None}
    return Plan(
        problem.name,
        days,
        tuple(each for each in missing if each.demand_id not in optional),
        _cost(problem, lookup, days, overtime, missing),
        tuple(each for each in missing if each.demand_id in optional),
    )


def _frozen_faults(problem: Problem, given: Sequence[Sequenced]) -> list[Fault]:
    """Sequences that would change days that are past."""
    past = {
        (route.rep_id, route.day): tuple(stop.demand_id for stop in route.stops)
        for route in problem.frozen_routes
    }
    return [
        Fault(
            "day-frozen",
            f"Day {order.day} of rep {order.rep_id} is past and was driven otherwise.",
            "Leave its stops as they are, or out.",
            f"routes[{index}]",
        )
        for index, order in enumerate(given)
        if 0 <= order.day < problem.frozen_until
        and order.demand_ids != past.get((order.rep_id, order.day))
    ]


def _past_overtime(problem: Problem, lookup: Lookup, route: DayRoute) -> float:
    shift = lookup.shift(problem, route)
    return overtime_of(shift, route.load_minutes, route.end_minute) if shift else 0.0


def _untimeable(problem: Problem, lookup: Lookup, order: Sequenced, where: str) -> list[Fault]:
    return unknown_faults(problem, lookup, order.rep_id, order.day, order.demand_ids, where)


def _timed(problem: Problem, lookup: Lookup, order: Sequenced) -> tuple[DayRoute, float]:
    """The route of a sequence that exists, and its overtime."""
    shift = lookup.reps[order.rep_id].shifts[order.day]
    assert shift is not None
    demands = [lookup.demands[demand_id] for demand_id in order.demand_ids]
    path = [shift.start_place, *(demand.place for demand in demands), shift.end_place]
    free = tuple(
        Leg(float(problem.travel.seconds[a, b]), float(problem.travel.metres[a, b]))
        for a, b in pairwise(path)
    )
    minutes = [leg.seconds / 60.0 if math.isfinite(leg.seconds) else 0.0 for leg in free]
    calls = [call_on(problem, demand, order.day) for demand in demands]
    pace = problem.travel.pace(problem.days[order.day].weekday)
    times = schedule(shift, minutes, calls, pace)
    legs = free if pace.steady else _driven(free, times.drives)
    stops = tuple(
        Stop(demand.id, arrival, begin, begin + demand.minutes)
        for demand, arrival, begin in zip(demands, times.arrivals, times.begins, strict=True)
    )
    breaks = tuple(
        TakenBreak(b.name, leg, t, t + b.minutes, b.is_work) for t, leg, b in times.pauses
    )
    ends = times.start, times.end
    route = DayRoute(order.rep_id, order.day, *ends, stops, legs, breaks, shift.admin_minutes)
    return route, times.overtime


def _driven(legs: Sequence[Leg], drives: Sequence[float]) -> tuple[Leg, ...]:
    """The legs with the seconds that they take at their time of day."""
    return tuple(
        Leg(drive * 60.0, leg.metres) if math.isfinite(leg.seconds) else leg
        for leg, drive in zip(legs, drives, strict=True)
    )


def _missing(problem: Problem, routes: Sequence[DayRoute]) -> tuple[UnservedVisit, ...]:
    made = Counter(stop.demand_id for route in routes for stop in route.stops)
    short = ((d.id, required_visits(problem, d) - made[d.id]) for d in problem.demands)
    return tuple(UnservedVisit(i, count, Reason.UNEXPLAINED) for i, count in short if count > 0)


def _cost(
    problem: Problem,
    lookup: Lookup,
    routes: Sequence[DayRoute],
    overtime: float,
    missing: Sequence[UnservedVisit],
) -> Cost:
    weights = problem.weights
    minutes = sum(route.travel_minutes for route in routes)
    kilometres = sum(route.distance_m for route in routes) / 1000.0
    required, optional = 0.0, 0.0
    for each in missing:
        demand = lookup.demands[each.demand_id]
        required += demand.priority * each.count if demand.prize is None else 0.0
        optional += (demand.prize or 0.0) * each.count
    return Cost(
        travel=_term(weights.travel_minute, minutes) + _term(weights.travel_km, kilometres),
        overtime=weights.overtime_minute * overtime,
        unserved=weights.missing_visit * required,
        imbalance=weights.imbalance * _imbalance(problem, lookup, routes),
        moved=weights.moved_visit * _moved(problem, routes),
        preference=weights.off_preference * _off_preference(problem, lookup, routes),
        forgone=optional,
        rep_change=weights.rep_change * _rep_changes(problem, routes),
    )


def _rep_changes(problem: Problem, routes: Sequence[DayRoute]) -> int:
    """Visits that are not by the rep who makes most visits of their demand."""
    if problem.same_rep:
        return 0
    made: dict[str, Counter[str]] = defaultdict(Counter)
    for route in routes:
        for stop in route.stops:
            made[stop.demand_id][route.rep_id] += 1
    return sum(counts.total() - max(counts.values()) for counts in made.values())


def _term(weight: float, amount: float) -> float:
    """What is not weighed costs nothing, however far away it is."""
    return weight * amount if weight else 0.0


def _imbalance(problem: Problem, lookup: Lookup, routes: Sequence[DayRoute]) -> float:
    loads: dict[str, list[float]] = defaultdict(list)
    for route in routes:
        if lookup.shift(problem, route) is not None:  # the past may hold work on a day off
            loads[route.rep_id].append(route.load_minutes)
    total = 0.0
    for rep in problem.reps:
        days = zip(problem.days, rep.shifts, strict=True)
        worked = sum(day.works and shift is not None for day, shift in days)
        if worked:
            mean = sum(loads[rep.id]) / worked
            total += sum((load - mean) ** 2 for load in loads[rep.id])
            total += (worked - len(loads[rep.id])) * mean**2
    return total / 60.0


def _moved(problem: Problem, routes: Sequence[DayRoute]) -> int:
    """Visits of demands known to the previous plan, on days that plan does not have."""
    before = _visits(problem.previous.routes) if problem.previous else set()
    known = {demand_id for demand_id, _ in before}
    return sum(demand_id in known for demand_id, _ in _visits(routes) - before)


def _visits(routes: Sequence[DayRoute]) -> set[tuple[str, int]]:
    return {(stop.demand_id, route.day) for route in routes for stop in route.stops}


def _off_preference(problem: Problem, lookup: Lookup, routes: Sequence[DayRoute]) -> int:
    count = 0
    for demand_id, day in _visits(routes):
        preferred = lookup.demands[demand_id].preferred_weekdays
        count += bool(preferred) and problem.days[day].weekday not in preferred
    return count
