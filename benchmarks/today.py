"""The rest of a day planned again: time for 30 stops, and the distance to a run that lasts long.

    uv run python -m benchmarks.today [--days 20] [--stops 30] [--long 20000] \
        [--csv benchmarks/results/today.csv]

Days have windows at half of the stops, lunch, an appointment and five stops done; on *full* days
some visits no longer fit.  ``gap_percent`` is the cost (travel, overtime, missed visits) above the
cheapest of the quick and the long run, over that cost less the missed visits.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.instances import MONDAY
from routing.calendar import cycle_days
from routing.check import check
from routing.evaluate import Sequenced, evaluate
from routing.geo import GeoPoint
from routing.plan import Plan
from routing.problem import Break, Pin, Place, Problem, Rep, Shift, VisitDemand, Window
from routing.today import RestOfDay, replan_today
from routing.travel import estimate_matrix

DONE = 5
NOW = 600.0


def main(argv: list[str] | None = None) -> None:
    """Measure and print one line per day and the medians."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--stops", type=int, default=30)
    parser.add_argument("--long", type=int, default=20_000, help="solutions of the long run")
    parser.add_argument("--csv", type=Path)
    options = parser.parse_args(argv)
    rows = []
    for minutes, kind in ((8.0, "fits"), (16.0, "full")):
        for seed in range(1, options.days + 1):
            row = {"kind": kind} | _measure(options.stops, minutes, seed, options.long)
            print(*(f"{key}={value}" for key, value in row.items()), flush=True)
            rows.append(row)
    for kind in ("fits", "full"):
        mine = [row for row in rows if row["kind"] == kind]
        for key in ("seconds", "gap_percent"):
            figures = [row[key] for row in mine]
            print(f"{kind}: {key} median {statistics.median(figures)}, most {max(figures)}")
    if options.csv:
        with options.csv.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def _measure(stops: int, minutes: float, seed: int, long: int) -> dict[str, Any]:
    problem, plan = made_up_day(stops, minutes, seed)
    begin = time.perf_counter()
    quick = _replanned(problem, plan)
    seconds = time.perf_counter() - begin
    begin = time.perf_counter()
    slow = _replanned(problem, plan, solutions=long)
    long_seconds = time.perf_counter() - begin
    least = min((quick, slow), key=lambda rest: rest.plan.cost.total).plan.cost
    driven = max(1.0, least.total - least.unserved)
    return {
        "seed": seed,
        "to_come": len(quick.demand_ids),
        "unserved": len(quick.unserved),
        "unserved_long": len(slow.unserved),
        "seconds": round(seconds, 3),
        "long_seconds": round(long_seconds, 1),
        "cost": round(quick.plan.cost.total, 1),
        "cost_long": round(slow.plan.cost.total, 1),
        "gap_percent": round(100.0 * (quick.plan.cost.total - least.total) / driven, 2),
        "faults": len(check(quick.problem, quick.plan)),
    }


def _replanned(problem: Problem, plan: Plan, **options: Any) -> RestOfDay:
    return replan_today(problem, plan, "rep", 0, done=DONE, now_minute=NOW, **options)


def made_up_day(stops: int, minutes: float, seed: int) -> tuple[Problem, Plan]:
    """A day of scattered stops in no good order, ``minutes`` for each visit."""
    random = np.random.default_rng(seed)
    spots = random.normal(0.0, 0.02, (stops + 1, 2)) + np.array([60.17, 24.94])
    points = [GeoPoint(*map(float, spot)) for spot in spots]
    days = cycle_days(MONDAY, 1)
    lunch = (Break("lunch", 30, 690, 810),)
    shift = Shift(480, 1020, 0, 0, hard_end_minute=1050, breaks=lunch)
    demands = [
        VisitDemand(str(k), k + 1, minutes, windows=_windows(random), priority=_priority(random))
        for k in range(stops)
    ]
    demands[-1] = replace(demands[-1], windows=None, pins=(Pin(0, 840.0),))
    problem = Problem(
        f"day-{seed}",
        days,
        (Rep("rep", tuple(shift if day.works else None for day in days)),),
        tuple(Place(str(k), "", point) for k, point in enumerate(points)),
        tuple(demands),
        estimate_matrix(points, 20.0),
    )
    order = tuple(demand.id for demand in demands)
    return problem, evaluate(problem, [Sequenced("rep", 0, order)])


def _windows(random: np.random.Generator) -> tuple[tuple[Window, ...], ...] | None:
    if random.random() < 0.5:
        return None
    start = float(random.choice([540, 600, 660, 780]))
    return ((Window(start, start + float(random.choice([120, 180, 300]))),),) * 7


def _priority(random: np.random.Generator) -> float:
    return float(random.choice([1.0, 1.0, 2.0, 4.0]))


if __name__ == "__main__":
    main()
