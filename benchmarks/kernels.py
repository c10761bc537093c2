"""Iterations per second of the periodic search on made-up territories: a smoke, no threshold.

uv run python -m benchmarks.kernels [--iterations 4000]
"""

from __future__ import annotations

import argparse
import time
from datetime import date

import numpy as np

from routing.calendar import cycle_days
from routing.engines.periodic.arrays import compile_arrays
from routing.engines.periodic.run import PeriodicSearch
from routing.geo import GeoPoint
from routing.params import SearchParams
from routing.problem import Break, Place, Problem, Rep, Shift, VisitDemand, Window
from routing.travel import estimate_matrix


def made_up(outlets: int, timed: bool, seed: int = 1) -> Problem:
    """A four-week territory of one rep: random places, grades 2/1 a week, 1 in 2 and 4 weeks."""
    random = np.random.default_rng(seed)
    spots = random.normal(0.0, 0.03, (outlets + 1, 2)) + np.array([60.17, 24.94])
    points = [GeoPoint(*map(float, spot)) for spot in spots]
    days = cycle_days(date(2026, 1, 5), 4)
    lunch = (Break("lunch", 30, 690, 810),) if timed else ()
    shift = Shift(540, 1020, 0, 0, hard_end_minute=1080, breaks=lunch)
    rates = [(2, 1), (1, 1), (1, 2), (1, 4)]
    grades = random.choice(4, outlets, p=[0.05, 0.2, 0.35, 0.4])
    week = ((Window(600, 1080),),) * 7 if timed else None
    demands = tuple(
        VisitDemand(str(k), k + 1, 15.0, *rates[grade], windows=week)
        for k, grade in enumerate(grades)
    )
    return Problem(
        f"made-up-{outlets}",
        days,
        (Rep("rep", tuple(shift if day.works else None for day in days)),),
        tuple(Place(str(k), "", point) for k, point in enumerate(points)),
        demands,
        estimate_matrix(points, 25.0),
    )


def main(argv: list[str] | None = None) -> None:
    """Measure and print one line per size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--iterations", type=int, default=4000)
    parser.add_argument("--sizes", default="100,200,400,1000")
    options = parser.parse_args(argv)
    for timed in (False, True):
        for size in map(int, options.sizes.split(",")):
            print(_measure(size, timed, options.iterations), flush=True)


def _measure(size: int, timed: bool, iterations: int) -> str:
    search = PeriodicSearch(compile_arrays(made_up(size, timed)), SearchParams(), seed=1)
    search.start()
    begin = time.process_time()
    search.run(iterations, search.edge_cost, 0.1 * search.edge_cost)
    rate = iterations / (time.process_time() - begin)
    kind = "windows and lunch" if timed else "no clock times"
    return f"{size} outlets, {kind}: {rate:,.0f} iterations per CPU second"


if __name__ == "__main__":
    main()
