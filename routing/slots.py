"""The best days and places for one more visit in a plan, without solving.

Every place of every day on which the outlet can be visited is tried with ``routing.trial``; what
is offered is timed exactly.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from routing.errors import Fault, InvalidPlan
from routing.evaluate import time_route
from routing.patterns import open_days, patterns_of
from routing.plan import Plan
from routing.problem import Problem, Rep, VisitDemand
from routing.timing import EPSILON, Schedule, overtime_of
from routing.trial import Prospect, Trial, TrialDay
from routing.trial_days import TrialDays


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a visit: before the stop that is now at ``position`` of the day (from 0).

    ``added_minutes`` is by how much the rep's day gets longer (travel, visit and waiting),
    ``added_cost`` what the plan's cost grows by in the units of ``Weights``, without what the
    visit itself is worth.  ``violations`` are the rules that the day would then break.
    """

    rep_id: str
    day: int
    position: int
    arrival_minute: float
    added_minutes: float
    added_cost: float
    violations: tuple[Fault, ...]


def best_slots(
    problem: Problem,
    plan: Plan,
    demand: VisitDemand,
    *,
    count: int = 3,
    days: Collection[int] | None = None,
    rep_ids: Collection[str] | None = None,
) -> tuple[Slot, ...]:
    """The ``count`` cheapest slots for one visit, at most one per rep and day.

    ``demand`` may be one of the problem, with or without visits in the plan, or a new one at a
    place of the matrix.  ``days`` and ``rep_ids`` narrow the choice.  Slots that keep every rule
    come first, cheapest first; where they are too few, those follow that break the plan's rules
    (a limit of the day, the gaps to the demand's other visits) by the fewest minutes.  Days on
    which nobody can come within the windows, or on which somebody else would get late, are never
    offered.  The plan's times are those of ``routing.evaluate``.

    Raises InvalidPlan if the demand is at no place of the problem (``index-range``).
    """
    if not 0 <= demand.place < len(problem.places):
        cause = f"{demand.id} is at place {demand.place} of {len(problem.places)}."
        fault = Fault("index-range", cause, "Add the place to the problem first.", "demand.place")
        raise InvalidPlan([fault])
    search = _SlotSearch(problem, plan, demand)
    found: dict[tuple[str, int], _Offer] = {}
    for place in sorted(search.places(days, rep_ids), key=_Place.rank):
        best = sorted(offer.rank() for offer in found.values())[:count]
        if len(best) == count and best[-1] <= place.rank():
            break  # no place further on can do better
        offer = search.offer(place, found.get((place.rep_id, place.day)))
        if offer is not None:
            found[place.rep_id, place.day] = offer
    offers = sorted(found.values(), key=_Offer.rank)
    return tuple(search.slot(offer) for offer in offers[:count])


#: Breaks a rule, minutes over a limit, cost, day, rep.
_Rank = tuple[bool, float, float, int, str]


@dataclass(frozen=True, slots=True)
class _Place:
    """A place not tried yet, and the least that it can cost and lack."""

    rep_id: str
    day: int
    prospect: Prospect
    allowed: bool
    over: float
    cost: float

    def rank(self) -> _Rank:
        """No better than this can its offer rank."""
        clean = self.allowed and self.over <= EPSILON
        return (not clean, 0.0 if clean else self.over, self.cost, self.day, self.rep_id)


@dataclass(frozen=True, slots=True)
class _Offer:
    """A place, timed."""

    trial: Trial
    times: Schedule
    added_minutes: float
    added_cost: float
    allowed: bool

    def rank(self) -> _Rank:
        clean = self.allowed and self.trial.fits
        over = 0.0 if clean else self.trial.over
        return (not clean, over, self.added_cost, self.trial.day, self.trial.rep_id)


class _SlotSearch:
    """What the offers of one demand share."""

    def __init__(self, problem: Problem, plan: Plan, demand: VisitDemand) -> None:
        self._problem, self._demand = problem, demand
        self._ready = TrialDays(problem, plan)
        self._routes = {(route.rep_id, route.day): route for route in plan.routes}
        self._made = {
            route.day: route.rep_id
            for route in plan.routes
            if any(stop.demand_id == demand.id for stop in route.stops)
        }
        self._patterns = [set(pattern) for pattern in patterns_of(problem, demand)]
        self._before = problem.previous.days_of(demand.id) if problem.previous else ()
        self._broken: dict[tuple[str, int], bool] = {}
        self._loads: dict[str, float] = defaultdict(float)
        for route in plan.routes:
            self._loads[route.rep_id] += route.load_minutes
        self._worked = {rep.id: _days_worked(problem, rep) for rep in problem.reps}

    def places(
        self, days: Collection[int] | None, rep_ids: Collection[str] | None
    ) -> Iterator[_Place]:
        """Every place that roads reach on every day that may be asked for the visit."""
        for rep_id, day in self._days(days, rep_ids):
            ready = self._ready.day(rep_id, day)
            if not self._pinned_here(rep_id, day) or not ready.reaches(self._demand):
                continue
            allowed = self._allowed(ready, day)
            for prospect in ready.prospects(self._demand):
                if math.isfinite(prospect.end):
                    yield self._place(ready, prospect, allowed)

    def _place(self, ready: TrialDay, prospect: Prospect, allowed: bool) -> _Place:
        shift = ready.shift
        over = max(0.0, prospect.end - shift.hard_end)
        if shift.work_limit_minutes is not None:
            most = shift.work_limit_minutes + shift.overtime_limit_minutes
            over = max(over, prospect.load - most)
        overtime = overtime_of(shift, prospect.load, prospect.end)
        least = self._evenest(ready, prospect.load)
        cost = self._cost(ready, prospect.position, prospect.detour, overtime, least)
        return _Place(ready.rep_id, ready.day, prospect, allowed, over, cost)

    def offer(self, place: _Place, best: _Offer | None) -> _Offer | None:
        """The place timed, where somebody can come in time and it beats the day's best."""
        if best is not None and best.rank() <= place.rank():
            return None
        ready = self._ready.day(place.rep_id, place.day)
        prospect = place.prospect
        trial = ready.trial_at(self._demand, prospect.position, prospect.detour)
        if not math.isfinite(trial.over):
            return None
        times = ready.timed_with(self._demand, trial.position)
        load = times.end - times.start - sum(pause.minutes for _, _, pause in times.pauses)
        cost = self._cost(ready, trial.position, trial.detour, times.overtime, load)
        exact = trial if trial.fits else ready.exact(trial, self._demand)
        added = load - self._load_before(ready)
        allowed = place.allowed and not self._already_broken(ready)
        offer = _Offer(exact, times, added, cost, allowed)
        return offer if best is None or offer.rank() < best.rank() else None

    def _days(
        self, days: Collection[int] | None, rep_ids: Collection[str] | None
    ) -> Iterator[tuple[str, int]]:
        """Rep and day of every day that may be asked for the visit."""
        bound = set(self._made.values()) if self._problem.same_rep else set()
        open_to_all = open_days(self._problem, self._demand)
        for rep in self._problem.reps:
            wanted = rep_ids is None or rep.id in rep_ids
            if not wanted or (bound and rep.id not in bound) or not self._may_come(rep.id):
                continue
            for day, shift in enumerate(rep.shifts):
                asked = days is None or day in days
                if asked and shift is not None and open_to_all[day] and day not in self._made:
                    yield rep.id, day

    def slot(self, offer: _Offer) -> Slot:
        """The offer with every rule that it breaks."""
        trial, day = offer.trial, self._ready.day(offer.trial.rep_id, offer.trial.day)
        return Slot(
            rep_id=trial.rep_id,
            day=trial.day,
            position=trial.position,
            arrival_minute=offer.times.arrivals[trial.position],
            added_minutes=offer.added_minutes,
            added_cost=offer.added_cost,
            violations=(*self._day_faults(day, trial), *self._pattern_faults(trial.day)),
        )

    def _may_come(self, rep_id: str) -> bool:
        return not self._demand.rep_ids or rep_id in self._demand.rep_ids

    def _pinned_here(self, rep_id: str, day: int) -> bool:
        """No appointment of that day is with somebody else."""
        pins = [pin for pin in self._demand.pins if pin.day == day and pin.rep_id is not None]
        return all(pin.rep_id == rep_id for pin in pins)

    def _allowed(self, ready: TrialDay, day: int) -> bool:
        return ready.has_stop_left() and ready.carries(self._demand) and self._keeps_gaps(day)

    def _keeps_gaps(self, day: int) -> bool:
        wanted = {day, *self._made}
        return any(wanted <= pattern for pattern in self._patterns)

    def _cost(
        self, ready: TrialDay, position: int, detour: float, overtime: float, load: float
    ) -> float:
        """What the plan's cost grows by, but for the visit that is no longer missing."""
        weights, travel = self._problem.weights, self._problem.travel
        ends = ready.shift.start_place, ready.shift.end_place
        if not ready.stops:  # a day off the road has no way from its start to its end either
            detour += float(travel.seconds[ends]) / 60.0
        cost = (
            weights.travel_minute * detour
            + weights.overtime_minute * (overtime - self._overtime_before(ready))
            + weights.off_preference * self._is_off_preference(ready.day)
            + weights.moved_visit * bool(self._before and ready.day not in self._before)
        )
        if weights.travel_km:
            cost += weights.travel_km * self._added_km(ready, position)
        if weights.imbalance:
            cost += weights.imbalance * self._unevenness(ready, load) / 60.0
        return cost

    def _load_before(self, ready: TrialDay) -> float:
        route = self._routes.get((ready.rep_id, ready.day))
        return route.load_minutes if route else 0.0

    def _overtime_before(self, ready: TrialDay) -> float:
        route = self._routes.get((ready.rep_id, ready.day))
        return overtime_of(ready.shift, route.load_minutes, route.end_minute) if route else 0.0

    def _is_off_preference(self, day: int) -> bool:
        preferred = self._demand.preferred_weekdays
        return bool(preferred) and self._problem.days[day].weekday not in preferred

    def _added_km(self, ready: TrialDay, position: int) -> float:
        places = [stop.place for stop in ready.stops]
        path = [ready.shift.start_place, *places, ready.shift.end_place]
        a, b, to = path[position], path[position + 1], self._problem.travel.metres
        here = self._demand.place
        saved = to[a, b] if ready.stops else 0.0
        return float(to[a, here] + to[here, b] - saved) / 1000.0

    def _unevenness(self, ready: TrialDay, after: float) -> float:
        """Growth of the squared minutes from the mean over the rep's working days."""
        before, total = self._load_before(ready), self._loads[ready.rep_id]
        grown = total + after - before
        worked = self._worked[ready.rep_id]
        return after**2 - before**2 - (grown**2 - total**2) / worked

    def _evenest(self, ready: TrialDay, least: float) -> float:
        """Of all loads from ``least`` on the one that leaves the rep's days most even."""
        others = self._loads[ready.rep_id] - self._load_before(ready)
        return max(least, others / max(1, self._worked[ready.rep_id] - 1))

    def _already_broken(self, ready: TrialDay) -> bool:
        """Whether the day breaks a rule as it is: no slot of it keeps every rule."""
        key = ready.rep_id, ready.day
        if key not in self._broken:
            ids = [stop.id for stop in ready.stops]
            self._broken[key] = bool(ids and time_route(self._problem, *key, ids).violations)
        return self._broken[key]

    def _day_faults(self, ready: TrialDay, trial: Trial) -> Sequence[Fault]:
        """What the day itself would break; a new demand is judged as one of the problem."""
        ids = [stop.id for stop in ready.stops]
        ids.insert(trial.position, self._demand.id)
        others = tuple(d for d in self._problem.demands if d.id != self._demand.id)
        judged = replace(self._problem, demands=(*others, self._demand))
        return time_route(judged, trial.rep_id, trial.day, ids).violations

    def _pattern_faults(self, day: int) -> list[Fault]:
        if self._keeps_gaps(day):
            return []
        date = self._problem.days[day].date
        cause = f"With {date} the days of {self._demand.id} are not part of an allowed set of days."
        action = "Choose another day, or change the frequency."
        return [Fault("pattern-broken", cause, action)]


def _days_worked(problem: Problem, rep: Rep) -> int:
    days = zip(problem.days, rep.shifts, strict=True)
    return sum(day.works and shift is not None for day, shift in days)
