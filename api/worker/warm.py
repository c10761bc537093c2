"""Compiling the search once: numba keeps the machine code, later processes only load it."""

from __future__ import annotations

import multiprocessing
from datetime import date

import numpy as np

from api.worker.ctrl_c import without_ctrl_c
from routing.calendar import cycle_days
from routing.problem import Break, Place, Problem, Rep, Shift, VisitDemand, Weights, Window
from routing.solve import solve
from routing.stop import Iterations
from routing.travel import TravelMatrix

_MONDAY = date(2024, 1, 1)
_ITERATIONS = 300


def compile_search() -> None:
    """Solve a small problem that has everything a real one has: windows, lunch, patterns."""
    solve(small_problem(), stop=Iterations(_ITERATIONS))


class Compiling:
    """The search being compiled in a child process, beside whatever else is done meanwhile.

    Compiling has no result but the machine code on disk: where the child fails, the first solve
    compiles for itself.
    """

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._child = context.Process(target=compile_search, name="compile-search", daemon=True)
        with without_ctrl_c():
            self._child.start()

    def wait(self) -> None:
        """Return once it is done."""
        self._child.join()

    def stop(self) -> None:
        """End it at once."""
        self._child.terminate()
        self._child.join()


def small_problem() -> Problem:
    """Eight outlets round one rep, two weeks: windows, lunch, overtime, past visits."""
    count = 8
    spots = np.random.default_rng(1).uniform(0.0, 1200.0, size=(count + 1, 2))
    metres = np.linalg.norm(spots[:, None] - spots[None, :], axis=2)
    days = cycle_days(_MONDAY, 2)
    lunch = Break("lunch", 30.0, 660.0, 810.0)
    shift = Shift(540.0, 1020.0, 0, 0, hard_end_minute=1050.0, breaks=(lunch,))
    week = ((Window(540.0, 960.0),),) * 5 + ((),) * 2
    return Problem(
        name="compile",
        days=days,
        reps=(Rep("rep", tuple(shift if day.works else None for day in days)),),
        places=tuple(Place(str(index)) for index in range(count + 1)),
        demands=tuple(
            VisitDemand(
                id=str(index),
                place=index,
                minutes=20.0,
                visits=1 + index % 2,
                weeks=1 + index % 2,
                windows=week if index % 3 else None,
                last_visit=date(2023, 12, 27) if index % 4 == 0 else None,
            )
            for index in range(1, count + 1)
        ),
        travel=TravelMatrix(metres / 1.3, metres, "compile"),
        weights=Weights(imbalance=0.02),
    )
