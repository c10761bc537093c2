"""OR-Tools' routing library alone: the baseline that the periodic search is measured against.

A routing library does not choose days of a cycle.  So ``routing.engines.day_rule`` fixes them, in
several ways of which the cheapest is kept, and guided local search (Voudouris & Tsang 1999) routes
each rep's day, from that order on, with windows, appointments, breaks and limits in its model.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from routing.engines.day_choice import DayChooser
from routing.engines.day_rule import days_by_rule
from routing.engines.periodic.run import Order
from routing.engines.periodic.search import Found, ProgressHook
from routing.evaluate import Sequenced, evaluate
from routing.plan import Plan
from routing.problem import Problem
from routing.stop import Stop

#: Minutes of ``day_rule``'s clusters that are tried; 0: no clusters.
_OFF_CLUSTER = (0.0, 5.0, 10.0, 20.0)
#: Solutions by which the speed is measured.
_MEASURED = 40

#: A rep's id and a day.
_Key = tuple[str, int]


def route_days(
    problem: Problem,
    *,
    schedule: int | None,
    seconds: float | None,
    stop: Stop,
    initial: Sequence[Order] = (),
    on_progress: ProgressHook | None = None,
) -> Found:
    """Fix the days by the rule, or as ``initial`` has them where that is cheaper, and route them.

    An iteration is a solution of guided local search.  ``schedule`` of them are shared out evenly
    over the days; without it as many as ``seconds`` pay for, by the time that the longest day
    takes.  ``stop`` is asked before each day.  Nothing is random: the same problem, ``initial``
    and schedule give the same routes.
    """
    begin = time.monotonic()
    chooser = DayChooser(problem)
    starts = [_sequences(problem, initial)] if initial else []
    starts += [days_by_rule(problem, minutes) for minutes in _OFF_CLUSTER]
    work = min((_Routing(problem, chooser, start) for start in starts), key=_Routing.cost)
    keys = work.longest_first()
    if schedule is None:
        seconds = (seconds or 10.0) - (time.monotonic() - begin)
        schedule = int(seconds / work.seconds_a_solution())
    each = schedule // max(1, len(keys))
    done = 0
    for key in keys if each else []:
        if stop(done, work.cost()):
            break
        work.improve(key, each)
        done += each
        if on_progress is not None:
            on_progress(done, each * len(keys), work.cost())
    return Found(work.orders(), work.cost(), done, each * len(keys))


class _Routing:
    """The days of one start: who is visited, in order, and who would be if there were room."""

    def __init__(self, problem: Problem, chooser: DayChooser, start: Sequence[Sequenced]) -> None:
        self._problem, self._chooser = problem, chooser
        self._wanted = {(day.rep_id, day.day): day.demand_ids for day in start}
        self._made = {key: self._chosen(key, ids, 0) for key, ids in self._wanted.items()}

    def cost(self) -> float:
        """Cost of the days as they are."""
        return self._plan(self._made).cost.total

    def longest_first(self) -> list[_Key]:
        """The days with stops, the longest first."""
        keys = [key for key, ids in self._wanted.items() if ids]
        return sorted(keys, key=lambda key: (-len(self._wanted[key]), key))

    def improve(self, key: _Key, solutions: int) -> None:
        """Search one day for longer, from its present order; those left out are tried again."""
        made = self._made[key]
        out = [i for i in self._wanted[key] if i not in made]
        found = self._chosen(key, (*made, *out), solutions)
        if self._plan({key: found}).cost.total < self._plan({key: made}).cost.total:
            self._made[key] = found

    def seconds_a_solution(self) -> float:
        """Measured on the longest day, whose result is thrown away."""
        keys = self.longest_first()
        if not keys:
            return 1.0
        begin = time.monotonic()
        self._chosen(keys[0], self._wanted[keys[0]], _MEASURED)
        return max(1e-6, (time.monotonic() - begin) / _MEASURED)

    def orders(self) -> tuple[Order, ...]:
        """What the days hold, by index."""
        rep = {each.id: index for index, each in enumerate(self._problem.reps)}
        demand = {each.id: index for index, each in enumerate(self._problem.demands)}
        return tuple(
            Order(rep[rep_id], day, tuple(demand[i] for i in ids))
            for (rep_id, day), ids in self._made.items()
            if ids
        )

    def _chosen(self, key: _Key, ids: Sequence[str], solutions: int) -> tuple[str, ...]:
        return self._chooser.choose(*key, ids, solutions=solutions)

    def _plan(self, days: dict[_Key, tuple[str, ...]]) -> Plan:
        return evaluate(self._problem, (Sequenced(*key, ids) for key, ids in days.items()))


def _sequences(problem: Problem, orders: Sequence[Order]) -> list[Sequenced]:
    return [
        Sequenced(
            problem.reps[order.rep].id,
            order.day,
            tuple(problem.demands[c].id for c in order.demands),
        )
        for order in orders
    ]
