from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm_core.archive.imports import ImportReport, OutletRow, upsert_outlets
from crm_core.archive.model import Account, CallWindow, ExternalRef, Outlet, OutletAssignment
from crm_core.archive.queries import assignments
from crm_core.archive.service import assign
from crm_core.db import new_id
from crm_core.people.queries import audit_entries

if TYPE_CHECKING:
    from tests.conftest import Company

TODAY = date(2026, 3, 4)
ROW = OutletRow("osm:1", "Café Majestic", "cafe", "A", 41.1469, -8.6064)
pytestmark = pytest.mark.usefixtures("grades")


def _load(session: Session, *rows: OutletRow) -> ImportReport:
    return upsert_outlets(session, rows, "osm", on=TODAY)


def _counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.refused


def _outlet(session: Session) -> Outlet:
    return session.scalars(select(Outlet)).one()


def _rep_of(session: Session, company: Company) -> object:
    found = assignments(session, company.scope("director"), TODAY)
    return found[_outlet(session).id].rep_id


class TestCreating:
    def test_a_new_row_makes_an_outlet(self, session: Session) -> None:
        report = _load(session, replace(ROW, address="Rua 1", opening_hours="Mo 08:00-12:00"))
        assert _counts(report) == (1, 0, 0, 0)
        outlet = _outlet(session)
        assert (outlet.name, outlet.address, outlet.short_code) == (ROW.name, "Rua 1", "osm:1")
        assert session.scalar(select(func.count()).select_from(CallWindow)) == 1

    def test_rows_of_one_account_share_it(self, session: Session) -> None:
        rows = [replace(ROW, key=key, account="Payer") for key in ("1", "2")]
        _load(session, *rows)
        account = session.scalars(select(Account)).one()
        assert set(session.scalars(select(Outlet.account_id))) == {account.id}

    def test_a_row_with_a_rep_is_assigned(self, session: Session, company: Company) -> None:
        _load(session, replace(ROW, rep_code="N1"))
        assert _rep_of(session, company) == company.rep_north.id
        assert session.scalars(select(OutletAssignment)).one().source == "polygon"

    def test_systems_have_keys_of_their_own(self, session: Session) -> None:
        _load(session, ROW)
        report = upsert_outlets(session, [replace(ROW, short_code="erp-1")], "erp", on=TODAY)
        assert report.created == 1


class TestAgain:
    def test_the_same_rows_change_nothing(self, session: Session, company: Company) -> None:
        row = replace(ROW, opening_hours="Mo 08:00-12:00", rep_code="N1", account="Payer")
        row = replace(row, department_id=company.north.id)
        _load(session, row)
        entries = len(audit_entries(session, company.scope("auditor"), limit=1000))
        assert _counts(_load(session, row)) == (0, 0, 1, 0)
        assert len(audit_entries(session, company.scope("auditor"), limit=1000)) == entries

    def test_a_changed_value_is_written(self, session: Session) -> None:
        _load(session, ROW)
        assert _counts(_load(session, replace(ROW, phone="+351 1"))) == (0, 1, 0, 0)
        assert _outlet(session).phone == "+351 1"

    def test_a_value_that_a_user_edited_is_kept(self, session: Session) -> None:
        _load(session, ROW)
        _outlet(session).name = "Majestic (our name)"
        session.flush()
        _load(session, replace(ROW, name="CAFE MAJESTIC", phone="+351 1"))
        outlet = _outlet(session)
        assert (outlet.name, outlet.phone) == ("Majestic (our name)", "+351 1")

    def test_an_edit_is_kept_however_often_the_system_sends(self, session: Session) -> None:
        _load(session, ROW)
        _outlet(session).name = "Majestic (our name)"
        session.flush()
        for name in ("a", "b", "b", ROW.name):
            _load(session, replace(ROW, name=name))
        assert _outlet(session).name == "Majestic (our name)"

    def test_new_opening_hours_make_new_windows(self, session: Session) -> None:
        _load(session, replace(ROW, opening_hours="Mo 08:00-12:00"))
        _load(session, replace(ROW, opening_hours="Tu 08:00-12:00"))
        assert session.scalars(select(CallWindow.weekday)).all() == [1]

    def test_a_department_may_come_and_go(self, session: Session, company: Company) -> None:
        _load(session, ROW)
        _load(session, replace(ROW, department_id=company.north.id))
        assert _outlet(session).department_id == company.north.id
        _load(session, ROW)
        assert _outlet(session).department_id is None

    def test_a_new_rep_is_taken_over(self, session: Session, company: Company) -> None:
        _load(session, replace(ROW, rep_code="N1"))
        report = _load(session, replace(ROW, rep_code="S1"))
        assert report.updated == 1
        assert _rep_of(session, company) == company.rep_south.id

    def test_an_outlet_that_a_user_moved_stays_there(
        self, session: Session, company: Company
    ) -> None:
        _load(session, replace(ROW, rep_code="N1"))
        moved = {_outlet(session).id: company.rep_south.id}
        assign(session, company.scope("director"), moved, on=TODAY)
        _load(session, replace(ROW, rep_code="N1", phone="1"))
        assert _rep_of(session, company) == company.rep_south.id


class TestFaults:
    @pytest.mark.parametrize(
        ("row", "code", "where"),
        [
            (replace(ROW, name=" "), "outlet-nameless", "rows[0]"),
            (replace(ROW, lat=410.0), "place-impossible", "rows[0].lat"),
            (replace(ROW, grade_code="Z"), "grade-unknown", "rows[0].grade_code"),
            (replace(ROW, status="gone"), "status-unknown", "rows[0].status"),
            (replace(ROW, rep_code="Z9"), "rep-unknown", "rows[0].rep_code"),
            (replace(ROW, department_id=new_id()), "department-unknown", "rows[0].department_id"),
        ],
    )
    def test_a_faulty_row_is_refused_and_named(
        self, session: Session, row: OutletRow, code: str, where: str
    ) -> None:
        report = _load(session, row, replace(ROW, key="good"))
        assert _counts(report) == (1, 0, 0, 1)
        assert [(fault.code, fault.where) for fault in report.faults] == [(code, where)]

    def test_all_faults_of_a_row_come_together(self, session: Session) -> None:
        report = _load(session, replace(ROW, name="", lat=410.0, grade_code="Z"))
        assert {fault.code for fault in report.faults} == {
            "outlet-nameless",
            "place-impossible",
            "grade-unknown",
        }

    def test_a_key_that_comes_twice_is_refused_both_times(self, session: Session) -> None:
        report = _load(session, ROW, replace(ROW, name="Other"))
        assert _counts(report) == (0, 0, 0, 2)

    def test_a_short_code_belongs_to_one_outlet(self, session: Session) -> None:
        rows = [replace(ROW, key=key, short_code="x") for key in ("1", "2")]
        report = _load(session, *rows)
        assert _counts(report) == (1, 0, 0, 1)
        assert report.faults[0].code == "short-code-taken"

    def test_broken_opening_hours_are_reported_and_the_outlet_is_taken(
        self, session: Session
    ) -> None:
        report = _load(session, replace(ROW, opening_hours="sometimes"))
        assert _counts(report) == (1, 0, 0, 0)
        assert [(fault.code, fault.where) for fault in report.faults] == [
            ("opening-hours-broken", "rows[0].opening_hours")
        ]

    def test_a_refused_row_can_come_again_mended(self, session: Session) -> None:
        _load(session, replace(ROW, grade_code="Z"))
        assert session.scalars(select(ExternalRef)).all() == []
        assert _load(session, ROW).created == 1
