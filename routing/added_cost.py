"""What one more visit on a day adds to the cost of a plan, without pricing the plan again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from routing.plan import Plan
from routing.problem import Problem, Rep, VisitDemand
from routing.timing import Schedule, overtime_of
from routing.travel import FloatMatrix
from routing.trial import TrialDay


class AddedCost:
    """Prices changes of single days of one plan, in the units of ``Weights``."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self._problem = problem
        self._routes = {(route.rep_id, route.day): route for route in plan.routes}
        self._previous = problem.previous
        self._loads: dict[str, float] = defaultdict(float)
        self._reps: dict[str, Counter[str]] = defaultdict(Counter)
        for route in plan.routes:
            self._loads[route.rep_id] += route.load_minutes
            for stop in route.stops:
                self._reps[stop.demand_id][route.rep_id] += 1
        self._worked = {rep.id: _days_worked(problem, rep) for rep in problem.reps}

    def worth(self, demand: VisitDemand) -> float:
        """What one missing visit of the demand costs."""
        return self._problem.missing_cost(demand)

    def inserted(
        self,
        demand: VisitDemand,
        ready: TrialDay,
        position: int,
        detour: float,
        overtime: float,
        load: float,
    ) -> float:
        """The least that the cost grows by if the day takes the visit there and has this load.

        ``detour`` is added free driving, ``overtime`` that of the whole day, all in minutes.  What
        the visit itself is worth is not in it.  Exact without peaks; in peaks the way takes at
        least its free minutes, and what it took before is known.
        """
        detour += self._way_of_empty_day(ready) - self._lost_to_peaks(ready)
        km = self._added_km(demand, ready, position) if self._problem.weights.travel_km else 0.0
        return self._grown(demand, ready, detour, km, overtime, load)

    def timed(
        self, demand: VisitDemand, ready: TrialDay, order: Sequence[VisitDemand], times: Schedule
    ) -> float:
        """The same, exactly, if the day has these stops in this order at these times."""
        route = self._routes.get((ready.rep_id, ready.day))
        minutes = sum(times.drives) - (route.travel_minutes if route else 0.0)
        weighed = self._problem.weights.travel_km
        km = _longer(self._problem.travel.metres, ready, order) / 1000.0 if weighed else 0.0
        return self._grown(demand, ready, minutes, km, times.overtime, times.load)

    def _grown(
        self,
        demand: VisitDemand,
        ready: TrialDay,
        minutes: float,
        km: float,
        overtime: float,
        load: float,
    ) -> float:
        """What the cost grows by if the day's travel grows by so much."""
        weights = self._problem.weights
        cost = (
            weights.travel_minute * minutes
            + weights.overtime_minute * (overtime - self._overtime_before(ready))
            + weights.off_preference * self._is_off_preference(demand, ready.day)
            + weights.moved_visit * self._is_moved(demand, ready.day)
            + weights.rep_change * self._changes_rep(demand, ready.rep_id)
        )
        if weights.travel_km:
            cost += weights.travel_km * km
        if weights.imbalance:
            cost += weights.imbalance * self._unevenness(ready, load) / 60.0
        return cost

    def load_before(self, ready: TrialDay) -> float:
        """Load of the day as it is, in minutes."""
        route = self._routes.get((ready.rep_id, ready.day))
        return route.load_minutes if route else 0.0

    def evenest(self, ready: TrialDay, least: float) -> float:
        """Of all loads from ``least`` on the one that leaves the rep's days most even."""
        others = self._loads[ready.rep_id] - self.load_before(ready)
        return max(least, others / max(1, self._worked[ready.rep_id] - 1))

    def _way_of_empty_day(self, ready: TrialDay) -> float:
        """A day off the road has no way from its start to its end either: minutes to add."""
        if ready.stops:
            return 0.0
        ends = ready.shift.start_place, ready.shift.end_place
        return float(self._problem.travel.seconds[ends]) / 60.0

    def _lost_to_peaks(self, ready: TrialDay) -> float:
        """Minutes by which the day's way takes longer than on free roads."""
        route = self._routes.get((ready.rep_id, ready.day))
        if route is None or not self._problem.travel.bands:
            return 0.0
        free = _length(self._problem.travel.seconds, ready, ready.stops) / 60.0
        return route.travel_minutes - free

    def _overtime_before(self, ready: TrialDay) -> float:
        route = self._routes.get((ready.rep_id, ready.day))
        return overtime_of(ready.shift, route.load_minutes, route.end_minute) if route else 0.0

    def _is_off_preference(self, demand: VisitDemand, day: int) -> bool:
        preferred = demand.preferred_weekdays
        return bool(preferred) and self._problem.days[day].weekday not in preferred

    def _is_moved(self, demand: VisitDemand, day: int) -> bool:
        before = self._previous.days_of(demand.id) if self._previous else ()
        return bool(before and day not in before)

    def _changes_rep(self, demand: VisitDemand, rep_id: str) -> bool:
        """Whether the visit is one more that the demand's most frequent rep does not make."""
        made = self._reps[demand.id]
        return not self._problem.same_rep and made[rep_id] < max(made.values(), default=0)

    def _added_km(self, demand: VisitDemand, ready: TrialDay, position: int) -> float:
        places = [stop.place for stop in ready.stops]
        path = [ready.shift.start_place, *places, ready.shift.end_place]
        a, b, to = path[position], path[position + 1], self._problem.travel.metres
        saved = to[a, b] if ready.stops else 0.0
        return float(to[a, demand.place] + to[demand.place, b] - saved) / 1000.0

    def _unevenness(self, ready: TrialDay, after: float) -> float:
        """Growth of the squared minutes from the mean over the rep's working days."""
        before, total = self.load_before(ready), self._loads[ready.rep_id]
        grown = total + after - before
        worked = self._worked[ready.rep_id]
        return after**2 - before**2 - (grown**2 - total**2) / worked


def _days_worked(problem: Problem, rep: Rep) -> int:
    days = zip(problem.days, rep.shifts, strict=True)
    return sum(day.works and shift is not None for day, shift in days)


def _longer(matrix: FloatMatrix, ready: TrialDay, order: Sequence[VisitDemand]) -> float:
    """By how much the way of the day grows with these stops instead of those it has."""
    return _length(matrix, ready, order) - _length(matrix, ready, ready.stops)


def _length(matrix: FloatMatrix, ready: TrialDay, stops: Sequence[VisitDemand]) -> float:
    if not stops:
        return 0.0
    path = [ready.shift.start_place, *(stop.place for stop in stops), ready.shift.end_place]
    return float(sum(matrix[a, b] for a, b in pairwise(path)))
