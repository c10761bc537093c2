"""Plan field-sales instances rep by rep and report travel, balance and what was left out.

    uv run python -m benchmarks.fieldsales --instances DIR --seconds 20 --seed 1 \
        --plans OUT --csv RESULTS.csv [--only andorra,helsinki] [--imbalance 0.012]

``--seconds`` is per rep.  Plans are written as ``OUT/NAME.json`` in the form that the instances'
own judge reads; the CSV has one row per instance and rep.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.instances import Instance, judged, problem_of, read_instance
from benchmarks.table import Row, chosen, instance_options, said, write_rows
from routing.plan import Plan
from routing.problem import Problem, Weights
from routing.solve import Result, solve
from routing.stop import Seconds

#: ``Weights.imbalance`` at which day loads differ by 45 minutes or less (standard deviation).
IMBALANCE = 0.012


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    options = _options(argv)
    rows: list[Row] = []
    for path in chosen(options, ".json"):
        rows += _run(read_instance(path), options)
        write_rows(options.csv, rows)


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = instance_options(__doc__, 20.0)
    parser.add_argument("--imbalance", type=float, default=IMBALANCE, help="Weights.imbalance")
    parser.add_argument("--plans", type=Path, help="folder for plans as the judge reads them")
    return parser.parse_args(argv)


def _run(instance: Instance, options: argparse.Namespace) -> list[Row]:
    rows: list[Row] = []
    plans: list[dict[str, Any]] = []
    weights = Weights(imbalance=options.imbalance)
    for rep in instance.reps:
        problem = problem_of(instance, rep, weights)
        begin = time.monotonic()
        result = solve(problem, stop=Seconds(options.seconds), seed=options.seed)
        row = _row(instance, rep, problem, result, options, time.monotonic() - begin)
        rows.append(said(row))
        plans += judged(result.plan, instance.document["days_per_week"])
    if options.plans:
        options.plans.mkdir(parents=True, exist_ok=True)
        (options.plans / f"{instance.name}.json").write_text(json.dumps(plans))
    travel = sum(row["travel_min"] for row in rows)
    spread = statistics.fmean(row["load_sd_min"] for row in rows)
    print(f"{instance.name}: travel {travel:.0f} min, load sd {spread:.1f} min", flush=True)
    return rows


def _row(
    instance: Instance,
    rep: str,
    problem: Problem,
    result: Result,
    options: argparse.Namespace,
    seconds: float,
) -> Row:
    plan = result.plan
    return {
        "instance": instance.name,
        "rep": rep,
        "outlets": len(problem.demands),
        "visits": sum(len(route.stops) for route in plan.routes),
        "seconds": options.seconds,
        "seed": options.seed,
        "travel_min": round(sum(route.travel_minutes for route in plan.routes), 2),
        "distance_km": round(sum(route.distance_m for route in plan.routes) / 1000.0, 2),
        "unserved": sum(missing.count for missing in plan.unserved),
        "overtime_cost": round(plan.cost.overtime, 2),
        "load_sd_min": round(load_sd(problem, plan), 2),
        "iterations": result.iterations,
        "solve_s": round(seconds, 2),
    }


def load_sd(problem: Problem, plan: Plan) -> float:
    """Standard deviation of the loads of all days worked, in minutes."""
    worked = sum(shift is not None for rep in problem.reps for shift in rep.shifts)
    loads = [route.load_minutes for route in plan.routes]
    return statistics.pstdev(loads + [0.0] * (worked - len(loads)))


if __name__ == "__main__":
    main()
