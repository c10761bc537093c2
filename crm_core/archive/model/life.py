"""The dated life of outlets, and what reps propose about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.archive.model.outlet import OfOutlet
from crm_core.archive.rules.proposals import ProposalStatus
from crm_core.clock import utc_now
from crm_core.db import JsonObject, Row
from crm_core.people.model import OfRep


class OutletLife(OfOutlet, Row):
    """A status of an outlet from ``valid_from`` until the day before ``valid_to``.

    The rows of an outlet cover every date without overlap; an outlet without rows has had its
    ``status`` for ever.  ``season_start`` and ``season_end`` (MM-DD) are of a seasonal one;
    ``successor_id`` is where one that moved is now.
    """

    __tablename__ = "outlet_life"
    __table_args__ = (
        UniqueConstraint("outlet_id", "valid_from"),
        CheckConstraint("valid_to is null or valid_from < valid_to", "dates"),
    )

    status: Mapped[str] = mapped_column(String(16))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    season_start: Mapped[str | None] = mapped_column(String(5))
    season_end: Mapped[str | None] = mapped_column(String(5))
    reason: Mapped[str] = mapped_column(default="")
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("outlet.id"))


class Proposal(OfRep, Row):
    """What a rep proposes: a new outlet, a better place, that one has closed or moved.

    ``client_id`` is made by the device, so that sending again is harmless; ``photo`` holds the
    address and SHA-256 of a picture.
    """

    __tablename__ = "proposal"
    __record_keys__: ClassVar[tuple[str, ...]] = ("outlet_id",)

    client_id: Mapped[UUID] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    rep_id: Mapped[UUID] = mapped_column(ForeignKey("rep.id"), index=True)
    outlet_id: Mapped[UUID | None] = mapped_column(ForeignKey("outlet.id"), index=True)
    values: Mapped[JsonObject]
    photo: Mapped[JsonObject | None]
    note: Mapped[str] = mapped_column(default="")
    proposed_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(default=utc_now)
    status: Mapped[str] = mapped_column(String(16), default=ProposalStatus.OPEN.value, index=True)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str] = mapped_column(default="")
