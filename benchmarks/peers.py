"""VROOM, PyVRP and OR-Tools on the field-sales instances, with the same seconds a rep.

    uv run --group bench python -m benchmarks.peers --instances DIR --seconds 20 --seed 1 \
        --plans OUT --judge ../shared/tools/fieldsales_evaluate.py \
        --csv benchmarks/results/peers.csv [--methods vroom,pyvrp] [--only andorra]

None of them chooses the days of a cycle, so rules fix the days before (``benchmarks.peer_days``),
as many starts as the seconds pay for; the best plan is kept (fewest missing visits, then least
travel).  What each tool is told stands in ``benchmarks.peer_tools``:

* ``rule``: cheapest insertion alone, days in the order of its insertion (no router);
* ``vroom``: each day at exploration 5;
* ``vroom_free``: half of the time as ``vroom``, then all days in one task in which outlets with
  one visit in the cycle may take any day;
* ``pyvrp``: each day for ``PYVRP_DAY_S``, default parameters;
* ``ortools``: half of the time one quick search a day, then guided local search from the best
  plan on, as ``roundsman plan --engine ortools`` does.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.instances import Instance, judged, problem_of, read_instance
from benchmarks.peer_days import refilled, rule_starts, starts
from benchmarks.peer_tools import ROUTERS, Day, DayRouter, vroom_cycle
from benchmarks.table import Row, chosen, instance_options, said, write_rows
from routing.engines.day_choice import DayChooser
from routing.evaluate import Sequenced, evaluate
from routing.plan import Plan
from routing.problem import Problem, VisitDemand, Weights
from routing.solve import solve
from routing.stop import Seconds

METHODS = ("rule", "vroom", "vroom_free", "pyvrp", "ortools")
#: PyVRP knows no end of its own: this long a day, at which longer runs changed nothing.
PYVRP_DAY_S = 0.03
#: Given to a day at most; VROOM ends by itself.
VROOM_DAY_S = 2.0
_JUDGED = (
    "visits_served",
    "visits_unserved",
    "travel_min",
    "distance_km",
    "overtime_min",
    "pattern_violations",
    "window_violations",
    "lunch_violations",
    "load_sd_min",
)


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    parser = instance_options(__doc__, 20.0)
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--plans", type=Path, required=True)
    parser.add_argument("--judge", type=Path, required=True, help="the instances' own judge")
    options = parser.parse_args(argv)
    judge = load_judge(options.judge)
    rows: list[Row] = []
    for path in chosen(options, ".json"):
        for method in options.methods.split(","):
            plans = _planned(read_instance(path), method, options)
            file = options.plans / f"{path.stem}-{method}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(plans))
            head: Row = {"instance": path.stem, "method": method, "seconds": options.seconds}
            rows.append(said(head | judge(path, plans)))
            write_rows(options.csv, rows)


def load_judge(path: Path) -> Callable[[Path, list[dict[str, Any]]], Row]:
    """The judge's totals for an instance file and a plan."""
    spec = importlib.util.spec_from_file_location("judge", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def totals(instance: Path, plan: list[dict[str, Any]]) -> Row:
        total = module.evaluate(*module.load(instance), plan)["total"]
        return {key: total[key] for key in _JUDGED}

    return totals


def _planned(instance: Instance, method: str, options: argparse.Namespace) -> list[dict[str, Any]]:
    days: list[dict[str, Any]] = []
    for rep in instance.reps:
        problem = problem_of(instance, rep, Weights())
        plan = plan_by(method, problem, options.seconds, options.seed)
        days += judged(plan, instance.document["days_per_week"])
    return days


def plan_by(method: str, problem: Problem, seconds: float, seed: int) -> Plan:
    """One rep's plan by one of ``METHODS``."""
    end = time.monotonic() + seconds
    if method == "rule":
        return evaluate(problem, next(rule_starts(problem)))
    plans = starts(problem, seed)
    if method == "ortools":
        plan = _best_of(problem, plans, _quick_ortools(problem), 0.0, seconds / 2)
        left = Seconds(max(1.0, end - time.monotonic()))
        return solve(problem, stop=left, engine="ortools", initial_plan=plan).plan
    if method == "vroom_free":
        return _freed(problem, plans, seconds, end)
    day_seconds = {"vroom": VROOM_DAY_S, "pyvrp": PYVRP_DAY_S}[method]
    return _best_of(problem, plans, ROUTERS[method], day_seconds, seconds)


def _best_of(
    problem: Problem,
    plans: Iterator[list[Sequenced]],
    router: DayRouter,
    day_seconds: float,
    seconds: float,
) -> Plan:
    """The best of as many starts as there is time for."""
    end = time.monotonic() + seconds
    best: Plan | None = None
    for start in plans:
        plan = _routed(problem, start, router, day_seconds)
        if plan.unserved:  # their outlets are given other days, and all days routed again
            again = _routed(problem, refilled(problem, _sequences(plan)), router, day_seconds)
            plan = min(plan, again, key=_rank)
        if best is None or _rank(plan) < _rank(best):
            best = plan
        if time.monotonic() >= end:
            break
    assert best is not None
    return best


def _freed(problem: Problem, plans: Iterator[list[Sequenced]], seconds: float, end: float) -> Plan:
    """VROOM with days fixed, then with the days of single visits left to it."""
    best = _best_of(problem, plans, ROUTERS["vroom"], VROOM_DAY_S, seconds / 2)
    worked = [d for d, shift in enumerate(problem.reps[0].shifts) if shift is not None]
    made = {route.day: tuple(stop.demand_id for stop in route.stops) for route in best.routes}
    days = [_day(problem, Sequenced(problem.reps[0].id, day, made.get(day, ()))) for day in worked]
    left = max(1.0, end - time.monotonic())
    plan = _plan(problem, days, vroom_cycle(problem, days, left))
    if plan.unserved:
        plan = evaluate(problem, refilled(problem, _sequences(plan)))
    return min(plan, best, key=_rank)


def _quick_ortools(problem: Problem) -> DayRouter:
    chooser = DayChooser(problem)
    demands = {demand.id: demand for demand in problem.demands}

    def order(day: Day, seconds: float) -> list[VisitDemand]:
        ids = [demand.id for demand in day.demands]
        return [demands[i] for i in chooser.choose(day.rep_id, day.day, ids, solutions=1)]

    return order


def _day(problem: Problem, fixed: Sequenced) -> Day:
    demands = {demand.id: demand for demand in problem.demands}
    ids = fixed.demand_ids
    return Day(problem, fixed.rep_id, fixed.day, tuple(demands[i] for i in ids))


def _routed(
    problem: Problem, start: Sequence[Sequenced], router: DayRouter, day_seconds: float
) -> Plan:
    days = [_day(problem, each) for each in start]
    return _plan(problem, days, [router(day, day_seconds) for day in days])


def _sequences(plan: Plan) -> list[Sequenced]:
    return [
        Sequenced(route.rep_id, route.day, tuple(stop.demand_id for stop in route.stops))
        for route in plan.routes
    ]


def _plan(problem: Problem, days: Sequence[Day], orders: Sequence[list[VisitDemand]]) -> Plan:
    return evaluate(
        problem,
        [
            Sequenced(day.rep_id, day.day, tuple(demand.id for demand in order))
            for day, order in zip(days, orders, strict=True)
            if order
        ],
    )


def _rank(plan: Plan) -> tuple[int, float]:
    missing = sum(each.count for each in plan.unserved)
    return missing, sum(route.travel_minutes for route in plan.routes)


if __name__ == "__main__":
    main()
