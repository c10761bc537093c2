"""What going over every day with OR-Tools buys after the search.

    uv run python -m benchmarks.buys --instances DIR [--times 1,5,20] [--seed 1] \
        [--only andorra_tw] [--csv benchmarks/results/buys.csv]

Each instance's first rep, planned for some seconds; then ``routing.engines.day_model`` orders
each day of the plan anew, and the better order is kept.  Baselines by OR-Tools alone are
``benchmarks.peers --methods ortools`` (a cycle) and ``benchmarks.today`` (the rest of a day).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace

from benchmarks.instances import problem_of, read_instance
from benchmarks.table import Row, chosen, instance_options, numbers, said, write_rows
from routing.engines.day_model import improve_days
from routing.evaluate import Sequenced
from routing.params import SearchParams
from routing.problem import Problem, Weights
from routing.solve import solve
from routing.stop import Seconds


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    parser = instance_options(__doc__, 5.0)
    parser.add_argument("--times", default="1,5,20", help="seconds of search, comma-separated")
    options = parser.parse_args(argv)
    rows: list[Row] = []
    for path in chosen(options, ".json"):
        instance = read_instance(path)
        problem = problem_of(instance, instance.reps[0], Weights())
        for row in _finished(problem, options):
            rows.append(said({"instance": instance.name} | row))
            write_rows(options.csv, rows)


def _finished(problem: Problem, options: argparse.Namespace) -> Iterator[Row]:
    params = replace(SearchParams(), finish_days=False)
    for seconds in numbers(options.times):
        plan = solve(problem, stop=Seconds(seconds), seed=options.seed, params=params).plan
        days = [
            Sequenced(route.rep_id, route.day, tuple(stop.demand_id for stop in route.stops))
            for route in plan.routes
        ]
        begin = time.process_time()
        _, report = improve_days(problem, days)
        yield {
            "seconds": seconds,
            "seed": options.seed,
            "travel_min": round(sum(route.travel_minutes for route in plan.routes), 2),
            "days": report.days,
            "days_improved": report.improved,
            "minutes_saved": round(report.minutes_saved, 2),
            "finish_cpu_s": round(time.process_time() - begin, 2),
        }


if __name__ == "__main__":
    main()
