"""The best three slots for one outlet: time over a territory of 400 outlets and 20 days.

    uv run python -m benchmarks.slots [--outlets 200,400,1000] [--tries 30] \
        [--csv benchmarks/results/slots.csv]

Each try takes one outlet's visits out of a solved plan and asks where one of them goes best.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.kernels import made_up
from routing.evaluate import Sequenced, evaluate
from routing.plan import Plan
from routing.problem import Problem
from routing.slots import Slot, best_slots
from routing.solve import solve
from routing.stop import Iterations


def main(argv: list[str] | None = None) -> None:
    """Measure and print one line per size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--outlets", default="200,400,1000")
    parser.add_argument("--tries", type=int, default=30)
    parser.add_argument("--csv", type=Path)
    options = parser.parse_args(argv)
    rows = []
    for outlets in map(int, options.outlets.split(",")):
        for timed in (False, True):
            rows.append(_measure(outlets, timed, options.tries))
            print(*(f"{key}={value}" for key, value in rows[-1].items()), flush=True)
    if options.csv:
        with options.csv.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def _measure(outlets: int, timed: bool, tries: int) -> dict[str, Any]:
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
