"""The days of a plan as trials."""

from __future__ import annotations

from routing.plan import Plan
from routing.problem import Problem
from routing.trial import TrialDay


class TrialDays:
    """The days of a plan, made ready for trials as they are asked for."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self._problem = problem
        self._minutes: list[list[float]] = (problem.travel.seconds / 60.0).tolist()
        self._demands = {demand.id: demand for demand in problem.demands}
        self._shifts = {rep.id: rep.shifts for rep in problem.reps}
        self._stops = {
            (route.rep_id, route.day): [
                self._demands[stop.demand_id]
                for stop in route.stops
                if stop.demand_id in self._demands
            ]
            for route in plan.routes
        }
        self._ready: dict[tuple[str, int], TrialDay] = {}

    def day(self, rep_id: str, day: int) -> TrialDay:
        """One rep's day; the rep must have a shift on it."""
        key = rep_id, day
        if key not in self._ready:
            shift = self._shifts[rep_id][day]
            assert shift is not None
            stops = self._stops.get(key, [])
            self._ready[key] = TrialDay(self._problem, self._minutes, rep_id, day, shift, stops)
        return self._ready[key]
