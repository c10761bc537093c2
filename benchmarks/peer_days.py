"""Day sets fixed before routing, for routers that cannot choose them.

Three rules, the best plan is kept:

* *cheapest insertion* and *tour clusters* are those of ``routing.engines.day_rule``;
* *balanced clusters*: every day has a centre.  Outlets, most visits first, take the allowed day
  set whose centres are nearest together, while a day that has more than its share of the work
  asks for more the fuller it is; then each centre moves to the middle of its day, some rounds
  long (k-medoids with equal loads, Kaufman & Rousseeuw 1987).  Days of one weekday begin at one
  place, so that outlets seen every week and those seen once a month come to lie together.  Seeds
  give different starts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from routing.engines.day_rule import days_by_rule
from routing.evaluate import Sequenced
from routing.problem import Problem, VisitDemand
from routing.trial import TrialDay

Floats = NDArray[np.float64]

#: Minutes off the cluster's weekday that ``day_rule`` is tried with; 0: cheapest insertion.
OFF_CLUSTER = (0.0, 5.0, 10.0, 20.0)
#: What a full day asks for, in mean distances between outlets.
CROWDING = (1.0, 2.0, 4.0)
ROUNDS = 12


def starts(problem: Problem, seed: int) -> Iterator[list[Sequenced]]:
    """Plans without end: after every third by balanced clusters one by another rule."""
    clusters, rules = cluster_starts(problem, seed), rule_starts(problem)
    while True:
        yield from islice(clusters, 3)
        yield from islice(rules, 1)


def rule_starts(problem: Problem) -> Iterator[list[Sequenced]]:
    """The plans of ``day_rule``: its visits fit their days in the order given."""
    for off_cluster in OFF_CLUSTER:
        yield days_by_rule(problem, off_cluster)


def cluster_starts(problem: Problem, seed: int) -> Iterator[list[Sequenced]]:
    """Plans by balanced clusters without end, each from other first centres."""
    random = np.random.default_rng(seed)
    clusters = BalancedClusters(problem)
    while True:
        yield clusters.days(random, float(random.choice(CROWDING)))


class BalancedClusters:
    """One rep's outlets, shared out over the worked days."""

    def __init__(self, problem: Problem) -> None:
        assert len(problem.reps) == 1, "one rep at a time"
        self._problem = problem
        minutes = problem.travel.seconds / 60.0
        self._minutes: Floats = (minutes + minutes.T) / 2.0
        self._places = np.array([demand.place for demand in problem.demands])
        shifts = problem.reps[0].shifts
        self._days = [d for d, s in enumerate(shifts) if s is not None and problem.days[d].works]
        self._holds = [self._incidence(demand.patterns or ()) for demand in problem.demands]
        self._visits = np.array([h[0].sum() if len(h) else 0.0 for h in self._holds])
        between = self._minutes[np.ix_(self._places, self._places)]
        leg = float(np.partition(between, min(3, len(between) - 1))[:, 1:4].mean())
        self._work = np.array([demand.minutes for demand in problem.demands]) + leg
        self._home = next(s.start_place for s in shifts if s is not None)

    def days(self, random: np.random.Generator, crowding: float) -> list[Sequenced]:
        """Every worked day with its visits, in no order."""
        centres = self._first_centres(random)
        chosen = self._share_out(centres, crowding, random)
        for _ in range(ROUNDS):
            centres = self._middles(chosen, centres)
            chosen = self._share_out(centres, crowding, random)
        ids = [demand.id for demand in self._problem.demands]
        rep = self._problem.reps[0].id
        return [
            Sequenced(rep, day, tuple(ids[c] for c in np.flatnonzero(chosen[:, index])))
            for index, day in enumerate(self._days)
            if chosen[:, index].any()
        ]

    def _incidence(self, patterns: tuple[tuple[int, ...], ...]) -> Floats:
        """Row = pattern, column = worked day."""
        return np.array([[float(day in set(p)) for day in self._days] for p in patterns])

    def _first_centres(self, random: np.random.Generator) -> NDArray[np.int64]:
        """A place a weekday, far from the others (k-means++), the same in every week."""
        weekdays = [self._problem.days[day].weekday for day in self._days]
        seeds = [int(random.choice(self._places))]
        while len(seeds) < len(set(weekdays)):
            near = self._minutes[np.ix_(self._places, seeds)].min(axis=1) ** 2
            total = near.sum()
            share = near / total if total > 0 else None
            seeds.append(int(random.choice(self._places, p=share)))
        rank = {weekday: seeds[k] for k, weekday in enumerate(sorted(set(weekdays)))}
        return np.array([rank[weekday] for weekday in weekdays])

    def _share_out(
        self, centres: NDArray[np.int64], crowding: float, random: np.random.Generator
    ) -> Floats:
        """Row = demand, column = worked day, 1 where it is visited."""
        away = self._minutes[np.ix_(self._places, centres)]
        unit = crowding * float(away.mean())
        load = 2.0 * self._minutes[self._home, centres]  # the way out and back
        fair = (float(self._visits @ self._work) + load.sum()) / len(self._days)
        chosen = np.zeros((len(self._places), len(self._days)))
        for c in sorted(range(len(chosen)), key=lambda c: (-self._visits[c], random.random())):
            if len(self._holds[c]):
                full = load / fair
                asked = away[c] + unit * (full + 10.0 * np.maximum(0.0, full - 1.0))
                chosen[c] = self._holds[c][int(np.argmin(self._holds[c] @ asked))]
                load += chosen[c] * self._work[c]
        return chosen

    def _middles(self, chosen: Floats, centres: NDArray[np.int64]) -> NDArray[np.int64]:
        """Each day's outlet with the least minutes to the others of the day."""
        moved = centres.copy()
        for index in range(len(self._days)):
            places = self._places[np.flatnonzero(chosen[:, index])]
            if places.size:
                total = self._minutes[np.ix_(places, places)].sum(axis=1)
                moved[index] = places[int(np.argmin(total))]
        return moved


def refilled(problem: Problem, days: Sequence[Sequenced]) -> list[Sequenced]:
    """Outlets with missing visits placed anew, the rest as it is.

    Most visits first, each takes the allowed day set with the least detour under the exact clock;
    whoever finds none stays out.
    """
    filling = _Filling(problem, days)
    for demand in sorted(problem.demands, key=lambda d: -len((d.patterns or ((),))[0])):
        filling.place(demand)
    return filling.days()


class _Filling:
    """One rep's days while outlets are put into them."""

    def __init__(self, problem: Problem, days: Sequence[Sequenced]) -> None:
        self._problem = problem
        self._minutes: list[list[float]] = (problem.travel.seconds / 60.0).tolist()
        self._demands = {demand.id: demand for demand in problem.demands}
        self._orders: dict[int, list[str]] = {
            day: [] for day, shift in enumerate(problem.reps[0].shifts) if shift is not None
        }
        for each in days:
            self._orders[each.day] = list(each.demand_ids)
        self._trials: dict[int, TrialDay] = {}

    def days(self) -> list[Sequenced]:
        rep = self._problem.reps[0].id
        return [Sequenced(rep, day, tuple(ids)) for day, ids in self._orders.items() if ids]

    def place(self, demand: VisitDemand) -> None:
        """Nothing where a whole day set is there already, or none has room."""
        has = {day for day, ids in self._orders.items() if demand.id in ids}
        patterns = demand.patterns or ()
        if any(has == set(pattern) for pattern in patterns):
            return
        for day in has:
            self._orders[day].remove(demand.id)
            self._trials.pop(day, None)
        offers = {day: self._offer(demand, day) for day in {d for p in patterns for d in p}}
        costs = [sum(offers[day][0] for day in pattern) for pattern in patterns]
        if not costs or math.isinf(min(costs)):
            return
        for day in patterns[costs.index(min(costs))]:
            self._orders[day].insert(offers[day][1], demand.id)
            self._trials.pop(day, None)

    def _offer(self, demand: VisitDemand, day: int) -> tuple[float, int]:
        """Detour and position; infinite where the day has no room."""
        if day not in self._orders:
            return math.inf, 0
        ready = self._trial(day)
        found = ready.best(demand)
        fits = found.fits and ready.exact(found, demand).fits
        return (found.detour if fits else math.inf), found.position

    def _trial(self, day: int) -> TrialDay:
        if day not in self._trials:
            rep, stops = self._problem.reps[0], [self._demands[i] for i in self._orders[day]]
            shift = rep.shifts[day]
            assert shift is not None
            self._trials[day] = TrialDay(self._problem, self._minutes, rep.id, day, shift, stops)
        return self._trials[day]
