"""From seconds or iterations to a cooling schedule, and what it found."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from routing.engines.periodic.arrays import INFINITE, Arrays, compile_arrays
from routing.engines.periodic.population import Individual, brood_of, evolve
from routing.engines.periodic.run import Order, PeriodicSearch
from routing.params import SearchParams
from routing.problem import Problem
from routing.stop import Stop

#: Iterations between two looks at the stop criterion, in problems of usual and of great size.
CHUNK, LEAST_CHUNK = 1000, 200

#: Called after every chunk with iterations done, schedule and best cost.
ProgressHook = Callable[[int, int, float], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found: orders, cost by the search's own account, and what it took.

    ``schedule`` is the length of the cooling schedule and ``iterations`` how far it was followed;
    with ``seed`` they reproduce the run.
    """

    orders: tuple[Order, ...]
    cost: float
    iterations: int
    schedule: int


def chunk_of(arrays: Arrays) -> int:
    """Iterations between two looks: some hundredths of a second, and a matter of the problem alone.

    So a plan does not depend on how fast the machine is or how often one looks.
    """
    visits = int(arrays.visits.required.sum()) * (1 if arrays.times is None else 4)
    return max(LEAST_CHUNK, min(CHUNK, 200_000 // max(1, visits)))


def search(
    problem: Problem,
    params: SearchParams,
    seed: int,
    schedule: int | None,
    seconds: float | None,
    stop: Stop,
    initial: tuple[Order, ...] = (),
    on_progress: ProgressHook | None = None,
    to_the_stop: bool = False,
) -> Found:
    """Follow a cooling schedule of so many iterations, or of as many as ``seconds`` pay for.

    ``to_the_stop``: when the schedule is done, breed or re-anneal on until ``stop`` says so.
    """
    arrays = compile_arrays(problem)
    if arrays.sizes.n == 0 or arrays.sizes.slots == 0:
        missing = float(arrays.visits.price @ arrays.visits.required)
        return Found((), arrays.past.cost + missing, 0, 0)
    if schedule is None:
        schedule = _affordable(arrays, params, seed, initial, seconds or 10.0, stop)
    cooling = _Cooling(arrays, params, seed, schedule, stop, to_the_stop, on_progress)
    brood = brood_of(schedule, int(arrays.visits.required.sum()), params.iterations_per_visit)
    if initial or not brood.children:
        # a warm start is refined, not melted
        hot = params.warm if initial else params.hot
        cooling.anneal(initial, schedule, max(params.cold, min(params.hot, hot)))
        share = max(chunk_of(arrays), schedule // 4)
    else:
        evolve(arrays, brood, seed, cooling.anneal, params.child, 2.0 * params.hot)
        share = brood.child_iterations
    while cooling.goes_on():  # what rounding, or a machine faster than measured, left over
        cooling.anneal(cooling.best.orders, share, min(params.hot, params.child))
    cost = arrays.past.cost + cooling.best.cost
    return Found(cooling.best.orders, cost, cooling.done, schedule)


class _Cooling:
    """Spends a schedule in anneals and keeps the best solution of all."""

    def __init__(
        self,
        arrays: Arrays,
        params: SearchParams,
        seed: int,
        schedule: int,
        stop: Stop,
        to_the_stop: bool,
        on_progress: ProgressHook | None,
    ) -> None:
        self._run = PeriodicSearch(arrays, params, seed)
        self._cold = params.cold
        self._schedule, self._stop, self._on_progress = schedule, stop, on_progress
        self._chunk, self._to_the_stop = chunk_of(arrays), to_the_stop
        self._stopped = False
        self._past = arrays.past.cost
        self.best = Individual(10.0 * INFINITE, ())
        self.done = 0

    def goes_on(self) -> bool:
        """Whether iterations are left: of the schedule, or of what the criterion allows."""
        return not self._stopped and (self._to_the_stop or self.done < self._schedule)

    def anneal(self, start: Sequence[Order], iterations: int, hot: float) -> Individual | None:
        """One anneal from ``hot`` mean edges down; ``None`` when it was stopped."""
        run = self._run
        run.start(start)
        self._keep()
        unit, falling = run.edge_cost, self._cold / hot
        done = 0
        while done < iterations:
            cost = self._past + min(self.best.cost, run.best_cost)
            self._stopped = self._stop(self.done, cost)
            if self._stopped or not self.goes_on():
                self._keep()
                return None
            size = min(self._chunk, iterations - done)
            first, last = done / iterations, (done + size) / iterations
            run.run(size, unit * hot * falling**first, unit * hot * falling**last)
            done += size
            self.done += size
            if self._on_progress is not None:
                best = self._past + min(self.best.cost, run.best_cost)
                self._on_progress(self.done, max(self.done, self._schedule), best)
        return self._keep()

    def _keep(self) -> Individual:
        grown = Individual(self._run.best_cost, self._run.best())
        if grown.cost < self.best.cost - 1e-9:
            self.best = grown
        return grown


def _affordable(
    arrays: Arrays,
    params: SearchParams,
    seed: int,
    initial: tuple[Order, ...],
    seconds: float,
    stop: Stop,
) -> int:
    """Iterations that fit into the time, measured once on a run that is thrown away."""
    trial = PeriodicSearch(arrays, params, seed)
    trial.start(initial)
    unit = trial.edge_cost
    trial.run(1, unit * params.hot, unit * params.hot)
    stop(0, INFINITE)  # its clock starts when all is compiled
    share = min(1.0, 0.05 * seconds)
    rates = []
    for heat in (params.hot, params.cold):
        start, count = time.monotonic(), 0
        while time.monotonic() - start < share / 2.0 or count == 0:
            trial.run(LEAST_CHUNK // 4, unit * heat, unit * heat)
            count += LEAST_CHUNK // 4
        rates.append(count / max(1e-9, time.monotonic() - start))
    return max(LEAST_CHUNK, int(np.mean(rates) * (seconds - share) * 0.95))
