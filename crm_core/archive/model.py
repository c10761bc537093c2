"""Tables of the archive.  Dates of validity: from the first day, up to but without ``valid_to``."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.archive.rules import AssignmentSource, OutletStatus, WindowSource
from crm_core.clock import utc_now
from crm_core.db import Base, JsonObject, Row
from crm_core.people.model import OfRep, OpenToAll
from crm_core.people.rules import Scope


class Account(Row):
    """The payer; owns outlets."""

    __tablename__ = "account"

    name: Mapped[str] = mapped_column(index=True)
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("department.id"), index=True)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Accounts of departments in the scope, and those that own an outlet in it."""
        owned = select(Outlet.account_id).where(Outlet.scope_rows(scope))
        return or_(cls.department_id.in_(scope.department_ids), cls.id.in_(owned))


class Grade(OpenToAll, Base):
    """How often an outlet is visited; ``rank`` 1 is the most important grade."""

    __tablename__ = "grade"

    code: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int]
    name_zh: Mapped[str]
    name_en: Mapped[str]


class Outlet(Row):
    """A place that is visited; ``lat``, ``lon`` in WGS-84 degrees, ``datum`` as it was given.

    ``opening_hours`` is OpenStreetMap text; the overrides replace what the policy says.
    """

    __tablename__ = "outlet"
    __table_args__ = (Index(None, "lat", "lon"),)

    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(index=True)
    short_code: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str] = mapped_column(index=True)
    grade_code: Mapped[str] = mapped_column(ForeignKey("grade.code"), index=True)
    lat: Mapped[float]
    lon: Mapped[float]
    datum: Mapped[str] = mapped_column(default="WGS-84")
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    opening_hours: Mapped[str] = mapped_column(default="")
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("department.id"), index=True)
    status: Mapped[str] = mapped_column(default=OutletStatus.ACTIVE.value, index=True)
    visits_override: Mapped[int | None]
    weeks_override: Mapped[int | None]
    minutes_override: Mapped[int | None]
    simulated: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Outlets of departments in the scope, and those assigned to a rep in it now or later."""
        assigned = select(OutletAssignment.outlet_id).where(
            OutletAssignment.rep_id.in_(scope.rep_ids),
            or_(OutletAssignment.valid_to.is_(None), OutletAssignment.valid_to > scope.as_of),
        )
        return or_(cls.department_id.in_(scope.department_ids), cls.id.in_(assigned))


class OfOutlet:
    """Mixin of rows with an ``outlet_id``: whoever sees the outlet sees them."""

    outlet_id: Mapped[UUID] = mapped_column(ForeignKey("outlet.id"), index=True)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Rows of the outlets in the scope."""
        seen = select(Outlet.id).where(Outlet.scope_rows(scope))
        return cls.outlet_id.in_(seen)


class CallWindow(OfOutlet, Row):
    """When an outlet can be visited on one weekday (0 = Monday), minutes after midnight.

    An outlet without any window can be visited at any time; one with windows on some weekdays is
    closed on the others.
    """

    __tablename__ = "call_window"
    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", "weekday"),
        CheckConstraint("0 <= start_minute and start_minute < end_minute", "order"),
        CheckConstraint("end_minute <= 1440", "day"),
    )

    weekday: Mapped[int]
    start_minute: Mapped[int]
    end_minute: Mapped[int]
    source: Mapped[str] = mapped_column(default=WindowSource.MANUAL.value)


class VisitPolicy(OpenToAll, Row):
    """``visits`` per ``weeks`` weeks of ``minutes`` each, by grade and channel ("*": any)."""

    __tablename__ = "visit_policy"
    __table_args__ = (
        UniqueConstraint("grade_code", "channel", "valid_from"),
        CheckConstraint("visits > 0 and weeks > 0 and minutes > 0", "amounts"),
    )

    grade_code: Mapped[str] = mapped_column(ForeignKey("grade.code"))
    channel: Mapped[str] = mapped_column(default="*")
    visits: Mapped[int]
    weeks: Mapped[int]
    minutes: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class OutletAssignment(OfRep, Row):
    """Which rep serves an outlet, from ``valid_from`` until the day before ``valid_to``."""

    __tablename__ = "outlet_assignment"
    __table_args__ = (
        Index(None, "rep_id", "valid_to"),
        CheckConstraint("valid_to is null or valid_from <= valid_to", "dates"),
    )

    outlet_id: Mapped[UUID] = mapped_column(ForeignKey("outlet.id"), index=True)
    rep_id: Mapped[UUID] = mapped_column(ForeignKey("rep.id"))
    role: Mapped[str] = mapped_column(default="primary")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(default=AssignmentSource.MANUAL.value)


class ExternalRef(Row):
    """What another system calls one of our rows, and the values that it last sent for it."""

    __tablename__ = "external_ref"
    __table_args__ = (UniqueConstraint("system", "key", "kind"),)

    system: Mapped[str]
    key: Mapped[str]
    kind: Mapped[str]
    row_id: Mapped[UUID] = mapped_column(index=True)
    imported: Mapped[JsonObject | None]

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Only who sees the whole company reads foreign keys; others read them with their row."""
        return false()
