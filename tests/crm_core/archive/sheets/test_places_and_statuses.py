"""Rows that say nothing of where, and rows that change a status."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import Geocode, Outlet, OutletLife
from crm_core.archive.queries.geocoding import doubtful
from crm_core.archive.rules.geocode import Decision, GeocodeStatus
from crm_core.archive.rules.place import Placed
from crm_core.archive.service.geocoding import Answer, decide, note_answer
from crm_core.archive.sheets.files import Reading, apply_file, dry_run, receive, undo_file
from crm_core.archive.sheets.judge import Judgement, Verdict
from crm_core.archive.sheets.stored import stored_outlets
from crm_core.errors import Conflict
from crm_core.territories.queries import outlets_inside
from routing.geo import GeoPoint
from tests.conftest import TODAY, Company
from tests.crm_core.archive.sheets.sheet_files import csv_bytes

pytestmark = pytest.mark.usefixtures("grades")

LIST = [("客户编号", "客户名称", "地址", "状态"), ("K1", "好友便利店", "南京路1号", "")]
STATUS = ("客户编号", "状态")


def load(session: Session, company: Company, rows: list[tuple[str, ...]]) -> UUID:
    scope = company.scope("director")
    file = receive(session, scope, "list.csv", csv_bytes(rows))
    apply_file(session, scope, file, Reading())
    return file.id


def tried(session: Session, company: Company, rows: list[tuple[str, ...]]) -> Judgement:
    return dry_run(session, company.scope("director"), csv_bytes(rows), Reading())


def outlet(session: Session, code: str = "K1") -> Outlet:
    return session.scalars(select(Outlet).where(Outlet.short_code == code)).one()


def placed_answer(confidence: float) -> Answer:
    return Answer(
        "photon", "南京路1号", Placed(31.2, 121.4, "WGS-84"), confidence, "Nanjing Road 1"
    )


class TestWithoutPlace:
    def test_it_waits_in_the_queue_of_places(self, session: Session, company: Company) -> None:
        load(session, company, LIST)
        assert outlet(session).point is None
        (waiting,) = doubtful(session, company.scope("director"))
        assert (waiting.outlet.short_code, waiting.geocode.address) == ("K1", "南京路1号")
        assert waiting.geocode.lat is None

    def test_a_sure_answer_places_it_and_a_doubtful_one_waits(
        self, session: Session, company: Company
    ) -> None:
        load(session, company, LIST)
        of = outlet(session)
        row = note_answer(session, of.id, of.id, placed_answer(0.5))
        assert row is not None
        assert (row.status, of.point) == (GeocodeStatus.DOUBTFUL, None)
        row = note_answer(session, of.id, of.id, placed_answer(0.9))
        assert row is not None
        assert (row.status, of.point) == (GeocodeStatus.TAKEN, GeoPoint(31.2, 121.4))

    def test_it_can_be_put_on_the_map_and_not_kept_nowhere(
        self, session: Session, company: Company
    ) -> None:
        load(session, company, LIST)
        scope, outlet_id = company.scope("director"), outlet(session).id
        with pytest.raises(Conflict, match="geocode-no-place"):
            decide(session, scope, outlet_id, Decision.KEEP)
        decide(session, scope, outlet_id, Decision.CORRECT, GeoPoint(31.1, 121.3))
        assert outlet(session).point == GeoPoint(31.1, 121.3)

    def test_it_lies_in_no_territory(self, session: Session, company: Company) -> None:
        load(session, company, LIST)
        ring = [[-179.0, -80.0], [179.0, -80.0], [179.0, 80.0], [-179.0, 80.0], [-179.0, -80.0]]
        world = {"type": "Polygon", "coordinates": [ring]}
        found = outlets_inside(session, company.scope("director"), world)
        assert outlet(session) not in found

    def test_an_export_of_it_changes_nothing(self, session: Session, company: Company) -> None:
        load(session, company, LIST)
        assert [row.verdict for row in tried(session, company, LIST).rows] == [Verdict.SAME]
        ((_, stored),) = stored_outlets(session, company.scope("director"), [outlet(session).id])
        assert stored["lat"] is None

    def test_it_is_undone_with_its_wait(self, session: Session, company: Company) -> None:
        scope = company.scope("director")
        file = receive(session, scope, "list.csv", csv_bytes(LIST))
        apply_file(session, scope, file, Reading())
        assert undo_file(session, scope, file).removed == 1
        assert session.scalars(select(Geocode)).all() == []


class TestStatus:
    def test_a_change_is_dated_and_has_the_file_as_its_reason(
        self, session: Session, company: Company
    ) -> None:
        load(session, company, LIST)
        load(session, company, [STATUS, ("K1", "停业")])
        spans = session.scalars(select(OutletLife).order_by(OutletLife.valid_from)).all()
        assert [(row.status, row.valid_to, row.reason) for row in spans] == [
            ("active", TODAY, ""),
            ("closed", None, "list.csv"),
        ]
        assert outlet(session).status == "closed"

    def test_a_status_that_cannot_follow_is_a_fault(
        self, session: Session, company: Company
    ) -> None:
        load(session, company, LIST)
        load(session, company, [STATUS, ("K1", "停业")])
        told = tried(session, company, [STATUS, ("K1", "暂停")])
        assert [(f.column, f.value, f.code) for f in told.faults] == [
            ("状态", "suspended", "status-order")
        ]
        told = tried(session, company, [STATUS, ("K1", "季节性")])
        assert [fault.code for fault in told.faults] == ["season-missing"]

    def test_undoing_gives_the_status_back_whatever_may_follow(
        self, session: Session, company: Company
    ) -> None:
        scope = company.scope("director")
        load(session, company, LIST)
        file = receive(session, scope, "moved.csv", csv_bytes([STATUS, ("K1", "搬迁")]))
        apply_file(session, scope, file, Reading())
        assert outlet(session).status == "moved"
        assert undo_file(session, scope, file).restored == 1
        assert outlet(session).status == "active"
