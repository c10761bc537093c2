"""Which outlets are neighbours on the roads: what "in one piece" means.

Candidates are the sides of Delaunay's triangles.  One whose way by road is much longer than the
longest hop of a way over other outlets leads round a river or a mountain: no rep passes there,
and the two are no neighbours.  The longest hop is that of the minimum spanning tree (Gower & Ross
1969), so what roads join stays joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import shapely

from routing.geo import GeoPoint
from routing.territory.plane import Plane
from routing.territory.reach import IntArray, Reach, finite, pair_minutes
from routing.travel import FloatMatrix

#: A link may take so many times the longest hop of the way round, and some minutes more.
_DETOUR = 4.0
_SLACK_MINUTES = 2.0
_NEIGHBOURS = 3


@dataclass(frozen=True, slots=True)
class Links:
    """Pairs of neighbours (each once) and, for each outlet, who is beside it."""

    a: IntArray
    b: IntArray
    beside: tuple[tuple[int, ...], ...]


def links_of(
    points: Sequence[GeoPoint], reach: Reach, barriers: Sequence[Sequence[GeoPoint]] = ()
) -> tuple[Links, FloatMatrix]:
    """The neighbours on the roads, and the minutes of a leg to each outlet: the mean to its
    nearest three, shape ``(n,)``.  No link crosses one of the ``barriers``, which are lines."""
    a, b = candidates(points)
    if not len(a):
        return linked(len(points), a, b), np.zeros(len(points))
    minutes = finite(pair_minutes(reach, a, b))
    legs = _legs(len(points), a, b, minutes)
    free = ~crosses(points, a, b, barriers)
    a, b, minutes = a[free], b[free], minutes[free]
    near = minutes <= _DETOUR * longest_hops(len(points), a, b, minutes) + _SLACK_MINUTES
    return linked(len(points), a[near], b[near]), legs


def linked(n: int, a: IntArray, b: IntArray) -> Links:
    """The pairs as links of ``n`` outlets."""
    beside: list[list[int]] = [[] for _ in range(n)]
    for one, other in zip(a.tolist(), b.tolist(), strict=True):
        beside[one].append(other)
        beside[other].append(one)
    return Links(a, b, tuple(map(tuple, beside)))


def candidates(points: Sequence[GeoPoint]) -> tuple[IntArray, IntArray]:
    """Pairs whose areas touch, each once: Delaunay neighbours and outlets on one spot; where all
    lie on a line the next on the line."""
    xy = Plane.around(points).project(points)
    spots, spot_of = np.unique(np.round(xy, 2), axis=0, return_inverse=True)
    members: list[list[int]] = [[] for _ in spots]
    for index, spot in enumerate(spot_of.reshape(-1).tolist()):
        members[spot].append(index)
    pairs = [pair for crowd in members for pair in combinations(crowd, 2)]
    for one, other in zip(*(side.tolist() for side in _sides(spots)), strict=True):
        pairs += product(members[one], members[other])
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    found.sort(axis=1)
    found = np.unique(found, axis=0)
    return found[:, 0], found[:, 1]


def crosses(
    points: Sequence[GeoPoint],
    a: IntArray,
    b: IntArray,
    barriers: Sequence[Sequence[GeoPoint]],
) -> np.ndarray:
    """Whether the straight line of each pair crosses a barrier."""
    lines = [
        shapely.LineString([(p.lon, p.lat) for p in line]) for line in barriers if len(line) > 1
    ]
    if not lines:
        return np.zeros(len(a), dtype=bool)
    lon_lat = np.array(points, dtype=np.float64).reshape(-1, 2)[:, ::-1]
    ways = shapely.linestrings(np.stack([lon_lat[a], lon_lat[b]], axis=1))
    found = np.zeros(len(a), dtype=bool)
    found[shapely.STRtree(ways).query(lines, predicate="intersects")[1]] = True
    return found


def longest_hops(n: int, a: IntArray, b: IntArray, minutes: FloatMatrix) -> FloatMatrix:
    """For each pair the longest hop of the way between its ends whose longest hop is shortest."""
    parent, hop, size = [*range(n)], [np.inf] * n, [1] * n

    def root(at: int) -> int:
        while parent[at] != at:
            at = parent[at]
        return at

    for pair in np.argsort(minutes, kind="stable").tolist():
        one, other = root(int(a[pair])), root(int(b[pair]))
        if one != other:
            one, other = sorted((one, other), key=lambda at: size[at])
            parent[one], hop[one] = other, float(minutes[pair])
            size[other] += size[one]
    return np.array(
        [_bottleneck(*ends, parent, hop) for ends in zip(a.tolist(), b.tolist(), strict=True)]
    )


def _bottleneck(one: int, other: int, parent: list[int], hop: list[float]) -> float:
    """Climb the tree of joins, whose hops grow towards the root, until both ends meet."""
    longest = 0.0
    while one != other:
        if hop[one] > hop[other]:
            one, other = other, one
        longest = max(longest, hop[one])
        one = parent[one]
    return longest


def _sides(spots: FloatMatrix) -> tuple[IntArray, IntArray]:
    """Index pairs of spots, which are sorted by x, then y."""
    nothing = np.empty(0, dtype=np.int64)
    if len(spots) < 2:
        return nothing, nothing
    edges = shapely.delaunay_triangles(shapely.multipoints(spots), only_edges=True)
    ends = shapely.get_coordinates(edges).reshape(-1, 4)
    if not len(ends):
        return np.arange(len(spots) - 1), np.arange(1, len(spots))
    key = spots[:, 0] + 1j * spots[:, 1]
    sides = [np.searchsorted(key, ends[:, c] + 1j * ends[:, c + 1]) for c in (0, 2)]
    return sides[0], sides[1]


def _legs(n: int, a: IntArray, b: IntArray, minutes: FloatMatrix) -> FloatMatrix:
    """Mean minutes of the shortest pairs of each outlet."""
    at, length = np.concatenate([a, b]), np.concatenate([minutes, minutes])
    order = np.lexsort((length, at))
    at, length = at[order], length[order]
    near = np.arange(len(at)) - np.searchsorted(at, at) < _NEIGHBOURS
    count = np.bincount(at[near], minlength=n)
    return np.bincount(at[near], weights=length[near], minlength=n) / np.maximum(count, 1)
