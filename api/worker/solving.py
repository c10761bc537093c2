"""Solving one problem: kept as files by its content, solved in the child, checked, cached."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from api.worker.solver_pool import SolverPool, Watch
from routing.check import check
from routing.errors import InvalidPlan
from routing.files import problem_to_json, read_plan, write_problem
from routing.plan import Plan
from routing.problem import Problem
from routing.solve import ENGINE
from routing.travel import TravelMatrix

PROBLEM_FILE = "problem.json"


@dataclass(frozen=True, slots=True)
class Solution:
    """A plan that the independent checker found right, and how it came about."""

    plan: Plan
    problem_key: str
    engine: str
    seed: int
    iterations: int
    seconds: float
    from_cache: bool


def problem_key(problem: Problem) -> str:
    """The hash of everything a problem says, its travel matrix included."""
    digest = hashlib.sha256()
    digest.update(orjson.dumps(_without_matrix(problem), option=orjson.OPT_SORT_KEYS))
    for matrix in (problem.travel.seconds, problem.travel.metres):
        digest.update(np.ascontiguousarray(matrix).tobytes())
    return digest.hexdigest()[:32]


def solve_cached(
    problems: Path,
    pool: SolverPool,
    problem: Problem,
    *,
    seconds: float,
    seed: int,
    watch: Watch,
    force: bool = False,
) -> Solution:
    """Solve ``problem`` or take the plan that the same problem, time and seed gave before.

    Everything is kept in ``problems/<key>``.  ``force`` solves again.  A solve that ``watch``
    ended early is not cached.  Raises InvalidPlan where the checker finds the plan wrong.
    """
    key = problem_key(problem)
    folder = problems / key
    _keep_problem(folder, problem)
    name = f"{ENGINE.replace('/', '-')}-{seconds:g}s-seed{seed}"
    outcome_file, plan_file = folder / f"{name}.outcome.json", folder / f"{name}.plan.json"
    from_cache = not force and outcome_file.is_file() and plan_file.is_file()
    if from_cache:
        outcome: dict[str, Any] = orjson.loads(outcome_file.read_bytes())
    else:
        outcome_file.unlink(missing_ok=True)
        outcome = pool.solve(folder / PROBLEM_FILE, plan_file, seconds, seed, watch)
    plan = read_plan(plan_file)
    faults = check(problem, plan)
    if faults:
        outcome_file.unlink(missing_ok=True)
        raise InvalidPlan(faults)
    if not from_cache and not outcome["cancelled"]:
        outcome_file.write_bytes(orjson.dumps(outcome))
    return Solution(
        plan=plan,
        problem_key=key,
        engine=outcome["engine"],
        seed=seed,
        iterations=outcome["iterations"],
        seconds=outcome["seconds"],
        from_cache=from_cache,
    )


def _without_matrix(problem: Problem) -> dict[str, Any]:
    whole, nothing = problem.travel, np.empty((0, 0))
    nowhere = TravelMatrix(nothing, nothing, whole.source, bands=whole.bands)
    return problem_to_json(replace(problem, travel=nowhere))


def _keep_problem(folder: Path, problem: Problem) -> None:
    """Write the problem beside and move it in place: a half-written one is never found."""
    if (folder / PROBLEM_FILE).is_file():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".writing-"))
    write_problem(problem, beside / PROBLEM_FILE, matrix="npz")
    if folder.exists():
        shutil.rmtree(folder)
    beside.rename(folder)
