"""How long it takes to time a day that somebody put together by hand.

    uv run python -m benchmarks.evaluate [--days 20] [--repeats 50] \
        [--csv benchmarks/results/evaluate.csv]

CPU milliseconds, without and with opening hours and lunch: one day of 18 or 30 stops by
``routing.evaluate.time_route``, and a whole month of 200 outlets (missing visits counted, costs
added up) by ``routing.evaluate.evaluate``, a day of it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from itertools import product

from benchmarks.kernels import made_up
from benchmarks.table import Row, options_of, run_rows
from routing.evaluate import Sequenced, evaluate, time_route
from routing.problem import Problem
from routing.solve import solve
from routing.stop import Iterations

_OUTLETS = 200


def main(argv: list[str] | None = None) -> None:
    """Measure and print one line per kind of day."""
    parser = options_of(__doc__)
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=50)
    options = parser.parse_args(argv)
    kinds = product((18, 30), (False, True))
    makers: list[Callable[[], Row]] = [
        lambda k=kind: _day(*k, options.days, options.repeats)  # type: ignore[misc]
        for kind in kinds
    ]
    makers += [lambda t=timed: _month(t, options.repeats) for timed in (False, True)]  # type: ignore[misc]
    run_rows(makers, options.csv)


def _day(stops: int, timed: bool, days: int, repeats: int) -> Row:
    timings = []
    for seed in range(1, days + 1):
        problem = made_up(stops, timed, seed)
        order = _nearest(problem)
        timings.append(_cpu_ms(lambda: time_route(problem, "rep", 0, order), repeats))  # noqa: B023
    return _row("one day", stops, timed, timings)


def _month(timed: bool, repeats: int) -> Row:
    problem = made_up(_OUTLETS, timed)
    plan = solve(problem, stop=Iterations(1000)).plan
    days = [
        Sequenced(route.rep_id, route.day, tuple(stop.demand_id for stop in route.stops))
        for route in plan.routes
    ]
    spent = [_cpu_ms(lambda: evaluate(problem, days), 1) for _ in range(max(3, repeats // 5))]
    stops = round(sum(len(day.demand_ids) for day in days) / len(days))
    return _row("a day of a month", stops, timed, [ms / len(days) for ms in spent])


def _cpu_ms(work: Callable[[], object], repeats: int) -> float:
    work()
    begin = time.process_time()
    for _ in range(repeats):
        work()
    return 1000.0 * (time.process_time() - begin) / repeats


def _row(what: str, stops: int, timed: bool, timings: list[float]) -> Row:
    return {
        "what": what,
        "stops": stops,
        "windows_and_lunch": timed,
        "median_cpu_ms": round(statistics.median(timings), 2),
        "most_cpu_ms": round(max(timings), 2),
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
