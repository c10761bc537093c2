"""The best days and places for one more visit in a plan, without solving.

Every place of every day on which the outlet can be visited is tried by ``routing.offers``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from routing.errors import Fault, InvalidPlan
from routing.evaluate import time_route
from routing.offers import Board, Offer, OpenDay, best_offers
from routing.patterns import may_hold, open_days
from routing.plan import Plan
from routing.problem import Problem, VisitDemand
from routing.trial import Trial, TrialDay


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
    offers = best_offers(
        search.board, demand, search.slots(days, rep_ids), count, search.is_already_broken
    )
    return tuple(search.slot(offer) for offer in offers)


class _SlotSearch:
    """Which days one demand may be offered, and what is wrong with them."""

    def __init__(self, problem: Problem, plan: Plan, demand: VisitDemand) -> None:
        self._problem, self._demand = problem, demand
        self.board = Board(problem, plan)
        self._made = self.board.made(demand.id)
        self._kept: dict[int, bool] = {}
        self._broken: dict[tuple[str, int], bool] = {}

    def slots(
        self, days: Collection[int] | None, rep_ids: Collection[str] | None
    ) -> Iterator[OpenDay]:
        """The days that may be asked for the visit and that roads reach."""
        for rep_id, day in self._days(days, rep_ids):
            ready = self.board.days.day(rep_id, day)
            if self._pinned_here(rep_id, day) and ready.reaches(self._demand):
                yield OpenDay(rep_id, day, self._allowed(ready, day))

    def _days(
        self, days: Collection[int] | None, rep_ids: Collection[str] | None
    ) -> Iterator[tuple[str, int]]:
        """Rep and day of every day that may be asked for the visit."""
        bound = self._problem.bound_reps(self._demand, self._made)
        open_to_all = open_days(self._problem, self._demand)
        for rep in self._problem.reps:
            wanted = rep_ids is None or rep.id in rep_ids
            if not wanted or (bound and rep.id not in bound) or not self._may_come(rep.id):
                continue
            for day, shift in enumerate(rep.shifts):
                asked = days is None or day in days
                if asked and shift is not None and open_to_all[day] and day not in self._made:
                    yield rep.id, day

    def slot(self, offer: Offer) -> Slot:
        """The offer with every rule that it breaks."""
        trial, day = offer.trial, self.board.days.day(offer.trial.rep_id, offer.trial.day)
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
        if day not in self._kept:
            self._kept[day] = may_hold(self._problem, self._demand, {day, *self._made})
        return self._kept[day]

    def is_already_broken(self, ready: TrialDay) -> bool:
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
