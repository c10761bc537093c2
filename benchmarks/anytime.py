"""How plans get better with time: 2 to 300 seconds for territories of 100 to 1,000 outlets.

    uv run python -m benchmarks.anytime --instances DIR --csv benchmarks/results/anytime.csv \
        [--seconds 2,5,20,60,300] [--outlets 100,200,400,1000] [--long-only 400,1000] [--seed 1]

One rep on the roads of Porto (``porto1000``): the outlets nearest to the first rep's home, the
more of them the fewer visits each and the shorter, so that days are some nine tenths full.  Each
solve is a process of its own, whose greatest memory is noted; ``--long-only`` are the sizes that
runs of 300 s are made for.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks.instances import MONDAY, Instance, read_instance
from benchmarks.table import Row, numbers, options_of, run_rows
from routing.calendar import cycle_days
from routing.geo import GeoPoint
from routing.problem import Place, Problem, Rep, Shift, VisitDemand
from routing.solve import solve
from routing.stop import Seconds
from routing.travel import TravelMatrix

SOURCE = "porto1000"
HOME = 1
DAY_MINUTES = 480.0
FULL = 0.9
#: Visits per weeks and the share of outlets, by size.
RATES = ((1, 1), (1, 2), (1, 4))
SHARES = {
    100: (1.0, 0.0, 0.0),
    200: (0.3, 0.5, 0.2),
    400: (0.05, 0.2, 0.75),
    1000: (0.0, 0.0, 1.0),
}
_LONG = 300.0


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark from the command line, or one solve of it."""
    parser = options_of(__doc__)
    parser.add_argument("--instances", type=Path, required=True)
    parser.add_argument("--seconds", default="2,5,20,60,300")
    parser.add_argument("--outlets", default="100,200,400,1000")
    parser.add_argument("--long-only", default="400,1000")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--one", help=argparse.SUPPRESS)  # OUTLETS:SECONDS, in a child
    options = parser.parse_args(argv)
    if options.one:
        outlets, seconds = options.one.split(":")
        print(json.dumps(_solved(options.instances, int(outlets), float(seconds), options.seed)))
        return
    long = numbers(options.long_only)
    tasks = [
        (outlets, seconds)
        for outlets, seconds in product(numbers(options.outlets), numbers(options.seconds))
        if seconds < _LONG or outlets in long
    ]
    run_rows((lambda t=task: _in_a_child(t, options) for task in tasks), options.csv)


def territory(instance: Instance, outlets: int) -> Problem:
    """One rep's four weeks of the outlets nearest to a home in Porto."""
    home = instance.document["reps"][HOME]
    near = sorted(
        instance.document["outlets"],
        key=lambda o: instance.seconds[home["index"], o["index"]],
    )[:outlets]
    at = [home["index"], *(o["index"] for o in near)]
    seconds, metres = instance.seconds[np.ix_(at, at)], instance.metres[np.ix_(at, at)]
    days = cycle_days(MONDAY, 4)
    random = np.random.default_rng(outlets)
    rates = [RATES[k] for k in random.choice(len(RATES), outlets, p=SHARES[outlets])]
    minutes = _visit_minutes(seconds / 60.0, sum(n * 4 // m for n, m in rates))
    shift = Shift(540.0, 540.0 + DAY_MINUTES, 0, 0)
    return Problem(
        f"porto-{outlets}",
        days,
        (Rep("R1", tuple(shift if day.works else None for day in days)),),
        tuple(Place(o["id"], "", GeoPoint(o["lat"], o["lon"])) for o in [home, *near]),
        tuple(
            VisitDemand(o["id"], k, minutes, *rate)
            for k, (o, rate) in enumerate(zip(near, rates, strict=True), start=1)
        ),
        TravelMatrix(seconds, metres, "instance"),
    )


def _visit_minutes(
    minutes: np.ndarray[tuple[int, int], np.dtype[np.float64]], visits: int
) -> float:
    """Minutes a visit that fill the days, after a leg to the third neighbour and the way home."""
    legs = np.sort(minutes[1:, 1:], axis=1)[:, 1:4].mean()
    travel = visits * float(legs) + 20.0 * 2.0 * float(minutes[0, 1:].mean())
    return round(max(2.0, (20.0 * DAY_MINUTES * FULL - travel) / visits), 1)


def _solved(instances: Path, outlets: int, seconds: float, seed: int) -> Row:
    problem = territory(read_instance(instances / f"{SOURCE}.json"), outlets)
    begin = time.monotonic()
    result = solve(problem, stop=Seconds(seconds), seed=seed)
    spent = time.monotonic() - begin
    plan = result.plan
    loads = [route.load_minutes for route in plan.routes]
    return {
        "outlets": outlets,
        "visits": sum(len(route.stops) for route in plan.routes),
        "seconds": seconds,
        "seed": seed,
        "cost": round(plan.cost.total, 2),
        "travel_min": round(sum(route.travel_minutes for route in plan.routes), 2),
        "unserved": sum(each.count for each in plan.unserved),
        "full_percent": round(100.0 * sum(loads) / (20.0 * DAY_MINUTES), 1),
        "iterations": result.iterations,
        "iterations_per_second": round(result.iterations / seconds),
        "solve_s": round(spent, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0, 1),
    }


def _in_a_child(task: tuple[int, int], options: argparse.Namespace) -> Row:
    command = [sys.executable, "-m", "benchmarks.anytime", "--instances", str(options.instances)]
    command += ["--cpu"] if options.cpu else []
    command += ["--seed", str(options.seed), "--one", f"{task[0]}:{task[1]}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row


if __name__ == "__main__":
    main()
