"""What rules cost a rep, with the noise over seeds.

    uv run python -m benchmarks.rule_price --instances DIR --seconds 5 [--seeds 1,2,3] \
        [--only andorra_tw] [--csv benchmarks/results/rule_price.csv]

The rules of an instance's first rep, relaxed one at a time (``routing.rule_price``): lunch, the
outlets' hours, the end of the day, the length of the day.  ``clear`` prices are more than twice
their noise.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace

from benchmarks.instances import problem_of, read_instance
from benchmarks.table import Row, chosen, instance_options, numbers, said, write_rows
from routing.problem import Problem, Weights
from routing.rule_price import price_of_rule, with_overtime, without_breaks, without_windows
from routing.stop import Seconds


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    parser = instance_options(__doc__, 5.0)
    parser.add_argument("--seeds", default="1,2,3")
    options = parser.parse_args(argv)
    rows: list[Row] = []
    for path in chosen(options, ".json"):
        instance = read_instance(path)
        problem = problem_of(instance, instance.reps[0], Weights())
        for row in _priced(problem, options):
            rows.append(said({"instance": instance.name} | row))
            write_rows(options.csv, rows)


def with_longer_days(problem: Problem) -> Problem:
    """Every day may be an hour longer, within its clock times."""
    shifts = tuple(
        shift and replace(shift, work_limit_minutes=None, end_minute=shift.end_minute + 60.0)
        for shift in problem.reps[0].shifts
    )
    return replace(problem, reps=(replace(problem.reps[0], shifts=shifts),))


RULES: dict[str, Callable[[Problem], Problem]] = {
    "lunch": without_breaks,
    "opening hours": without_windows,
    "no overtime": with_overtime,
    "length of the day": with_longer_days,
}


def _priced(problem: Problem, options: argparse.Namespace) -> Iterator[Row]:
    seeds = numbers(options.seeds)
    for name, relax in RULES.items():
        relaxed = relax(problem)
        if (relaxed.demands, relaxed.reps) == (problem.demands, problem.reps):
            continue  # the instance has no such rule
        price = price_of_rule(problem, relaxed, stop=lambda: Seconds(options.seconds), seeds=seeds)
        yield {
            "rule": name,
            "seeds": len(seeds),
            "seconds": options.seconds,
            "minutes": round(price.minutes.mean, 1),
            "noise": round(price.minutes.noise, 1),
            "clear": price.minutes.is_clear,
            "km": round(price.km.mean, 1),
            "km_noise": round(price.km.noise, 1),
            "visits": round(price.visits.mean, 2),
        }


if __name__ == "__main__":
    main()
