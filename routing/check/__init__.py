"""The independent judge of plans: shares no code with whatever made the plan.

Feasibility, the allowed day sets, the missing visits and every cost term are derived again from
the problem and from the times that the plan states.
"""

from __future__ import annotations

from routing.check.cost import cost_faults
from routing.check.day_sets import DaySets
from routing.check.lookup import Lookup
from routing.check.past import past_faults
from routing.check.routes import route_faults, unknown_faults
from routing.check.visits import visit_faults
from routing.errors import Fault
from routing.plan import Plan
from routing.problem import Problem

__all__ = ["Lookup", "check", "route_faults", "unknown_faults"]


def check(problem: Problem, plan: Plan) -> list[Fault]:
    """Everything that is wrong with a plan, at once; an empty list is a right plan.

    The problem itself must be right (``routing.validate``).
    """
    lookup = Lookup.of(problem)
    faults: list[Fault] = []
    seen: set[tuple[str, int]] = set()
    for index, route in enumerate(plan.routes):
        where = f"routes[{index}]"
        if (route.rep_id, route.day) in seen:
            faults.append(
                Fault(
                    "route-doubled",
                    f"Rep {route.rep_id} has a second route on day {route.day}.",
                    "Put all stops of a rep and day into one route.",
                    where,
                )
            )
        seen.add((route.rep_id, route.day))
        if route.day >= problem.frozen_until:
            faults += route_faults(problem, lookup, route, where)
    faults += past_faults(problem, plan)
    day_sets = DaySets(problem)
    faults += visit_faults(problem, lookup, plan, day_sets)
    return [*faults, *cost_faults(problem, lookup, plan, day_sets)]
