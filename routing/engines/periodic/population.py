"""A few anneals from scratch, then children of two of them, re-annealed: for long runs.

After Vidal et al. (2012), *A hybrid genetic algorithm for multidepot and periodic vehicle routing
problems*, with ruin and recreate in place of its local search.  A child takes routes of one parent
in a region and, of the other, whatever does not clash with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from routing.engines.periodic.arrays import Arrays
from routing.engines.periodic.run import Order

#: Anneals from ``start`` (a solution to begin with) over so many iterations; ``None``: stopped.
Anneal = Callable[[Sequence[Order], int, float], "Individual | None"]


#: What one individual of the smallest problems is given.
LEAST_ITERATIONS = 5000.0


@dataclass(frozen=True, slots=True)
class Individual:
    """One annealed solution and its cost."""

    cost: float
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class Brood:
    """How a schedule is spent: ``parents`` anneals, then ``children``, so many iterations each."""

    parents: int
    children: int
    parent_iterations: int
    child_iterations: int


def brood_of(schedule: int, visits: int, iterations_per_visit: float) -> Brood:
    """Spend a schedule; where it pays for fewer than eight individuals, on one anneal."""
    payable = schedule / max(LEAST_ITERATIONS, iterations_per_visit * visits)
    if payable < 8.0:
        return Brood(1, 0, schedule, 0)
    parents = int(min(8.0, max(2.0, payable / 5.0)))
    children = max(2, int(payable - 1.5 * parents))
    share = 1.5 * parents / (1.5 * parents + children)
    return Brood(
        parents,
        children,
        int(schedule * share / parents),
        int(schedule * (1.0 - share) / children),
    )


def evolve(
    arrays: Arrays, brood: Brood, seed: int, anneal: Anneal, warm: float, hot: float
) -> None:
    """Anneal the brood, parents from ``hot``, children from ``warm``, until ``anneal`` is stopped.

    ``anneal`` keeps the best.
    """
    random = np.random.default_rng(seed)
    population: list[Individual] = []
    for _ in range(brood.parents):
        grown = anneal((), brood.parent_iterations, hot)
        if grown is None:
            return
        _admit(population, grown, brood.parents)
    while True:
        if len(population) > 1:
            one, other = random.permutation(len(population))[:2]
        else:
            one = other = 0
        child = cross(arrays, population[one].orders, population[other].orders, random)
        grown = anneal(child, brood.child_iterations, warm)
        if grown is None:
            return
        _admit(population, grown, brood.parents)


def _admit(population: list[Individual], grown: Individual, most: int) -> None:
    """Keep the best ones, each cost once."""
    if all(abs(grown.cost - other.cost) > 1e-6 for other in population):
        population.append(grown)
    population.sort(key=lambda individual: individual.cost)
    del population[most:]


def cross(
    arrays: Arrays, a: Sequence[Order], b: Sequence[Order], random: np.random.Generator
) -> tuple[Order, ...]:
    """Routes of ``b`` in a region and what of ``a`` does not clash with them."""
    taken = _region(arrays, b, random)
    got = {c for order in taken for c in order.demands}
    used = {(order.day, order.rep) for order in taken}
    child = list(taken)
    for order in sorted(a, key=lambda order: -len(order.demands)):
        rest = tuple(c for c in order.demands if c not in got)
        rep = _free_rep(arrays, order, used)
        if rest and rep is not None:
            used.add((order.day, rep))
            child.append(Order(rep, order.day, rest))
    return tuple(child)


def _region(
    arrays: Arrays, orders: Sequence[Order], random: np.random.Generator
) -> tuple[Order, ...]:
    """Routes most of whose stops lie around a random outlet; some routes if there are none."""
    n, reach = arrays.sizes.n, arrays.sizes.near
    seed = int(random.integers(n))
    wanted = max(1, int(random.uniform(0.2, 0.6) * min(n, reach)))
    near = np.zeros(n, bool)
    near[arrays.visits.near[seed * reach : seed * reach + wanted]] = True
    taken = [order for order in orders if near[list(order.demands)].mean() > 0.5]
    if not taken or len(taken) == len(orders):
        some = random.permutation(len(orders))[: max(1, len(orders) // 3)]
        taken = [orders[i] for i in some]
    return tuple(taken)


def _free_rep(arrays: Arrays, order: Order, used: set[tuple[int, int]]) -> int | None:
    """The rep of the route, or where reps are alike another who is free that day."""
    if (order.day, order.rep) not in used:
        return order.rep
    if arrays.sizes.alike:
        for rep in range(arrays.sizes.reps):
            if (order.day, rep) not in used:
                return rep
    return None
