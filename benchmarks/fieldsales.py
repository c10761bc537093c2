"""Plan field-sales instances rep by rep and report travel, balance and what was left out.

    uv run python -m benchmarks.fieldsales --instances DIR --seconds 20 --seed 1 \
        --plans OUT --csv RESULTS.csv [--only andorra,helsinki] [--imbalance 0.0]

``--seconds`` is per rep.  Plans are written as ``OUT/NAME.json`` in the form that the instances'
own judge reads; the CSV has one row per instance and rep.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.instances import Instance, judged, problem_of, read_instance
from routing.plan import Plan
from routing.problem import Problem, Weights
from routing.solve import Result, solve
from routing.stop import Seconds

FIELDS = (
    "instance",
    "rep",
    "outlets",
    "visits",
    "seconds",
    "seed",
    "travel_min",
    "distance_km",
    "unserved",
    "overtime_cost",
    "load_sd_min",
    "iterations",
    "solve_s",
)


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    options = _options(argv)
    wanted = options.only.split(",") if options.only else None
    rows: list[dict[str, Any]] = []
    for path in sorted(options.instances.glob("*.json")):
        if wanted is None or path.stem in wanted:
            rows += _run(read_instance(path), options)
    if options.csv:
        with options.csv.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, FIELDS)
            writer.writeheader()
            writer.writerows(rows)


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--instances", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--imbalance", type=float, default=0.0, help="Weights.imbalance")
    parser.add_argument("--plans", type=Path)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--only", help="instance names, comma-separated")
    return parser.parse_args(argv)


def _run(instance: Instance, options: argparse.Namespace) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    plans: list[dict[str, Any]] = []
    weights = Weights(imbalance=options.imbalance)
    for rep in instance.reps:
        problem = problem_of(instance, rep, weights)
        begin = time.monotonic()
        result = solve(problem, stop=Seconds(options.seconds), seed=options.seed)
        row = _row(instance, rep, problem, result, options, time.monotonic() - begin)
        rows.append(row)
        plans += judged(result.plan, instance.document["days_per_week"])
        print(*(f"{key}={row[key]}" for key in FIELDS), flush=True)
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
) -> dict[str, Any]:
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
        "load_sd_min": round(_load_sd(problem, plan), 2),
        "iterations": result.iterations,
        "solve_s": round(seconds, 2),
    }


def _load_sd(problem: Problem, plan: Plan) -> float:
    worked = sum(shift is not None for rep in problem.reps for shift in rep.shifts)
    loads = [route.load_minutes for route in plan.routes]
    return statistics.pstdev(loads + [0.0] * (worked - len(loads)))


if __name__ == "__main__":
    main()
