"""Pairs of outlets that may be one: found, then merged or told apart by somebody."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, UniqueConstraint, and_, select
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.archive.model.outlet import Outlet
from crm_core.archive.rules.duplicates import PairStatus
from crm_core.clock import utc_now
from crm_core.db import JsonObject, Row
from crm_core.people.rules import Scope


class DuplicatePair(Row):
    """Two outlets that may be one, ``first_id`` < ``second_id``; each pair is judged once.

    ``score`` is from 0 to 1, ``parts`` say what of name, phone and place it is made of.
    ``kept_id`` is the outlet that was kept, ``undo`` what it takes to part the two again.
    """

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", "order"),
    )

    first_id: Mapped[UUID] = mapped_column(ForeignKey("outlet.id"))
    second_id: Mapped[UUID] = mapped_column(ForeignKey("outlet.id"), index=True)
    score: Mapped[float] = mapped_column(index=True)
    parts: Mapped[JsonObject]
    status: Mapped[str] = mapped_column(default=PairStatus.OPEN.value, index=True)
    found_at: Mapped[datetime] = mapped_column(default=utc_now)
    kept_id: Mapped[UUID | None] = mapped_column(ForeignKey("outlet.id"))
    undo: Mapped[JsonObject | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Pairs of which both outlets are in the scope."""
        seen = select(Outlet.id).where(Outlet.scope_rows(scope))
        return and_(cls.first_id.in_(seen), cls.second_id.in_(seen))
