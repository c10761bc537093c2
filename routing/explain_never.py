"""Why a visit has no day at all in a plan, whoever else is on the way."""

from __future__ import annotations

import math
from collections.abc import Sequence

from routing.offers import Board, OpenDay, best_offers
from routing.patterns import holding
from routing.plan import Facts, Reason, Remedy
from routing.problem import Problem, Rep, VisitDemand
from routing.timing import Call
from routing.wording import Finding


class Never:
    """The findings about one demand that no rep, no day or no set of days is left for."""

    def __init__(self, problem: Problem, board: Board, demand: VisitDemand) -> None:
        self._problem, self._board, self._demand = problem, board, demand
        self._made = board.made(demand.id)

    def nobody(self) -> Finding:
        """No rep may make it."""
        bound = sorted(set(self._made.values())) or [rep.id for rep in self._problem.reps]
        if not bound:
            return Finding(Reason.NO_REP, Facts("no_rep"), self._add_rep())
        remedy = Remedy("assign_rep", None, self._demand.minutes, "", bound[0])
        return Finding(Reason.NO_REP, Facts("no_rep", rep_id=bound[0]), remedy)

    def open(self, reps: Sequence[Rep]) -> Finding:
        """On no day left is it open while one of its reps works."""
        facts = Facts("no_day_left" if self._made else "never_open")
        return Finding(Reason.NO_OPEN_DAY, facts, self._open_day(reps) or self._add_day(reps))

    def reached(self) -> Finding:
        """No road leads there and back."""
        remedy = Remedy("correct_place", None, 0.0, "")
        return Finding(Reason.UNREACHABLE, Facts("unreachable"), remedy)

    def in_a_set(self, reps: Sequence[Rep], days: Sequence[OpenDay]) -> Finding:
        """No day left is part of an allowed set together with the days that it has."""
        made = set(self._made)
        left = [set(p) - made for p in holding(self._problem, self._demand, made)]
        away = sorted(day for pattern in left for day in pattern)
        if away:  # worked by others, but not by the rep who makes the other visits
            rep, minutes = reps[0], self._demand.minutes
            facts = Facts("rep_away", away[0], rep.id)
            remedy = Remedy("add_day", away[0], minutes, "", rep.id)
            return Finding(Reason.NO_OPEN_DAY, facts, remedy)
        offers = best_offers(self._board, self._demand, days)
        best = offers[0].trial if offers else None
        rep_id, day = (best.rep_id, best.day) if best else (days[0].rep_id, days[0].day)
        minutes = offers[0].added_minutes if offers else self._demand.minutes
        together = tuple(sorted({day, *made}))
        remedy = Remedy("relax_gap", day, minutes, "", rep_id, days=together)
        return Finding(Reason.GAP, Facts("no_day_set", day, rep_id), remedy)

    def _open_day(self, reps: Sequence[Rep]) -> Remedy | None:
        """Open it on the day on which it would fit best, or None where nobody works."""
        anytime = Call(self._demand.minutes, None)
        found: tuple[tuple[float, float, int], Remedy] | None = None
        for rep in reps:
            for day, shift in enumerate(rep.shifts):
                if shift is None or not self._problem.days[day].works or day in self._made:
                    continue
                if day < self._problem.frozen_until:
                    continue
                ready = self._board.days.day(rep.id, day)
                if not ready.reaches(self._demand):
                    continue
                best = ready.best(self._demand, anytime)
                price = self._demand.minutes + (best.detour if math.isfinite(best.detour) else 0)
                remedy = Remedy(
                    self._opening(day),
                    day,
                    price,
                    "",
                    rep.id,
                    start_minute=shift.start_minute,
                    end_minute=shift.hard_end,
                    days=tuple(sorted({day, *self._made})),
                )
                key = best.over, best.detour, day
                if found is None or key < found[0]:
                    found = key, remedy
        return found[1] if found else None

    def _opening(self, day: int) -> str:
        allowed = self._demand.weekdays
        is_other = allowed and self._problem.days[day].weekday not in allowed
        return "free_weekday" if is_other else "open_day"

    def _add_day(self, reps: Sequence[Rep]) -> Remedy:
        """Let somebody work on a day on which it is open, or as good as open."""
        if not any(shift for rep in self._problem.reps for shift in rep.shifts):
            return self._add_rep()
        days = range(self._problem.frozen_until, len(self._problem.days))
        if not days:
            return self._add_rep()
        day = min(days, key=lambda d: (d in self._made, not self._problem.days[d].works, d))
        together = tuple(sorted({day, *self._made}))
        return Remedy("add_day", day, self._demand.minutes, "", reps[0].id, days=together)

    def _add_rep(self) -> Remedy:
        return Remedy("add_rep", None, self._demand.minutes, "")
