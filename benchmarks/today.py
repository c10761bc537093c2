"""The rest of a day planned again: time for 30 stops, and the distance to a run that lasts long.

    uv run python -m benchmarks.today [--days 20] [--stops 30] [--long 50000] \
        [--csv benchmarks/results/today.csv]

Days have windows at half of the stops, lunch, an appointment and five stops done; on *full* days
some visits no longer fit.  ``gap_percent`` is the cost (travel, overtime, missed visits) above the
cheapest run of the row; ``ortools`` is OR-Tools' routing library alone on the same rest of a day
(breaks and prizes in its model, guided local search, 200 solutions).
"""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

import numpy as np

from benchmarks.instances import MONDAY
from benchmarks.table import Row, options_of, said, write_rows
from routing.calendar import cycle_days
from routing.check import check
from routing.engines.day_choice import DayChooser
from routing.engines.one_day import best_day
from routing.evaluate import Sequenced, evaluate
from routing.geo import GeoPoint
from routing.plan import Plan
from routing.problem import Break, Pin, Place, Problem, Rep, Shift, VisitDemand, Window
from routing.today import HERE, RestOfDay, replan_today
from routing.travel import estimate_matrix

DONE = 5
NOW = 600.0


def main(argv: list[str] | None = None) -> None:
    """Measure and print one line per day and the medians."""
    parser = options_of(__doc__)
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--stops", type=int, default=30)
    parser.add_argument("--long", type=int, default=50_000, help="iterations of each long anneal")
    options = parser.parse_args(argv)
    rows: list[Row] = []
    _replanned(*made_up_day(8, 10.0, 0))  # kernels are loaded before the clock starts
    for minutes, kind in ((8.0, "fits"), (16.0, "full")):
        for seed in range(1, options.days + 1):
            row = _measure(options.stops, minutes, seed, options.long)
            rows.append(said({"kind": kind} | row))
            write_rows(options.csv, rows)
    for kind in ("fits", "full"):
        mine = [row for row in rows if row["kind"] == kind]
        for key in ("cpu_s", "gap_percent", "cpu_s_ortools", "gap_percent_ortools"):
            figures = [row[key] for row in mine]
            print(f"{kind}: {key} median {statistics.median(figures):.2f}, most {max(figures):.2f}")


def _measure(stops: int, minutes: float, seed: int, long: int) -> Row:
    problem, plan = made_up_day(stops, minutes, seed)
    begin = time.process_time()
    quick = _replanned(problem, plan)
    seconds = time.process_time() - begin
    rest = quick.problem
    begin = time.process_time()
    slow = _plan(rest, best_day(rest, seed=11, iterations=long))
    long_seconds = time.process_time() - begin
    begin = time.process_time()
    ids = [HERE, *(d.id for d in rest.demands if d.id != HERE)]
    other = _plan(rest, DayChooser(rest).choose("rep", 0, ids, solutions=200))
    other_seconds = time.process_time() - begin
    least = min(plan.cost.total for plan in (quick.plan, slow, other))
    return {
        "seed": seed,
        "to_come": len(quick.demand_ids),
        "unserved": len(quick.unserved),
        "unserved_long": len(slow.unserved),
        "unserved_ortools": len(other.unserved),
        "cpu_s": round(seconds, 3),
        "cpu_s_long": round(long_seconds, 1),
        "cpu_s_ortools": round(other_seconds, 3),
        "cost": round(quick.plan.cost.total, 1),
        "cost_long": round(slow.cost.total, 1),
        "cost_ortools": round(other.cost.total, 1),
        "gap_percent": round(100.0 * (quick.plan.cost.total / least - 1.0), 2),
        "gap_percent_ortools": round(100.0 * (other.cost.total / least - 1.0), 2),
        "faults": len(check(quick.problem, quick.plan)),
    }


def _replanned(problem: Problem, plan: Plan) -> RestOfDay:
    return replan_today(problem, plan, "rep", 0, done=DONE, now_minute=NOW)


def _plan(rest: Problem, order: tuple[str, ...]) -> Plan:
    return evaluate(rest, [Sequenced("rep", 0, order)])


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
