"""Tables of the funnel: stages (data), opportunities and every stage move."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.archive.model import Account, Outlet
from crm_core.db import Base, Row
from crm_core.people.model import OfRep, OpenToAll, Rep, User
from crm_core.people.rules import Scope


class Stage(OpenToAll, Base):
    """One step of a stage template; ``closed`` is ``won``, ``lost`` or, while open, null."""

    __tablename__ = "stage"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    template: Mapped[str] = mapped_column(String(40), index=True)
    rank: Mapped[int]
    class_letter: Mapped[str | None] = mapped_column(String(4))
    name_zh: Mapped[str]
    name_en: Mapped[str]
    win_rate: Mapped[float]
    closed: Mapped[str | None] = mapped_column(String(8))


class Opportunity(OfRep, Row):
    """A possible sale of one rep; the amount is in minor units of ``currency``."""

    __tablename__ = "opportunity"
    __record_keys__: ClassVar[tuple[str, ...]] = ("outlet_id", "account_id")

    outlet_id: Mapped[UUID | None] = mapped_column(ForeignKey(Outlet.id), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey(Account.id), index=True)
    rep_id: Mapped[UUID] = mapped_column(ForeignKey(Rep.id), index=True)
    name: Mapped[str]
    stage_code: Mapped[str] = mapped_column(ForeignKey(Stage.code), index=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    expected_close: Mapped[date | None]
    source: Mapped[str] = mapped_column(default="")
    lost_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    simulated: Mapped[bool] = mapped_column(default=False)


class StageMove(Row):
    """Who moved an opportunity from which stage to which, and when; the first has no ``from``."""

    __tablename__ = "stage_move"
    __append_only__ = True

    opportunity_id: Mapped[UUID] = mapped_column(ForeignKey(Opportunity.id), index=True)
    from_code: Mapped[str | None] = mapped_column(ForeignKey(Stage.code))
    to_code: Mapped[str] = mapped_column(ForeignKey(Stage.code))
    at: Mapped[datetime]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id))

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Moves of the opportunities in scope."""
        return cls.opportunity_id.in_(select(Opportunity.id).where(Opportunity.scope_rows(scope)))
