"""The allowed day sets of all demands as flat arrays: lists, or paths where there are too many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.engines.periodic.tables import Patterns
from routing.irregular import DayPaths
from routing.patterns import free_paths, patterns_of
from routing.problem import Problem, VisitDemand

DaySet = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What each demand may be visited on, days to come only, by the problem's index of a day.

    ``paths`` where the sets are too many to list; ``patterns`` then holds one that only says how
    many visits a set has.
    """

    patterns: tuple[tuple[DaySet, ...], ...]
    paths: tuple[DayPaths | None, ...]

    def pattern_of(self, c: int, days: set[int]) -> int:
        """The shortest of the demand's patterns that holds these days, -1 without one."""
        free = self.paths[c]
        if free is not None:
            return 0 if free.holds(days) else -1
        holding = [i for i, p in enumerate(self.patterns[c]) if days <= set(p)]
        return min(holding, key=lambda i: len(self.patterns[c][i]), default=-1)


def choices_of(problem: Problem) -> Choices:
    """The choices of every demand."""
    paths = tuple(free_paths(problem, demand) for demand in problem.demands)
    patterns = tuple(
        _patterns(problem, demand) if free is None else ((0,) * free.visits,)
        for demand, free in zip(problem.demands, paths, strict=True)
    )
    return Choices(patterns, paths)


def _patterns(problem: Problem, demand: VisitDemand) -> tuple[DaySet, ...]:
    """Allowed day sets without the days that are past, none of them empty."""
    to_come = (
        tuple(day for day in pattern if day >= problem.frozen_until)
        for pattern in patterns_of(problem, demand)
    )
    return tuple(pattern for pattern in dict.fromkeys(to_come) if pattern)


def table_of(choices: Choices, worked: list[int]) -> Patterns:
    """The choices by index of worked day."""
    day_of = {day: t for t, day in enumerate(worked)}
    unions = [
        sorted(
            {day_of[d] for p in ps for d in p}
            if free is None
            else (day_of[d] for d in free.follows)
        )
        for ps, free in zip(choices.patterns, choices.paths, strict=True)
    ]
    lengths = [len(p) for ps in choices.patterns for p in ps]
    days = [day_of.get(d, 0) for ps in choices.patterns for p in ps for d in p]
    rows = [free for free in choices.paths if free is not None]
    size, most = len(worked), max((free.visits for free in rows), default=0)
    arcs = [_arcs(free, day_of) for free in rows]
    return Patterns(
        start=_sums(len(ps) for ps in choices.patterns),
        day_start=_sums(lengths),
        day_list=np.array(days, np.int64),
        union_start=_sums(len(u) for u in unions),
        union_list=np.array([t for u in unions for t in u], np.int64),
        path=np.array(_numbers(choices.paths), np.int64),
        path_round=np.array([len(set(free.ends.values())) > 1 for free in rows], np.uint8),
        path_first=_joined([_firsts(free, day_of) for free in rows], np.uint8),
        path_arc=_joined(arcs, np.uint8),
        path_reach=_joined([_reach(each) for each in arcs], np.int64),
        path_cost=np.zeros(size * most),
        path_before=np.zeros(size * most, np.int64),
    )


def _sums(counts: Iterable[int]) -> NDArray[np.int64]:
    """Where each of a row of lists begins, and where the last one ends."""
    return np.cumsum([0, *counts]).astype(np.int64)


def _numbers(paths: Sequence[DayPaths | None]) -> list[int]:
    """0, 1, … for those that are there, -1 for the others."""
    rows = iter(range(len(paths)))
    return [-1 if free is None else next(rows) for free in paths]


def _firsts(free: DayPaths, day_of: dict[int, int]) -> NDArray[np.uint8]:
    first = np.zeros(len(day_of), np.uint8)
    first[[day_of[day] for day in free.ends]] = 1
    return first


def _arcs(free: DayPaths, day_of: dict[int, int]) -> NDArray[np.uint8]:
    """Row ``a``: who may follow ``a``, and from which first day on a path may end there."""
    arcs = np.zeros((len(day_of), len(day_of)), np.uint8)
    for day, after in free.follows.items():
        arcs[day_of[day], [day_of[a] for a in after]] = 1
    for first, ends in free.ends.items():
        arcs[[day_of[day] for day in ends], day_of[first]] = 1
    if len(set(free.ends.values())) == 1:  # a path may end anywhere there, however it began
        for day in next(iter(free.ends.values())):
            arcs[day_of[day], day_of[day]] = 1
    return arcs


def _reach(arcs: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The last day that may follow each, itself where none may."""
    days = np.arange(len(arcs))
    return np.where(np.triu(arcs, 1) > 0, days[None, :], days[:, None]).max(axis=1, initial=0)


def _joined(rows: Sequence[NDArray[np.generic]], kind: type[np.generic]) -> NDArray[np.generic]:
    return np.concatenate([row.ravel() for row in rows]).astype(kind) if rows else np.zeros(0, kind)
