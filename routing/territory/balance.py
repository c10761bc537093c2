"""Shares outlets out among centres: equal loads by minimum-cost flow, then small repairs.

The transport step is that of Hess et al., "Nonpartisan political redistricting by computer",
Operations Research 13(6), 1965: the flow may split an outlet, which then goes where most of it
flowed.  Repairs move border outlets one at a time, never cutting a territory apart (Ricca &
Simeone, "Local search algorithms for political districting", EJOR 189(3), 2008).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from ortools.graph.python import min_cost_flow

from routing.errors import RoutingError
from routing.territory.links import Links
from routing.territory.reach import IntArray
from routing.travel import FloatMatrix

_UNITS_A_MINUTE = 10.0
_LARGEST_COST = 1_000_000
#: What load beyond an equal share costs, against the dearest assignment.
_OVERFLOW = 4
#: Centres that an outlet may go to in the flow: the nearest ones.
_CHOICES = 10
#: Times that compactness is improved over all borders.
_ROUNDS = 12


def assign_equally(cost: FloatMatrix, load: FloatMatrix, fixed: IntArray) -> IntArray:
    """The territory of each outlet: least total cost with equal loads, but for split outlets.

    ``cost`` is per minute of load, shape ``(n, k)``; ``load`` has shape ``(n,)``; ``fixed[i]`` is
    a territory or -1.
    """
    n, k = cost.shape
    units = np.maximum(1, np.rint(load * _UNITS_A_MINUTE)).astype(np.int64)
    outlet, territory = _choices(cost, fixed)
    scale = _LARGEST_COST / max(float(cost[outlet, territory].max()), 1e-9)
    prices = np.rint(cost[outlet, territory] * scale).astype(np.int64)
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(outlet, n + territory, units[outlet], prices)
    share = int(units.sum()) // k + 1
    for number in range(k):
        flow.add_arc_with_capacity_and_unit_cost(n + number, n + k, share, 0)
        flow.add_arc_with_capacity_and_unit_cost(
            n + number, n + k, int(units.sum()), _OVERFLOW * _LARGEST_COST
        )
    flow.set_nodes_supplies(np.arange(n), units)
    flow.set_node_supply(n + k, -int(units.sum()))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RoutingError(
            "territory-flow-failed",
            f"The minimum-cost flow ended with {status.name}.",
            "Report this with the outlets concerned.",
        )
    shares = np.zeros((n, k), dtype=np.int64)
    shares[outlet, territory] = flow.flows(arcs)
    return np.asarray(shares.argmax(axis=1), dtype=np.int64)


def _choices(cost: FloatMatrix, fixed: IntArray) -> tuple[IntArray, IntArray]:
    """Where each outlet may go: to one of the nearest centres, or where it is fixed."""
    n, k = cost.shape
    near = np.argpartition(cost, min(_CHOICES, k) - 1, axis=1)[:, :_CHOICES]
    allowed = np.zeros((n, k), dtype=bool)
    np.put_along_axis(allowed, near, True, axis=1)
    held = np.flatnonzero(fixed >= 0)
    allowed[held] = False
    allowed[held, fixed[held]] = True
    outlet, territory = np.nonzero(allowed)
    return outlet, territory


def imbalance_of(totals: FloatMatrix) -> float:
    """Greatest deviation of a territory's load from the mean, as a share of the mean."""
    mean = float(totals.mean())
    return float(np.abs(totals - mean).max()) / mean if mean > 0.0 else 0.0


def totals_of(owner: IntArray, load: FloatMatrix) -> FloatMatrix:
    """Load of each territory; ``load`` has shape ``(n, k)``."""
    n, k = load.shape
    return np.bincount(owner, weights=load[np.arange(n), owner], minlength=k)


def strays_of(owner: IntArray, links: Links) -> list[list[int]]:
    """Groups of outlets cut off from the largest part of their territory."""
    parts = sorted(_parts(owner, links), key=lambda part: (-len(part), part[0]))
    seen: set[int] = set()
    cut_off = []
    for part in parts:
        territory = int(owner[part[0]])
        if territory in seen:
            cut_off.append(part)
        seen.add(territory)
    return cut_off


def _parts(owner: IntArray, links: Links) -> Iterator[list[int]]:
    own = owner.tolist()
    found = [False] * len(own)
    for start in range(len(own)):
        if found[start]:
            continue
        part, at = [start], 0
        found[start] = True
        while at < len(part):
            for other in links.beside[part[at]]:
                if not found[other] and own[other] == own[start]:
                    found[other] = True
                    part.append(other)
            at += 1
        yield sorted(part)


def join_strays(owner: IntArray, cost: FloatMatrix, fixed: IntArray, links: Links) -> IntArray:
    """Gives outlets that are cut off to the cheapest territory beside them; fixed ones stay."""
    owner = owner.copy()
    for group in strays_of(owner, links):
        beside = {int(owner[o]) for i in group for o in links.beside[i]} - {int(owner[group[0]])}
        free = [i for i in group if fixed[i] < 0]
        if beside and free:
            owner[free] = min(sorted(beside), key=lambda t: float(cost[free, t].sum()))
    return owner


def even_out(
    owner: IntArray,
    cost: FloatMatrix,
    load: FloatMatrix,
    fixed: IntArray,
    links: Links,
    tolerance: float,
) -> IntArray:
    """Moves border outlets, cheapest per gain of balance first, until loads differ by at most
    ``tolerance`` of the mean or no move helps.  ``cost`` is of whole outlets."""
    owner, totals = owner.copy(), totals_of(owner, load)
    mean = float(totals.mean())
    while imbalance_of(totals) > tolerance:
        outlet, to = _border(owner, fixed, links)
        here = owner[outlet]
        before = (totals[here] - mean) ** 2 + (totals[to] - mean) ** 2
        after = (totals[here] - load[outlet, here] - mean) ** 2
        gain = before - after - (totals[to] + load[outlet, to] - mean) ** 2
        price = (cost[outlet, to] - cost[outlet, here]) / np.maximum(gain, 1e-9)
        good = np.flatnonzero(gain > 1e-6)
        order = good[np.lexsort((to[good], outlet[good], price[good]))]
        if not _move_each(owner, totals, load, outlet[order], to[order], links):
            break
    return owner


def tighten(
    owner: IntArray,
    cost: FloatMatrix,
    load: FloatMatrix,
    fixed: IntArray,
    links: Links,
    tolerance: float,
) -> IntArray:
    """Moves border outlets to nearer centres as long as loads stay within ``tolerance``: borders
    become short and straight."""
    owner, totals = owner.copy(), totals_of(owner, load)
    most = max(tolerance, imbalance_of(totals)) * float(totals.mean())
    mean = float(totals.mean())
    for _ in range(_ROUNDS):
        outlet, to = _border(owner, fixed, links)
        here = owner[outlet]
        saved = cost[outlet, here] - cost[outlet, to]
        fits = np.abs(totals[here] - load[outlet, here] - mean) <= most
        fits &= np.abs(totals[to] + load[outlet, to] - mean) <= most
        good = np.flatnonzero(fits & (saved > 1e-9))
        order = good[np.lexsort((to[good], outlet[good], -saved[good]))]
        if not _move_each(owner, totals, load, outlet[order], to[order], links):
            break
    return owner


def _border(owner: IntArray, fixed: IntArray, links: Links) -> tuple[IntArray, IntArray]:
    """Free outlets beside another territory, each with each such territory once."""
    outlet = np.concatenate([links.a, links.b])
    to = owner[np.concatenate([links.b, links.a])]
    open_ = (owner[outlet] != to) & (fixed[outlet] < 0)
    size = int(owner.max(initial=0)) + 1
    pairs = np.unique(outlet[open_] * size + to[open_])
    return pairs // size, pairs % size


def _move_each(
    owner: IntArray,
    totals: FloatMatrix,
    load: FloatMatrix,
    outlets: IntArray,
    to: IntArray,
    links: Links,
) -> bool:
    """Make the moves in order that touch no territory that one before has touched."""
    touched: set[int] = set()
    for outlet, target in zip(outlets.tolist(), to.tolist(), strict=True):
        here = int(owner[outlet])
        if here in touched or target in touched or _cuts(outlet, owner, links):
            continue
        owner[outlet] = target
        totals[here] -= load[outlet, here]
        totals[target] += load[outlet, target]
        touched |= {here, target}
    return bool(touched)


def _cuts(outlet: int, owner: IntArray, links: Links) -> bool:
    """Whether taking the outlet out would cut its territory apart, or empty it."""
    here = owner[outlet]
    missing = {other for other in links.beside[outlet] if owner[other] == here}
    if not missing:
        return int((owner == here).sum()) > 1
    found, queue = {outlet}, [missing.pop()]
    found.add(queue[0])
    for at in queue:
        if not missing:
            return False
        for other in links.beside[at]:
            if other not in found and owner[other] == here:
                found.add(other)
                missing.discard(other)
                queue.append(other)
    return bool(missing)
