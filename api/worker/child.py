"""What runs in the solving child process.  It reads and writes files and prints nothing.

A solve holds the interpreter lock for long stretches and may crash in native code, so it lives in
a process of its own; the parent stays free to renew its lease and to answer.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from routing.files import read_problem, write_plan
from routing.solve import solve
from routing.stop import Cancelled, FirstOf, Seconds

PROGRESS_SECONDS = 0.5

type ProgressMessage = dict[str, Any]


@dataclass
class _Wires:
    """What joins this child to its parent."""

    progress: Queue[ProgressMessage]
    cancel: Event


_wires: list[_Wires] = []  # one entry, set once when the process starts


def connect(progress: Queue[ProgressMessage], cancel: Event) -> None:
    """Runs once in a fresh child: keep the wires, print nothing."""
    _wires[:] = [_Wires(progress, cancel)]
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)


def tell(progress: ProgressMessage) -> None:
    """Tell the parent how far the work is."""
    _wires[0].progress.put(progress)


def cancelled() -> bool:
    """Whether the parent has asked to stop."""
    return _wires[0].cancel.is_set()


def solve_file(problem_file: Path, plan_file: Path, seconds: float, seed: int) -> dict[str, Any]:
    """Solve a problem file, write the plan, return what ``Result`` says beside the plan.

    The search starts from the problem's previous plan, where it has one.
    """
    wires = _wires[0]
    problem = read_problem(problem_file)
    result = solve(
        problem,
        stop=FirstOf(Seconds(seconds), Cancelled(wires.cancel.is_set)),
        seed=seed,
        initial_plan=problem.previous,
        on_progress=lambda progress: wires.progress.put(asdict(progress)),
    )
    write_plan(result.plan, plan_file)
    return {
        "iterations": result.iterations,
        "schedule": result.schedule,
        "seconds": result.seconds,
        "seed": result.seed,
        "stopped_by": result.stopped_by,
        "cancelled": wires.cancel.is_set(),
        "engine": result.engine,
    }
