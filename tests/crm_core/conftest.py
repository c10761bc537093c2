"""A field to plan: outlets of one rep with hours and a policy, and plans made by hand."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from crm_core.archive.model import Grade, Outlet
from crm_core.archive.rules import Frequency
from crm_core.archive.service import assign, save_grades, save_policy
from crm_core.people.model import Rep
from crm_core.people.rules import Scope
from crm_core.people.staff import set_shift
from crm_core.planning.model import JourneyPlan
from crm_core.planning.service import problem_inputs, publish, store_plan
from crm_core.planning.storing import Solved
from routing.evaluate import Sequenced, evaluate
from routing.patterns import patterns_of
from routing.plan import Plan
from routing.problem import Problem
from routing.travel import estimate_matrix
from tests.conftest import Company

MONDAY = dt.date(2026, 3, 2)  # the first day of the cycle that tests plan


def moment(date: dt.date, hour: float = 0.0) -> dt.datetime:
    """A moment of a date in Lisbon, whose wall clock shows UTC in winter."""
    return dt.datetime.combine(date, dt.time(), dt.UTC) + dt.timedelta(hours=hour)


def plan_by_hand(problem: Problem, shift: int = 0) -> Plan:
    """A right plan: every demand on one of its patterns, days in the order of demands."""
    days: dict[int, list[str]] = defaultdict(list)
    for index, demand in enumerate(problem.demands):
        patterns = patterns_of(problem, demand)
        for day in patterns[(index + shift) % len(patterns)] if patterns else ():
            days[day].append(demand.id)
    rep_id = problem.reps[0].id
    return evaluate(problem, [Sequenced(rep_id, day, tuple(ids)) for day, ids in days.items()])


@dataclass(frozen=True)
class Field:
    """The rep N1 of the small company with six weekly outlets north of the home."""

    session: Session
    company: Company
    rep: Rep
    outlets: list[Outlet]

    @property
    def supervisor(self) -> Scope:
        """The scope of the rep's supervisor."""
        return self.company.scope("sup-north")

    @property
    def own(self) -> Scope:
        """The scope of the rep."""
        return self.company.scope("rep-north")

    def plan(
        self,
        today: dt.date = MONDAY,
        *,
        weeks: int = 2,
        shift: int = 0,
        hour: float = 0.0,
        cycle_start: dt.date = MONDAY,
    ) -> JourneyPlan:
        """Plan a cycle on a day and store it as a draft."""
        asked = (self.rep, cycle_start, weeks, today)
        inputs = problem_inputs(self.session, self.supervisor, *asked, {})
        problem = inputs.build(estimate_matrix(inputs.points, 5.0))
        return store_plan(
            self.session,
            self.supervisor,
            inputs,
            problem,
            plan_by_hand(problem, shift),
            Solved("by hand", 1, 0),
            now=moment(today, hour),
        )

    def publish(
        self, today: dt.date, hour: float = 0.0, *, weeks: int = 2, shift: int = 0
    ) -> JourneyPlan:
        """Plan and publish at one moment."""
        plan = self.plan(today, weeks=weeks, shift=shift, hour=hour)
        return publish(self.session, self.supervisor, plan.id, now=moment(today, hour))


@pytest.fixture
def field(company: Company) -> Field:
    """See ``Field``."""
    session, rep = company.session, company.rep_north
    save_grades(session, [Grade(code="A", rank=1, name_zh="A", name_en="A")])
    save_policy(session, "A", Frequency(1, 1, 20), valid_from=dt.date(2026, 1, 1))
    for weekday in range(5):
        set_shift(session, rep.id, weekday, 540, 1080, hard_end_minute=1140, lunch_minutes=30)
    outlets = [
        Outlet(
            name=f"Outlet {index}",
            short_code=f"O{index}",
            channel="cafe",
            grade_code="A",
            lat=41.15 + 0.002 * index,
            lon=-8.61,
            department_id=company.north.id,
        )
        for index in range(6)
    ]
    session.add_all(outlets)
    session.flush()
    served = {outlet.id: rep.id for outlet in outlets}
    assign(session, company.scope("sup-north"), served, on=dt.date(2026, 1, 1))
    return Field(session, company, rep, outlets)
