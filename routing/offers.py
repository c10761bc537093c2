"""The best places for one more visit over many days of a plan, timed exactly.

Every place of every day asked for is ranked by the least that it can cost and lack; places are
timed in that order until none further on can do better.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from routing.added_cost import AddedCost
from routing.plan import Plan
from routing.problem import Problem, VisitDemand
from routing.timing import EPSILON, Schedule, overtime_of
from routing.trial import Prospect, Trial, TrialDay
from routing.trial_days import TrialDays


class Board:
    """A plan made ready for trials of one more visit."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.days = TrialDays(problem, plan)
        self.cost = AddedCost(problem, plan)
        self._visits: dict[str, dict[int, str]] = defaultdict(dict)
        for route in plan.routes:
            for stop in route.stops:
                self._visits[stop.demand_id][route.day] = route.rep_id

    def made(self, demand_id: str) -> dict[int, str]:
        """The days on which a demand is visited, and by whom."""
        return self._visits.get(demand_id, {})


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A rep's day that may be asked; ``allowed``: a visit on it would break no rule but time's."""

    rep_id: str
    day: int
    allowed: bool = True


#: Breaks a rule, minutes over a limit, cost, day, rep.
Rank = tuple[bool, float, float, int, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """A place for a visit, timed.

    ``added_minutes`` is by how much the day gets longer, ``added_cost`` what the plan's cost grows
    by, without what the visit itself is worth.
    """

    trial: Trial
    times: Schedule
    added_minutes: float
    added_cost: float
    allowed: bool

    @property
    def rank(self) -> Rank:
        """Offers that keep every rule first, then those that lack least, cheapest first."""
        clean = self.allowed and self.trial.fits
        over = 0.0 if clean else self.trial.over
        return (not clean, over, self.added_cost, self.trial.day, self.trial.rep_id)


@dataclass(frozen=True, slots=True)
class _Place:
    """A place not timed yet, and the least that it can cost and lack."""

    open_day: OpenDay
    prospect: Prospect
    over: float
    cost: float

    @property
    def rank(self) -> Rank:
        """No better than this can its offer rank."""
        clean = self.open_day.allowed and self.over <= EPSILON
        over = 0.0 if clean else self.over
        return (not clean, over, self.cost, self.open_day.day, self.open_day.rep_id)


def best_offers(
    board: Board,
    demand: VisitDemand,
    days: Iterable[OpenDay],
    count: int = 1,
    is_broken: Callable[[TrialDay], bool] = lambda day: False,
) -> list[Offer]:
    """The ``count`` best offers, at most one per day; of days that make nobody late.

    ``is_broken`` says whether a day breaks a rule as it is, so that no place of it is clean.
    """
    found: dict[tuple[str, int], Offer] = {}
    for place in sorted(_places(board, demand, days), key=lambda place: place.rank):
        best = sorted(offer.rank for offer in found.values())[:count]
        if len(best) == count and best[-1] <= place.rank:
            break  # no place further on can do better
        key = place.open_day.rep_id, place.open_day.day
        offer = _timed(board, demand, place, found.get(key), is_broken)
        if offer is not None:
            found[key] = offer
    return sorted(found.values(), key=lambda offer: offer.rank)[:count]


def _places(board: Board, demand: VisitDemand, days: Iterable[OpenDay]) -> Iterator[_Place]:
    for open_day in days:
        ready = board.days.day(open_day.rep_id, open_day.day)
        for prospect in ready.prospects(demand):
            if math.isfinite(prospect.end):
                yield _place(board, demand, open_day, ready, prospect)


def _place(
    board: Board, demand: VisitDemand, open_day: OpenDay, ready: TrialDay, prospect: Prospect
) -> _Place:
    shift, cost = ready.shift, board.cost
    over = max(0.0, prospect.end - shift.hard_end)
    if shift.work_limit_minutes is not None:
        most = shift.work_limit_minutes + shift.overtime_limit_minutes
        over = max(over, prospect.load - most)
    overtime = overtime_of(shift, prospect.load, prospect.end)
    load = cost.evenest(ready, prospect.load)
    least = cost.inserted(demand, ready, prospect.position, prospect.detour, overtime, load)
    return _Place(open_day, prospect, over, least)


def _timed(
    board: Board,
    demand: VisitDemand,
    place: _Place,
    best: Offer | None,
    is_broken: Callable[[TrialDay], bool],
) -> Offer | None:
    """The place timed, where nobody gets late and it beats the best of its day."""
    if best is not None and best.rank <= place.rank:
        return None
    ready = board.days.day(place.open_day.rep_id, place.open_day.day)
    position, detour = place.prospect.position, place.prospect.detour
    if not math.isfinite(ready.trial_at(demand, position, detour).over):
        return None
    times = ready.timed_with(demand, position)
    trial = Trial(ready.rep_id, ready.day, position, ready.over_of(times), detour)
    order = (*ready.stops[:position], demand, *ready.stops[position:])
    cost = board.cost.timed(demand, ready, order, times)
    added = times.load - board.cost.load_before(ready)
    offer = Offer(trial, times, added, cost, place.open_day.allowed and not is_broken(ready))
    return offer if best is None or offer.rank < best.rank else None
