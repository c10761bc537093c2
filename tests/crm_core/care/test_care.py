from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from crm_core.archive.model import Account, Outlet, OutletAssignment
from crm_core.archive.queries.completeness import completeness
from crm_core.archive.rules.completeness import BASICS, WHOLE, Completeness, gaps
from crm_core.archive.rules.record import RecordKind
from crm_core.archive.service.accounts import set_receivables
from crm_core.archive.service.parts import add_contact, set_sales
from crm_core.care.pool import claim_outlet, recall_idle, release_outlet, want_overdue_visits
from crm_core.care.queries import at_risk, care_rules, pool
from crm_core.care.rules import CareRules, Severity, Signal, rule_faults, wants_visit
from crm_core.care.service import (
    NewComplaint,
    call_back,
    change_rules,
    close_complaint,
    open_complaint,
)
from crm_core.errors import Conflict, Forbidden, Invalid, NotFound
from crm_core.planning.translate import problem_inputs
from crm_core.visits.rules import EventKind
from crm_core.visits.service import EventIn, record
from crm_core.work.model import VisitDemand
from crm_core.work.rules import DemandSource, DemandStatus
from tests.conftest import TODAY
from tests.crm_core.conftest import MONDAY, Field, moment

DAY = dt.timedelta(days=1)


def visit(field: Field, outlet_id: UUID, date: dt.date) -> None:
    key = uuid4()
    kinds = ((EventKind.CHECK_IN, 9.0), (EventKind.CHECK_OUT, 9.5))
    events = [EventIn(uuid4(), key, kind, outlet_id, moment(date, hour)) for kind, hour in kinds]
    record(field.session, field.own, events, now=moment(date, 12.0))


def complain(field: Field, severity: Severity = Severity.HIGH, **more: Any) -> Any:
    new = NewComplaint(field.outlets[0].id, severity, "Broken cooler", **more)
    return open_complaint(field.session, field.own, new, now=moment(TODAY, 8.0))


class TestComplaints:
    def test_severity_gives_due_date_visit_and_owner(self, field: Field) -> None:
        bad, mild = complain(field, Severity.CRITICAL), complain(field, Severity.LOW)
        assert (bad.due, mild.due) == (TODAY, TODAY + 7 * DAY)
        assert bad.owner_rep_id == field.rep.id
        demand = field.session.get(VisitDemand, bad.demand_id)
        assert demand is not None
        assert (demand.source, demand.due, demand.priority) == (DemandSource.COMPLAINT, TODAY, 16)
        assert mild.demand_id is None

    def test_closing_links_the_visit_made_and_ends_the_demand(self, field: Field) -> None:
        row = complain(field)
        visit(field, field.outlets[0].id, TODAY)
        with pytest.raises(Conflict, match="resolution-required"):
            close_complaint(field.session, field.own, row.id, " ")
        closed = close_complaint(field.session, field.own, row.id, "Replaced")
        demand = field.session.get(VisitDemand, row.demand_id)
        assert demand is not None
        assert (closed.visit_id is not None, demand.status) == (True, DemandStatus.DONE)
        assert closed.call_back_due == TODAY + 3 * DAY
        with pytest.raises(Conflict, match="complaint-closed"):
            close_complaint(field.session, field.own, row.id, "Again")

    def test_without_a_visit_the_demand_is_cancelled(self, field: Field) -> None:
        row = complain(field)
        assert close_complaint(field.session, field.own, row.id, "By phone").visit_id is None
        demand = field.session.get(VisitDemand, row.demand_id)
        assert demand is not None
        assert demand.status == DemandStatus.CANCELLED

    @pytest.mark.parametrize(("satisfaction", "status"), [(5, "called_back"), (2, "open")])
    def test_a_call_back_ends_it_or_opens_it_again(
        self, satisfaction: int, status: str, field: Field
    ) -> None:
        row = complain(field, Severity.NORMAL)
        with pytest.raises(Conflict, match="complaint-closed"):
            call_back(field.session, field.own, row.id, 5, on=TODAY)
        close_complaint(field.session, field.own, row.id, "Done")
        with pytest.raises(Conflict, match="satisfaction-range"):
            call_back(field.session, field.own, row.id, 6, on=TODAY)
        assert call_back(field.session, field.own, row.id, satisfaction, on=TODAY).status == status

    def test_others_neither_see_nor_close_it(self, field: Field) -> None:
        row, other = complain(field), field.company.scope("rep-south")
        with pytest.raises(NotFound, match="complaint-unknown"):
            close_complaint(field.session, other, row.id, "x")
        with pytest.raises(NotFound, match="outlet-unknown"):
            open_complaint(
                field.session, other, NewComplaint(field.outlets[0].id, Severity.LOW, "x")
            )


class TestRules:
    def test_changed_rules_hold_and_the_others_stay(self, field: Field) -> None:
        sla = {"low": 9, "normal": 5, "high": 2, "critical": 1}
        changed = change_rules(field.session, field.supervisor, {"sla_days": sla, "pool_limit": 3})
        assert (changed.pool_limit, changed.pool_idle_days) == (3, 30)
        assert care_rules(field.session, field.own) == changed
        assert complain(field).due == TODAY + 2 * DAY

    def test_wrong_rules_are_told_and_change_nothing(self, field: Field) -> None:
        wrong = {"sla_days": {"low": 1}, "visit_from": "worst", "pool_limit": -1, "shoe": 42}
        assert sorted((fault.code, fault.where) for fault in rule_faults(wrong)) == [
            ("rule-figure", "pool_limit"),
            ("rule-figure", "sla_days"),
            ("rule-unknown", "shoe"),
            ("severity-unknown", "visit_from"),
        ]
        with pytest.raises(Invalid, match="rules-not-right"):
            change_rules(field.session, field.supervisor, wrong)
        assert care_rules(field.session, field.own) == CareRules()

    def test_visits_are_asked_for_from_a_severity_on(self) -> None:
        asked = [wants_visit(CareRules(), severity) for severity in Severity]
        assert asked == [False, False, True, True]


@pytest.fixture
def owing(field: Field) -> Account:
    """The payer of the first two outlets, overdue for ten days."""
    account = Account(name="Payer", department_id=field.company.north.id)
    field.session.add(account)
    field.session.flush()
    for outlet in field.outlets[:2]:
        outlet.account_id = account.id
    field.session.flush()
    owed = {"currency": "EUR", "balance_minor": 900, "overdue_minor": 500}
    since = {"overdue_since": TODAY - 10 * DAY}
    set_receivables(field.session, field.supervisor, account.id, [owed | since], as_of=TODAY)
    return account


class TestCredit:
    def test_an_overdue_account_is_visited_once(self, field: Field, owing: Account) -> None:
        (asked,) = want_overdue_visits(field.session, field.supervisor)
        assert (asked.outlet_id, asked.rep_id) == (field.outlets[0].id, field.rep.id)
        assert (asked.kind, asked.source) == ("visit", "overdue")
        demand = field.session.get_one(VisitDemand, asked.demand_id)
        assert (demand.source, demand.priority) == (DemandSource.OVERDUE, 4)
        assert want_overdue_visits(field.session, field.supervisor) == []
        visit(field, field.outlets[0].id, TODAY)
        assert (asked.state, demand.status) == ("done", DemandStatus.DONE)
        asked.ended_at = moment(TODAY, 12.0)
        assert want_overdue_visits(field.session, field.supervisor) == []
        asked.ended_at = moment(TODAY - 8 * DAY)
        assert len(want_overdue_visits(field.session, field.supervisor)) == 1

    def test_what_nobody_serves_is_nobodys_task_yet(self, field: Field, owing: Account) -> None:
        field.session.query(OutletAssignment).delete()
        (asked,) = want_overdue_visits(field.session, field.supervisor)
        assert (asked.rep_id, asked.user_id) == (None, None)

    def test_who_is_late_for_less_than_the_rule_is_left_alone(
        self, field: Field, owing: Account
    ) -> None:
        change_rules(field.session, field.supervisor, {"overdue_days": 11})
        assert want_overdue_visits(field.session, field.supervisor) == []

    def test_a_held_account_gets_no_policy_visits_but_what_is_asked_for(
        self, field: Field, owing: Account
    ) -> None:
        owing.credit_hold = True
        want_overdue_visits(field.session, field.supervisor)
        asked = (field.session, field.supervisor, field.rep, MONDAY, 2, MONDAY, {})
        demands = problem_inputs(*asked).demands
        held = {str(outlet.id) for outlet in field.outlets[:2]}
        assert not held & {demand.id for demand in demands}
        assert [d.id.partition("+")[0] for d in demands if "+" in d.id] == [
            str(field.outlets[0].id)
        ]


class TestAtRisk:
    def test_each_signal_comes_with_its_evidence(self, field: Field, owing: Account) -> None:
        months = [(2025, 9, 100), (2025, 10, 100), (2026, 1, 50)]
        sales = [
            {"month": dt.date(y, m, 1), "currency": "EUR", "amount_minor": a} for y, m, a in months
        ]
        set_sales(field.session, field.supervisor, field.outlets[0].id, sales)
        complain(field)
        first, second = at_risk(field.session, field.supervisor, TODAY)
        assert (first.outlet.id, second.outlet.id) == tuple(o.id for o in field.outlets[:2])
        told = {risk.signal: (risk.seen, risk.limit) for risk in first.risks}
        assert told == {
            Signal.SALES_FALLING: (0.25, 0.7),
            Signal.OVERDUE: (10, 7),
            Signal.COMPLAINT: (-1, 0),
        }
        assert [risk.signal for risk in second.risks] == [Signal.OVERDUE]

    def test_missed_calls_are_a_signal_and_made_ones_are_not(self, field: Field) -> None:
        field.publish(MONDAY - DAY)
        visit(field, field.outlets[0].id, MONDAY)
        later = MONDAY + 14 * DAY
        missed = {one.outlet.id for one in at_risk(field.session, field.supervisor, later)}
        assert missed == {outlet.id for outlet in field.outlets[1:]}


class TestPool:
    @pytest.fixture
    def free(self, field: Field) -> list[Outlet]:
        made = [
            Outlet(
                name=f"Free {n}",
                short_code=f"F{n}",
                channel="bar",
                grade_code="A",
                lat=41.1,
                lon=-8.6,
                department_id=field.company.north.id,
                status="prospect",
            )
            for n in range(3)
        ]
        field.session.add_all(made)
        field.session.flush()
        return made

    def test_a_rep_sees_the_departments_pool_and_claims_within_the_limits(
        self, field: Field, free: list[Outlet]
    ) -> None:
        own, session = field.own, field.session
        assert [outlet.short_code for outlet in pool(session, own)] == ["F0", "F1", "F2"]
        assert pool(session, field.company.scope("rep-south")) == []
        change_rules(session, field.supervisor, {"pool_week_limit": 2})
        for outlet in free[:2]:
            claim_outlet(session, own, outlet.id)
        with pytest.raises(Conflict, match="pool-limit"):
            claim_outlet(session, own, free[2].id)
        assert [outlet.short_code for outlet in pool(session, own)] == ["F2"]

    def test_what_was_claimed_can_be_given_back(self, field: Field, free: list[Outlet]) -> None:
        session, own = field.session, field.own
        change_rules(session, field.supervisor, {"pool_limit": 1})
        claim_outlet(session, own, free[0].id).valid_from = TODAY - DAY
        with pytest.raises(Conflict, match="pool-limit"):
            claim_outlet(session, own, free[1].id)
        with pytest.raises(NotFound, match="not-claimed"):
            release_outlet(session, own, field.outlets[0].id)
        release_outlet(session, own, free[0].id)
        assert len(pool(session, own)) == 3
        claim_outlet(session, own, free[0].id)
        release_outlet(session, own, free[0].id)
        claim_outlet(session, own, free[1].id)

    def test_what_somebody_serves_is_not_claimed(self, field: Field, free: list[Outlet]) -> None:
        with pytest.raises(NotFound, match="not-in-pool"):
            claim_outlet(field.session, field.own, field.outlets[0].id)
        with pytest.raises(NotFound, match="not-in-pool"):
            claim_outlet(field.session, field.company.scope("rep-south"), free[0].id)
        with pytest.raises(Forbidden, match="not-a-rep"):
            claim_outlet(field.session, field.supervisor, free[0].id)

    def test_an_idle_claim_goes_back_and_a_visited_one_stays(
        self, field: Field, free: list[Outlet], session: Session
    ) -> None:
        for outlet in free:
            claimed = claim_outlet(session, field.own, outlet.id)
            claimed.valid_from = TODAY - 40 * DAY
        session.flush()
        visit(field, free[0].id, TODAY - 10 * DAY)
        fresh = session.query(OutletAssignment).filter_by(outlet_id=free[1].id).one()
        fresh.valid_from = TODAY - 29 * DAY
        session.flush()
        with pytest.raises(Forbidden, match="office-only"):
            recall_idle(session, field.own)
        assert recall_idle(session, field.supervisor) == [free[2].id]
        assert [outlet.short_code for outlet in pool(session, field.own)] == ["F2"]


class TestCompleteness:
    NOW = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)

    @pytest.mark.parametrize(
        ("filled", "minutes", "state"),
        [
            ({*BASICS, *WHOLE}, 10_000, Completeness.COMPLETE),
            ({*WHOLE}, 4, Completeness.DUE),
            ({*WHOLE}, 6, Completeness.LATE),
            ({*BASICS}, 23 * 60, Completeness.DUE),
            ({*BASICS}, 25 * 60, Completeness.LATE),
        ],
    )
    def test_basics_are_due_in_five_minutes_and_the_rest_in_a_day(
        self, filled: set[str], minutes: int, state: Completeness
    ) -> None:
        assert gaps(filled, self.NOW - dt.timedelta(minutes=minutes), self.NOW).state == state

    def test_the_report_counts_what_is_missing_and_stale(self, field: Field) -> None:
        outlet = field.outlets[0]
        contact = {"name": "Wang", "decision_maker": True}
        add_contact(field.session, field.own, RecordKind.OUTLETS, outlet.id, contact)
        now = outlet.created_at + dt.timedelta(days=200)
        report = completeness(field.session, field.supervisor, now)
        assert (report.outlets, report.counts[Completeness.LATE], report.stale) == (6, 6, 6)
        assert (report.missing["decision_maker"], report.missing["phone"]) == (5, 6)
        assert report.items[0].rep_id == field.rep.id
