"""What a geocoding service says of an outlet's address, and what somebody made of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.archive.model.outlet import OfOutlet
from crm_core.clock import utc_now
from crm_core.db import JsonObject, Row


class Geocode(OfOutlet, Row):
    """The newest answer for an outlet's ``address``.

    ``lat``, ``lon`` are WGS-84, ``given_lat`` and ``given_lon`` the service's own in ``datum``;
    ``apart_m`` is how far that is from where the outlet stood.  Without a place there are none of
    these.  ``answer`` is the service's original; ``job_id`` is the job that asked.
    """

    __tablename__ = "geocode"
    __table_args__ = (UniqueConstraint("outlet_id"),)

    job_id: Mapped[UUID]
    address: Mapped[str]
    service: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16), index=True)
    confidence: Mapped[float]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    datum: Mapped[str] = mapped_column(String(16))
    given_lat: Mapped[float | None]
    given_lon: Mapped[float | None]
    label: Mapped[str] = mapped_column(default="")
    apart_m: Mapped[float | None]
    answer: Mapped[JsonObject | None]
    asked_at: Mapped[datetime] = mapped_column(default=utc_now)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
