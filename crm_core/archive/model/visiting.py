"""How often outlets are visited and by whom."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.archive.rules import AssignmentSource
from crm_core.db import Base, Row
from crm_core.people.model import OfRep, OpenToAll


class Grade(OpenToAll, Base):
    """How often an outlet is visited; ``rank`` 1 is the most important grade."""

    __tablename__ = "grade"

    code: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int]
    name_zh: Mapped[str]
    name_en: Mapped[str]


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
    __record_keys__: ClassVar[tuple[str, ...]] = ("outlet_id",)
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
