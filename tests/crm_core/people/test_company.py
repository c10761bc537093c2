from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from crm_core.errors import Conflict, Forbidden
from crm_core.people.company import company_today, company_zone, set_company_zone
from crm_core.people.service import scope_of
from tests.conftest import Company


def at(day: int, hour: float) -> dt.datetime:
    return dt.datetime(2026, 3, day, tzinfo=dt.UTC) + dt.timedelta(hours=hour)


class TestZone:
    def test_what_is_set_counts_before_where_most_reps_work(
        self, session: Session, company: Company
    ) -> None:
        assert company_zone(session) == "Europe/Lisbon"
        set_company_zone(session, company.scope("admin"), "Asia/Shanghai")
        assert company_zone(session) == "Asia/Shanghai"

    def test_without_reps_it_is_utc(self, session: Session) -> None:
        assert company_zone(session) == "UTC"

    def test_only_administrators_set_a_zone_that_there_is(
        self, session: Session, company: Company
    ) -> None:
        with pytest.raises(Forbidden, match="administrators-only"):
            set_company_zone(session, company.scope("director"), "Asia/Shanghai")
        with pytest.raises(Conflict, match="zone-unknown"):
            set_company_zone(session, company.scope("admin"), "Mars/Olympus")


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Asia/Shanghai", at(4, 15.9), at(4, 16.1)),  # UTC+8: midnight is 16:00 UTC
        ("America/Los_Angeles", at(5, 7.9), at(5, 8.1)),  # UTC-8: midnight is 08:00 UTC
    ],
)
def test_today_changes_at_the_companys_midnight(
    session: Session, company: Company, zone: str, before: dt.datetime, after: dt.datetime
) -> None:
    set_company_zone(session, company.scope("admin"), zone)
    fourth, fifth = dt.date(2026, 3, 4), dt.date(2026, 3, 5)
    assert [company_today(session, now) for now in (before, after)] == [fourth, fifth]
    boss = company.users["sup-north"]
    assert [scope_of(session, boss, now=now).as_of for now in (before, after)] == [fourth, fifth]


def test_a_reps_today_is_that_of_the_reps_own_clock(session: Session, company: Company) -> None:
    set_company_zone(session, company.scope("admin"), "Asia/Shanghai")
    rep, now = company.users["rep-north"], at(4, 20.0)
    assert scope_of(session, rep, now=now).as_of == dt.date(2026, 3, 4)
    company.rep_north.zone = "Asia/Shanghai"
    session.flush()
    assert scope_of(session, rep, now=now).as_of == dt.date(2026, 3, 5)
