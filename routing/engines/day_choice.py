"""Chooses whom to visit on one day, and in which order, where not everybody may fit.

A first day is built by cheapest insertion under the exact clock of ``routing.trial``; OR-Tools
then orders it and trades visits at what missing them costs; what it leaves out is tried once more
at every place.  A day is kept only if ``routing.evaluate`` finds that it breaks no rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from routing.engines.day_model import COST_SCALE, SOLUTIONS, day_cost, day_task, is_settled
from routing.engines.ortools_routing import DayTask, best_order
from routing.evaluate import TimedDay, time_route
from routing.patterns import open_days
from routing.problem import Problem, Shift, VisitDemand
from routing.trial import TrialDay

#: Loads are compared in thousandths.
_LOAD_SCALE = 1000
#: A price beyond which OR-Tools' sums could run over.
_DEAREST = 10**13
_LEAST_GAIN = 1e-6


class DayChooser:
    """Chooses days of one problem; reads its matrix once."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._minutes: list[list[float]] = (problem.travel.seconds / 60.0).tolist()
        self._demands = {demand.id: demand for demand in problem.demands}
        self._shifts = {rep.id: rep.shifts for rep in problem.reps}

    def choose(
        self,
        rep_id: str,
        day: int,
        demand_ids: Sequence[str],
        *,
        solutions: int = SOLUTIONS,
    ) -> tuple[str, ...]:
        """The visits to make, in order: least travel, overtime and missed visits at ``Weights``.

        What cannot fit is left out.  The same input gives the same day: each search ends after
        ``solutions`` solutions (0: OR-Tools is not asked).
        """
        shift = self._shifts[rep_id][day]
        assert shift is not None
        search = _DaySearch(self._problem, self._minutes, rep_id, day, shift)
        return search.run([self._demands[demand_id] for demand_id in demand_ids], solutions)


class _DaySearch:
    """One choice: the best day so far, its exact cost, and who may come."""

    def __init__(
        self,
        problem: Problem,
        minutes: Sequence[Sequence[float]],
        rep_id: str,
        day: int,
        shift: Shift,
    ) -> None:
        self._problem, self._minutes = problem, minutes
        self._rep_id, self._day, self._shift = rep_id, day, shift

    def run(self, wanted: Sequence[VisitDemand], solutions: int) -> tuple[str, ...]:
        alone = self._trial(())
        able = [d for d in wanted if self._may_come(d) and alone.best(d).fits]
        if not able:
            return ()
        best = self._start(able)
        models = (False, True) if self._shift.breaks else (False,)
        for with_breaks in models if solutions else ():
            found = self._proposed(able, best, with_breaks, solutions)
            if self._cost(found, able) < self._cost(best, able) - _LEAST_GAIN:
                best = found
            if len(best) == len(able) and is_settled(self._timed(best)):
                break
        return tuple(demand.id for demand in self._filled(best, able))

    def _start(self, able: Sequence[VisitDemand]) -> list[VisitDemand]:
        """The order given where it keeps every rule, a day built by insertion otherwise."""
        if not self._timed(able).violations:
            return list(able)
        return self._filled((), able)

    def _filled(
        self, stops: Sequence[VisitDemand], able: Sequence[VisitDemand]
    ) -> list[VisitDemand]:
        """With whoever else fits put in at the cheapest place: appointments first, then value."""
        filled = list(stops)
        present = {demand.id for demand in stops}
        left = [demand for demand in able if demand.id not in present]
        for demand in sorted(left, key=lambda d: (-self._is_fixed(d), -self._worth(d))):
            position = self._cheapest(filled, demand)
            if position is not None:
                filled.insert(position, demand)
        return filled

    def _may_come(self, demand: VisitDemand) -> bool:
        reps = {pin.rep_id for pin in demand.pins if pin.day == self._day and pin.rep_id}
        allowed = self._rep_id in (demand.rep_ids or (self._rep_id,))
        open_today = open_days(self._problem, demand)[self._day]
        return allowed and open_today and self._rep_id in (reps or (self._rep_id,))

    def _is_fixed(self, demand: VisitDemand) -> bool:
        return any(
            p.day == self._day and (p.start_minute is not None or p.order) for p in demand.pins
        )

    def _cheapest(self, stops: Sequence[VisitDemand], demand: VisitDemand) -> int | None:
        """Where the visit fits with the least detour, if that is less than missing it costs."""
        day = self._trial(stops)
        if not (day.has_stop_left() and day.carries(demand)):
            return None
        worth = self._worth(demand)
        for trial in day.trials(demand):
            if trial.detour * self._problem.weights.travel_minute > worth:
                return None
            if trial.fits and day.exact(trial, demand).fits:
                return trial.position
        return None

    def _proposed(
        self,
        able: Sequence[VisitDemand],
        start: Sequence[VisitDemand],
        with_breaks: bool,
        solutions: int,
    ) -> list[VisitDemand]:
        """What OR-Tools makes of the start; the start itself where it finds nothing."""
        task = self._task(able, with_breaks)
        node = {demand.id: index for index, demand in enumerate(able, start=1)}
        order = best_order(task, [node[demand.id] for demand in start], solutions)
        return list(start) if order is None else [able[index - 1] for index in order]

    def _task(self, able: Sequence[VisitDemand], with_breaks: bool) -> DayTask:
        capacity = self._shift.capacity
        return replace(
            day_task(self._problem, self._shift, self._day, able, with_breaks),
            drop_cost=[min(_DEAREST, round(COST_SCALE * self._worth(d))) for d in able],
            most_stops=self._shift.max_stops,
            loads=[-int(-_LOAD_SCALE * demand.load // 1) for demand in able],
            capacity=None if capacity is None else int(_LOAD_SCALE * capacity),
        )

    def _worth(self, demand: VisitDemand) -> float:
        return self._problem.missing_cost(demand)

    def _cost(self, stops: Sequence[VisitDemand], able: Sequence[VisitDemand]) -> float:
        """Exact cost of a day and of those it leaves out; infinite where it breaks a rule."""
        present = {demand.id for demand in stops}
        missed = sum(self._worth(demand) for demand in able if demand.id not in present)
        if not stops:
            return missed
        timed = self._timed(stops)
        if timed.violations:
            return float("inf")
        return missed + day_cost(self._problem.weights, timed)

    def _timed(self, stops: Sequence[VisitDemand]) -> TimedDay:
        ids = [demand.id for demand in stops]
        return time_route(self._problem, self._rep_id, self._day, ids)

    def _trial(self, stops: Sequence[VisitDemand]) -> TrialDay:
        return TrialDay(self._problem, self._minutes, self._rep_id, self._day, self._shift, stops)
