"""Balanced, compact territories: who serves which outlet, equal in minutes including travel.

Centres and assignment are improved in turn (location-allocation, Cooper 1964): outlets go to
centres at equal loads (``routing.territory.balance``), each centre moves to the outlet in the
middle of its territory, until nothing changes.  Several starts are drawn from the seed, one from
today's territories; the best end is kept.  Compactness is minutes of work × squared minutes from
the centre, as in Kalcsics, Nickel & Schröder, "Towards a unified territorial design approach",
TOP 13(1), 2005.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from ortools.graph.python import linear_sum_assignment

from routing.errors import InvalidProblem
from routing.geo import GeoPoint
from routing.territory import balance, workload
from routing.territory.balance import IntArray, Neighbours
from routing.territory.faults import design_faults
from routing.travel import FloatMatrix

_STARTS = 5
_ROUNDS = 20
#: Integers of the label matching in its whole range of costs.
_MATCH_SCALE = 1_000_000


class Obstacle(StrEnum):
    """What keeps territories from being balanced."""

    NONE = "none"
    FIXED = "fixed"  # the outlets fixed to one territory are more than its share
    LARGE_OUTLET = "large_outlet"  # one outlet is more than the tolerance of a share
    SHAPE = "shape"  # no single move that keeps territories in one piece brings more balance


@dataclass(frozen=True, slots=True)
class TerritoryDesign:
    """``assignment[i]`` is the territory of outlet ``i``; loads are minutes with travel.

    ``imbalance`` is the greatest deviation from the mean load as a share of it, ``changed_share``
    the share of outlets that had a territory and get another.  ``stray_outlets`` counts outlets
    cut off from the rest of their territory.  ``obstacle`` says why balance was not reached.
    """

    assignment: tuple[int, ...]
    load_minutes: tuple[float, ...]
    imbalance: float
    changed_share: float
    stray_outlets: int
    obstacle: Obstacle

    @property
    def balanced(self) -> bool:
        """Whether the imbalance asked for was reached."""
        return self.obstacle is Obstacle.NONE


@dataclass(frozen=True, slots=True)
class _Task:
    """Everything about the outlets that does not change while centres move."""

    minutes: FloatMatrix  # (n, n) between outlets
    load: FloatMatrix  # (n, k) of an outlet in a territory
    from_home: FloatMatrix  # (n, k), zeros without homes
    fixed: IntArray  # territory or -1
    today: IntArray  # territory or -1
    keep_minutes: float  # by which an outlet must come nearer to change hands
    tolerance: float
    neighbours: Neighbours

    @property
    def k(self) -> int:
        return int(self.load.shape[1])


def design_territories(
    points: Sequence[GeoPoint],
    workload_minutes: Sequence[float],
    travel_minutes: FloatMatrix | None,
    k: int,
    *,
    homes: Sequence[GeoPoint] | None = None,
    fixed: Sequence[int | None] | None = None,
    today: Sequence[int | None] | None = None,
    visits: Sequence[float] | None = None,
    visits_a_day: float = 15.0,
    keep_minutes: float = 5.0,
    tolerance: float = 0.05,
    seed: int = 1,
) -> TerritoryDesign:
    """``k`` territories of like load, compact and in one piece where ``fixed`` allows.

    ``workload_minutes[i]`` are the minutes inside outlet ``i`` in a cycle of ``visits[i]`` visits
    (1); travel is estimated and added.  ``travel_minutes`` has shape ``(n, n)``, ``None`` takes
    straight lines.  ``homes[j]`` is where rep ``j`` starts.  ``fixed[i]`` must stay what it is;
    ``today[i]`` changes only where that brings the outlet ``keep_minutes`` nearer to its centre,
    or for balance and one piece.  The same input and seed give the same design.
    Raises InvalidProblem with every fault of the input.
    """
    faults = design_faults(points, workload_minutes, travel_minutes, k, homes, fixed, today, visits)
    if faults:
        raise InvalidProblem(faults)
    minutes = workload.symmetric_minutes(points, travel_minutes)
    n = len(points)
    from_home = np.zeros((n, k))
    if homes is not None:
        from_home = workload.home_minutes(points, homes, minutes)
    work = np.asarray(workload_minutes, dtype=np.float64)
    calls = np.ones(n) if visits is None else np.asarray(visits, dtype=np.float64)
    task = _Task(
        minutes=minutes,
        load=workload.loads(work, calls, minutes, from_home, visits_a_day),
        from_home=from_home,
        fixed=_indexes(fixed, n),
        today=_indexes(today, n),
        keep_minutes=keep_minutes,
        tolerance=tolerance,
        neighbours=balance.neighbours_of(points),
    )
    ends = [_settle(task, centres) for centres in _starts(task, seed)]
    return _report(task, min(ends, key=lambda owner: _rank(task, owner)))


def _indexes(given: Sequence[int | None] | None, n: int) -> IntArray:
    values = [None] * n if given is None else given
    return np.array([-1 if value is None else value for value in values], dtype=np.int64)


def _starts(task: _Task, seed: int) -> Iterator[IntArray]:
    """Centres to start from, as outlet indexes, one a territory."""
    random = np.random.default_rng(seed)
    weight = task.load.mean(axis=1)
    drawn = [_spread(task.minutes, weight, task.k, random) for _ in range(_STARTS)]
    if (task.today >= 0).any():
        yield _centres(task, task.today, drawn[0])
    for centres in drawn:
        yield _labelled(task, centres)


def _spread(
    minutes: FloatMatrix, weight: FloatMatrix, k: int, random: np.random.Generator
) -> IntArray:
    """Seeds far apart: k-means++ (Arthur & Vassilvitskii 2007), weighted by load."""
    chosen: list[int] = []
    nearest = np.ones(len(weight))
    for _ in range(k):
        chance = (weight + 1e-9) * (nearest + 1e-9)
        chance[chosen] = 0.0
        chosen.append(int(random.choice(len(weight), p=chance / chance.sum())))
        nearest = minutes[:, chosen].min(axis=1) ** 2
    return np.array(chosen, dtype=np.int64)


def _labelled(task: _Task, centres: IntArray) -> IntArray:
    """The centres by territory: near its home, the outlets fixed to it and those it has today."""
    weight = task.load.mean(axis=1)
    squared = task.minutes[:, centres] ** 2
    price = task.from_home[centres] ** 2 * (weight.sum() / task.k)
    for held in (task.fixed, task.today):
        for territory in range(task.k):
            price[:, territory] += (squared * weight[:, None])[held == territory].sum(axis=0)
    whole = np.rint(price * (_MATCH_SCALE / max(float(price.max()), 1e-9))).astype(np.int64)
    matching = linear_sum_assignment.SimpleLinearSumAssignment()
    row, column = np.indices(whole.shape)
    matching.add_arcs_with_cost(row.ravel(), column.ravel(), whole.ravel())
    matching.solve()
    ordered = np.empty_like(centres)
    for index in range(task.k):
        ordered[matching.right_mate(index)] = centres[index]
    return ordered


def _centres(task: _Task, owner: IntArray, otherwise: IntArray) -> IntArray:
    """The outlet in the middle of each territory; ``otherwise`` where a territory is empty."""
    centres = otherwise.copy()
    for territory in range(task.k):
        members = np.flatnonzero(owner == territory)
        if len(members):
            pull = task.minutes[:, members] ** 2 @ task.load[members, territory]
            centres[territory] = members[int(pull[members].argmin())]
    return centres


def _settle(task: _Task, centres: IntArray) -> IntArray:
    """Assignment and centres in turn until the centres repeat, then one piece, then balance."""
    seen: set[tuple[int, ...]] = set()
    load = task.load.mean(axis=1)
    owner = task.fixed
    while tuple(centres.tolist()) not in seen and len(seen) < _ROUNDS:
        seen.add(tuple(centres.tolist()))
        cost = _cost(task, centres)
        owner = balance.assign_equally(cost, load, task.fixed)
        load = task.load[np.arange(len(owner)), owner]
        centres = _centres(task, owner, centres)
    whole = _cost(task, centres) * task.load
    owner = balance.join_strays(owner, whole, task.fixed, task.neighbours)
    return balance.even_out(owner, whole, task.load, task.fixed, task.neighbours, task.tolerance)


def _cost(task: _Task, centres: IntArray) -> FloatMatrix:
    """Cost of an outlet in a territory per minute of its load, shape ``(n, k)``."""
    changes = (task.today[:, None] >= 0) & (task.today[:, None] != np.arange(task.k))
    return (task.minutes[:, centres] + task.keep_minutes * changes) ** 2  # type: ignore[no-any-return]


def _rank(task: _Task, owner: IntArray) -> tuple[float, int, float]:
    """What is wanted of a design, most wanted first: balance, one piece, compactness."""
    excess = balance.imbalance_of(balance.totals_of(owner, task.load)) - task.tolerance
    strays = sum(len(group) for group in balance.strays_of(owner, task.neighbours))
    centres = _centres(task, owner, np.zeros(task.k, dtype=np.int64))
    cost = (_cost(task, centres) * task.load)[np.arange(len(owner)), owner].sum()
    return max(0.0, excess), strays, float(cost)


def _report(task: _Task, owner: IntArray) -> TerritoryDesign:
    totals = balance.totals_of(owner, task.load)
    held = task.today >= 0
    changed = float((owner != task.today)[held].mean()) if held.any() else 0.0
    return TerritoryDesign(
        assignment=tuple(owner.tolist()),
        load_minutes=tuple(totals.tolist()),
        imbalance=balance.imbalance_of(totals),
        changed_share=changed,
        stray_outlets=sum(len(g) for g in balance.strays_of(owner, task.neighbours)),
        obstacle=_obstacle(task, totals),
    )


def _obstacle(task: _Task, totals: FloatMatrix) -> Obstacle:
    if balance.imbalance_of(totals) <= task.tolerance:
        return Obstacle.NONE
    mean = float(totals.mean())
    held = task.fixed >= 0
    bound = np.zeros(task.k)
    np.add.at(bound, task.fixed[held], task.load[np.flatnonzero(held), task.fixed[held]])
    if bound.max() > mean * (1.0 + task.tolerance):
        return Obstacle.FIXED
    if task.load.max() > 2.0 * task.tolerance * mean:
        return Obstacle.LARGE_OUTLET
    return Obstacle.SHAPE
