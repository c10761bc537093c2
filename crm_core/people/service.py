"""Logging in: passwords, tokens, one-time codes, and the scope of whoever has logged in."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from crm_core.clock import local_date, utc_now
from crm_core.errors import Unauthenticated
from crm_core.people.company import company_zone
from crm_core.people.model import AuthToken, Department, Rep, User
from crm_core.people.queries import roles_of
from crm_core.people.rules import Role, Scope, TokenKind, grant_of

LIFETIMES = {
    TokenKind.ACCESS: timedelta(days=30),  # a phone in the field stays logged in for a cycle
    TokenKind.ONE_TIME: timedelta(minutes=10),
}


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token.  ``text`` is the secret itself and is never seen again."""

    text: str
    expires_at: datetime


def hash_password(password: str) -> str:
    """The argon2 hash of a password, with its salt and parameters."""
    return _hasher().hash(password)


def authenticate(session: Session, login: str, password: str) -> User:
    """The active user with this login and password; raises ``Unauthenticated`` (login-refused).

    An unknown login takes as long as a wrong password, so that time does not tell them apart.
    """
    user = session.scalar(
        select(User).where(User.login == login)  # unscoped: nobody is logged in yet
    )
    stored = user.password_hash if user and user.active else None
    right = _hasher().verify(password, stored or _nobodys_hash())
    if user is None or stored is None or not right:
        raise Unauthenticated(
            "login-refused",
            "This name and password do not go together.",
            "Check both, or ask an administrator for a new password.",
        )
    return user


def issue_token(
    session: Session,
    user_id: UUID,
    kind: TokenKind = TokenKind.ACCESS,
    *,
    lifetime: timedelta | None = None,
    now: datetime | None = None,
) -> IssuedToken:
    """A new token of a user; the database keeps only its digest.

    ``lifetime`` is 30 days for access and 10 minutes for one-time codes unless stated.
    """
    text, made = secrets.token_urlsafe(32), now or utc_now()
    expires = made + (LIFETIMES[kind] if lifetime is None else lifetime)
    session.add(
        AuthToken(
            user_id=user_id, kind=kind, digest=_digest(text), created_at=made, expires_at=expires
        )
    )
    session.flush()
    return IssuedToken(text, expires)


def redeem_one_time(session: Session, code: str, *, now: datetime | None = None) -> User:
    """The user a one-time code was made for; works once.

    Raises ``Unauthenticated`` (code-refused) for a code that is unknown, spent, expired or
    revoked.  Of two requests with the same code, one statement lets exactly one through.
    """
    at = now or utc_now()
    spent = session.scalar(
        update(AuthToken)
        .where(*_live(code, TokenKind.ONE_TIME, at), AuthToken.used_at.is_(None))
        .values(used_at=at)
        .returning(AuthToken.user_id)
        .execution_options(synchronize_session=False)
    )
    user = _active_user(session, spent)
    if user is None:
        raise Unauthenticated(
            "code-refused",
            "This link is unknown, has been used, or is too old.",
            "Ask for a new link, or log in with name and password.",
        )
    return user


def user_of_token(session: Session, text: str, *, now: datetime | None = None) -> User:
    """The active user an access token belongs to; raises ``Unauthenticated`` (token-refused)."""
    owner = session.scalar(
        select(AuthToken.user_id).where(  # unscoped: the token says who is asking
            *_live(text, TokenKind.ACCESS, now or utc_now())
        )
    )
    user = _active_user(session, owner)
    if user is None:
        raise Unauthenticated(
            "token-refused", "This login has ended or is not known.", "Log in again."
        )
    return user


def revoke(session: Session, text: str, *, now: datetime | None = None) -> None:
    """End one token; does nothing where it is unknown or ended already."""
    _revoke(session, now, AuthToken.digest == _digest(text))


def revoke_all(session: Session, user_id: UUID, *, now: datetime | None = None) -> None:
    """End every token of a user: force logout on all devices."""
    _revoke(session, now, AuthToken.user_id == user_id)


def scope_of(
    session: Session, user: User, *, as_of: date | None = None, now: datetime | None = None
) -> Scope:
    """What this user may see and do; assignments are read on ``as_of``.

    That is by default today: on the rep's own clock for a rep, else on the company's.  A supervisor
    without a department of the role has the department of the user.
    """
    parents = {
        row.id: row.parent_id
        for row in session.execute(
            select(Department.id, Department.parent_id)  # unscoped: scopes are made of it
        )
    }
    own = select(Rep.id, Rep.zone).where(Rep.user_id == user.id)  # unscoped: scopes are made of it
    rep_id, zone = session.execute(own).one_or_none() or (None, None)

    def reps_of(department_ids: frozenset[UUID]) -> frozenset[UUID]:
        inside = Rep.department_id.in_(department_ids)
        return frozenset(
            session.scalars(select(Rep.id).where(inside))  # unscoped: scopes are made of it
        )

    grants = tuple(
        grant_of(role, department_id or _own_department(role, user), rep_id, parents, reps_of)
        for role, department_id in roles_of(session, user.id)
    )
    today = as_of or local_date(now or utc_now(), zone or company_zone(session))
    return Scope(user.id, grants, today, rep_id)


def _own_department(role: Role, user: User) -> UUID | None:
    return user.department_id if role is Role.SUPERVISOR else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _live(text: str, kind: TokenKind, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        AuthToken.digest == _digest(text),
        AuthToken.kind == kind,
        AuthToken.revoked_at.is_(None),
        AuthToken.expires_at > at,
    )


def _active_user(session: Session, user_id: UUID | None) -> User | None:
    active = (User.id == user_id, User.active)
    return session.scalar(select(User).where(*active))  # unscoped: the token says who is asking


def _revoke(session: Session, now: datetime | None, which: ColumnElement[bool]) -> None:
    session.execute(
        update(AuthToken)
        .where(which, AuthToken.revoked_at.is_(None))
        .values(revoked_at=now or utc_now())
        .execution_options(synchronize_session=False)
    )


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe(32))
