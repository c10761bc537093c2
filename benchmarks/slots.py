"""The best three slots for one outlet: time over a territory of 400 outlets and 20 days.

    uv run python -m benchmarks.slots [--outlets 200,400,1000] [--tries 30] \
        [--csv benchmarks/results/slots.csv]

Each try takes one outlet's visits out of a solved plan and asks where one of them goes best.
"""

from __future__ import annotations

import statistics
import time
from itertools import product

from benchmarks.kernels import made_up
from benchmarks.table import Row, numbers, options_of, run_rows
from routing.evaluate import Sequenced, evaluate
from routing.plan import Plan
from routing.problem import Problem
from routing.slots import Slot, best_slots
from routing.solve import solve
from routing.stop import Iterations


def main(argv: list[str] | None = None) -> None:
    """Measure and print one line per size."""
    parser = options_of(__doc__)
    parser.add_argument("--outlets", default="200,400,1000")
    parser.add_argument("--tries", type=int, default=30)
    options = parser.parse_args(argv)
    kinds = product(numbers(options.outlets), (False, True))
    run_rows((lambda k=kind: _measure(*k, options.tries) for kind in kinds), options.csv)


def _measure(outlets: int, timed: bool, tries: int) -> Row:
    problem = made_up(outlets, timed)
    plan = solve(problem, stop=Iterations(2000)).plan
    step = max(1, outlets // tries)
    timings, offered = [], []
    for demand in problem.demands[::step][:tries]:
        rest = _without(problem, plan, demand.id)
        begin = time.process_time()
        offered.append(best_slots(problem, rest, demand))
        timings.append(1000.0 * (time.process_time() - begin))
    return {
        "outlets": outlets,
        "windows_and_lunch": timed,
        "days": len(plan.routes),
        "median_cpu_ms": round(statistics.median(timings), 1),
        "most_cpu_ms": round(max(timings), 1),
        "offers_without_faults": sum(_is_right(slot) for slots in offered for slot in slots),
        "offers": sum(map(len, offered)),
    }


def _without(problem: Problem, plan: Plan, demand_id: str) -> Plan:
    orders = [
        Sequenced(
            route.rep_id,
            route.day,
            tuple(stop.demand_id for stop in route.stops if stop.demand_id != demand_id),
        )
        for route in plan.routes
    ]
    return evaluate(problem, orders)


def _is_right(slot: Slot) -> bool:
    return not slot.violations


if __name__ == "__main__":
    main()
