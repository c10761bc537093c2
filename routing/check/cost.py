"""Derives every cost term of a plan again, from ``Weights`` and the stated times."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields

from routing.check.day_sets import DaySets
from routing.check.lookup import Lookup
from routing.errors import Fault
from routing.plan import Cost, Plan
from routing.problem import Problem


def cost_faults(problem: Problem, lookup: Lookup, plan: Plan, day_sets: DaySets) -> list[Fault]:
    """Terms of the plan's cost that differ by more than rounding from what the plan costs."""
    due = cost_of(problem, lookup, plan, day_sets)
    faults = []
    for term in (field.name for field in fields(Cost)):
        stated, derived = getattr(plan.cost, term), getattr(due, term)
        if stated == derived or abs(stated - derived) <= 1e-6 + 1e-6 * abs(derived):
            continue
        cause = f"The {term} cost is {derived:.6g}, not {stated:.6g}."
        action = "Price the plan again with routing.evaluate."
        faults.append(Fault("cost-wrong", cause, action, f"cost.{term}"))
    return faults


def cost_of(problem: Problem, lookup: Lookup, plan: Plan, day_sets: DaySets) -> Cost:
    """What a plan costs; routes and stops that the problem does not know cost nothing."""
    weights = problem.weights
    return Cost(
        travel=_travel(problem, plan),
        overtime=weights.overtime_minute * _overtime(problem, lookup, plan),
        unserved=weights.missing_visit * _missing(problem, plan, day_sets),
        imbalance=weights.imbalance * _imbalance(problem, plan),
        moved=weights.moved_visit * _moved(problem, plan),
        preference=weights.off_preference * _off_preference(problem, lookup, plan),
        forgone=_forgone(problem, plan, day_sets),
        rep_change=weights.rep_change * _changes(problem, plan),
    )


def _travel(problem: Problem, plan: Plan) -> float:
    """What weighs nothing costs nothing, even where no road leads."""
    legs = [leg for route in plan.routes for leg in route.legs]
    minute, km = problem.weights.travel_minute, problem.weights.travel_km
    by_time = minute * sum(leg.seconds for leg in legs) / 60.0 if minute else 0.0
    return by_time + (km * sum(leg.metres for leg in legs) / 1000.0 if km else 0.0)


def _overtime(problem: Problem, lookup: Lookup, plan: Plan) -> float:
    total = 0.0
    for route in plan.routes:
        shift = lookup.shift(problem, route)
        if shift is None:
            continue
        beyond = [0.0, route.end_minute - shift.end_minute]
        if shift.work_limit_minutes is not None:
            beyond.append(route.load_minutes - shift.work_limit_minutes)
        total += max(beyond)
    return total


def _missing(problem: Problem, plan: Plan, day_sets: DaySets) -> float:
    """Required visits that are missing, each times its demand's priority."""
    made = _visits(plan)
    return sum(
        demand.priority * max(0, day_sets.required(demand) - len(made[demand.id]))
        for demand in problem.demands
        if demand.prize is None
    )


def _forgone(problem: Problem, plan: Plan, day_sets: DaySets) -> float:
    """Prizes of the optional visits that are not made."""
    made = _visits(plan)
    return sum(
        demand.prize * max(0, day_sets.required(demand) - len(made[demand.id]))
        for demand in problem.demands
        if demand.prize is not None
    )


def _changes(problem: Problem, plan: Plan) -> int:
    """Visits by another rep than the demand's most frequent one, where reps may change."""
    if problem.same_rep:
        return 0
    return sum(
        len(reps) - max(reps.count(rep) for rep in reps) for reps in _visits(plan).values() if reps
    )


def _visits(plan: Plan) -> dict[str, list[str]]:
    """The reps who visit each demand, one entry a visit."""
    made: dict[str, list[str]] = defaultdict(list)
    for route in plan.routes:
        for stop in route.stops:
            made[stop.demand_id].append(route.rep_id)
    return made


def _imbalance(problem: Problem, plan: Plan) -> float:
    """Squared minutes from the rep's mean load, over the days the rep works, divided by 60."""
    total = 0.0
    for rep in problem.reps:
        loads = {
            day: 0.0
            for day, shift in enumerate(rep.shifts)
            if shift is not None and problem.days[day].works
        }
        for route in plan.routes:
            if route.rep_id == rep.id and route.day in loads:
                loads[route.day] += route.load_minutes
        mean = sum(loads.values()) / len(loads) if loads else 0.0
        total += sum((load - mean) ** 2 for load in loads.values()) / 60.0
    return total


def _moved(problem: Problem, plan: Plan) -> int:
    """Visits on days on which the previous plan, which knows the demand, has none of it."""
    before: dict[str, set[int]] = defaultdict(set)
    for route in problem.previous.routes if problem.previous else ():
        for stop in route.stops:
            before[stop.demand_id].add(route.day)
    return sum(
        stop.demand_id in before and route.day not in before[stop.demand_id]
        for route in plan.routes
        for stop in route.stops
    )


def _off_preference(problem: Problem, lookup: Lookup, plan: Plan) -> int:
    count = 0
    for route in plan.routes:
        if not 0 <= route.day < len(problem.days):
            continue
        for stop in route.stops:
            demand = lookup.demands.get(stop.demand_id)
            preferred = demand.preferred_weekdays if demand else ()
            count += bool(preferred) and problem.days[route.day].weekday not in preferred
    return count
