from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive import queries
from crm_core.archive.model import CallWindow, Grade, Outlet, OutletAssignment
from crm_core.archive.rules import AssignmentSource, Frequency
from crm_core.archive.service import (
    assign,
    policy_of,
    save_grades,
    save_policy,
    set_opening_hours,
)
from crm_core.db import new_id
from crm_core.errors import Forbidden, NotFound
from crm_core.people.queries import audit_entries

if TYPE_CHECKING:
    from tests.conftest import Company

TODAY = date(2026, 3, 4)
type Make = Callable[..., Outlet]


def test_saving_a_grade_again_renames_it(session: Session, company: Company) -> None:
    save_grades(session, [Grade(code="A", rank=1, name_zh="甲", name_en="A")])
    save_grades(session, [Grade(code="A", rank=2, name_zh="甲级", name_en="Gold")])
    (grade,) = queries.grades(session, company.scope("rep-north"))
    assert (grade.rank, grade.name_en) == (2, "Gold")


class TestPolicies:
    def test_a_new_policy_ends_the_one_before_and_keeps_the_past(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        outlet, scope = make_outlet("1"), company.scope("director")
        old, new = Frequency(1, 2, 20), Frequency(1, 1, 25)
        save_policy(session, "A", old, valid_from=date(2026, 1, 1))
        save_policy(session, "A", new, valid_from=date(2026, 3, 1))
        assert policy_of(session, scope, outlet, date(2025, 12, 31)) is None
        assert policy_of(session, scope, outlet, date(2026, 2, 28)) == old
        assert policy_of(session, scope, outlet, TODAY) == new

    def test_a_policy_put_before_a_later_one_ends_where_that_begins(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        make_outlet("1")
        save_policy(session, "A", Frequency(1, 1, 25), valid_from=date(2026, 3, 1))
        early = save_policy(session, "A", Frequency(1, 2, 20), valid_from=date(2026, 1, 1))
        assert early.valid_to == date(2026, 3, 1)

    def test_a_policy_of_the_same_day_is_replaced(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        make_outlet("1")
        first = save_policy(session, "A", Frequency(1, 1, 25), valid_from=TODAY)
        again = save_policy(session, "A", Frequency(2, 1, 25), valid_from=TODAY)
        assert again is first
        assert (again.visits, again.valid_to) == (2, None)

    def test_channels_have_policies_of_their_own(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        kiosk, bar = make_outlet("1"), make_outlet("2", channel="bar")
        save_policy(session, "A", Frequency(1, 1, 20), valid_from=TODAY)
        save_policy(session, "A", Frequency(2, 1, 40), valid_from=TODAY, channel="bar")
        scope = company.scope("director")
        assert policy_of(session, scope, kiosk, TODAY) == Frequency(1, 1, 20)
        assert policy_of(session, scope, bar, TODAY) == Frequency(2, 1, 40)

    def test_an_outlet_may_have_figures_of_its_own(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        outlet = make_outlet("1", minutes_override=55)
        save_policy(session, "A", Frequency(1, 1, 20), valid_from=TODAY)
        found = policy_of(session, company.scope("director"), outlet, TODAY)
        assert found == Frequency(1, 1, 55)


class TestAssign:
    def _history(self, session: Session, outlet: Outlet) -> list[tuple[UUID, date, date | None]]:
        rows = session.scalars(
            select(OutletAssignment)
            .where(OutletAssignment.outlet_id == outlet.id)
            .order_by(OutletAssignment.valid_from)
        )
        return [(row.rep_id, row.valid_from, row.valid_to) for row in rows]

    def test_the_assignment_before_ends_where_the_new_one_begins(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        outlet, scope = make_outlet("1"), company.scope("director")
        north, south = company.rep_north.id, company.rep_south.id
        assign(session, scope, {outlet.id: north}, on=date(2026, 1, 1))
        assign(session, scope, {outlet.id: south}, on=TODAY)
        assert self._history(session, outlet) == [
            (north, date(2026, 1, 1), TODAY),
            (south, TODAY, None),
        ]

    def test_assigning_to_the_same_rep_again_changes_only_who_decided(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        outlet, scope = make_outlet("1"), company.scope("director")
        north = company.rep_north.id
        assign(session, scope, {outlet.id: north}, on=date(2026, 1, 1))
        (again,) = assign(
            session, scope, {outlet.id: north}, on=TODAY, source=AssignmentSource.FIXED
        )
        assert self._history(session, outlet) == [(north, date(2026, 1, 1), None)]
        assert again.source == "fixed"

    def test_a_second_thought_on_the_same_day_leaves_no_empty_assignment(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        outlet, scope = make_outlet("1"), company.scope("director")
        assign(session, scope, {outlet.id: company.rep_north.id}, on=TODAY)
        assign(session, scope, {outlet.id: company.rep_south.id}, on=TODAY)
        assert self._history(session, outlet) == [(company.rep_south.id, TODAY, None)]

    def test_an_assignment_that_was_to_begin_later_is_dropped(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        outlet, scope = make_outlet("1"), company.scope("director")
        north, south = company.rep_north.id, company.rep_south.id
        assign(session, scope, {outlet.id: north}, on=date(2026, 1, 1))
        assign(session, scope, {outlet.id: south}, on=date(2026, 5, 1))
        assign(session, scope, {outlet.id: south}, on=TODAY)
        assert self._history(session, outlet) == [
            (north, date(2026, 1, 1), TODAY),
            (south, TODAY, None),
        ]

    def test_the_audit_log_knows_who_moved_an_outlet(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        outlet = make_outlet("1")
        session.info["actor_id"] = company.users["director"].id
        (made,) = assign(
            session, company.scope("director"), {outlet.id: company.rep_north.id}, on=TODAY
        )
        (entry,) = audit_entries(session, company.scope("auditor"), row_id=made.id)
        assert entry.user_id == company.users["director"].id

    @pytest.mark.parametrize("login", ["rep-north", "auditor", "integration"])
    def test_who_does_not_plan_does_not_assign(
        self, session: Session, company: Company, make_outlet: Make, login: str
    ) -> None:
        outlet = make_outlet("1")
        with pytest.raises(Forbidden, match="assign-forbidden"):
            assign(session, company.scope(login), {outlet.id: company.rep_north.id}, on=TODAY)

    def test_a_supervisor_assigns_inside_the_department_only(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        scope = company.scope("sup-north")
        inside = make_outlet("1", department_id=company.north.id)
        outside = make_outlet("2", department_id=company.south.id)
        assert assign(session, scope, {inside.id: company.rep_north.id}, on=TODAY)
        with pytest.raises(NotFound, match="outlet-unknown"):
            assign(session, scope, {outside.id: company.rep_north.id}, on=TODAY)
        with pytest.raises(NotFound, match="rep-unknown"):
            assign(session, scope, {inside.id: company.rep_south.id}, on=TODAY)
        assert self._history(session, outside) == []

    def test_nothing_is_assigned_to_nobody(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        with pytest.raises(NotFound, match="rep-unknown"):
            assign(session, company.scope("director"), {make_outlet("1").id: new_id()}, on=TODAY)


class TestOpeningHours:
    def _windows(self, session: Session, outlet: Outlet) -> list[tuple[int, int, int, str]]:
        rows = session.scalars(
            select(CallWindow).order_by(CallWindow.weekday, CallWindow.start_minute)
        )
        return [(r.weekday, r.start_minute, r.end_minute, r.source) for r in rows]

    def test_hours_become_windows(self, session: Session, make_outlet: Make) -> None:
        outlet = make_outlet("1")
        assert set_opening_hours(session, outlet, "Mo 08:00-12:00,14:00-18:00", on=TODAY) == []
        assert self._windows(session, outlet) == [
            (0, 480, 720, "opening_hours"),
            (0, 840, 1080, "opening_hours"),
        ]

    def test_new_hours_replace_their_own_windows_only(
        self, session: Session, make_outlet: Make
    ) -> None:
        outlet = make_outlet("1")
        session.add(CallWindow(outlet_id=outlet.id, weekday=6, start_minute=1, end_minute=2))
        set_opening_hours(session, outlet, "Mo 08:00-12:00", on=TODAY)
        set_opening_hours(session, outlet, "Tu 08:00-12:00", on=TODAY)
        assert self._windows(session, outlet) == [
            (1, 480, 720, "opening_hours"),
            (6, 1, 2, "manual"),
        ]

    @pytest.mark.parametrize(
        ("text", "code"),
        [("sometimes", "opening-hours-broken"), ("off", "opening-hours-never-open")],
    )
    def test_hours_that_give_no_window_are_reported_and_kept(
        self, session: Session, make_outlet: Make, text: str, code: str
    ) -> None:
        outlet = make_outlet("1")
        set_opening_hours(session, outlet, "Mo 08:00-12:00", on=TODAY)
        (fault,) = set_opening_hours(session, outlet, text, on=TODAY)
        assert (fault.code, fault.where) == (code, "opening_hours")
        assert text in fault.cause
        assert outlet.opening_hours == text
        assert self._windows(session, outlet) == []

    def test_no_hours_are_no_fault(self, session: Session, make_outlet: Make) -> None:
        assert set_opening_hours(session, make_outlet("1"), "", on=TODAY) == []
