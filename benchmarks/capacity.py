"""Plans over capacity, and the fewest reps that still serve everything.

    uv run python -m benchmarks.capacity value --instances DIR --seconds 6 --seed 1 \
        [--only andorra] [--csv benchmarks/results/capacity_value.csv]
    uv run python -m benchmarks.capacity reps --instances DIR --seconds 4 --seed 1 \
        [--csv benchmarks/results/capacity_reps.csv]

``value``: each instance's first rep works days that are too short; grades are worth 4, 3, 2 and 1
a visit.  The value served (priority × visits) after ``--seconds`` stands beside that after ten
times as long.  ``reps``: the outlets of an instance are everybody's, and the team shrinks while
nothing is missing (``routing.fewest_reps``); ``--seconds`` is per rep and try.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

from benchmarks.instances import Instance, problem_of, read_instance, team_problem_of
from benchmarks.table import Row, chosen, instance_options, run_rows
from routing.fewest_reps import fewest_reps
from routing.patterns import required_visits
from routing.plan import Plan
from routing.problem import Problem, Weights
from routing.solve import solve
from routing.stop import Seconds

#: What a visit of a grade is worth.
WORTH = {"A+": 4.0, "A": 3.0, "B": 2.0, "C": 1.0}
#: Share of the day that is left to work.
SHORTER = 0.75


def main(argv: list[str] | None = None) -> None:
    """Run one of the two benchmarks from the command line."""
    parser = instance_options(__doc__, 6.0)
    parser.add_argument("what", choices=("value", "reps"))
    options = parser.parse_args(argv)
    make = {"value": _value, "reps": _reps}[options.what]
    run_rows(
        (lambda p=path: make(read_instance(p), options) for path in chosen(options, ".json")),
        options.csv,
    )


def overfull(instance: Instance, rep: str) -> Problem:
    """A rep's month with days of ``SHORTER`` length and priorities by grade."""
    problem = problem_of(instance, rep, Weights())
    grade = {outlet["id"]: outlet["grade"] for outlet in instance.document["outlets"]}
    demands = tuple(replace(d, priority=WORTH[grade[d.id]]) for d in problem.demands)
    shifts = tuple(
        s
        and replace(
            s,
            end_minute=s.start_minute + SHORTER * (s.end_minute - s.start_minute),
            work_limit_minutes=SHORTER * s.work_limit_minutes if s.work_limit_minutes else None,
        )
        for s in problem.reps[0].shifts
    )
    reps = (replace(problem.reps[0], shifts=shifts),)
    return replace(problem, name=f"{problem.name}-overfull", reps=reps, demands=demands)


def served_value(problem: Problem, plan: Plan) -> float:
    """Priority × visits of what the plan serves."""
    worth = {demand.id: demand.priority for demand in problem.demands}
    return sum(worth[stop.demand_id] for route in plan.routes for stop in route.stops)


def _value(instance: Instance, options: argparse.Namespace) -> Row:
    rep = instance.reps[0]
    problem = overfull(instance, rep)
    asked = sum(d.priority * required_visits(problem, d) for d in problem.demands)
    short, long = (
        solve(problem, stop=Seconds(seconds), seed=options.seed).plan
        for seconds in (options.seconds, 10.0 * options.seconds)
    )
    values = served_value(problem, short), served_value(problem, long)
    return {
        "instance": instance.name,
        "rep": rep,
        "seed": options.seed,
        "seconds": options.seconds,
        "value_asked": asked,
        "value_served": values[0],
        "value_ten_times": values[1],
        "short_percent": round(100.0 * (1.0 - values[0] / values[1]), 2),
        "missing": sum(each.count for each in short.unserved),
        "missing_ten_times": sum(each.count for each in long.unserved),
    }


def _reps(instance: Instance, options: argparse.Namespace) -> Row:
    problem = team_problem_of(instance, Weights())
    begin = time.monotonic()
    found = fewest_reps(problem, stop=lambda: Seconds(options.seconds), seed=options.seed)
    failed = [t for t in found.tries if t.missing and len(t.rep_ids) < len(found.rep_ids)]
    return {
        "instance": instance.name,
        "seed": options.seed,
        "seconds": options.seconds,
        "reps": len(problem.reps),
        "fewest": len(found.rep_ids),
        "least_by_visits_alone": found.least,
        "missing": sum(each.count for each in found.plan.unserved),
        "missing_with_one_less": min((t.missing for t in failed), default=""),
        "team": " ".join(found.rep_ids),
        "travel_min": round(sum(route.travel_minutes for route in found.plan.routes), 1),
        "tries": len(found.tries),
        "solve_s": round(time.monotonic() - begin, 1),
    }


if __name__ == "__main__":
    main()
