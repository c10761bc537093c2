"""Tables of work: extra visit demands, tasks, follow-ups, jobs, the outbox of events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.clock import utc_now
from crm_core.db import Base, JsonObject, Row
from crm_core.people.model import User
from crm_core.people.rules import Scope
from crm_core.work.rules import (
    DemandStatus,
    JobStatus,
    TaskKind,
    TaskPriority,
    TaskSource,
    TaskState,
)


def model_of(table: str) -> Any:
    """The model of a table.  Features above this one hang their rows on tasks and demands, so
    their models are found by name."""
    return next(m.class_ for m in Base.registry.mappers if m.class_.__tablename__ == table)


def _seen(table: str, scope: Scope) -> Select[UUID]:
    model = model_of(table)
    return select(model.id).where(model.scope_rows(scope))


class VisitDemand(Row):
    """Visits of an outlet beyond its policy: ``visits`` per ``weeks`` weeks, ``minutes`` each.

    They fall on ``not_before`` or later and on ``due`` or earlier, where these are set.
    """

    __tablename__ = "visit_demand"
    __record_keys__: ClassVar[tuple[str, ...]] = ("outlet_id",)
    __table_args__ = (CheckConstraint("visits > 0 and weeks > 0 and minutes > 0", "amounts"),)

    outlet_id: Mapped[UUID] = mapped_column(ForeignKey("outlet.id"), index=True)
    source: Mapped[str]
    visits: Mapped[int] = mapped_column(default=1)
    weeks: Mapped[int] = mapped_column(default=1)
    minutes: Mapped[int]
    priority: Mapped[float] = mapped_column(default=1.0)
    not_before: Mapped[date | None]
    due: Mapped[date | None]
    status: Mapped[str] = mapped_column(default=DemandStatus.OPEN.value, index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Demands of outlets in the scope."""
        return cls.outlet_id.in_(_seen("outlet", scope))


class FollowUp(Row):
    """A call, message or mail to a customer: who spoke with whom, when, and what came of it."""

    __tablename__ = "follow_up"
    __table_args__ = (CheckConstraint("(outlet_id is null) <> (account_id is null)", "one_record"),)
    __record_keys__: ClassVar[tuple[str, ...]] = ("outlet_id", "account_id")

    kind: Mapped[str] = mapped_column(String(16))
    outlet_id: Mapped[UUID | None] = mapped_column(ForeignKey("outlet.id"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    opportunity_id: Mapped[UUID | None] = mapped_column(ForeignKey("opportunity.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(default="")
    rep_id: Mapped[UUID | None] = mapped_column(ForeignKey("rep.id"), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    received_at: Mapped[datetime] = mapped_column(default=utc_now)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Follow-ups of the outlets and accounts in the scope, and those one made."""
        return or_(
            cls.outlet_id.in_(_seen("outlet", scope)),
            cls.account_id.in_(_seen("account", scope)),
            cls.rep_id.in_(scope.rep_ids),
        )


class Task(Row):
    """Something to be done by a rep or a user (by nobody yet where both are none).

    ``demand_id`` is the visit it asks for; ``visit_id`` or ``follow_up_id`` is where it came from,
    ``answered_by_id`` the follow-up that did it.  ``remind_on`` is when its owner is told.
    """

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint("rep_id is null or user_id is null", "one_owner"),
        Index(None, "rep_id", "state", "due"),
    )
    __record_keys__: ClassVar[tuple[str, ...]] = ("history_id",)

    kind: Mapped[str] = mapped_column(String(16), default=TaskKind.OTHER.value)
    title: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    rep_id: Mapped[UUID | None] = mapped_column(ForeignKey("rep.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    outlet_id: Mapped[UUID | None] = mapped_column(ForeignKey("outlet.id"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    opportunity_id: Mapped[UUID | None] = mapped_column(ForeignKey("opportunity.id"), index=True)
    complaint_id: Mapped[UUID | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"), index=True)
    follow_up_id: Mapped[UUID | None] = mapped_column(ForeignKey("follow_up.id"), index=True)
    demand_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit_demand.id"), index=True)
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("follow_up.id"))
    priority: Mapped[str] = mapped_column(String(16), default=TaskPriority.NORMAL.value)
    not_before: Mapped[date | None]
    due: Mapped[date | None] = mapped_column(index=True)
    remind_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(16), default=TaskState.OPEN.value, index=True)
    source: Mapped[str] = mapped_column(String(16), default=TaskSource.MANUAL.value)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    result: Mapped[str] = mapped_column(default="")

    @property
    def history_id(self) -> UUID | None:
        """In whose history the task is told; in nobody's what a user keeps for oneself."""
        return None if self.user_id else self.outlet_id or self.account_id

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Tasks of reps and users in the scope, those one made, and what reps (or nobody yet)
        have to do at outlets and accounts in it; what a user keeps for oneself is not shown."""
        users = select(User.id).where(User.scope_rows(scope))
        records = or_(
            cls.outlet_id.in_(_seen("outlet", scope)), cls.account_id.in_(_seen("account", scope))
        )
        return or_(
            cls.rep_id.in_(scope.rep_ids),
            cls.user_id.in_(users),
            cls.created_by == scope.user_id,
            and_(cls.user_id.is_(None), records),
        )


class Job(Row):
    """Something longer than a request.  A worker holds it by a lease that it keeps renewing."""

    __tablename__ = "job"
    __audited__ = False
    __table_args__ = (Index(None, "status", "created_at"),)

    kind: Mapped[str]
    payload: Mapped[JsonObject]
    status: Mapped[str] = mapped_column(default=JobStatus.QUEUED.value)
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(default=0)
    progress: Mapped[JsonObject | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    result: Mapped[JsonObject | None]
    error: Mapped[JsonObject | None]
    requested_by: Mapped[UUID | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Jobs one asked for oneself."""
        return cls.requested_by == scope.user_id if scope.user_id else false()


class Event(Row):
    """One thing that happened, written in the transaction in which it happened."""

    __tablename__ = "event"
    __audited__ = False

    kind: Mapped[str]
    payload: Mapped[JsonObject]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    delivered_at: Mapped[datetime | None] = mapped_column(index=True)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Only who sees the whole company reads the outbox."""
        return false()
