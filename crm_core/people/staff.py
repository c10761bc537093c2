"""Keeping the staff: departments, users with their roles, reps with their hours, holidays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.clock import zone_of
from crm_core.errors import Conflict, NotFound
from crm_core.people.model import Department, Holiday, Rep, RepShift, RoleGrant, User
from crm_core.people.rules import Role
from crm_core.people.service import hash_password, revoke_all
from routing.calendar import DayKind
from routing.geo import GeoPoint

MIN_PASSWORD = 10  # characters
LANGUAGES = ("zh", "en")


def add_department(session: Session, name: str, parent_id: UUID | None = None) -> Department:
    """A new department, at the top of the tree or below ``parent_id``."""
    department = Department(name=name, parent_id=parent_id)
    session.add(department)
    session.flush()
    return department


def add_user(
    session: Session,
    login: str,
    name: str,
    *,
    roles: Iterable[Role] = (),
    password: str | None = None,
    language: str = "en",
    department_id: UUID | None = None,
) -> User:
    """A new user with company-wide ``roles``; without a password only codes let the user in.

    Raises ``Conflict``: login-taken, password-short, language-unknown.
    """
    if session.scalar(select(User.id).where(User.login == login)):  # unscoped: unique for all
        raise Conflict("login-taken", f"The login {login!r} is taken.", "Choose another login.")
    if language not in LANGUAGES:
        raise Conflict(
            "language-unknown", f"There is no language {language!r}.", "Choose zh or en."
        )
    user = User(login=login, name=name, language=language, department_id=department_id)
    user.password_hash = None if password is None else hash_password(_long_enough(password))
    session.add(user)
    session.flush()
    for role in roles:
        give_role(session, user.id, role)
    return user


def set_password(session: Session, user_id: UUID, password: str) -> None:
    """Give a user a new password and end every login made with the old one.

    Raises ``NotFound`` (user-unknown) and ``Conflict`` (password-short).
    """
    user = session.get(User, user_id)  # unscoped: the edge lets administrators and oneself do it
    if user is None:
        raise NotFound("user-unknown", f"There is no user {user_id}.", "Choose another user.")
    user.password_hash = hash_password(_long_enough(password))
    revoke_all(session, user_id)
    session.flush()


def give_role(
    session: Session, user_id: UUID, role: Role, department_id: UUID | None = None
) -> None:
    """Give a user a role, in one department where stated; does nothing where it is there."""
    same = (
        RoleGrant.user_id == user_id,
        RoleGrant.role == role,
        RoleGrant.department_id == department_id,
    )
    if session.scalar(select(RoleGrant.id).where(*same)) is None:  # unscoped: a user's own
        session.add(RoleGrant(user_id=user_id, role=role, department_id=department_id))
        session.flush()


def add_rep(
    session: Session,
    code: str,
    name: str,
    *,
    department_id: UUID,
    zone: str,
    home: GeoPoint,
    home_name: str = "",
    profile: str = "foot",
    user_id: UUID | None = None,
) -> Rep:
    """A new rep who starts and ends the day at ``home``; ``zone`` is an IANA name.

    Raises ``Conflict``: rep-code-taken, zone-unknown.
    """
    zone_of(zone)
    if session.scalar(select(Rep.id).where(Rep.code == code)):  # unscoped: unique for all
        raise Conflict("rep-code-taken", f"The rep code {code!r} is taken.", "Choose another.")
    rep = Rep(code=code, name=name, department_id=department_id, zone=zone, user_id=user_id)
    rep.home_lat, rep.home_lon, rep.home_name = home.lat, home.lon, home_name
    rep.profile = profile
    session.add(rep)
    session.flush()
    return rep


def set_travel(session: Session, code: str, profile: str, network: str = "") -> Rep:
    """How a rep travels, and on which road network (empty: the one that covers the home).

    Raises ``NotFound`` (rep-unknown).
    """
    rep = session.scalar(select(Rep).where(Rep.code == code))  # unscoped: unique for all
    if rep is None:
        cause = f"There is no rep {code!r}."
        raise NotFound("rep-unknown", cause, "Give the code of one of the reps.")
    rep.profile, rep.network = profile, network
    session.flush()
    return rep


def link_rep(session: Session, code: str, user_id: UUID) -> Rep:
    """Make a user the rep with this code, who then sees the rep's rows where the role is rep.

    Raises ``NotFound`` (rep-unknown) and ``Conflict`` (rep-taken).
    """
    rep = session.scalar(select(Rep).where(Rep.code == code))  # unscoped: unique for all
    if rep is None:
        raise NotFound(
            "rep-unknown", f"There is no rep {code!r}.", "Give the code of one of the reps."
        )
    if rep.user_id not in (None, user_id):
        raise Conflict("rep-taken", f"The rep {code!r} has a user already.", "Choose another rep.")
    rep.user_id = user_id
    session.flush()
    return rep


def set_shift(
    session: Session,
    rep_id: UUID,
    weekday: int,
    start_minute: int,
    end_minute: int,
    *,
    hard_end_minute: int | None = None,
    lunch_minutes: int = 0,
    lunch_minute_range: tuple[int, int] = (11 * 60 + 30, 13 * 60 + 30),
    max_stops: int | None = None,
) -> RepShift:
    """Set the hours of a rep on a weekday (0 = Monday), minutes after local midnight.

    Lunch of ``lunch_minutes`` lies inside ``lunch_minute_range``.  Raises ``Conflict``
    (shift-impossible) where the times are not in order.
    """
    hard_end = end_minute if hard_end_minute is None else hard_end_minute
    earliest, latest = lunch_minute_range
    if not (
        0 <= weekday <= 6
        and 0 <= start_minute < end_minute <= hard_end
        and 0 <= lunch_minutes <= latest - earliest
    ):
        raise Conflict(
            "shift-impossible",
            f"Hours {start_minute}-{end_minute} (at most {hard_end}) with {lunch_minutes} minutes "
            f"of lunch in {earliest}-{latest} on weekday {weekday} are not in order.",
            "Give a weekday from 0 to 6, start < end <= latest end, and a lunch that fits.",
        )
    same = (RepShift.rep_id == rep_id, RepShift.weekday == weekday)
    shift = session.scalar(select(RepShift).where(*same))  # unscoped: the rep is given
    if shift is None:
        shift = RepShift(rep_id=rep_id, weekday=weekday)
        session.add(shift)
    shift.start_minute, shift.end_minute, shift.hard_end_minute = start_minute, end_minute, hard_end
    shift.lunch_minutes, shift.max_stops = lunch_minutes, max_stops
    shift.lunch_earliest_minute, shift.lunch_latest_minute = earliest, latest
    session.flush()
    return shift


def set_holiday(session: Session, on: date, kind: DayKind, name: str = "") -> Holiday:
    """Mark a date of the company calendar; a second mark of a date replaces the first."""
    holiday = session.scalar(select(Holiday).where(Holiday.date == on))  # unscoped: open to all
    if holiday is None:
        holiday = Holiday(date=on)
        session.add(holiday)
    holiday.kind, holiday.name = kind, name
    session.flush()
    return holiday


def _long_enough(password: str) -> str:
    if len(password) < MIN_PASSWORD:
        raise Conflict(
            "password-short",
            f"The password has fewer than {MIN_PASSWORD} characters.",
            f"Choose one of at least {MIN_PASSWORD} characters.",
        )
    return password
