"""Solve periodic VRP benchmark files and report the gap to the best known costs.

    uv run python -m benchmarks.pvrp --instances DIR --seconds 60 --seed 1 \
        --solutions OUT --csv RESULTS.csv [--only p01,pr03]

``DIR`` holds instance files (``.txt``) and, if gaps are wanted, a ``bks.csv`` with the columns
``instance`` and ``bks``.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.cordeau import distance_of, read_cordeau, write_solution
from routing.params import SearchParams
from routing.solve import solve
from routing.stop import Seconds

FIELDS = ("instance", "seed", "seconds", "cost", "best_known", "gap", "unserved", "iterations")


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    options = _options(argv)
    wanted = options.only.split(",") if options.only else None
    known = _best_known(options.instances / "bks.csv")
    rows = []
    for path in sorted(options.instances.glob("*.txt")):
        if wanted is None or path.stem in wanted:
            rows.append(_run(path, known.get(path.stem), options))
            print(*(f"{key}={value}" for key, value in rows[-1].items()), flush=True)
    gaps = [row["gap"] for row in rows if row["gap"] is not None]
    if gaps:
        print(f"mean gap {statistics.fmean(gaps):.3f} %, worst {max(gaps):.2f} %")
    if options.csv:
        with options.csv.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, FIELDS)
            writer.writeheader()
            writer.writerows(rows)


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--instances", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--solutions", type=Path)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--only", help="instance names, comma-separated")
    return parser.parse_args(argv)


def _best_known(path: Path) -> dict[str, float]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8") as file:
        return {row["instance"]: float(row["bks"]) for row in csv.DictReader(file)}


def _run(path: Path, known: float | None, options: argparse.Namespace) -> dict[str, Any]:
    problem = read_cordeau(path)
    params = SearchParams(soft_limits=True, finish_days=False)
    begin = time.monotonic()
    result = solve(problem, stop=Seconds(options.seconds), seed=options.seed, params=params)
    cost = distance_of(result.plan)
    if options.solutions:
        options.solutions.mkdir(parents=True, exist_ok=True)
        cost = write_solution(result.plan, problem, options.solutions / f"{path.stem}.res")
    return {
        "instance": path.stem,
        "seed": options.seed,
        "seconds": round(time.monotonic() - begin, 1),
        "cost": round(cost, 3),
        "best_known": known,
        "gap": None if known is None else round(100.0 * (cost / known - 1.0), 3),
        "unserved": sum(missing.count for missing in result.plan.unserved),
        "iterations": result.iterations,
    }


if __name__ == "__main__":
    main()
