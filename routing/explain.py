"""Says why a visit is not in a plan, and what would make it fit.

For each demand with missing visits every place of every open day of this plan is tried.  The
missing visits could go on the days that some allowed day set adds to those the demand has; of
these sets the one is explained that lacks the least minutes, by its worst day.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from routing.explain_days import day_reason
from routing.patterns import Pattern, open_days, patterns_of
from routing.plan import Plan, Reason, Remedy, UnservedVisit
from routing.problem import Problem, Rep, VisitDemand
from routing.trial import Trial
from routing.trial_days import TrialDays
from routing.wording import Finding, date_of, minutes_text, name_of


def explain(problem: Problem, plan: Plan) -> Plan:
    """The same plan, its unserved visits with reason, a plain sentence and a remedy.

    ``Reason.UNEXPLAINED`` remains only where there is room: the plan was made by hand, or its
    search was stopped before it was tried.
    """
    explainer = _Explainer(problem, plan)
    return replace(plan, unserved=tuple(explainer.explained(each) for each in plan.unserved))


@dataclass(frozen=True, slots=True)
class _Choice:
    """A way to add the missing visits: the best trial of each day that is to be added."""

    trials: tuple[Trial, ...]

    @property
    def lacking(self) -> float:
        """Minutes that its days lack together."""
        return sum(trial.over for trial in self.trials)

    @property
    def detour(self) -> float:
        """Travel minutes that it adds."""
        return sum(trial.detour for trial in self.trials)


class _Explainer:
    """What the explanations of one plan share."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self._problem = problem
        self._days = TrialDays(problem, plan)
        self._demands = {demand.id: demand for demand in problem.demands}
        self._visits: dict[str, dict[int, str]] = defaultdict(dict)
        for route in plan.routes:
            for stop in route.stops:
                self._visits[stop.demand_id][route.day] = route.rep_id

    def explained(self, unserved: UnservedVisit) -> UnservedVisit:
        """The unserved visits of one demand with their reason."""
        demand = self._demands.get(unserved.demand_id)
        if demand is None:
            return unserved
        found = self._finding(demand, unserved.count)
        return replace(unserved, reason=found.reason, detail=found.detail, remedy=found.remedy)

    def _finding(self, demand: VisitDemand, count: int) -> Finding:
        reps = self._reps(demand)
        if not reps:
            return _nobody(self._problem, demand)
        days = [day for day, is_open in enumerate(open_days(self._problem, demand)) if is_open]
        slots = [(rep.id, day) for day in days for rep in reps if rep.shifts[day] is not None]
        if not slots:
            return _never_open(self._problem, demand)
        slots = [slot for slot in slots if self._days.day(*slot).reaches(demand)]
        if not slots:
            return _unreachable(self._problem, demand)
        trials = self._trials(demand, slots)
        choice = self._choice(demand, count, trials)
        if choice is None and not self._patterns(demand):
            return _no_day_set(self._problem, demand)
        if choice is None:
            return _rep_away(self._problem, demand, reps)
        return self._why(demand, count, choice, trials)

    def _reps(self, demand: VisitDemand) -> list[Rep]:
        """Who may make the missing visits."""
        bound = set(self._visits[demand.id].values()) if self._problem.same_rep else set()
        bound |= (
            {pin.rep_id for pin in demand.pins if pin.rep_id} if self._problem.same_rep else set()
        )
        return [
            rep
            for rep in self._problem.reps
            if (not demand.rep_ids or rep.id in demand.rep_ids) and (not bound or rep.id in bound)
        ]

    def _trials(
        self, demand: VisitDemand, slots: Sequence[tuple[str, int]]
    ) -> dict[int, dict[str, Trial]]:
        """Best trial of each rep on each day on which the demand is not visited yet."""
        trials: dict[int, dict[str, Trial]] = defaultdict(dict)
        for rep_id, day in slots:
            if day not in self._visits[demand.id]:
                trials[day][rep_id] = self._trial(demand, rep_id, day)
        return trials

    def _trial(self, demand: VisitDemand, rep_id: str, day: int) -> Trial:
        ready = self._days.day(rep_id, day)
        trial = ready.best(demand)
        if not (ready.has_stop_left() and ready.carries(demand)):
            return replace(trial, over=math.inf)
        return trial

    def _choice(
        self, demand: VisitDemand, count: int, trials: dict[int, dict[str, Trial]]
    ) -> _Choice | None:
        """The allowed way to add visits that lacks the least, then has most room, then is near."""
        made = set(self._visits[demand.id])
        patterns = self._patterns(demand)
        best: tuple[tuple[float, ...], _Choice] | None = None
        for pattern in patterns:
            for choice in self._by_rep(pattern, made, count, trials):
                tight = sum(math.isinf(trial.over) for trial in choice.trials)
                lacking = sum(t.over for t in choice.trials if math.isfinite(t.over))
                key = (tight, lacking, choice.detour)
                if best is None or key < best[0]:
                    best = key, choice
        return best[1] if best else None

    def _patterns(self, demand: VisitDemand) -> list[Pattern]:
        """The allowed day sets that hold the days the demand has."""
        made = set(self._visits[demand.id])
        return [p for p in patterns_of(self._problem, demand) if made <= set(p)]

    def _by_rep(
        self, pattern: Pattern, made: set[int], count: int, trials: dict[int, dict[str, Trial]]
    ) -> list[_Choice]:
        """The pattern's missing days by one rep each, or by the best rep of each day."""
        days = [day for day in pattern if day not in made and trials.get(day)][:count]
        if not days:
            return []
        if not self._problem.same_rep:
            return [_Choice(tuple(_least(list(trials[day].values())) for day in days))]
        common = set.intersection(*(set(trials[day]) for day in days))
        return [_Choice(tuple(trials[day][rep] for day in days)) for rep in sorted(common)]

    def _why(
        self,
        demand: VisitDemand,
        count: int,
        choice: _Choice,
        trials: dict[int, dict[str, Trial]],
    ) -> Finding:
        exact = [self._days.day(t.rep_id, t.day).exact(t, demand) for t in choice.trials]
        worst = max(exact, key=lambda trial: (trial.over, trial.day))
        if worst.fits:
            return _dear_or_untried(self._problem, demand, choice)
        room = [_least(list(by_rep.values())) for by_rep in trials.values()]
        room = sorted((t for t in room if t.fits), key=lambda trial: (trial.detour, trial.day))
        pinned = worst.day in {pin.day for pin in demand.pins}
        if len(room) >= count and not pinned:
            return _gap(self._problem, demand, room, worst)
        found = day_reason(self._problem, self._days.day(worst.rep_id, worst.day), demand, worst)
        return _as_pin(self._problem, demand, worst, found) if pinned else found


def _least(trials: Sequence[Trial]) -> Trial:
    return min(trials, key=lambda trial: (trial.over, trial.detour, trial.rep_id))


def _nobody(problem: Problem, demand: VisitDemand) -> Finding:
    detail = f"No rep of this plan may visit {name_of(problem, demand)}."
    text = "Let a rep of this plan visit it."
    return Finding(Reason.NO_REP, detail, Remedy("assign_rep", None, demand.minutes, text))


def _never_open(problem: Problem, demand: VisitDemand) -> Finding:
    name = name_of(problem, demand)
    detail = f"On no day of the cycle is {name} open while a rep who may visit it works."
    text = "Open a weekday, or let a rep work on one that is open."
    return Finding(Reason.NO_OPEN_DAY, detail, Remedy("add_day", None, demand.minutes, text))


def _unreachable(problem: Problem, demand: VisitDemand) -> Finding:
    detail = f"No road leads from the start of a day to {name_of(problem, demand)} and back."
    text = "Correct its coordinates."
    return Finding(Reason.UNREACHABLE, detail, Remedy("correct_place", None, 0.0, text))


def _no_day_set(problem: Problem, demand: VisitDemand) -> Finding:
    name = name_of(problem, demand)
    detail = f"No allowed set of days adds to the days on which {name} is visited."
    text = "Widen the gaps between visits, or change the frequency."
    return Finding(Reason.GAP, detail, Remedy("relax_gap", None, demand.minutes, text))


def _rep_away(problem: Problem, demand: VisitDemand, reps: Sequence[Rep]) -> Finding:
    """The days left are worked, but not by the rep who makes the other visits."""
    names, name = " or ".join(rep.name or rep.id for rep in reps), name_of(problem, demand)
    detail = f"On the days left for {name} its rep, {names}, does not work."
    text = "Let the rep work on one of them, or let another rep make all the visits."
    return Finding(Reason.NO_OPEN_DAY, detail, Remedy("add_day", None, demand.minutes, text))


def _gap(problem: Problem, demand: VisitDemand, room: Sequence[Trial], worst: Trial) -> Finding:
    day, price = room[0].day, room[0].detour + demand.minutes
    name, date = name_of(problem, demand), date_of(problem, day)
    detail = (
        f"{date} has room for {name}, but no set of days with the gaps it asks for has:"
        f" {date_of(problem, worst.day)} is full."
    )
    text = f"Allow a visit on {date}; it takes {minutes_text(price)}."
    return Finding(Reason.GAP, detail, Remedy("relax_gap", day, price, text))


def _dear_or_untried(problem: Problem, demand: VisitDemand, choice: _Choice) -> Finding:
    """There is room: either it costs more than the visits are worth, or nobody put it there."""
    first = choice.trials[0]
    name, date = name_of(problem, demand), date_of(problem, first.day)
    price = choice.detour + demand.minutes * len(choice.trials)
    remedy = Remedy("add_visit", first.day, price, f"Add it on {date}; {minutes_text(price)} more.")
    worth = problem.weights.missing_visit * demand.priority * len(choice.trials)
    if choice.detour * problem.weights.travel_minute >= worth:
        detail = f"{date} has room for {name}, but driving there costs more than the visit counts."
        return Finding(Reason.LOWER_PRIORITY, detail, remedy)
    return Finding(Reason.UNEXPLAINED, f"{date} has room for {name}; nobody put it there.", remedy)


def _as_pin(problem: Problem, demand: VisitDemand, worst: Trial, found: Finding) -> Finding:
    date = date_of(problem, worst.day)
    detail = (
        f"The appointment with {name_of(problem, demand)} on {date} cannot be kept. {found.detail}"
    )
    if found.remedy is not None and math.isfinite(worst.over):
        return Finding(Reason.PIN, detail, found.remedy)
    remedy = Remedy("move_pin", worst.day, demand.minutes, "Move the appointment.")
    return Finding(Reason.PIN, detail, remedy)
