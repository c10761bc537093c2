"""The table of daily runs: what was done for which day of the company."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.clock import utc_now
from crm_core.db import Base, JsonObject
from crm_core.people.model import OpenToAll
from crm_core.work.model import Job


class DailyRun(OpenToAll, Base):
    """The steps that were done for a date, each with how many rows it concerned.

    A step is noted in the transaction that did it, under a lock of this row: whatever crashes or
    runs beside it, every step is done once.
    """

    __tablename__ = "daily_run"
    __audited__ = False

    date: Mapped[date] = mapped_column(primary_key=True)
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey(Job.id))
    steps: Mapped[JsonObject] = mapped_column(default=dict)
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    finished_at: Mapped[datetime | None]
