from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session

from crm_core.db import new_id
from crm_core.errors import NotFound
from crm_core.people import queries
from crm_core.people.model import RoleGrant
from crm_core.people.queries import scoped
from crm_core.people.staff import set_holiday, set_shift
from routing.calendar import DayKind

if TYPE_CHECKING:
    from tests.conftest import Company


@pytest.mark.parametrize(
    ("login", "codes"),
    [
        ("rep-north", ["N1"]),
        ("sup-north", ["N1"]),
        ("director", ["N1", "S1"]),
        ("auditor", ["N1", "S1"]),
    ],
)
def test_everybody_sees_the_reps_of_the_own_scope(
    session: Session, company: Company, login: str, codes: list[str]
) -> None:
    assert [rep.code for rep in queries.reps(session, company.scope(login))] == codes


def test_a_rep_out_of_scope_is_as_unknown_as_one_that_is_not_there(
    session: Session, company: Company
) -> None:
    scope = company.scope("sup-north")
    assert queries.rep(session, scope, company.rep_north.id) is company.rep_north
    for rep_id in (company.rep_south.id, new_id()):
        with pytest.raises(NotFound, match="rep-unknown"):
            queries.rep(session, scope, rep_id)


def test_inactive_reps_are_listed_only_when_asked_for(session: Session, company: Company) -> None:
    company.rep_south.active = False
    session.flush()
    scope = company.scope("director")
    assert [rep.code for rep in queries.reps(session, scope)] == ["N1"]
    assert len(queries.reps(session, scope, active_only=False)) == 2


def test_users_departments_and_roles_follow_the_department(
    session: Session, company: Company
) -> None:
    scope = company.scope("sup-north")
    assert queries.departments(session, scope) == [company.north]
    assert [user.login for user in queries.users(session, scope)] == ["sup-north"]
    assert [grant.role for grant in session.scalars(scoped(RoleGrant, scope))] == ["supervisor"]
    assert len(queries.departments(session, company.scope("director"))) == 3


def test_shifts_come_by_rep_and_weekday(session: Session, company: Company) -> None:
    north, south = company.rep_north.id, company.rep_south.id
    set_shift(session, north, 0, 480, 1020)
    set_shift(session, south, 0, 480, 1020)
    found = queries.shifts(session, company.scope("director"), [north, south])
    assert found[north][0].start_minute == 480
    assert 1 not in found[north]
    assert queries.shifts(session, company.scope("rep-north"), [north, south])[south] == {}


def test_calendar_exceptions_lie_between_the_dates_both_included(
    session: Session, company: Company
) -> None:
    for day, kind in ((1, DayKind.HOLIDAY), (7, DayKind.SWAPPED), (8, DayKind.HOLIDAY)):
        set_holiday(session, date(2026, 5, day), kind)
    scope = company.scope("rep-north")
    found = queries.calendar_exceptions(session, scope, date(2026, 5, 1), date(2026, 5, 7))
    assert found == {date(2026, 5, 1): DayKind.HOLIDAY, date(2026, 5, 7): DayKind.SWAPPED}
