"""Judges all visits of each demand together: day sets, reps, and the list of missing visits."""

from __future__ import annotations

from collections import Counter, defaultdict

from routing.check.day_sets import DaySets
from routing.check.lookup import Lookup
from routing.check.past import bound_rep
from routing.errors import Fault
from routing.plan import Plan
from routing.problem import Problem, VisitDemand


def visit_faults(problem: Problem, lookup: Lookup, plan: Plan, day_sets: DaySets) -> list[Fault]:
    """Faults that only show when the days of a demand are seen together."""
    visits: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for route in plan.routes:
        for stop in route.stops:
            visits[stop.demand_id].append((route.day, route.rep_id))
    listed = Counter[str]()
    for missing_visit in (*plan.unserved, *plan.left_out):
        listed[missing_visit.demand_id] += missing_visit.count
    faults = _listing_faults(lookup, plan)
    for index, demand in enumerate(problem.demands):
        where = f"demands[{index}]"
        made = visits[demand.id]
        faults += _rep_faults(problem, demand, made, where)
        faults += _day_faults(problem, demand, made, day_sets, where)
        missing = max(0, day_sets.required(demand) - len(made))
        faults += _count_faults(demand, missing, listed[demand.id], where)
    return faults


def _listing_faults(lookup: Lookup, plan: Plan) -> list[Fault]:
    faults = []
    seen: set[str] = set()
    lists = [("unserved", i, each) for i, each in enumerate(plan.unserved)]
    lists += [("left_out", i, each) for i, each in enumerate(plan.left_out)]
    for name, index, unserved in lists:
        at = f"{name}[{index}]"
        demand = lookup.demands.get(unserved.demand_id)
        if demand is not None and (demand.prize is None) != (name == "unserved"):
            cause = f"{demand.id} is {'required' if demand.prize is None else 'optional'}."
            action = "List required visits as unserved, optional ones as left out."
            faults.append(Fault("unserved-wrong-list", cause, action, at))
        if unserved.demand_id not in lookup.demands:
            cause = f"The problem has no demand {unserved.demand_id}."
            action = "Use the demand ids of the problem."
            faults.append(Fault("unserved-unknown-demand", cause, action, at))
        elif unserved.demand_id in seen or unserved.count < 1:
            cause = f"{unserved.demand_id} is listed twice, or with no visits."
            action = "List each demand once, with the number of its missing visits."
            faults.append(Fault("unserved-doubled", cause, action, at))
        seen.add(unserved.demand_id)
    return faults


def _rep_faults(
    problem: Problem, demand: VisitDemand, made: list[tuple[int, str]], where: str
) -> list[Fault]:
    bound = bound_rep(problem, demand)
    reps = {rep for day, rep in made if day >= problem.frozen_until}
    reps |= {bound} if reps and bound else set()
    if not problem.same_rep or len(reps) < 2:
        return []
    cause = f"{demand.id} is visited by {', '.join(sorted(reps))}."
    return [Fault("rep-changed", cause, "Give all visits of a demand to one rep.", where)]


def _day_faults(
    problem: Problem,
    demand: VisitDemand,
    made: list[tuple[int, str]],
    day_sets: DaySets,
    where: str,
) -> list[Fault]:
    days = sorted(day for day, _ in made)
    faults = []
    by_rep = Counter(made)
    if len(set(days)) < len(days) and max(by_rep.values()) == 1:
        cause = f"{demand.id} is visited twice on one day, by two reps."
        faults.append(Fault("stop-doubled", cause, "Keep one visit a day.", where))
    if days and not day_sets.allows(demand, frozenset(days)):
        dates = ", ".join(
            str(problem.days[day].date) if 0 <= day < len(problem.days) else f"day {day}"
            for day in days
        )
        cause = f"The days of {demand.id} ({dates}) are not part of an allowed set of days."
        action = "Move visits to days that keep the frequency, or change the frequency."
        faults.append(Fault("pattern-broken", cause, action, where))
    return faults


def _count_faults(demand: VisitDemand, missing: int, listed: int, where: str) -> list[Fault]:
    if missing == listed:
        return []
    if missing == 0:
        cause = f"{demand.id} has all its visits and is listed as unserved."
        return [Fault("unserved-served", cause, "Take it off the list.", where)]
    if listed == 0:
        cause = f"{missing} visits of {demand.id} are neither planned nor listed as unserved."
        return [Fault("unserved-unlisted", cause, "List them as unserved.", where)]
    cause = f"{demand.id} misses {missing} visits, not {listed}."
    return [Fault("unserved-count", cause, "List the missing visits.", where)]
