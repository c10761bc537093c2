"""Fixes days of visits by a simple rule, for routers that cannot choose them.

1. Outlets are taken along a nearest-neighbour tour from home, the most important first, then
   those with most visits, then those with the shortest hours.
2. Each gets the rep and the allowed day set whose days it joins with the least detour in all; a
   day without room, under the exact clock of ``routing.trial``, counts as a missing visit.
3. *Cheapest day*: that is all.  *Weekday clusters*: the tour is first cut into as many pieces of
   equal work as there are weekdays, and every weekday between a day and the piece's own counts
   as ``off_cluster`` minutes of detour: the more, the tighter the clusters.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from routing.evaluate import Sequenced
from routing.patterns import open_days, patterns_of
from routing.problem import Problem, Rep, VisitDemand, Window
from routing.trial import TrialDay


def days_by_rule(problem: Problem, off_cluster: float = 0.0, share: float = 1.0) -> list[Sequenced]:
    """Every rep's days with the visits that the rule gives them, in a plausible order."""
    return _Rule(problem, off_cluster).fill()


class _Rule:
    """The rule at work over one problem."""

    def __init__(self, problem: Problem, off_cluster: float) -> None:
        self._problem = problem
        self._minutes: list[list[float]] = (problem.travel.seconds / 60.0).tolist()
        self._off_cluster = off_cluster
        self._days = {
            (rep.id, day): TrialDay(problem, self._minutes, rep.id, day, shift, ())
            for rep in problem.reps
            for day, shift in enumerate(rep.shifts)
            if shift is not None and problem.days[day].works
        }
        self._patterns = {demand.id: patterns_of(problem, demand) for demand in problem.demands}
        self._keepers = {demand.id: problem.keeper(demand) for demand in problem.demands}

    def fill(self) -> list[Sequenced]:
        """All days with the visits that the rule gives them."""
        tour = self._tour()
        cluster = self._clusters(tour)
        for demand in sorted(tour, key=self._rank):
            self._place(demand, cluster[demand.id])
        return [
            Sequenced(rep_id, day, tuple(stop.id for stop in ready.stops))
            for (rep_id, day), ready in self._days.items()
            if ready.stops
        ]

    def _rank(self, demand: VisitDemand) -> tuple[float, int, float]:
        """Priority, number of visits, and shortest hours first."""
        windows = demand.windows or ((Window(0.0, 1440.0),),)
        hours = max(sum(w.end_minute - w.start_minute for w in day) for day in windows)
        return -self._problem.missing_cost(demand), -self._visits(demand), hours

    def _visits(self, demand: VisitDemand) -> int:
        return max(map(len, self._patterns[demand.id]), default=0)

    def _tour(self) -> list[VisitDemand]:
        """Demands from nearest to nearest, from where the first day starts."""
        left = list(self._problem.demands)
        at = next((ready.shift.start_place for ready in self._days.values()), 0)
        tour = []
        while left:
            index = min(range(len(left)), key=lambda k: self._minutes[at][left[k].place])
            tour.append(left.pop(index))
            at = tour[-1].place
        return tour

    def _clusters(self, tour: Sequence[VisitDemand]) -> dict[str, int]:
        """The weekday of each demand's piece of the tour."""
        weekdays = sorted({self._problem.days[day].weekday for _, day in self._days})
        work = [self._visits(demand) * demand.minutes for demand in tour]
        whole, so_far = sum(work) or 1.0, 0.0
        cluster = {}
        for demand, minutes in zip(tour, work, strict=True):
            piece = int(len(weekdays) * (so_far + minutes / 2) / whole)
            cluster[demand.id] = weekdays[min(piece, len(weekdays) - 1)] if weekdays else 0
            so_far += minutes
        return cluster

    def _place(self, demand: VisitDemand, weekday: int) -> None:
        """Give a demand its rep and day set."""
        is_open = open_days(self._problem, demand)
        best: tuple[float, list[tuple[str, int]]] = (math.inf, [])
        for reps, main in self._groups():
            prices = {
                day: min(self._price(demand, rep, day, weekday, main) for rep in reps)
                for day in {d for pattern in self._patterns[demand.id] for d in pattern}
                if is_open[day]
            }
            for pattern in self._patterns[demand.id]:
                offers = [prices[day] for day in pattern if day in prices]
                made = [(rep_id, day) for price, rep_id, day in offers if math.isfinite(price)]
                missed = self._visits(demand) - len(made)
                cost = missed * self._problem.missing_cost(demand)
                cost += sum(price for price, _, _ in offers if math.isfinite(price))
                if cost < best[0]:
                    best = cost, made
        for rep_id, day in best[1]:
            ready = self._days[rep_id, day]
            stops = list(ready.stops)
            stops.insert(ready.best(demand).position, demand)
            shift = ready.shift
            self._days[rep_id, day] = TrialDay(
                self._problem, self._minutes, rep_id, day, shift, stops
            )

    def _groups(self) -> list[tuple[Sequence[Rep], Rep | None]]:
        """Who may share the visits of a demand, and from whom a change costs."""
        reps = self._problem.reps
        if self._problem.same_rep:
            return [((rep,), None) for rep in reps]
        return [(reps, main) for main in (reps if self._problem.mixes_reps else (None,))]

    def _price(
        self, demand: VisitDemand, rep: Rep, day: int, weekday: int, main: Rep | None
    ) -> tuple[float, str, int]:
        """Detour and distance from the cluster's weekday; infinite where there is no room."""
        ready = self._days.get((rep.id, day))
        nowhere = math.inf, rep.id, day
        if ready is None or not self._may_come(demand, rep, day):
            return nowhere
        if not (ready.reaches(demand) and ready.has_stop_left() and ready.carries(demand)):
            return nowhere
        trial = ready.best(demand)
        if not ready.exact(trial, demand).fits:
            return nowhere
        apart = abs(self._problem.days[day].weekday - weekday)
        change = self._problem.weights.rep_change if main not in (None, rep) else 0.0
        return trial.detour + self._off_cluster * apart + change, rep.id, day

    def _may_come(self, demand: VisitDemand, rep: Rep, day: int) -> bool:
        pinned = [pin.rep_id for pin in demand.pins if pin.day == day and pin.rep_id]
        if self._keepers[demand.id] not in (None, rep.id):
            return False
        return rep.id in (demand.rep_ids or (rep.id,)) and rep.id in (pinned or (rep.id,))
