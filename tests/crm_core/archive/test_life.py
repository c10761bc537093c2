from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet
from crm_core.archive.queries import OutletFilter, assigned_outlets, outlets
from crm_core.archive.queries.life import life_rows, lives, statuses
from crm_core.archive.rules import OutletStatus
from crm_core.archive.rules.life import (
    Span,
    changed_life,
    days_off,
    in_season,
    is_visited,
    status_on,
)
from crm_core.archive.service import assign
from crm_core.archive.service.life import set_status
from crm_core.errors import Forbidden, Invalid

if TYPE_CHECKING:
    from tests.conftest import Company

TODAY = date(2026, 3, 4)
S = OutletStatus
type Make = Callable[..., Outlet]

days = st.integers(0, 60).map(lambda n: date(2026, 1, 1) + timedelta(days=n))
changes = st.tuples(st.sampled_from([*S]), days, st.none() | st.integers(1, 30))


@given(st.lists(changes, max_size=8), st.lists(days, max_size=10))
def test_however_it_changes_every_day_has_one_status(
    told: list[tuple[OutletStatus, date, int | None]], asked: list[date]
) -> None:
    spans: list[Span] = []
    for status, on, length in told:
        until = None if length is None else on + timedelta(days=length)
        change = Span(status, on, until, ("04-01", "10-01"))
        expected = {day: status_on(spans, S.ACTIVE, day) for day in asked}
        spans, faults = changed_life(spans, S.ACTIVE, change)
        if not faults:
            expected |= {day: status for day in asked if change.holds(day)}
        assert {day: status_on(spans, S.ACTIVE, day) for day in asked} == expected
        for day in asked:
            assert sum(span.holds(day) for span in spans) == 1
    assert [s.valid_to for s in spans[:-1]] == [s.valid_from for s in spans[1:]]


@pytest.mark.parametrize(
    ("day", "inside"),
    [((4, 15), True), ((10, 1), True), ((4, 14), False), ((10, 2), False), ((12, 31), False)],
)
def test_a_season_has_both_its_ends(day: tuple[int, int], inside: bool) -> None:
    assert in_season(("04-15", "10-01"), date(2026, *day)) is inside


def test_a_season_may_run_over_new_year() -> None:
    assert in_season(("11-01", "02-28"), date(2026, 1, 5))
    assert not in_season(("11-01", "02-28"), date(2026, 6, 5))


def test_a_moved_outlet_never_comes_back_and_a_closed_one_may() -> None:
    for now, faulty in ((S.MOVED, True), (S.CLOSED, False)):
        _, faults = changed_life([], now, Span(S.ACTIVE, TODAY))
        assert bool(faults) is faulty


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Span(S.SUSPENDED, TODAY, TODAY), "life-dates"),
        (Span(S.SEASONAL, TODAY), "season-not-right"),
        (Span(S.SEASONAL, TODAY, None, ("4-1", "10-01")), "season-not-right"),
        (Span(S.ACTIVE, TODAY), "status-order"),
    ],
)
def test_what_a_change_may_not_be(change: Span, code: str) -> None:
    spans, faults = changed_life([], S.ACTIVE, change)
    assert [fault.code for fault in faults] == [code]
    assert len(spans) == 1


def test_days_off_are_those_outside_the_visited_spans() -> None:
    suspended = Span(S.SUSPENDED, TODAY, TODAY + timedelta(days=2))
    spans, _ = changed_life([], S.ACTIVE, suspended)
    dates = [TODAY + timedelta(days=n) for n in range(-1, 4)]
    assert days_off(spans, dates) == (1, 2)
    assert days_off([], dates) == ()
    assert is_visited(spans, S.ACTIVE, TODAY - timedelta(days=300))


class TestStored:
    def test_a_suspension_ends_by_itself(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        outlet, office = (
            make_outlet("1", department_id=company.north.id),
            company.scope("sup-north"),
        )
        week = timedelta(days=7)
        set_status(session, office, outlet.id, S.SUSPENDED, on=TODAY, until=TODAY + week)
        seen = [
            statuses(session, office, [outlet], TODAY + n * week)[outlet.id] for n in (-1, 0, 1)
        ]
        assert seen == [S.ACTIVE, S.SUSPENDED, S.ACTIVE]
        assert outlet.status == S.SUSPENDED

    def test_lists_and_assigned_outlets_read_the_dates(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        codes = {"open": None, "closed": S.CLOSED, "later": S.CLOSED, "summer": S.SEASONAL}
        rows = {code: make_outlet(code, department_id=company.north.id) for code in codes}
        office, rep = company.scope("sup-north"), company.rep_north
        assign(session, office, {row.id: rep.id for row in rows.values()}, on=TODAY)
        month = timedelta(days=28)
        starts = {"closed": TODAY - month, "later": TODAY + month, "summer": TODAY - month}
        for code, start in starts.items():
            status = codes[code]
            assert status is not None
            season = ("04-01", "09-30") if status is S.SEASONAL else None
            set_status(session, office, rows[code].id, status, on=start, season=season)

        def served(on: date, until: date | None = None) -> list[str]:
            found = assigned_outlets(session, office, rep.id, on, until)
            return [row.short_code for row in found]

        assert served(TODAY) == ["later", "open"]
        assert served(TODAY, TODAY + month) == ["later", "open", "summer"]
        assert served(TODAY + month) == ["open", "summer"]
        listed = outlets(session, office, OutletFilter(status=S.CLOSED)).items
        assert [row.short_code for row in listed] == ["closed"]

    def test_only_the_office_changes_a_status_and_a_fault_changes_nothing(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        outlet = make_outlet("1", department_id=company.north.id)
        assign(session, company.scope("sup-north"), {outlet.id: company.rep_north.id}, on=TODAY)
        with pytest.raises(Forbidden, match="office-only"):
            set_status(session, company.scope("rep-north"), outlet.id, S.CLOSED, on=TODAY)
        with pytest.raises(Invalid, match="record-not-right"):
            set_status(session, company.scope("director"), outlet.id, S.ACTIVE, on=TODAY)
        assert lives(session, company.scope("director")) == {}

    def test_the_reason_of_each_span_is_kept(
        self, session: Session, company: Company, make_outlet: Make
    ) -> None:
        outlet, boss = make_outlet("1"), company.scope("director")
        set_status(session, boss, outlet.id, S.SUSPENDED, on=TODAY, reason="Rebuilding")
        set_status(session, boss, outlet.id, S.CLOSED, on=TODAY + timedelta(days=5), reason="Gone")
        told = [(row.status, row.reason) for row in life_rows(session, boss, outlet.id)]
        assert told == [("active", ""), ("suspended", "Rebuilding"), ("closed", "Gone")]
