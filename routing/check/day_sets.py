"""The allowed day sets of a demand, derived again from the rule in ``routing.patterns``.

Written from that rule, not from its code; a property test compares the two.
"""

from __future__ import annotations

from dataclasses import replace

from routing.calendar import DayKind
from routing.check.past import made_before
from routing.check.set_rule import DaySet, Rule
from routing.problem import Problem, VisitDemand


class DaySets:
    """Answers, for the demands of one problem, which days are allowed and how many are due."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._rules: dict[object, Rule] = {}
        untouched = replace(problem, frozen_until=0)
        self._without_past = DaySets(untouched) if problem.frozen_until else None

    def required(self, demand: VisitDemand) -> int:
        """How many visits the cycle owes the demand."""
        if self._without_past:
            return max(self._rule(demand).most, self._without_past.required(demand))
        if demand.patterns is not None:
            allowed = self._rule(demand).kept
            stated = (set(pattern) for pattern in demand.patterns)
            return max((len(days) for days in (*allowed, *stated)), default=0)
        return self._rule(demand).required

    def allows(self, demand: VisitDemand, days: DaySet) -> bool:
        """Whether the days are part of an allowed set."""
        rule = self._rule(demand)
        if rule.irregular is not None:
            past = {day for day in days if day < self._problem.frozen_until}
            to_come = days - past
            made = past == set(made_before(self._problem, demand))
            return made and (not to_come or rule.irregular.allows(to_come))
        return any(days <= allowed for allowed in rule.kept) or any(
            days <= allowed for allowed in rule.unthinned
        )

    def _rule(self, demand: VisitDemand) -> Rule:
        """The rule of all demands that differ from this one in nothing that matters here."""
        is_open = self._open_days(demand)
        nominal = self._nominal_weekdays(demand)
        key = (
            *(demand.visits, demand.weeks, demand.min_gap_days, demand.max_gap_days),
            *(demand.last_visit, demand.patterns, demand.irregular, is_open, nominal),
            tuple(pin.day for pin in demand.pins),
            tuple(made_before(self._problem, demand)),
        )
        if key not in self._rules:
            self._rules[key] = Rule(self._problem, demand, is_open, nominal)
        return self._rules[key]

    def _open_days(self, demand: VisitDemand) -> tuple[int, ...]:
        reps = [r for r in self._problem.reps if not demand.rep_ids or r.id in demand.rep_ids]
        return tuple(
            index
            for index, day in enumerate(self._problem.days)
            if day.works
            and index not in demand.closed_days
            and _weekday_open(demand, day.weekday)
            and any(rep.shifts[index] for rep in reps)
        )

    def _nominal_weekdays(self, demand: VisitDemand) -> tuple[int, ...]:
        kinds = (DayKind.WORKING, DayKind.HOLIDAY)
        worked = {day.weekday for day in self._problem.days if day.kind in kinds}
        return tuple(w for w in sorted(worked) if _weekday_open(demand, w))


def _weekday_open(demand: VisitDemand, weekday: int) -> bool:
    if demand.weekdays and weekday not in demand.weekdays:
        return False
    return demand.windows is None or len(demand.windows[weekday]) > 0
