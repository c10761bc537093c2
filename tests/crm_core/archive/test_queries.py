from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session

from crm_core.archive import queries
from crm_core.archive.model import Account, CallWindow, ExternalRef, Outlet, OutletAssignment
from crm_core.archive.queries import OutletFilter
from crm_core.archive.service import assign
from crm_core.db import new_id
from crm_core.errors import NotFound
from crm_core.people.queries import scoped

if TYPE_CHECKING:
    from tests.conftest import Company

TODAY = date(2026, 3, 4)
type Make = Callable[..., Outlet]


@pytest.fixture
def outlets(session: Session, company: Company, make_outlet: Make) -> dict[str, Outlet]:
    """n: of the department North; s: of no department, assigned to the rep of South; x: of none."""
    made = {"n": make_outlet("n", department_id=company.north.id)}
    made |= {code: make_outlet(code) for code in ("s", "x")}
    director = company.scope("director")
    assign(session, director, {made["s"].id: company.rep_south.id}, on=date(2026, 2, 1))
    return made


def _codes(session: Session, company: Company, login: str) -> list[str]:
    page = queries.outlets(session, company.scope(login))
    return [outlet.short_code for outlet in page.items]


@pytest.mark.parametrize(
    ("login", "codes"),
    [
        ("rep-north", []),
        ("rep-south", ["s"]),
        ("sup-north", ["n"]),
        ("director", ["n", "s", "x"]),
    ],
)
@pytest.mark.usefixtures("outlets")
def test_everybody_sees_the_outlets_of_the_own_scope(
    session: Session, company: Company, login: str, codes: list[str]
) -> None:
    assert _codes(session, company, login) == codes


def test_a_rep_no_longer_sees_an_outlet_that_went_to_another(
    session: Session, company: Company, outlets: dict[str, Outlet]
) -> None:
    moved = {outlets["s"].id: company.rep_north.id}
    assign(session, company.scope("director"), moved, on=TODAY)
    assert _codes(session, company, "rep-south") == []
    assert _codes(session, company, "rep-north") == ["s"]


def test_a_rep_sees_an_outlet_that_is_to_come(
    session: Session, company: Company, outlets: dict[str, Outlet]
) -> None:
    coming = {outlets["x"].id: company.rep_north.id}
    assign(session, company.scope("director"), coming, on=date(2026, 4, 1))
    assert _codes(session, company, "rep-north") == ["x"]


def test_what_hangs_on_an_outlet_is_seen_with_it(
    session: Session, company: Company, outlets: dict[str, Outlet]
) -> None:
    for outlet in outlets.values():
        session.add(CallWindow(outlet_id=outlet.id, weekday=0, start_minute=480, end_minute=720))
    session.flush()
    ids = [outlet.id for outlet in outlets.values()]
    found = queries.call_windows(session, company.scope("rep-south"), ids)
    assert [len(found[outlets[code].id]) for code in "nsx"] == [0, 1, 0]


def test_an_account_is_seen_by_who_sees_one_of_its_outlets(
    session: Session, company: Company, outlets: dict[str, Outlet]
) -> None:
    account = Account(name="Payer")
    session.add(account)
    outlets["s"].account_id = account.id
    session.flush()
    assert session.scalars(scoped(Account, company.scope("rep-south"))).all() == [account]
    assert session.scalars(scoped(Account, company.scope("rep-north"))).all() == []


def test_foreign_keys_are_for_who_sees_the_company(session: Session, company: Company) -> None:
    session.add(ExternalRef(system="osm", key="1", kind="outlet", row_id=new_id()))
    session.flush()
    assert session.scalars(scoped(ExternalRef, company.scope("sup-north"))).all() == []
    assert len(session.scalars(scoped(ExternalRef, company.scope("integration"))).all()) == 1


def test_an_outlet_out_of_scope_is_as_unknown_as_one_that_is_not_there(
    session: Session, company: Company, outlets: dict[str, Outlet]
) -> None:
    scope = company.scope("sup-north")
    assert queries.outlet(session, scope, outlets["n"].id) is outlets["n"]
    for outlet_id in (outlets["x"].id, new_id()):
        with pytest.raises(NotFound, match="outlet-unknown"):
            queries.outlet(session, scope, outlet_id)


class TestFilters:
    def test_text_is_looked_for_in_name_code_and_address(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        make_outlet("1", name="Café Majestic")
        make_outlet("2", address="Rua Majestic 5")
        make_outlet("3", name="100% Fruta")
        scope = company.scope("director")

        def found(text: str) -> list[str]:
            page = queries.outlets(session, scope, OutletFilter(text=text))
            return [outlet.short_code for outlet in page.items]

        assert found("majestic") == ["1", "2"]
        assert found("100%") == ["3"]
        assert found("%") == ["3"]

    def test_filters_hold_together(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        make_outlet("1", channel="bar", grade_code="A")
        make_outlet("2", channel="bar", grade_code="B")
        make_outlet("3", channel="kiosk", grade_code="B")
        wanted = OutletFilter(channel="bar", grade_code="B")
        page = queries.outlets(session, company.scope("director"), wanted)
        assert [outlet.short_code for outlet in page.items] == ["2"]

    def test_outlets_of_a_rep_and_of_a_set(
        self, session: Session, company: Company, outlets: dict[str, Outlet]
    ) -> None:
        scope = company.scope("director")
        by_rep = queries.outlets(session, scope, OutletFilter(rep_id=company.rep_south.id))
        assert by_rep.items == [outlets["s"]]
        by_set = queries.outlets(session, scope, OutletFilter(outlet_ids=[[outlets["x"].id]]))
        assert by_set.items == [outlets["x"]]

    def test_only_active_outlets_unless_asked_for(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        make_outlet("1", status="closed")
        scope = company.scope("director")
        assert queries.outlets(session, scope).total == 0
        assert queries.outlets(session, scope, OutletFilter(status=None)).total == 1

    def test_pages_follow_each_other_without_gap_or_overlap(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        codes = [f"{number:02}" for number in range(7)]
        for code in reversed(codes):
            make_outlet(code)
        seen: list[str] = []
        cursor: str | None = None
        while True:
            page = queries.outlets(session, company.scope("director"), cursor=cursor, limit=3)
            assert page.total == 7
            seen += [outlet.short_code for outlet in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert seen == codes


def test_assignments_are_read_as_of_a_date(
    session: Session, company: Company, outlets: dict[str, Outlet]
) -> None:
    director, outlet_id = company.scope("director"), outlets["s"].id
    assign(session, director, {outlet_id: company.rep_north.id}, on=TODAY)

    def rep_on(on: date) -> object:
        found = queries.assignments(session, director, on, outlet_ids=[outlet_id])
        return found[outlet_id].rep_id if found else None

    assert rep_on(date(2026, 1, 31)) is None
    assert rep_on(date(2026, 3, 3)) == company.rep_south.id
    assert rep_on(TODAY) == company.rep_north.id


def test_a_rep_serves_the_active_outlets_assigned_on_the_date(
    session: Session, company: Company, outlets: dict[str, Outlet]
) -> None:
    scope, rep_id = company.scope("rep-south"), company.rep_south.id
    assert queries.assigned_outlets(session, scope, rep_id, TODAY) == [outlets["s"]]
    assert queries.assigned_outlets(session, scope, rep_id, date(2026, 1, 1)) == []
    outlets["s"].status = "suspended"
    session.flush()
    assert queries.assigned_outlets(session, scope, rep_id, TODAY) == []


def test_cover_by_another_role_is_no_primary_assignment(
    session: Session, company: Company, outlets: dict[str, Outlet]
) -> None:
    cover = OutletAssignment(
        outlet_id=outlets["s"].id, rep_id=company.rep_north.id, role="cover", valid_from=TODAY
    )
    session.add(cover)
    session.flush()
    found = queries.assignments(session, company.scope("director"), TODAY)
    assert found[outlets["s"].id].rep_id == company.rep_south.id
