"""Balanced, compact territories: who serves which outlet, equal in minutes including travel.

Centres and assignment are improved in turn (location-allocation, Cooper 1964): outlets go to
centres at equal loads (``routing.territory.balance``), each centre moves to the outlet in the
middle of its territory, until nothing changes.  Several starts are drawn from the seed, one from
today's territories; the best end is kept.  Compactness is minutes of work × squared minutes from
the centre, as in Kalcsics, Nickel & Schröder, "Towards a unified territorial design approach",
TOP 13(1), 2005.  In one piece means over ``routing.territory.links``: neighbours on the roads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from ortools.graph.python import linear_sum_assignment

from routing.errors import InvalidProblem
from routing.geo import GeoPoint
from routing.territory import balance, workload
from routing.territory.faults import design_faults
from routing.territory.links import Links, crosses, links_of
from routing.territory.plane import Plane
from routing.territory.reach import IntArray, MatrixReach, Reach, StraightReach, finite
from routing.travel import FloatMatrix

_STARTS = 4
_ROUNDS = 12
#: Ends of starts that are repaired and compared; the flow alone says which are worth it.
_FINALISTS = 2
#: Outlets near the middle of a territory that may become its centre.
_MIDDLES = 8
#: Integers of the label matching in its whole range of costs.
_MATCH_SCALE = 1_000_000
#: How often the price of changing hands is doubled to keep the share of today that is asked for.
_DOUBLINGS = 7
#: Minutes that a way to a centre takes longer where a barrier lies between.
_BARRIER_MINUTES = 60.0

#: Told the share of the work that is done; a true answer ends it with the best so far.
type Watch = Callable[[float], bool]


class Obstacle(StrEnum):
    """What keeps territories from being balanced."""

    NONE = "none"
    FIXED = "fixed"  # the outlets fixed to one territory are more than its share
    KEPT = "kept"  # what must stay of today leaves no room for balance
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

    reach: Reach
    points: Sequence[GeoPoint]
    xy: FloatMatrix  # (n, 2) metres
    load: FloatMatrix  # (n, k) of an outlet in a territory
    from_home: FloatMatrix  # (n, k), zeros without homes
    seeds: IntArray | None  # (k,) outlets that stay the centres
    fixed: IntArray  # territory or -1
    today: IntArray  # territory or -1
    keep_minutes: float  # by which an outlet must come nearer to change hands
    least_kept: float  # share of today's outlets that must stay
    tolerance: float
    links: Links
    barriers: Sequence[Sequence[GeoPoint]]

    @property
    def k(self) -> int:
        return int(self.load.shape[1])

    @property
    def everybody(self) -> IntArray:
        return np.arange(len(self.load))


def design_territories(
    points: Sequence[GeoPoint],
    workload_minutes: Sequence[float],
    travel: Reach | FloatMatrix | None,
    k: int,
    *,
    homes: Sequence[GeoPoint] | None = None,
    home_is_centre: bool = False,
    fixed: Sequence[int | None] | None = None,
    today: Sequence[int | None] | None = None,
    visits: Sequence[float] | None = None,
    visits_a_day: float = 15.0,
    barriers: Sequence[Sequence[GeoPoint]] = (),
    keep_minutes: float = 5.0,
    least_kept: float = 0.0,
    tolerance: float = 0.05,
    seed: int = 1,
    watch: Watch = lambda _share: False,
) -> TerritoryDesign:
    """``k`` territories of like load, compact and in one piece where ``fixed`` allows.

    ``workload_minutes[i]`` are the minutes inside outlet ``i`` in a cycle of ``visits[i]`` visits
    (1); travel is estimated and added.  ``travel`` gives minutes between outlets, as a matrix of
    shape ``(n, n)`` or on request; ``None`` takes straight lines.  ``homes[j]`` is where rep ``j``
    starts; with ``home_is_centre`` territories lie round the homes.  ``fixed[i]`` must stay what
    it is; ``today[i]`` changes only where that brings the outlet ``keep_minutes`` nearer to its
    centre, or for balance and one piece, and ``least_kept`` of them stay at least.  No territory
    reaches over one of the ``barriers``, which are lines, where there is another way.  The same
    input and seed give the same design.  Raises InvalidProblem with every fault of the input.
    """
    matrix = travel if isinstance(travel, np.ndarray) else None
    faults = design_faults(points, workload_minutes, matrix, k, homes, fixed, today, visits)
    if faults:
        raise InvalidProblem(faults)
    reach = StraightReach(points) if travel is None else travel
    if isinstance(reach, np.ndarray):
        reach = MatrixReach(reach)
    n = len(points)
    links, legs = links_of(points, reach, barriers)
    from_home = np.zeros((n, k)) if homes is None else workload.home_minutes(points, homes)
    work = np.asarray(workload_minutes, dtype=np.float64)
    calls = np.ones(n) if visits is None else np.asarray(visits, dtype=np.float64)
    seeds = from_home.argmin(axis=0) if homes is not None and home_is_centre else None
    task = _Task(
        reach=reach,
        points=points,
        xy=Plane.around(points).project(points),
        load=workload.loads(work, calls, legs, from_home, visits_a_day),
        from_home=from_home,
        seeds=seeds,
        fixed=_indexes(fixed, n),
        today=_indexes(today, n),
        keep_minutes=keep_minutes,
        least_kept=least_kept,
        tolerance=tolerance,
        links=links,
        barriers=barriers,
    )
    return _report(task, _best(task, seed, watch))


def _indexes(given: Sequence[int | None] | None, n: int) -> IntArray:
    values = [None] * n if given is None else given
    return np.array([-1 if value is None else value for value in values], dtype=np.int64)


def _best(task: _Task, seed: int, watch: Watch) -> IntArray:
    """The best end of all starts; where it keeps too little of today, dearer changes are tried."""
    ends: list[IntArray] = []
    for number, centres in enumerate(_starts(task, seed)):
        if ends and watch(number / (_STARTS + 2)):
            break
        ends.append(_settle(task, centres))
    ends.sort(key=lambda owner: _compactness(task, owner))
    ends = [_repaired(task, owner) for owner in ends[:_FINALISTS]]
    best = min(ends, key=lambda owner: _rank(task, owner))
    dearer = task
    for step in range(_DOUBLINGS):
        if _lost(task, best) <= 0.0 or watch((_STARTS + 1 + step / _DOUBLINGS) / (_STARTS + 2)):
            break
        dearer = replace(dearer, keep_minutes=2.0 * max(dearer.keep_minutes, 2.5))
        centres = _centres(task, task.today, _centres(task, best, task.everybody[: task.k]))
        again = _repaired(dearer, _settle(dearer, centres))
        best = min(best, again, key=lambda owner: _rank(task, owner))
    watch(1.0)
    return _given_back(task, best)


def _given_back(task: _Task, owner: IntArray) -> IntArray:
    """As many outlets as must stay go back to whose they are today, those it costs least first."""
    held = task.today >= 0
    too_many = int(np.ceil(_lost(task, owner) * held.sum() - 1e-9))
    if too_many > 0:
        owner, whole = owner.copy(), _whole_cost(task, owner)
        moved = np.flatnonzero(held & (owner != task.today) & (task.fixed < 0))
        price = whole[moved, task.today[moved]] - whole[moved, owner[moved]]
        back = moved[np.argsort(price, kind="stable")[:too_many]]
        owner[back] = task.today[back]
    return owner


def _starts(task: _Task, seed: int) -> Iterator[IntArray]:
    """Centres to start from, as outlet indexes, one a territory."""
    if task.seeds is not None:
        yield task.seeds
        return
    random = np.random.default_rng(seed)
    weight = task.load.mean(axis=1)
    drawn = [_spread(task, weight, random) for _ in range(_STARTS)]
    if (task.today >= 0).any():
        yield _centres(task, task.today, drawn[0])
    for centres in drawn:
        yield _labelled(task, centres)


def _spread(task: _Task, weight: FloatMatrix, random: np.random.Generator) -> IntArray:
    """Seeds far apart: k-means++ (Arthur & Vassilvitskii 2007), weighted by load."""
    chosen: list[int] = []
    nearest = np.full(len(weight), np.inf)
    for _ in range(task.k):
        chance = (weight + 1e-9) * (np.where(np.isinf(nearest), 1.0, nearest) ** 2 + 1e-9)
        chance[chosen] = 0.0
        chosen.append(int(random.choice(len(weight), p=chance / chance.sum())))
        apart = _minutes(task, np.array(chosen[-1:], dtype=np.int64))[:, 0]
        nearest = np.minimum(nearest, apart)
    return np.array(chosen, dtype=np.int64)


def _minutes(task: _Task, centres: IntArray) -> FloatMatrix:
    """From all outlets to the centres, finite, shape ``(n, len(centres))``."""
    return finite(task.reach.between(task.everybody, centres))


def _labelled(task: _Task, centres: IntArray) -> IntArray:
    """The centres by territory: near its home, the outlets fixed to it and those it has today."""
    weight = task.load.mean(axis=1)
    squared = _minutes(task, centres) ** 2
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
    """The outlet in the middle of each territory; ``otherwise`` where a territory is empty.

    The middle is the outlet of least work × squared minutes among some near the centre of gravity.
    """
    centres = otherwise.copy()
    for territory in range(task.k):
        members = np.flatnonzero(owner == territory)
        if len(members):
            weight = task.load[members, territory] + 1e-9
            gravity = weight @ task.xy[members] / weight.sum()
            apart = np.hypot(*(task.xy[members] - gravity).T)
            near = members[np.argsort(apart, kind="stable")[:_MIDDLES]]
            pull = weight @ finite(task.reach.between(members, near)) ** 2
            centres[territory] = near[int(pull.argmin())]
    return centres


def _settle(task: _Task, centres: IntArray) -> IntArray:
    """Assignment and centres in turn until the centres repeat."""
    seen: set[tuple[int, ...]] = set()
    load = task.load.mean(axis=1)
    owner = task.fixed
    while tuple(centres.tolist()) not in seen and len(seen) < _ROUNDS:
        seen.add(tuple(centres.tolist()))
        owner = balance.assign_equally(_cost(task, centres), load, task.fixed)
        load = task.load[task.everybody, owner]
        if task.seeds is None:
            centres = _centres(task, owner, centres)
    return owner


def _repaired(task: _Task, owner: IntArray) -> IntArray:
    """One piece, then balance, then short borders."""
    whole = _whole_cost(task, owner)
    same = (task.load, task.fixed, task.links, task.tolerance)
    owner = balance.join_strays(owner, whole, task.fixed, task.links)
    owner = balance.even_out(owner, whole, *same)
    owner = balance.tighten(owner, _whole_cost(task, owner), *same)
    return balance.even_out(owner, whole, *same)


def _whole_cost(task: _Task, owner: IntArray) -> FloatMatrix:
    """Cost of whole outlets at the centres of these territories, shape ``(n, k)``."""
    centres = task.seeds
    if centres is None:
        centres = _centres(task, owner, task.everybody[: task.k])
    return _cost(task, centres) * task.load


def _cost(task: _Task, centres: IntArray) -> FloatMatrix:
    """Cost of an outlet in a territory per minute of its load, shape ``(n, k)``."""
    minutes = _minutes(task, centres)
    if task.barriers:
        n, k = minutes.shape
        pairs = np.repeat(task.everybody, k), np.tile(centres, n)
        beyond = crosses(task.points, *pairs, task.barriers).reshape(n, k)
        minutes = minutes + _BARRIER_MINUTES * beyond
    changes = (task.today[:, None] >= 0) & (task.today[:, None] != np.arange(task.k))
    return (minutes + task.keep_minutes * changes) ** 2  # type: ignore[no-any-return]


def _compactness(task: _Task, owner: IntArray) -> float:
    return float(_whole_cost(task, owner)[task.everybody, owner].sum())


def _lost(task: _Task, owner: IntArray) -> float:
    """By how much the share of today that stays is too small."""
    return max(0.0, task.least_kept - (1.0 - _changed(task, owner)))


def _changed(task: _Task, owner: IntArray) -> float:
    held = task.today >= 0
    return float((owner != task.today)[held].mean()) if held.any() else 0.0


def _rank(task: _Task, owner: IntArray) -> tuple[float, float, int, float]:
    """What is wanted of a design, most wanted first: what must stay, balance, one piece,
    compactness."""
    excess = balance.imbalance_of(balance.totals_of(owner, task.load)) - task.tolerance
    strays = sum(len(group) for group in balance.strays_of(owner, task.links))
    return _lost(task, owner), max(0.0, excess), strays, _compactness(task, owner)


def _report(task: _Task, owner: IntArray) -> TerritoryDesign:
    totals = balance.totals_of(owner, task.load)
    return TerritoryDesign(
        assignment=tuple(owner.tolist()),
        load_minutes=tuple(totals.tolist()),
        imbalance=balance.imbalance_of(totals),
        changed_share=_changed(task, owner),
        stray_outlets=sum(len(g) for g in balance.strays_of(owner, task.links)),
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
    return Obstacle.KEPT if task.least_kept > 0.0 else Obstacle.SHAPE
