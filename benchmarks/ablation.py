"""What each ingredient of the search buys: parameters changed one at a time.

    uv run python -m benchmarks.ablation --instances DIR --seconds 10 [--seeds 1,2] \
        [--only p03,p13,p27,p31,pr05,pr09] [--changes shipped,one-day] \
        [--csv benchmarks/results/ablation.csv]

``DIR`` holds periodic VRP files and their ``bks.csv``.  ``CHANGES`` lists what is tried; gaps of
a change stand against those of ``shipped`` on the same instances and seeds.
"""

from __future__ import annotations

import statistics
from dataclasses import replace
from itertools import product

from benchmarks.cordeau import distance_of, read_cordeau
from benchmarks.pvrp import PARAMS, best_known
from benchmarks.table import Row, chosen, instance_options, numbers, said, write_rows
from routing.params import SearchParams
from routing.solve import solve
from routing.stop import Seconds

#: The weak and the typical ones.
INSTANCES = "p03,p13,p27,p31,pr05,pr09"

CHANGES: dict[str, SearchParams] = {
    "shipped": PARAMS,
    "hard-limits": replace(PARAMS, soft_limits=False),
    "one-anneal": replace(PARAMS, iterations_per_visit=1e9),
    "short-lives": replace(PARAMS, iterations_per_visit=PARAMS.iterations_per_visit / 2),
    "long-lives": replace(PARAMS, iterations_per_visit=PARAMS.iterations_per_visit * 2),
    "one-day": replace(PARAMS, all_days=0.0),
    "all-days": replace(PARAMS, all_days=1.0),
    "no-discs": replace(PARAMS, radial=0.0),
    "no-blinks": replace(PARAMS, blink=0.0),
    "small-ruins": replace(PARAMS, mean_removed=5.0),
    "large-ruins": replace(PARAMS, mean_removed=20.0),
    "hotter": replace(PARAMS, hot=2.0 * PARAMS.hot),
    "cooler-children": replace(PARAMS, child=PARAMS.child / 2),
}


def main(argv: list[str] | None = None) -> None:
    """Run the ablation, print each run and the mean gap of each change."""
    parser = instance_options(__doc__, 10.0)
    parser.set_defaults(only=INSTANCES)
    parser.add_argument("--seeds", default="1,2")
    parser.add_argument("--changes", default=",".join(CHANGES))
    options = parser.parse_args(argv)
    known = best_known(options.instances)
    rows: list[Row] = []
    for name, path in product(options.changes.split(","), chosen(options, ".txt")):
        problem = read_cordeau(path)
        for seed in numbers(options.seeds):
            plan = solve(
                problem, stop=Seconds(options.seconds), seed=seed, params=CHANGES[name]
            ).plan
            gap = 100.0 * (distance_of(plan) / known[path.stem] - 1.0)
            row: Row = {"change": name, "instance": path.stem, "seed": seed}
            row |= {"seconds": options.seconds, "gap": round(gap, 3)}
            rows.append(said(row | {"unserved": sum(u.count for u in plan.unserved)}))
            write_rows(options.csv, rows)
    print(*summary(rows), sep="\n")


def summary(rows: list[Row]) -> list[str]:
    """The mean gap of each change, and its distance from ``shipped`` with its standard error."""
    gaps: dict[str, dict[tuple[str, int], float]] = {}
    for row in rows:
        gaps.setdefault(row["change"], {})[row["instance"], int(row["seed"])] = float(row["gap"])
    shipped = gaps.get("shipped", {})
    lines = []
    for change, mine in gaps.items():
        more = [gap - shipped[key] for key, gap in mine.items() if key in shipped]
        line = f"{change:16} mean gap {statistics.fmean(mine.values()):6.3f} %"
        if change != "shipped" and len(more) > 1:
            error = statistics.stdev(more) / len(more) ** 0.5
            line += f", {statistics.fmean(more):+.3f} ± {error:.3f} against shipped"
        lines.append(line)
    return lines


if __name__ == "__main__":
    main()
