"""What peak hours cost: field-sales instances planned without and with them.

    uv run python -m benchmarks.peaks --instances DIR --seconds 10 --csv RESULTS.csv

One row for each rep and way of planning; all plans are timed with the peaks, and days that they
break are mended: *free* is planned as if there were none, *mean* at the mean pace of the shift,
*slowest* as if the slowest peak lasted all day, *peaks* with the clock of the peaks, as Roundsman
does.
"""

from __future__ import annotations

import time
from dataclasses import replace

from benchmarks.instances import problem_of, read_instance
from benchmarks.table import Row, chosen, instance_options, said, write_rows
from routing.check import check
from routing.engines.peaks import steady
from routing.engines.repair import RepairReport, repair_days
from routing.evaluate import Sequenced, evaluate
from routing.plan import Plan
from routing.problem import Problem, Weights
from routing.solve import solve
from routing.stop import Seconds
from routing.travel import SpeedBand

WEEK = (0, 1, 2, 3, 4)
BANDS = (
    SpeedBand(WEEK, 7.5 * 60, 9.5 * 60, 0.6),
    SpeedBand(WEEK, 16 * 60, 18.5 * 60, 0.55),
)


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    options = instance_options(__doc__, 10.0).parse_args(argv)
    rows: list[Row] = []
    for path in chosen(options, ".json"):
        instance = read_instance(path)
        for rep in instance.reps:
            problem = problem_of(instance, rep, Weights(imbalance=0.01))
            rows += _rows(problem, options.seconds, options.seed)
            write_rows(options.csv, rows)


def _rows(problem: Problem, seconds: float, seed: int) -> list[Row]:
    peaks = replace(problem, travel=replace(problem.travel, bands=BANDS))
    slowest = min(band.speed for band in BANDS)
    slow = replace(problem.travel, seconds=problem.travel.seconds / slowest)
    ways = {
        "free": problem,
        "mean": steady(peaks),
        "slowest": replace(problem, travel=slow),
        "peaks": peaks,
    }
    rows = []
    for name, planned in ways.items():
        begin = time.monotonic()
        result = solve(planned, stop=Seconds(seconds), seed=seed)
        took = time.monotonic() - begin
        repair = result.repair if name == "peaks" else None
        rows.append(said(_row(peaks, name, result.plan, took, repair)))
    return rows


def _row(peaks: Problem, name: str, plan: Plan, seconds: float, repair: RepairReport | None) -> Row:
    """The plan timed with the peaks: days that break a rule, and what mending leaves of it."""
    routes = [
        Sequenced(route.rep_id, route.day, tuple(stop.demand_id for stop in route.stops))
        for route in plan.routes
    ]
    faults = {fault.where.partition(".")[0] for fault in check(peaks, evaluate(peaks, routes))}
    mended = evaluate(peaks, repair_days(peaks, routes)[0])
    return {
        "problem": peaks.name,
        "planned": name,
        "days": len(routes),
        "days_broken": len(faults),
        "missed": sum(item.count for item in plan.unserved),
        "missed_mended": sum(item.count for item in mended.unserved),
        "travel_min": round(sum(route.travel_minutes for route in mended.routes)),
        "days_mended_inside": repair.days if repair else "",
        "seconds": round(seconds, 1),
    }


if __name__ == "__main__":
    main()
