"""Grades that figures suggest and supervisors decide."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.archive.model.outlet import OfOutlet
from crm_core.clock import utc_now
from crm_core.db import JsonObject, Row


class GradeSuggestion(OfOutlet, Row):
    """Another grade for an outlet, from the score of a method and its parts.

    ``status``: open, accepted, refused.  A refused one is not made again.
    """

    __tablename__ = "grade_suggestion"

    method: Mapped[str] = mapped_column(String(16))
    from_grade: Mapped[str] = mapped_column(ForeignKey("grade.code"))
    to_grade: Mapped[str] = mapped_column(ForeignKey("grade.code"))
    score: Mapped[float]
    parts: Mapped[JsonObject]
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(16), default="open", index=True)
    made_at: Mapped[datetime] = mapped_column(default=utc_now)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
