"""The search as an object: build, warm-start, run in chunks, read the best."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from routing.engines.periodic import anneal as annealing
from routing.engines.periodic.arrays import INFINITE, Arrays, compile_arrays
from routing.engines.periodic.insertion import price, scan
from routing.engines.periodic.kernel import seeded
from routing.engines.periodic.routes import measure_all, put_in
from routing.engines.periodic.schedule import reschedule, settle_work
from routing.engines.periodic.state import (
    COST,
    new_best,
    new_offers,
    new_removed,
    new_routes,
    new_undo,
)
from routing.params import SearchParams
from routing.problem import Problem
from routing.stop import Stop

#: Iterations between two looks at the stop criterion; a constant, so that a plan does not depend
#: on how often one looks.
CHUNK = 200


@dataclass(frozen=True, slots=True)
class Order:
    """Who is visited by a rep on a day of the problem, in order; demands by index."""

    rep: int
    day: int
    demands: tuple[int, ...]


class PeriodicSearch:
    """One run of ruin and recreate over one problem; not shared between threads."""

    def __init__(self, arrays: Arrays, params: SearchParams, seed: int) -> None:
        self._arrays = arrays
        self._params = params
        self._random = seeded(seed)
        self._routes = new_routes(arrays)
        self._undo = new_undo(arrays)
        self._removed = new_removed(arrays)
        self._offers = new_offers(arrays)
        self._best = new_best(arrays)
        self._knobs = annealing.Knobs(
            params.all_days,
            params.radial,
            params.mean_removed,
            params.longest_string,
            params.blink,
            params.soft_limits and arrays.times is None,
            params.feasible_share,
        )

    @property
    def best_cost(self) -> float:
        """Cost of the best solution so far, infinite before the first."""
        return float(self._best.value[0])

    @property
    def edge_cost(self) -> float:
        """Mean travel cost between neighbours of the present solution: the unit of heat."""
        stops = int(self._routes.length.sum()) + int((self._routes.length > 0).sum())
        return max(1e-6, float(self._routes.totals[COST]) / max(1, stops))

    def build(self, initial: Iterable[Order] = ()) -> None:
        """A first solution: ``initial`` as far as it is allowed, then everybody at the cheapest."""
        a = self._arrays
        self._load(initial)
        if a.times is not None:
            for rt in range(a.sizes.slots):
                reschedule(a.times, self._routes, rt)
                settle_work(a.times, self._routes, rt)
        measure_all(a.sizes, a.visits, a.limits, a.times, self._routes)
        annealing.keep_if_best(a.sizes, a.limits.overtime, self._routes, self._best)
        self.run(0, 1.0, 1.0)

    def run(self, iterations: int, hot: float, cold: float) -> None:
        """Anneal between two temperatures in cost units; no iterations: only fill gaps."""
        a = self._arrays
        annealing.anneal(
            a.sizes,
            a.travel,
            a.visits,
            a.choice,
            a.limits,
            a.times,
            self._routes,
            self._undo,
            self._removed,
            self._offers,
            self._best,
            self._random,
            self._knobs,
            iterations,
            hot,
            cold,
        )

    def best(self) -> tuple[Order, ...]:
        """The best solution, by day and rep; empty days are left out."""
        a, best = self._arrays, self._best
        if best.value[0] >= INFINITE:
            return ()
        orders = []
        for rt in range(a.sizes.slots):
            first = rt * a.sizes.cap + 1
            stops = best.node[first : first + int(best.length[rt])]
            if stops.size:
                day, rep = divmod(rt, a.sizes.reps)
                orders.append(Order(rep, a.days[day], tuple(int(c) for c in stops)))
        return tuple(orders)

    def _load(self, initial: Iterable[Order]) -> None:
        """Add the given stops one by one where limits, windows and some pattern allow them."""
        a = self._arrays
        day_of = {day: t for t, day in enumerate(a.days)}
        orders = [order for order in initial if order.day in day_of]
        wanted: dict[int, set[int]] = {}
        for order in orders:
            for c in order.demands:
                wanted.setdefault(c, set()).add(order.day)
        chosen = {c: self._pattern_for(c, days) for c, days in wanted.items()}
        for order in orders:
            rt = day_of[order.day] * a.sizes.reps + order.rep
            for c in order.demands:
                if chosen[c] >= 0 and self._append(c, rt):
                    self._routes.pattern[c] = chosen[c]

    def _pattern_for(self, c: int, days: set[int]) -> int:
        """The shortest pattern that holds these days, or -1."""
        patterns = self._arrays.patterns[c]
        holding = [i for i, p in enumerate(patterns) if days <= set(p)]
        if not holding:
            return -1
        first = int(self._arrays.choice.start[c])
        return first + min(holding, key=lambda i: len(patterns[i]))

    def _append(self, c: int, rt: int) -> bool:
        """Add ``c`` at its best place of a day if everything allows it."""
        a, routes = self._arrays, self._routes
        s, day = a.sizes, rt // a.sizes.reps
        allowed = a.visits.slot_ok[c * s.slots + rt] and routes.slot_of[c * s.days + day] < 0
        if (
            not allowed
            or routes.length[rt] >= a.limits.max_stops[rt]
            or not self._same_group(c, rt)
        ):
            return False
        if a.times is not None:
            reschedule(a.times, routes, rt)
        detour, position = scan(
            s.nodes, a.travel.cost, a.travel.cost_in, a.times, routes.node, routes.edge,
            c, rt, rt * s.cap, int(routes.length[rt]), self._random, 0.0,
        )  # fmt: skip
        if position < 0:
            return False
        cost = price(
            s, a.travel, a.visits, a.limits, a.times, routes, c, rt, position, detour, False
        )
        if cost >= INFINITE:
            return False
        put_in(s, a.travel, a.visits, a.times, routes, c, rt, position)
        return True

    def _same_group(self, c: int, rt: int) -> bool:
        s = self._arrays.sizes
        held = [int(x) for x in self._routes.slot_of[c * s.days : (c + 1) * s.days] if x >= 0]
        group = (rt % s.reps) // s.group_reps
        return all((x % s.reps) // s.group_reps == group for x in held)


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


ProgressHook = Callable[[int, int, float], None]


def search(
    problem: Problem,
    params: SearchParams,
    seed: int,
    schedule: int | None,
    seconds: float | None,
    stop: Stop,
    initial: tuple[Order, ...] = (),
    on_progress: ProgressHook | None = None,
) -> Found:
    """Follow a cooling schedule of so many iterations, or of as many as ``seconds`` will pay for.

    ``on_progress(iterations, schedule, best cost)`` is called after every chunk.
    """
    arrays = compile_arrays(problem)
    if arrays.sizes.n == 0 or arrays.sizes.slots == 0:
        return Found((), float(arrays.visits.price @ arrays.visits.required), 0, 0)
    if schedule is None:
        schedule = _affordable(arrays, params, seed, initial, seconds or 10.0)
    run = PeriodicSearch(arrays, params, seed)
    run.build(initial)
    unit = run.edge_cost
    # a warm start is refined, not melted
    hot = params.hot if not initial else min(params.hot, max(params.cold, params.warm))
    cooling = params.cold / hot
    done = 0
    while done < schedule and not stop(done, run.best_cost):
        size = min(CHUNK, schedule - done)
        run.run(
            size,
            unit * hot * cooling ** (done / schedule),
            unit * hot * cooling ** ((done + size) / schedule),
        )
        done += size
        if on_progress is not None:
            on_progress(done, schedule, run.best_cost)
    return Found(run.best(), run.best_cost, done, schedule)


def _affordable(
    arrays: Arrays,
    params: SearchParams,
    seed: int,
    initial: tuple[Order, ...],
    seconds: float,
) -> int:
    """Iterations that fit into the time, measured once on a run that is thrown away."""
    trial = PeriodicSearch(arrays, params, seed)
    trial.build(initial)
    unit = trial.edge_cost
    trial.run(1, unit * params.hot, unit * params.hot)  # compiled before the clock starts
    share = min(1.0, 0.05 * seconds)
    rates = []
    for heat in (params.hot, params.cold):
        start, count = time.monotonic(), 0
        while time.monotonic() - start < share / 2.0 or count == 0:
            trial.run(CHUNK // 4, unit * heat, unit * heat)
            count += CHUNK // 4
        rates.append(count / max(1e-9, time.monotonic() - start))
    return max(CHUNK, int(np.mean(rates) * (seconds - share) * 0.95))
