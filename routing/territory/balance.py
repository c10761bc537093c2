"""Shares outlets out among centres: equal loads by minimum-cost flow, then small repairs.

The transport step is that of Hess et al., "Nonpartisan political redistricting by computer",
Operations Research 13(6), 1965: the flow may split an outlet, which then goes where most of it
flowed.  Repairs move border outlets one at a time, never cutting a territory apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from routing.errors import RoutingError
from routing.geo import GeoPoint
from routing.travel import FloatMatrix

IntArray = NDArray[np.int64]
Neighbours = Sequence[frozenset[int]]

_UNITS_A_MINUTE = 10.0
_LARGEST_COST = 1_000_000
#: What load beyond an equal share costs, against the dearest assignment.
_OVERFLOW = 4


def neighbours_of(points: Sequence[GeoPoint]) -> list[frozenset[int]]:
    """Outlets whose areas touch: Delaunay neighbours, outlets on one spot, and where
    all lie on a line the next on the line."""
    lat_lon = np.array(points, dtype=np.float64).reshape(-1, 2)
    flat = lat_lon * (1.0, np.cos(np.radians(lat_lon[:, 0].mean())))
    spots: dict[tuple[float, float], list[int]] = {}
    for index, (x, y) in enumerate(flat.tolist()):
        spots.setdefault((x, y), []).append(index)
    beside: dict[tuple[float, float], set[int]] = {site: set(spots[site]) for site in spots}
    for one, other in _touching(list(spots)):
        beside[one].update(spots[other])
        beside[other].update(spots[one])
    links: list[frozenset[int]] = [frozenset()] * len(lat_lon)
    for site, members in spots.items():
        for index in members:
            links[index] = frozenset(beside[site] - {index})
    return links


def _touching(
    sites: list[tuple[float, float]],
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    triangles = shapely.get_parts(shapely.delaunay_triangles(shapely.MultiPoint(sites)))
    rows = shapely.get_coordinates(triangles).reshape(-1, 4, 2).tolist()
    for row in rows or [sorted(sites)]:
        for one, other in pairwise(row):
            yield (one[0], one[1]), (other[0], other[1])


def assign_equally(cost: FloatMatrix, load: FloatMatrix, fixed: IntArray) -> IntArray:
    """The territory of each outlet: least total cost with equal loads, but for split outlets.

    ``cost`` is per minute of load, shape ``(n, k)``; ``load`` has shape ``(n,)``; ``fixed[i]`` is
    a territory or -1.
    """
    n, k = cost.shape
    units = np.maximum(1, np.rint(load * _UNITS_A_MINUTE)).astype(np.int64)
    prices = np.rint(cost * (_LARGEST_COST / max(float(cost.max()), 1e-9))).astype(np.int64)
    outlet, territory = np.nonzero((fixed[:, None] < 0) | (fixed[:, None] == np.arange(k)))
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        outlet, n + territory, units[outlet], prices[outlet, territory]
    )
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


def imbalance_of(totals: FloatMatrix) -> float:
    """Greatest deviation of a territory's load from the mean, as a share of the mean."""
    mean = float(totals.mean())
    return float(np.abs(totals - mean).max()) / mean if mean > 0.0 else 0.0


def totals_of(owner: IntArray, load: FloatMatrix) -> FloatMatrix:
    """Load of each territory; ``load`` has shape ``(n, k)``."""
    n, k = load.shape
    return np.bincount(owner, weights=load[np.arange(n), owner], minlength=k)


def strays_of(owner: IntArray, neighbours: Neighbours) -> list[list[int]]:
    """Groups of outlets cut off from the largest part of their territory."""
    parts = sorted(_parts(owner, neighbours), key=lambda part: (-len(part), part[0]))
    seen: set[int] = set()
    cut_off = []
    for part in parts:
        territory = int(owner[part[0]])
        if territory in seen:
            cut_off.append(part)
        seen.add(territory)
    return cut_off


def _parts(owner: IntArray, neighbours: Neighbours) -> Iterator[list[int]]:
    left = set(range(len(owner)))
    for start in range(len(owner)):
        if start in left:
            part = _reach(start, {i for i in left if owner[i] == owner[start]}, neighbours)
            left -= part
            yield sorted(part)


def _reach(start: int, among: set[int], neighbours: Neighbours) -> set[int]:
    found, stack = {start}, [start]
    while stack:
        for other in neighbours[stack.pop()]:
            if other in among and other not in found:
                found.add(other)
                stack.append(other)
    return found


def join_strays(
    owner: IntArray, cost: FloatMatrix, fixed: IntArray, neighbours: Neighbours
) -> IntArray:
    """Gives outlets that are cut off to the cheapest territory beside them; fixed ones stay."""
    owner = owner.copy()
    for group in strays_of(owner, neighbours):
        beside = {int(owner[o]) for i in group for o in neighbours[i]} - {int(owner[group[0]])}
        free = [i for i in group if fixed[i] < 0]
        if beside and free:
            owner[free] = min(sorted(beside), key=lambda t: float(cost[free, t].sum()))
    return owner


def even_out(
    owner: IntArray,
    cost: FloatMatrix,
    load: FloatMatrix,
    fixed: IntArray,
    neighbours: Neighbours,
    tolerance: float,
) -> IntArray:
    """Moves border outlets, cheapest per gain of balance first, until loads differ by at most
    ``tolerance`` of the mean or no move helps.  ``cost`` is of whole outlets."""
    owner = owner.copy()
    totals = totals_of(owner, load)
    while imbalance_of(totals) > tolerance:
        for _, outlet, to in sorted(_moves(owner, totals, cost, load, fixed, neighbours)):
            if not _cuts(outlet, owner, neighbours):
                owner[outlet] = to
                totals = totals_of(owner, load)
                break
        else:
            break
    return owner


def _moves(
    owner: IntArray,
    totals: FloatMatrix,
    cost: FloatMatrix,
    load: FloatMatrix,
    fixed: IntArray,
    neighbours: Neighbours,
) -> Iterator[tuple[float, int, int]]:
    """Moves that bring loads nearer to the mean: (price per gain, outlet, to)."""
    mean = float(totals.mean())
    for outlet in np.flatnonzero(fixed < 0).tolist():
        here = int(owner[outlet])
        for to in {int(owner[other]) for other in neighbours[outlet]} - {here}:
            before = (totals[here] - mean) ** 2 + (totals[to] - mean) ** 2
            after = (totals[here] - load[outlet, here] - mean) ** 2
            after += (totals[to] + load[outlet, to] - mean) ** 2
            if after < before - 1e-6:
                yield float((cost[outlet, to] - cost[outlet, here]) / (before - after)), outlet, to


def _cuts(outlet: int, owner: IntArray, neighbours: Neighbours) -> bool:
    """Whether taking the outlet out would cut its territory apart, or empty it."""
    own = {int(i) for i in np.flatnonzero(owner == owner[outlet])} - {outlet}
    beside = [other for other in neighbours[outlet] if other in own]
    if not beside:
        return not own
    return not set(beside) <= _reach(beside[0], own, neighbours)
