from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.duplicates.merging import merge, part
from crm_core.archive.duplicates.queue import (
    pair_in_scope,
    pairs_in_scope,
    reopen,
    search_pairs,
    tell_apart,
)
from crm_core.archive.model import Contact, DuplicatePair, Outlet, Tag, Tagging
from crm_core.archive.queries import assignments, call_windows
from crm_core.archive.rules.duplicates import CHOICES, PairStatus
from crm_core.archive.service import assign, set_opening_hours
from crm_core.archive.sheets.files import Reading, dry_run
from crm_core.db import new_id
from crm_core.errors import Conflict, Forbidden, Invalid, NotFound
from crm_core.visits.model import Visit
from crm_core.work.model import VisitDemand
from tests.conftest import TODAY, Company
from tests.crm_core.archive.sheets.sheet_files import HEADER, csv_bytes

type MakeOutlet = Callable[..., Outlet]
YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture
def pair(session: Session, company: Company, make_outlet: MakeOutlet) -> DuplicatePair:
    """K1 of the north and K2, its double, with a visit, a demand, contacts and tags."""
    one = make_outlet("K1", name="好友便利店", department_id=company.north.id, phone="13800138000")
    two = make_outlet(
        "K2", name="好友便利店", department_id=company.north.id, remarks="near school"
    )
    both, vip = Tag(name="both"), Tag(name="VIP")
    session.add_all([both, vip])
    session.flush()
    session.add_all(
        [
            Contact(outlet_id=two.id, name="王", decision_maker=True),
            *(Tagging(outlet_id=outlet.id, tag_id=both.id) for outlet in (one, two)),
            Tagging(outlet_id=two.id, tag_id=vip.id),
            VisitDemand(outlet_id=two.id, source="task", minutes=10),
            Visit(
                outlet_id=two.id,
                rep_id=company.rep_north.id,
                visit_key=new_id(),
                local_date=YESTERDAY,
                zone="Asia/Shanghai",
                status="done",
                outcome="none",
            ),
        ]
    )
    set_opening_hours(session, two, "Mo 08:00-12:00", on=TODAY)
    assign(session, company.scope("director"), {two.id: company.rep_north.id}, on=YESTERDAY)
    assert search_pairs(session, company.scope("director")) == 1
    return session.scalars(select(DuplicatePair)).one()


def outlet(session: Session, code: str) -> Outlet:
    return session.scalars(select(Outlet).where(Outlet.short_code == code)).one()


def everything_of(session: Session, company: Company) -> dict[str, Any]:
    scope = company.scope("director")
    ids = {code: outlet(session, code).id for code in ("K1", "K2")}
    columns = {c for group in CHOICES.values() for c in group}
    serving = assignments(session, scope, TODAY)
    return {
        "fields": {c: [getattr(outlet(session, code), c) for code in ids] for c in columns},
        "links": {
            model.__name__: sorted(str(row.outlet_id) for row in session.scalars(select(model)))
            for model in (Contact, Tagging, VisitDemand, Visit)
        },
        "windows": {k: len(v) for k, v in call_windows(session, scope, [*ids.values()]).items()},
        "reps": {key: row.rep_id for key, row in serving.items()},
    }


class TestMerging:
    def test_fields_are_chosen_one_by_one(
        self, session: Session, company: Company, pair: DuplicatePair
    ) -> None:
        keep = outlet(session, "K1")
        scope = company.scope("sup-north")
        kept = merge(session, scope, pair, keep_id=keep.id, take=["remarks", "opening_hours"])
        assert (kept.phone, kept.remarks) == ("13800138000", "near school")
        assert len(call_windows(session, scope, [kept.id])[kept.id]) == 1
        assert outlet(session, "K2").status == "closed"
        assert (pair.status, pair.decided_by) == ("merged", company.users["sup-north"].id)

    def test_everything_linked_follows(
        self, session: Session, company: Company, pair: DuplicatePair
    ) -> None:
        keep = outlet(session, "K1")
        merge(session, company.scope("director"), pair, keep_id=keep.id)
        for model in (Contact, VisitDemand, Visit):
            assert {row.outlet_id for row in session.scalars(select(model))} == {keep.id}
        tags = session.scalars(select(Tagging).where(Tagging.outlet_id == keep.id)).all()
        assert len(tags) == 2
        served = assignments(session, company.scope("director"), TODAY)
        assert {key: row.rep_id for key, row in served.items()} == {keep.id: company.rep_north.id}

    def test_it_can_be_undone_completely(
        self, session: Session, company: Company, pair: DuplicatePair
    ) -> None:
        before = everything_of(session, company)
        scope = company.scope("director")
        keep = outlet(session, "K1")
        merge(session, scope, pair, keep_id=keep.id, take=[*CHOICES], rep_of_other=True)
        assert everything_of(session, company) != before
        part(session, scope, pair)
        assert everything_of(session, company) == before
        assert (pair.status, pair.undo) == ("open", None)
        with pytest.raises(Conflict, match="pair-not-decided"):
            part(session, scope, pair)

    def test_what_was_changed_since_stays_when_undone(
        self, session: Session, company: Company, pair: DuplicatePair
    ) -> None:
        scope, keep = company.scope("director"), outlet(session, "K1")
        merge(session, scope, pair, keep_id=keep.id, take=["remarks", "phone"])
        keep.phone = "021-62345678"
        session.flush()
        part(session, scope, pair)
        assert (keep.phone, keep.remarks) == ("021-62345678", "")

    def test_an_import_of_the_old_code_finds_the_kept_outlet(
        self, session: Session, company: Company, pair: DuplicatePair
    ) -> None:
        merge(session, company.scope("director"), pair, keep_id=outlet(session, "K1").id)
        row = ["K2", "好友便利店", "13900001111", "A", "-8.61", "41.15", ""]
        content = csv_bytes([HEADER, row])
        (found,) = dry_run(session, company.scope("director"), content, Reading()).rows
        assert found.outlet_id == outlet(session, "K1").id
        assert found.values == {"phone": "13900001111"}

    def test_other_pairs_of_the_closed_outlet_close_and_come_back(
        self, session: Session, company: Company, pair: DuplicatePair, make_outlet: MakeOutlet
    ) -> None:
        make_outlet("K3", name="好友便利店", department_id=company.north.id)
        scope = company.scope("director")
        assert search_pairs(session, scope) == 2
        merge(session, scope, pair, keep_id=outlet(session, "K1").id)
        assert pairs_in_scope(session, scope)[1] == 1
        part(session, scope, pair)
        assert pairs_in_scope(session, scope)[1] == 3

    def test_merges_are_undone_in_order(
        self, session: Session, company: Company, pair: DuplicatePair, make_outlet: MakeOutlet
    ) -> None:
        third = make_outlet("K3", name="好友便利店", department_id=company.north.id)
        scope, first = company.scope("director"), outlet(session, "K1")
        search_pairs(session, scope)
        merge(session, scope, pair, keep_id=first.id)
        (later,), _ = pairs_in_scope(session, scope)
        merge(session, scope, later, keep_id=third.id)
        assert session.scalars(select(Visit)).one().outlet_id == third.id
        with pytest.raises(Conflict, match="merge-undone-late"):
            part(session, scope, pair)
        part(session, scope, later)
        part(session, scope, pair)
        assert session.scalars(select(Visit)).one().outlet_id == outlet(session, "K2").id

    def test_a_wrong_choice_is_refused_with_all_faults(
        self, session: Session, company: Company, pair: DuplicatePair
    ) -> None:
        with pytest.raises(Invalid) as caught:
            merge(session, company.scope("director"), pair, keep_id=new_id(), take=["colour"])
        codes = {fault.code for fault in caught.value.faults}
        assert codes == {"merge-field-unknown", "merge-outlet-unknown"}

    def test_a_rep_may_not_merge(
        self, session: Session, company: Company, pair: DuplicatePair
    ) -> None:
        with pytest.raises(Forbidden, match="merge-forbidden"):
            merge(session, company.scope("rep-north"), pair, keep_id=pair.first_id)


class TestQueue:
    def test_a_pair_is_asked_about_once(
        self, session: Session, company: Company, pair: DuplicatePair
    ) -> None:
        scope = company.scope("director")
        tell_apart(session, scope, pair)
        assert search_pairs(session, scope) == 0
        assert pairs_in_scope(session, scope) == ([], 0)
        assert pairs_in_scope(session, scope, PairStatus.DIFFERENT) == ([pair], 1)
        with pytest.raises(Conflict, match="pair-decided"):
            merge(session, scope, pair, keep_id=pair.first_id)
        reopen(session, scope, pair)
        assert pairs_in_scope(session, scope) == ([pair], 1)

    def test_pairs_of_others_are_hidden(
        self, session: Session, company: Company, pair: DuplicatePair
    ) -> None:
        outlet(session, "K2").department_id = company.south.id
        assign(
            session,
            company.scope("director"),
            {outlet(session, "K2").id: company.rep_south.id},
            on=TODAY,
        )
        with pytest.raises(NotFound, match="pair-unknown"):
            pair_in_scope(session, company.scope("sup-north"), pair.id)
