"""One run of the search as an object: start, anneal in chunks, read the best."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from routing.engines.periodic import anneal as annealing
from routing.engines.periodic.arrays import INFINITE, Arrays
from routing.engines.periodic.insertion import places, price
from routing.engines.periodic.kernel import Pointer, pointers, seeded
from routing.engines.periodic.routes import measure_all, put_in
from routing.engines.periodic.schedule import fits, reschedule, settle_work
from routing.engines.periodic.state import (
    COST,
    NEXT_VERSION,
    Best,
    Offers,
    Removed,
    Routes,
    Undo,
    new_best,
    new_offers,
    new_removed,
    new_routes,
    new_undo,
)
from routing.engines.periodic.tables import Limits, Patterns, Sizes, Times, Travel, Visits
from routing.params import SearchParams


@dataclass(frozen=True, slots=True)
class Order:
    """Who is visited by a rep on a day of the problem, in order; demands by index."""

    rep: int
    day: int
    demands: tuple[int, ...]


class _Told(NamedTuple):
    """What the kernels are handed, in the order of their parameters."""

    sizes: Sizes
    travel: Travel
    visits: Visits
    choice: Patterns
    limits: Limits
    times: Times | None
    routes: Routes
    undo: Undo
    removed: Removed
    offers: Offers
    best: Best
    random: Pointer


class PeriodicSearch:
    """One run of ruin and recreate over one problem; not shared between threads."""

    def __init__(self, arrays: Arrays, params: SearchParams, seed: int) -> None:
        self._arrays = arrays
        self._routes = new_routes(arrays)
        self._undo = new_undo(arrays)
        self._best = new_best(arrays)
        self._told = _Told(
            arrays.sizes,
            pointers(arrays.travel),
            pointers(arrays.visits),
            pointers(arrays.choice),
            pointers(arrays.limits),
            None if arrays.times is None else pointers(arrays.times),
            pointers(self._routes),
            pointers(self._undo),
            pointers(new_removed(arrays)),
            pointers(new_offers(arrays)),
            pointers(self._best),
            Pointer(seeded(seed)),
        )
        self._knobs = annealing.Knobs(
            params.all_days,
            params.radial,
            params.mean_removed,
            params.longest_string,
            params.blink,
            params.soft_limits and arrays.times is None,
            params.feasible_share,
            arrays.load_price,
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

    def start(self, initial: Iterable[Order] = ()) -> None:
        """A new solution: ``initial`` as far as it is allowed, then everybody at the cheapest."""
        self._clear()
        self._load(initial)
        self._settle()
        self.run(0, 1.0, 1.0)

    def _clear(self) -> None:
        """Back to no stops at all; versions and prices go on, so that no cache is taken for new."""
        a, routes = self._arrays, self._routes
        fresh = new_routes(a)
        for name in ("node", "edge", "length", "load", "cost", "busy", "work"):
            getattr(routes, name)[:] = getattr(fresh, name)
        for name in ("slot_of", "pattern", "placed", "rep_work", "rep_work2"):
            getattr(routes, name)[:] = getattr(fresh, name)
        first = int(routes.totals[NEXT_VERSION])
        routes.version[:] = np.arange(first, first + a.sizes.slots)
        routes.totals[NEXT_VERSION] += a.sizes.slots
        self._undo.stamp[:] = -1
        self._best.value[0] = 10.0 * INFINITE
        self._settle()

    def _settle(self) -> None:
        """Clock times and totals of all days from scratch."""
        a = self._told
        if a.times is not None:
            for rt in range(a.sizes.slots):
                reschedule(a.times, a.routes, rt)
                settle_work(a.times, a.routes, rt)
        measure_all(a.sizes, a.visits, a.limits, a.times, a.routes)
        annealing.keep_if_best(a.sizes, a.limits.overtime, a.routes, a.best)

    def run(self, iterations: int, hot: float, cold: float) -> None:
        """Anneal between two temperatures in cost units; no iterations: only fill gaps."""
        annealing.anneal(*self._told, self._knobs, iterations, hot, cold)

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
        """Append the given stops one by one where limits, windows and some pattern allow them."""
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
        found = self._arrays.choices.pattern_of(c, days)
        return -1 if found < 0 else found + int(self._arrays.choice.start[c])

    def _append(self, c: int, rt: int) -> bool:
        """Add ``c`` as the last stop of a day if everything allows it."""
        told, routes = self._told, self._routes
        s, length = told.sizes, int(routes.length[rt])
        if not self._may_serve(c, rt) or places(s, told.visits, told.routes, c, rt)[1] <= length:
            return False
        p = rt * s.cap + length + 1
        if told.times is not None and not fits(told.times, told.routes.node, c, rt, p):
            return False
        before, after = int(routes.node[p - 1]), int(routes.node[p])
        cost = self._arrays.travel.cost
        detour = cost[before * s.nodes + c] + cost[c * s.nodes + after] - routes.edge[p]
        soft = self._knobs.soft
        asked = price(
            s, told.travel, told.visits, told.limits, told.times, told.routes,
            c, rt, length + 1, detour, soft,
        )  # fmt: skip
        if asked >= INFINITE:
            return False
        put_in(s, told.travel, told.visits, told.times, told.routes, c, rt, length + 1)
        return True

    def _may_serve(self, c: int, rt: int) -> bool:
        """Whether the slot serves ``c`` at all, is free for it and of the group of its visits."""
        a, s = self._arrays, self._arrays.sizes
        row = self._routes.slot_of[c * s.days : (c + 1) * s.days]
        group = rt % s.reps // s.group_reps
        return bool(
            a.visits.slot_ok[c * s.slots + rt]
            and row[rt // s.reps] < 0
            and self._routes.length[rt] < a.limits.max_stops[rt]
            and (s.mixing or all(x % s.reps // s.group_reps == group for x in row if x >= 0))
        )
