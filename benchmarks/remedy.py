"""Whether the remedies offered for missing visits help: apply one, solve again, look.

    uv run python -m benchmarks.remedy [--seeds 1,2,3] [--tries 4] [--iterations 6000] \
        [--kinds full,windows] [--csv benchmarks/results/remedy.csv]

For each of ``benchmarks.remedy_cases`` some outlets with missing visits are drawn; the remedy of
each is applied to the problem alone and the problem solved again with the same seed and budget:
from nothing, and from the plan (``initial_plan``).  *Served* means that fewer visits of the outlet
are missing than before; ``others_more``: visits of all other outlets that then are missing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.remedy_cases import KINDS, awkward
from benchmarks.table import Row, numbers, options_of, said, write_rows
from routing.plan import Plan, UnservedVisit
from routing.problem import Problem
from routing.remedy import CannotApply, apply_remedy
from routing.solve import solve
from routing.stop import Iterations


def main(argv: list[str] | None = None) -> None:
    """Measure, print a line a remedy and the shares served."""
    parser = options_of(__doc__)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--tries", type=int, default=4, help="outlets of a problem")
    parser.add_argument("--iterations", type=int, default=6000)
    options = parser.parse_args(argv)
    rows: list[Row] = []
    for kind in options.kinds.split(","):
        for seed in numbers(options.seeds):
            for row in rows_of(kind, seed, options.tries, options.iterations):
                rows.append(said(row))
                write_rows(options.csv, rows)
    for kind in options.kinds.split(","):
        print(_share(kind, [row for row in rows if row["kind"] == kind]))
    print(_share("all", rows))


def rows_of(kind: str, seed: int, tries: int, iterations: int) -> Iterator[Row]:
    """A row for each outlet drawn from one problem."""
    problem = awkward(kind, seed)
    plan = solve(problem, stop=Iterations(iterations), seed=seed).plan
    random = np.random.default_rng(seed)
    drawn = random.permutation(len(plan.unserved))[:tries]
    for unserved in (plan.unserved[index] for index in sorted(drawn)):
        yield {"kind": kind, "seed": seed} | _tried(problem, plan, unserved, seed, iterations)


def _tried(
    problem: Problem, plan: Plan, unserved: UnservedVisit, seed: int, iterations: int
) -> Row:
    row: Row = {
        "outlet": unserved.demand_id,
        "missing": unserved.count,
        "reason": unserved.reason.value,
        "remedy": unserved.remedy.action if unserved.remedy else "",
        "minutes": round(unserved.remedy.minutes, 1) if unserved.remedy else "",
    }
    try:
        changed = apply_remedy(problem, unserved)
    except CannotApply:
        nothing = dict.fromkeys(("missing_after", "others_more"), "")
        return row | {"applied": False, "served": False, "served_from_plan": False} | nothing
    stop = Iterations(iterations)
    after = solve(changed, stop=stop, seed=seed).plan
    from_plan = solve(changed, stop=stop, seed=seed, initial_plan=plan).plan
    left = _missing(after).get(unserved.demand_id, 0)
    others = sum(_missing(after).values()) - left
    before = sum(_missing(plan).values()) - unserved.count
    return row | {
        "applied": True,
        "served": left < unserved.count,
        "served_from_plan": _missing(from_plan).get(unserved.demand_id, 0) < unserved.count,
        "missing_after": left,
        "others_more": others - before,
    }


def _missing(plan: Plan) -> dict[str, int]:
    return {each.demand_id: each.count for each in plan.unserved}


def _share(name: str, rows: list[Row]) -> str:
    if not rows:
        return f"{name}: nothing missing"
    parts = []
    for key in ("served", "served_from_plan"):
        served = sum(bool(row[key]) for row in rows)
        parts.append(f"{key} {served} of {len(rows)} ({100.0 * served / len(rows):.0f} %)")
    return f"{name}: {', '.join(parts)}"


if __name__ == "__main__":
    main()
