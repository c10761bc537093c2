"""Mends days that a solver planned and the clock refuses: what does not fit moves or is missed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from routing.evaluate import Sequenced, evaluate, time_route
from routing.patterns import may_hold, open_days
from routing.problem import Problem, Rep, VisitDemand
from routing.trial import Trial, TrialDay
from routing.trial_days import TrialDays


@dataclass(frozen=True, slots=True)
class RepairReport:
    """Days that broke a rule, visits taken out of them, and visits that found a place."""

    days: int = 0
    taken_out: int = 0
    put_in: int = 0


def repair_days(
    problem: Problem, sequences: Sequence[Sequenced]
) -> tuple[tuple[Sequenced, ...], RepairReport]:
    """The routes with every day right, if leaving visits out can make it so.

    Of a day that breaks a rule those visits go that count least and give most time.  Then every
    missing visit, the most important first, is offered each day that its pattern allows.
    """
    kept, failed, out = [], 0, 0
    for sequence in sequences:
        ids = _thinned(problem, sequence)
        failed += ids != sequence.demand_ids or _breaks(problem, sequence, ids) > 0
        out += len(sequence.demand_ids) - len(ids)
        if ids:
            kept.append(Sequenced(sequence.rep_id, sequence.day, ids))
    routes, put_in = _Filling(problem, kept).fill()
    return routes, RepairReport(failed, out, put_in)


def _breaks(problem: Problem, sequence: Sequenced, ids: Sequence[str]) -> int:
    """How many rules the day breaks with these visits."""
    return len(time_route(problem, sequence.rep_id, sequence.day, ids).violations) if ids else 0


def _thinned(problem: Problem, sequence: Sequenced) -> tuple[str, ...]:
    ids = sequence.demand_ids
    broken = _breaks(problem, sequence, ids)
    worth = {demand.id: problem.missing_cost(demand) for demand in problem.demands}
    while broken and ids:
        _, broken, ids = min(_one_less(problem, sequence, ids, worth), key=lambda choice: choice[0])
    return ids


#: Rank (best first), rules still broken, the rest.
_Choice = tuple[tuple[float, ...], int, tuple[str, ...]]


def _one_less(
    problem: Problem, sequence: Sequenced, ids: Sequence[str], worth: dict[str, float]
) -> list[_Choice]:
    """Every way to leave one visit out."""
    choices: list[_Choice] = []
    for index, left_out in enumerate(ids):
        rest = (*ids[:index], *ids[index + 1 :])
        if not rest:
            return [((0.0,), 0, rest)]
        timed = time_route(problem, sequence.rep_id, sequence.day, rest)
        broken = len(timed.violations)
        rank = (bool(broken), worth[left_out], broken, timed.route.end_minute, index)
        choices.append((rank, broken, rest))
    return choices


class _Filling:
    """Puts missing visits where they fit."""

    def __init__(self, problem: Problem, sequences: Sequence[Sequenced]) -> None:
        self._problem = problem
        plan = evaluate(problem, sequences)
        self._missing = {each.demand_id: each.count for each in (*plan.unserved, *plan.left_out)}
        self._ready = TrialDays(problem, plan)
        self._orders = {(s.rep_id, s.day): s.demand_ids for s in sequences}
        self._days: dict[tuple[str, int], TrialDay] = {}
        self._made: dict[str, dict[int, str]] = {demand.id: {} for demand in problem.demands}
        for route in plan.routes:
            for stop in route.stops:
                self._made[stop.demand_id][route.day] = route.rep_id

    def fill(self) -> tuple[tuple[Sequenced, ...], int]:
        """The routes, and how many visits were put in."""
        count = 0
        worth = self._problem.missing_cost
        for demand in sorted(self._problem.demands, key=lambda d: (-worth(d), d.minutes)):
            for _ in range(self._missing.get(demand.id, 0)):
                if not self._put_in(demand):
                    break
                count += 1
        orders = self._orders.items()
        return tuple(Sequenced(rep, day, ids) for (rep, day), ids in orders if ids), count

    def _put_in(self, demand: VisitDemand) -> bool:
        trials = (
            self._trial(demand, rep.id, day)
            for day in self._open_days(demand)
            for rep in self._reps(demand, day)
        )
        worth = self._problem.missing_cost(demand)
        price = self._problem.weights.travel_minute
        fitting = [t for t in trials if t is not None and t.detour * price < worth]
        for trial in sorted(fitting, key=lambda t: (t.detour, t.day, t.rep_id)):
            key = trial.rep_id, trial.day
            ids = list(self._orders.get(key, ()))
            ids.insert(trial.position, demand.id)
            if not time_route(self._problem, *key, ids).violations:
                self._orders[key] = tuple(ids)
                self._made[demand.id][trial.day] = trial.rep_id
                self._days[key] = self._day(*key).with_stop(demand, trial.position)
                return True
        return False

    def _open_days(self, demand: VisitDemand) -> list[int]:
        """Days that may be added to those on which the demand is visited."""
        made = set(self._made[demand.id])
        is_open = open_days(self._problem, demand)
        days = (day for day, each in enumerate(is_open) if each and day not in made)
        return [day for day in days if may_hold(self._problem, demand, {day, *made})]

    def _reps(self, demand: VisitDemand, day: int) -> list[Rep]:
        bound = self._problem.bound_reps(demand, self._made[demand.id])
        pinned = {pin.rep_id for pin in demand.pins if pin.rep_id and pin.day == day}
        return [
            rep
            for rep in self._problem.reps
            if rep.shifts[day] is not None
            and rep.id in (demand.rep_ids or (rep.id,))
            and rep.id in (bound or {rep.id})
            and rep.id in (pinned or {rep.id})
        ]

    def _day(self, rep_id: str, day: int) -> TrialDay:
        key = rep_id, day
        if key not in self._days:
            self._days[key] = self._ready.day(rep_id, day)
        return self._days[key]

    def _trial(self, demand: VisitDemand, rep_id: str, day: int) -> Trial | None:
        ready = self._day(rep_id, day)
        if not (ready.reaches(demand) and ready.has_stop_left() and ready.carries(demand)):
            return None
        trial = ready.best(demand)
        return trial if trial.fits and math.isfinite(trial.detour) else None
