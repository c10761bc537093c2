"""Tables of work: extra visit demands, jobs, the outbox of events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, false, select
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.clock import utc_now
from crm_core.db import JsonObject, Row
from crm_core.people.rules import Scope
from crm_core.work.rules import DemandStatus, JobStatus


class VisitDemand(Row):
    """Visits of an outlet beyond its policy: ``visits`` per ``weeks`` weeks, ``minutes`` each.

    They fall on ``not_before`` or later and on ``due`` or earlier, where these are set.
    """

    __tablename__ = "visit_demand"
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
        """Demands of outlets in the scope.

        Outlets lie in a feature above this one, so their model is found by its table.
        """
        models: list[Any] = [mapper.class_ for mapper in cls.registry.mappers]
        outlet = next(model for model in models if model.__tablename__ == "outlet")
        return cls.outlet_id.in_(select(outlet.id).where(outlet.scope_rows(scope)))


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
