"""Solve periodic VRP benchmark files and report the gap to the best known costs.

    uv run python -m benchmarks.pvrp --instances DIR --seconds 60 --seed 1 \
        --solutions OUT --csv RESULTS.csv [--only p01,pr03] [--seeds 1,2,3] [--cores 0,1] \
        [--until-best]
    uv run python -m benchmarks.pvrp --instances DIR --only p01 --json OUT

``DIR`` holds instance files (``.txt``) and, if gaps are wanted, a ``bks.csv`` with the columns
``instance`` and ``bks``.  ``--cores`` runs one process a core, each pinned by ``taskset``, and
joins their rows.  ``--until-best`` ends a run that has reached the best known cost (not one that
is below it); ``seconds`` then says how long that took.  Solutions are ``OUT/NAME.res``, or
``OUT/NAME-SEED.res`` with ``--seeds``.  ``--json`` solves nothing: it writes each file as a
problem that ``roundsman plan`` reads.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cordeau import MINUTES, distance_of, read_cordeau, write_solution
from benchmarks.table import Row, chosen, instance_options, numbers, read_rows, said, write_rows
from routing.files import write_problem
from routing.params import SearchParams
from routing.solve import solve
from routing.stop import FirstOf, Seconds, Stop

#: What the classical instances are solved with; days without windows need no finishing.
PARAMS = SearchParams(soft_limits=True, finish_days=False, iterations_per_visit=200.0)


@dataclass(frozen=True)
class AtCost:
    """Stop at this cost, as far as two decimals of a listed cost tell; not below it."""

    cost: float

    def __call__(self, iterations: int, best_cost: float) -> bool:
        """Whether the best cost is this one."""
        return abs(best_cost / self.cost - 1.0) < 1e-5


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    options = _options(argv)
    if options.json:
        _save(options)
        return
    tasks = _tasks(options)
    rows = _on_cores(tasks, options) if options.cores else _one_by_one(tasks, options)
    write_rows(options.csv, rows)
    if not options.tasks:
        print(*table(rows), sep="\n")


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = instance_options(__doc__, 60.0)
    parser.add_argument("--seeds", help="several seeds, comma-separated, in place of --seed")
    parser.add_argument("--cores", help="cores to run on at the same time, comma-separated")
    parser.add_argument("--until-best", action="store_true", help="end a run at the best known")
    parser.add_argument("--tasks", help=argparse.SUPPRESS)  # NAME:SEED,… of one core
    parser.add_argument("--solutions", type=Path)
    parser.add_argument("--json", type=Path, help="write problems here and solve nothing")
    return parser.parse_args(argv)


def best_known(folder: Path) -> dict[str, float]:
    """Best known costs by instance, where the folder lists them."""
    return {row["instance"]: float(row["bks"]) for row in read_rows(folder / "bks.csv")}


def _save(options: argparse.Namespace) -> None:
    options.json.mkdir(parents=True, exist_ok=True)
    for path in chosen(options, ".txt"):
        target = options.json / f"{path.stem}.json"
        write_problem(read_cordeau(path), target)
        print(target)


def _tasks(options: argparse.Namespace) -> list[tuple[str, int]]:
    if options.tasks:
        named = (task.split(":") for task in options.tasks.split(","))
        return [(name, int(seed)) for name, seed in named]
    seeds = numbers(options.seeds) if options.seeds else [options.seed]
    return [(path.stem, seed) for path in chosen(options, ".txt") for seed in seeds]


def _one_by_one(tasks: list[tuple[str, int]], options: argparse.Namespace) -> list[Row]:
    known = best_known(options.instances)
    rows: list[Row] = []
    for name, seed in tasks:
        rows.append(said(_run(options.instances / f"{name}.txt", seed, known.get(name), options)))
        write_rows(options.csv, rows)
    return rows


def _run(path: Path, seed: int, known: float | None, options: argparse.Namespace) -> Row:
    problem = read_cordeau(path)
    begin = time.monotonic()
    stop: Stop = Seconds(options.seconds)
    if options.until_best and known is not None:
        stop = FirstOf(stop, AtCost(known * MINUTES))
    result = solve(problem, stop=stop, seed=seed, params=PARAMS)
    cost = distance_of(result.plan)
    if options.solutions:
        options.solutions.mkdir(parents=True, exist_ok=True)
        name = f"{path.stem}-{seed}" if options.seeds or options.tasks else path.stem
        cost = write_solution(result.plan, problem, options.solutions / f"{name}.res")
    return {
        "instance": path.stem,
        "seed": seed,
        "seconds": round(time.monotonic() - begin, 1),
        "cost": round(cost, 3),
        "best_known": known,
        "gap": None if known is None else round(100.0 * (cost / known - 1.0), 3),
        "unserved": sum(missing.count for missing in result.plan.unserved),
        "iterations": result.iterations,
    }


def _on_cores(tasks: list[tuple[str, int]], options: argparse.Namespace) -> list[Row]:
    """The tasks dealt out to one pinned process a core, their rows by instance and seed."""
    cores = numbers(options.cores)
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{core}.csv" for core in cores]
        workers = [
            subprocess.Popen(_command(core, tasks[k :: len(cores)], files[k], options))
            for k, core in enumerate(cores)
            if tasks[k :: len(cores)]
        ]
        codes = [worker.wait() for worker in workers]
        if any(codes):
            raise SystemExit("A process failed; its message is above.")
        rows: list[Row] = [dict(row) for file in files for row in read_rows(file)]
    return sorted(rows, key=lambda row: (row["instance"], int(row["seed"])))


def _command(
    core: int, tasks: list[tuple[str, int]], file: Path, options: argparse.Namespace
) -> list[str]:
    named = ",".join(f"{name}:{seed}" for name, seed in tasks)
    command = ["taskset", "-c", str(core), sys.executable, "-m", "benchmarks.pvrp"]
    command += ["--instances", str(options.instances), "--seconds", str(options.seconds)]
    command += ["--tasks", named, "--csv", str(file)]
    if options.until_best:
        command.append("--until-best")
    return [*command, "--solutions", str(options.solutions)] if options.solutions else command


def table(rows: list[Row]) -> list[str]:
    """A line an instance with the gap of each seed, and the means; nothing without gaps."""
    gaps: dict[str, dict[int, float]] = {}
    for row in rows:
        if row["gap"] not in (None, ""):
            gaps.setdefault(row["instance"], {})[int(row["seed"])] = float(row["gap"])
    if not gaps:
        return []
    lines = [
        f"{name:8} " + " ".join(f"{seed}: {gap:6.3f} %" for seed, gap in sorted(by_seed.items()))
        for name, by_seed in gaps.items()
    ]
    every = [gap for by_seed in gaps.values() for gap in by_seed.values()]
    means = {name: statistics.fmean(by_seed.values()) for name, by_seed in gaps.items()}
    worst = max(means, key=lambda name: means[name])
    lines.append(
        f"mean gap {statistics.fmean(every):.3f} %, worst run {max(every):.2f} %, "
        f"worst instance {worst} {means[worst]:.2f} % (mean of its seeds)"
    )
    return lines


if __name__ == "__main__":
    main()
