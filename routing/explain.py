"""Says why a visit is not in a plan, and the least change that would admit it.

For each demand with missing visits every place of every day that one more visit may have is
tried (``routing.offers``); where none fits, the days that lack least are put in another order by
OR-Tools with the visit among their stops.  What then still fails is said of the day that lacks
least (``routing.explain_days``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from routing.day_bound import surely_full
from routing.engines.day_room import Overfull, roomier_orders
from routing.explain_days import day_reason
from routing.explain_never import Never
from routing.offers import Board, Offer, OpenDay, best_offers
from routing.patterns import holding, may_hold, open_days
from routing.plan import Facts, Plan, Reason, Remedy, UnservedVisit
from routing.problem import Problem, Rep, VisitDemand
from routing.trial import Trial
from routing.wording import Finding, detail, worded

#: Days that are put in another order for one demand.
REORDERED_DAYS = 3


def explain(problem: Problem, plan: Plan) -> Plan:
    """The same plan, its unserved visits with reason, facts, a plain sentence and a remedy.

    No visit stays ``Reason.UNEXPLAINED``.  ``Reason.ROOM`` is for plans that leave out what would
    fit and pay: made by hand, or by a search that was stopped early.
    """
    explainer = Explainer(problem, plan)
    return replace(
        plan,
        unserved=tuple(explainer.explained(each) for each in plan.unserved),
        left_out=tuple(explainer.explained(each) for each in plan.left_out),
    )


@dataclass(frozen=True, slots=True)
class Room:
    """A day that has room for a visit: the order it then has, and what that adds."""

    rep_id: str
    day: int
    order: tuple[str, ...]
    added_minutes: float
    added_cost: float
    reordered: bool


class Explainer:
    """What the explanations of one plan share."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self._problem = problem
        self._board = Board(problem, plan)
        self._demands = {demand.id: demand for demand in problem.demands}

    def explained(self, unserved: UnservedVisit) -> UnservedVisit:
        """The unserved visits of one demand with their reason."""
        demand = self._demands.get(unserved.demand_id)
        if demand is None:
            return unserved
        found = self._past(demand) or self._finding(demand)
        return replace(
            unserved,
            reason=found.reason,
            detail=detail(self._problem, demand, found),
            remedy=worded(self._problem, found.remedy),
            facts=found.facts,
        )

    def room(self, demand: VisitDemand) -> Room | None:
        """Where one more visit of the demand fits, as cheaply as was found."""
        days = self._days(demand, self._reps(demand))
        room, _ = self._tried(demand, self._free(demand, self._allowed(demand, days)))
        return room

    def _past(self, demand: VisitDemand) -> Finding | None:
        """Set if no allowed set of days has more visits to come: they were due before."""
        made = self._board.made(demand.id)
        sets = holding(self._problem, demand, made) if self._problem.frozen_until else ()
        if not sets or max(map(len, sets)) > len(made):
            return None
        until = min(self._problem.frozen_until, len(self._problem.days) - 1)
        remedy = Remedy("next_cycle", None, demand.minutes, "")
        return Finding(Reason.PAST, Facts("past", until), remedy)

    def _finding(self, demand: VisitDemand) -> Finding:
        never = Never(self._problem, self._board, demand)
        reps = self._reps(demand)
        if not reps:
            return never.nobody()
        every = self._days(demand, reps, reachable=False)
        if not every:
            return never.open(reps)
        days = [open_day for open_day in every if self._reaches(demand, open_day)]
        if not days:
            return never.reached()
        allowed = self._allowed(demand, days)
        if not allowed:
            return never.in_a_set(reps, days)
        free = self._free(demand, allowed)
        room, trials = self._tried(demand, free)
        if room is not None:
            return self._room_or_dear(demand, room)
        return self._full(demand, days, allowed, trials)

    def _reps(self, demand: VisitDemand) -> list[Rep]:
        """Who may make the missing visits."""
        bound = self._problem.bound_reps(demand, self._board.made(demand.id))
        return [
            rep
            for rep in self._problem.reps
            if (not demand.rep_ids or rep.id in demand.rep_ids) and (not bound or rep.id in bound)
        ]

    def _days(
        self, demand: VisitDemand, reps: Sequence[Rep], reachable: bool = True
    ) -> list[OpenDay]:
        """The days on which the demand is open, not visited yet, and one of its reps works."""
        made = self._board.made(demand.id)
        is_open = open_days(self._problem, demand)
        days = [
            OpenDay(rep.id, day)
            for day, opened in enumerate(is_open)
            for rep in reps
            if opened and day not in made and rep.shifts[day] is not None
        ]
        days = [open_day for open_day in days if _pin_allows(demand, open_day)]
        return [each for each in days if not reachable or self._reaches(demand, each)]

    def _reaches(self, demand: VisitDemand, open_day: OpenDay) -> bool:
        return self._board.days.day(open_day.rep_id, open_day.day).reaches(demand)

    def _allowed(self, demand: VisitDemand, days: Sequence[OpenDay]) -> list[OpenDay]:
        """Those that with the days it has are part of an allowed set."""
        made = set(self._board.made(demand.id))
        some = {each.day for each in days}
        kept = {day for day in some if may_hold(self._problem, demand, {day, *made})}
        return [each for each in days if each.day in kept]

    def _free(self, demand: VisitDemand, days: Sequence[OpenDay]) -> list[OpenDay]:
        """Those whose stop limit and capacity take one more."""
        ready = ((each, self._board.days.day(each.rep_id, each.day)) for each in days)
        return [each for each, day in ready if day.has_stop_left() and day.carries(demand)]

    def _tried(
        self, demand: VisitDemand, days: Sequence[OpenDay]
    ) -> tuple[Room | None, list[Trial]]:
        """The cheapest room on these days or, without any, what the best of them lack."""
        offers = best_offers(self._board, demand, days, REORDERED_DAYS)
        if offers and offers[0].trial.fits:
            return self._inserted(demand, offers[0]), []
        tried = [offer.trial for offer in offers] or self._late(demand, days)
        rooms, trials = [], []
        for trial in tried:
            room, trial = self._reordered(demand, trial)
            trials.append(trial)
            if room is not None:
                rooms.append(room)
        least = min(rooms, key=lambda room: (room.added_cost, room.day), default=None)
        return least, sorted(trials, key=lambda trial: (trial.over, trial.detour, trial.day))

    def _late(self, demand: VisitDemand, days: Sequence[OpenDay]) -> list[Trial]:
        """Days on which somebody gets late at every place, those first that it alone would fit."""
        trials = [Trial(each.rep_id, each.day, 0, math.inf, math.inf) for each in days]
        alone = [self._board.days.day(t.rep_id, t.day).alone().best(demand).over for t in trials]
        ranked = sorted(zip(alone, range(len(trials)), strict=True))
        return [trials[index] for _, index in ranked[:REORDERED_DAYS]]

    def _inserted(self, demand: VisitDemand, offer: Offer) -> Room:
        trial = offer.trial
        order = [stop.id for stop in self._board.days.day(trial.rep_id, trial.day).stops]
        order.insert(trial.position, demand.id)
        minutes, cost = offer.added_minutes, offer.added_cost
        return Room(trial.rep_id, trial.day, tuple(order), minutes, cost, False)

    def _reordered(self, demand: VisitDemand, trial: Trial) -> tuple[Room | None, Trial]:
        """The room that another order of the day makes, and what it lacks in the best order."""
        ready = self._board.days.day(trial.rep_id, trial.day)
        stops = list(ready.stops)
        stops.insert(trial.position, demand)
        if not ready.stops or surely_full(self._problem, ready, demand):
            return None, trial
        for order in roomier_orders(
            self._problem, Overfull(ready.shift, ready.day, tuple(stops), trial.over)
        ):
            times = ready.timed(order)
            over = math.inf if times is None else ready.over_of(times)
            trial = replace(trial, over=min(trial.over, over))
            if times is not None and trial.fits:
                cost = self._board.cost.timed(demand, ready, order, times)
                ids = tuple(stop.id for stop in order)
                added = times.load - self._board.cost.load_before(ready)
                return Room(trial.rep_id, trial.day, ids, added, cost, True), trial
        return None, trial

    def _room_or_dear(self, demand: VisitDemand, room: Room) -> Finding:
        """There is room: either it costs more than the visit counts, or nobody put it there."""
        worth = self._board.cost.worth(demand)
        day, rep_id, minutes = room.day, room.rep_id, room.added_minutes
        if room.added_cost < worth:
            facts = Facts("room_reordered" if room.reordered else "room", day, rep_id)
            return Finding(Reason.ROOM, facts, Remedy("add_visit", day, minutes, "", rep_id))
        facts = Facts("too_dear", day, rep_id, amount=room.added_cost, limit=worth)
        if demand.prize is None:
            amount = self._priority_for(room.added_cost)
            remedy = Remedy("raise_priority", day, minutes, "", rep_id, amount=amount)
        else:
            amount = float(math.ceil(1.1 * room.added_cost + 1.0))
            remedy = Remedy("raise_prize", day, minutes, "", rep_id, amount=amount)
        return Finding(Reason.TOO_DEAR, facts, remedy)

    def _priority_for(self, cost: float) -> float:
        """A priority at which a visit counts clearly more than that."""
        missing = self._problem.weights.missing_visit or 1.0
        return math.ceil(100.0 * (1.1 * cost + 1.0) / missing) / 100.0

    def _full(
        self,
        demand: VisitDemand,
        days: Sequence[OpenDay],
        allowed: Sequence[OpenDay],
        trials: Sequence[Trial],
    ) -> Finding:
        """None of the days allowed has room."""
        pinned = {pin.day for pin in demand.pins}
        worst = trials[0] if trials else self._limited(demand, allowed)
        if worst.day not in pinned:
            others = [each for each in days if each not in set(allowed)]
            offers = best_offers(self._board, demand, self._free(demand, others))
            if offers and offers[0].trial.fits:
                return self._gap(demand, offers[0])
        found = day_reason(self._problem, self._board, demand, worst)
        return replace(found, reason=Reason.PIN) if worst.day in pinned else found

    def _limited(self, demand: VisitDemand, allowed: Sequence[OpenDay]) -> Trial:
        """The day to speak of where all have as many stops, or as much load, as they may."""
        offers = best_offers(self._board, demand, allowed)
        if offers:
            return offers[0].trial
        return Trial(allowed[0].rep_id, allowed[0].day, 0, math.inf, math.inf)

    def _gap(self, demand: VisitDemand, offer: Offer) -> Finding:
        """A day has room, but the gaps between the visits do not allow it."""
        rep_id, day = offer.trial.rep_id, offer.trial.day
        days = tuple(sorted({day, *self._board.made(demand.id)}))
        remedy = Remedy("relax_gap", day, offer.added_minutes, "", rep_id, days=days)
        return Finding(Reason.GAP, Facts("gap", day, rep_id), remedy)


def _pin_allows(demand: VisitDemand, open_day: OpenDay) -> bool:
    """No appointment of that day is with somebody else."""
    pins = [pin for pin in demand.pins if pin.day == open_day.day and pin.rep_id is not None]
    return all(pin.rep_id == open_day.rep_id for pin in pins)
