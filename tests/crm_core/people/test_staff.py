from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.db import new_id
from crm_core.errors import Conflict, NotFound
from crm_core.people.model import Holiday, RepShift, RoleGrant
from crm_core.people.rules import Role
from crm_core.people.staff import (
    add_rep,
    add_user,
    give_role,
    set_holiday,
    set_password,
    set_shift,
)
from routing.calendar import DayKind
from routing.geo import GeoPoint

if TYPE_CHECKING:
    from tests.conftest import Company


def test_a_login_is_taken_once(session: Session) -> None:
    add_user(session, "li", "Li")
    with pytest.raises(Conflict, match="login-taken"):
        add_user(session, "li", "Another Li")


def test_a_language_without_a_catalogue_is_refused(session: Session) -> None:
    with pytest.raises(Conflict, match="language-unknown"):
        add_user(session, "li", "Li", language="xx")


def test_a_short_password_is_refused(session: Session, company: Company) -> None:
    with pytest.raises(Conflict, match="password-short"):
        add_user(session, "li", "Li", password="short")
    with pytest.raises(Conflict, match="password-short"):
        set_password(session, company.users["director"].id, "short")


def test_a_password_for_nobody_is_refused(session: Session) -> None:
    with pytest.raises(NotFound, match="user-unknown"):
        set_password(session, new_id(), "long enough")


def test_giving_a_role_twice_gives_it_once(session: Session) -> None:
    user = add_user(session, "li", "Li", roles=[Role.REP])
    give_role(session, user.id, Role.REP)
    assert len(session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id)).all()) == 1


def test_a_rep_code_is_taken_once(session: Session, company: Company) -> None:
    home = GeoPoint(41.0, -8.0)
    with pytest.raises(Conflict, match="rep-code-taken"):
        add_rep(session, "N1", "x", department_id=company.north.id, zone="UTC", home=home)


def test_a_rep_lives_in_a_zone_that_there_is(session: Session, company: Company) -> None:
    home = GeoPoint(41.0, -8.0)
    with pytest.raises(Conflict, match="zone-unknown"):
        add_rep(session, "X", "x", department_id=company.north.id, zone="Porto", home=home)


def test_setting_a_shift_again_replaces_it(session: Session, company: Company) -> None:
    set_shift(session, company.rep_north.id, 0, 480, 1020)
    set_shift(session, company.rep_north.id, 0, 540, 1080, hard_end_minute=1110)
    (shift,) = session.scalars(select(RepShift)).all()
    assert (shift.start_minute, shift.end_minute, shift.hard_end_minute) == (540, 1080, 1110)


@pytest.mark.parametrize(
    ("times", "more"),
    [
        ((7, 480, 1020), {}),
        ((0, 1020, 480), {}),
        ((0, 480, 1020), {"hard_end_minute": 1000}),
        ((0, 480, 1020), {"lunch_minutes": 60, "lunch_minute_range": (720, 750)}),
    ],
)
def test_a_shift_that_cannot_be_is_refused(
    session: Session, company: Company, times: tuple[int, int, int], more: dict[str, Any]
) -> None:
    with pytest.raises(Conflict, match="shift-impossible"):
        set_shift(session, company.rep_north.id, *times, **more)


def test_marking_a_date_again_replaces_the_mark(session: Session) -> None:
    set_holiday(session, date(2026, 5, 1), DayKind.HOLIDAY, "劳动节")
    set_holiday(session, date(2026, 5, 1), DayKind.SWAPPED)
    (holiday,) = session.scalars(select(Holiday)).all()
    assert (holiday.kind, holiday.name) == ("swapped", "")
