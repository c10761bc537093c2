"""Tables of people.  Every model says by ``scope_rows`` which of its rows a scope shows."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    String,
    UniqueConstraint,
    or_,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from crm_core.clock import utc_now
from crm_core.db import Base, JsonObject, Row
from crm_core.people.audit import AuditEntry
from crm_core.people.rules import Scope, TokenKind

__all__ = [
    "AuditEntry",
    "AuthToken",
    "Department",
    "Holiday",
    "OfRep",
    "OpenToAll",
    "Rep",
    "RepShift",
    "RoleGrant",
    "StoredRules",
    "User",
]


class OpenToAll:
    """Mixin of company-wide reference data: everybody who is logged in reads it."""

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """All rows."""
        return true()


class OfRep:
    """Mixin of rows with a ``rep_id``: whoever sees the rep sees them."""

    rep_id: Mapped[UUID] | InstrumentedAttribute[UUID]

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Rows of the reps in the scope."""
        return cls.rep_id.in_(scope.rep_ids)


class Department(Row):
    """A node of the organisation tree; ``parent_id`` is None at the top."""

    __tablename__ = "department"

    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("department.id"), index=True)
    name: Mapped[str]

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Departments in the scope."""
        return cls.id.in_(scope.department_ids)


class User(Row):
    """Somebody (or some system) that logs in; without ``password_hash`` only by a code."""

    __tablename__ = "user_account"

    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None] = mapped_column(info={"secret": True})
    language: Mapped[str] = mapped_column(default="en")
    active: Mapped[bool] = mapped_column(default=True)
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("department.id"), index=True)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Oneself, and the users of departments in the scope."""
        return or_(cls.id == scope.user_id, cls.department_id.in_(scope.department_ids))


class RoleGrant(Row):
    """A role of a user; ``department_id`` limits it to a department and those below it."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("user_id", "role", "department_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[str]
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("department.id"), index=True)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """One's own roles, and those given in departments in the scope."""
        return or_(cls.user_id == scope.user_id, cls.department_id.in_(scope.department_ids))


class Rep(Row):
    """Somebody who visits outlets: zone, how the rep moves, where the day starts and ends.

    ``network`` names the road network; empty is the smallest that covers the home.
    """

    __tablename__ = "rep"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), unique=True)
    department_id: Mapped[UUID] = mapped_column(ForeignKey("department.id"), index=True)
    zone: Mapped[str]
    profile: Mapped[str] = mapped_column(default="foot")
    network: Mapped[str] = mapped_column(default="")
    home_lat: Mapped[float]
    home_lon: Mapped[float]
    home_name: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """The reps in the scope."""
        return cls.id.in_(scope.rep_ids)


class RepShift(OfRep, Row):
    """Working hours of a rep on one weekday (0 = Monday), in minutes after local midnight."""

    __tablename__ = "rep_shift"
    __table_args__ = (
        UniqueConstraint("rep_id", "weekday"),
        CheckConstraint("weekday between 0 and 6", "weekday"),
        CheckConstraint("start_minute < end_minute", "hours"),
        CheckConstraint("end_minute <= hard_end_minute", "hard_end"),
    )

    rep_id: Mapped[UUID] = mapped_column(ForeignKey("rep.id"), index=True)
    weekday: Mapped[int]
    start_minute: Mapped[int]
    end_minute: Mapped[int]
    hard_end_minute: Mapped[int]
    lunch_minutes: Mapped[int] = mapped_column(default=0)
    lunch_earliest_minute: Mapped[int] = mapped_column(default=11 * 60 + 30)
    lunch_latest_minute: Mapped[int] = mapped_column(default=13 * 60)
    max_stops: Mapped[int | None]


class Holiday(OpenToAll, Row):
    """An exception of the company calendar; ``kind`` is a ``routing.calendar.DayKind``."""

    __tablename__ = "holiday"

    date: Mapped[date] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(default="")


class StoredRules(OpenToAll, Base):
    """What was chosen for one part (``care``, ``company``) in place of what is shipped."""

    __tablename__ = "stored_rules"

    part: Mapped[str] = mapped_column(String(16), primary_key=True)
    values: Mapped[JsonObject]


class AuthToken(Row):
    """A bearer token or a one-time code; only its SHA-256 digest is kept."""

    __tablename__ = "auth_token"
    __audited__ = False

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    kind: Mapped[str] = mapped_column(default=TokenKind.ACCESS.value)
    digest: Mapped[str] = mapped_column(unique=True, info={"secret": True})
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """One's own tokens."""
        return cls.user_id == scope.user_id
