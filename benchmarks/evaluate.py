"""How long it takes to time a day that somebody put together by hand.

    uv run python -m benchmarks.evaluate [--days 20] [--repeats 50] \
        [--csv benchmarks/results/evaluate.csv]

CPU milliseconds of ``routing.evaluate.evaluate`` for one day of 18 and of 30 stops, without and
with opening hours and lunch.
"""

from __future__ import annotations

import statistics
import time

from benchmarks.kernels import made_up
from benchmarks.table import Row, options_of, run_rows
from routing.evaluate import Sequenced, evaluate
from routing.problem import Problem


def main(argv: list[str] | None = None) -> None:
    """Measure and print one line per kind of day."""
    parser = options_of(__doc__)
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=50)
    options = parser.parse_args(argv)
    kinds = [(stops, timed) for stops in (18, 30) for timed in (False, True)]
    run_rows(
        (lambda k=kind: _measure(*k, options.days, options.repeats) for kind in kinds),
        options.csv,
    )


def _measure(stops: int, timed: bool, days: int, repeats: int) -> Row:
    timings = []
    for seed in range(1, days + 1):
        problem = made_up(stops, timed, seed)
        day = [Sequenced("rep", 0, _nearest(problem))]
        evaluate(problem, day)
        begin = time.process_time()
        for _ in range(repeats):
            evaluate(problem, day)
        timings.append(1000.0 * (time.process_time() - begin) / repeats)
    return {
        "stops": stops,
        "windows_and_lunch": timed,
        "days": days,
        "median_cpu_ms": round(statistics.median(timings), 3),
        "most_cpu_ms": round(max(timings), 3),
    }


def _nearest(problem: Problem) -> tuple[str, ...]:
    """All stops from nearest to nearest, as a person might put them."""
    seconds, at, left = problem.travel.seconds, 0, list(problem.demands)
    order = []
    while left:
        following = min(left, key=lambda demand: float(seconds[at, demand.place]))
        left.remove(following)
        order.append(following.id)
        at = following.place
    return tuple(order)


if __name__ == "__main__":
    main()
