"""The best day of a problem that has only one: whom to visit, and in which order.

Ruin and recreate chooses and orders, because it weighs thousands of choices in the time in which
OR-Tools weighs a few dozen (``benchmarks/results/today.csv``); OR-Tools then goes over the order.
Several short anneals miss fewer visits of an overfull day than one long one.
"""

from __future__ import annotations

from routing.engines.day_model import improve_day
from routing.engines.periodic.search import search
from routing.params import SearchParams
from routing.problem import Problem
from routing.stop import Iterations

#: Iterations of one anneal, and anneals: 30 stops with windows and lunch take about 0.6 s.
ITERATIONS = 4000
ANNEALS = 4

_HOT = 10.0


def best_day(
    problem: Problem, seed: int = 1, iterations: int = ITERATIONS, anneals: int = ANNEALS
) -> tuple[str, ...]:
    """Ids of the demands to visit, in order; the same seed gives the same day.

    ``problem`` has one rep and one worked day, and each demand one visit.  Whoever costs more
    than missing them, or does not fit, is left out.
    """
    params = SearchParams(hot=_HOT)
    runs = [
        search(problem, params, seed + number, iterations, None, Iterations(iterations))
        for number in range(anneals)
    ]
    best = min(runs, key=lambda found: found.cost)
    ids = tuple(problem.demands[c].id for order in best.orders for c in order.demands)
    return improve_day(problem, problem.reps[0].id, 0, ids)
