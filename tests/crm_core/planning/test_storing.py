from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from crm_core.errors import Conflict
from crm_core.planning.day_route import planned_stops
from crm_core.planning.queries import planned_days, planned_demands, plans, unserved_visits
from crm_core.planning.storing import Solved, store_plan
from crm_core.planning.translate import problem_inputs
from crm_core.work.rules import DemandSource
from crm_core.work.service import want_visit
from routing.plan import Facts, Plan, Reason, Remedy
from routing.travel import estimate_matrix
from tests.crm_core.conftest import MONDAY, Field, moment, plan_by_hand

DAY = dt.timedelta(days=1)


def test_a_stored_plan_is_a_draft_with_dates_and_totals(field: Field) -> None:
    plan = field.plan()
    assert (plan.status, plan.version, plan.cycle_start) == ("draft", 1, MONDAY)
    assert plan.network_key == "estimate:5kmh"
    assert plan.estimate
    assert plan.summary["visits_required"] == plan.summary["visits_planned"] == 12
    assert plan.summary["unserved"] == 0
    assert 0 < plan.summary["utilisation"] < 1
    days = planned_days(field.session, field.supervisor, plan.id)
    assert [day.date.weekday() for day in days] == [0, 1, 2, 3, 4] * 2
    assert plan.summary["distance_m"] == pytest.approx(sum(day.distance_m for day in days))


def test_stops_come_in_order_with_their_legs(field: Field) -> None:
    plan = field.plan()
    stops = planned_stops(field.session, field.supervisor, plan.id)[MONDAY]
    assert [stop.sequence for stop in stops] == [1, 2]
    assert [stop.short_code for stop in stops] == ["O0", "O5"]
    assert all(stop.leg_seconds > 0 for stop in stops[1:])


def test_the_next_plan_of_the_cycle_is_the_next_version(field: Field) -> None:
    assert [field.plan().version, field.plan().version] == [1, 2]


def test_a_plan_that_the_checker_faults_is_refused(field: Field) -> None:
    inputs = problem_inputs(field.session, field.supervisor, field.rep, MONDAY, 2, MONDAY, {})
    problem = inputs.build(estimate_matrix(inputs.points, 5.0))
    right = plan_by_hand(problem)
    wrong = Plan(right.problem_name, right.routes[1:], right.unserved, right.cost)
    with pytest.raises(Conflict, match="plan-not-right") as refusal:
        store_plan(
            field.session,
            field.supervisor,
            inputs,
            problem,
            wrong,
            Solved("by hand", 1, 0),
            now=moment(MONDAY),
        )
    assert refusal.value.faults
    assert plans(field.session, field.supervisor) == []


def test_what_is_left_out_is_stored_with_reason_and_remedy(field: Field) -> None:
    inputs = problem_inputs(field.session, field.supervisor, field.rep, MONDAY, 2, MONDAY, {})
    inputs = replace(inputs, demands=(replace(inputs.demands[0], closed_days=tuple(range(14))),))
    problem = inputs.build(estimate_matrix(inputs.points, 5.0))
    bare = plan_by_hand(problem)
    remedy = Remedy("free_weekday", 3, 25.0, "Open on Thursday.")
    other = inputs.demands[0].id
    facts = Facts("outranked", 3, str(field.rep.id), demand_id=other)
    remedy = replace(remedy, days=(3, 10))
    said = {"detail": "closed", "facts": facts, "remedy": remedy}
    missing = tuple(replace(m, reason=Reason.NO_OPEN_DAY, **said) for m in bare.unserved)
    plan = store_plan(
        field.session,
        field.supervisor,
        inputs,
        problem,
        replace(bare, unserved=missing),
        Solved("by hand", 1, 0),
        now=moment(MONDAY),
    )
    (row,) = unserved_visits(field.session, field.supervisor, plan.id)
    assert (row.outlet_id, row.count, row.reason) == (field.outlets[0].id, 2, "no_open_day")
    assert row.facts == {
        "key": "outranked",
        "rep_id": str(field.rep.id),
        "outlet_id": other,
        "date": (MONDAY + 3 * DAY).isoformat(),
    }
    assert row.remedy == {
        "dates": [(MONDAY + 3 * DAY).isoformat(), (MONDAY + 10 * DAY).isoformat()],
        "action": "free_weekday",
        "date": (MONDAY + 3 * DAY).isoformat(),
        "minutes": 25.0,
        "text": "Open on Thursday.",
    }
    assert plan.summary["unserved"] == 2


def test_an_extra_visit_keeps_its_reason_and_counts_for_its_outlet(field: Field) -> None:
    outlet_id = field.outlets[2].id
    want_visit(field.session, outlet_id, DemandSource.COMPLAINT, minutes=15, due=MONDAY)
    plan = field.plan()
    stops = planned_stops(field.session, field.supervisor, plan.id)
    reasons = [stop.reason for day in stops.values() for stop in day if stop.outlet_id == outlet_id]
    assert sorted(reasons) == ["complaint", "policy", "policy"]
    demands = planned_demands(field.session, field.supervisor, plan.id)
    assert {d.outlet_id: d.required for d in demands}[outlet_id] == 3


def test_a_new_version_carries_the_frozen_days_over(field: Field) -> None:
    first = field.publish(MONDAY)
    wednesday = MONDAY + 2 * DAY
    second = field.plan(wednesday, shift=1, hour=9.0)
    before, after = (
        planned_stops(field.session, field.supervisor, plan.id) for plan in (first, second)
    )
    for date in (MONDAY, MONDAY + DAY, wednesday):
        assert [s.outlet_id for s in after[date]] == [s.outlet_id for s in before[date]]
    demands = planned_demands(field.session, field.supervisor, second.id)
    assert len(demands) == len(field.outlets)
    assert all(demand.planned <= demand.required for demand in demands)
    assert second.summary["visits_planned"] == sum(demand.planned for demand in demands)
