"""Tables of care: complaints, and the rules a supervisor changed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.archive.model import Contact, OfOutlet
from crm_core.care.rules import ComplaintStatus
from crm_core.db import Base, JsonObject, Row
from crm_core.people.model import OpenToAll, Rep, User
from crm_core.visits.model import Visit
from crm_core.work.model import VisitDemand


class Complaint(OfOutlet, Row):
    """What an outlet complains about: who owns it, until when, and how it ended.

    ``demand_id`` is the visit it asks for, ``visit_id`` the visit that answered it.  After it is
    closed somebody calls back by ``call_back_due``.
    """

    __tablename__ = "complaint"

    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey(Contact.id, ondelete="SET NULL"))
    severity: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    owner_rep_id: Mapped[UUID] = mapped_column(ForeignKey(Rep.id), index=True)
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID | None] = mapped_column(ForeignKey(User.id))
    due: Mapped[date] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(String(16), default=ComplaintStatus.OPEN.value, index=True)
    demand_id: Mapped[UUID | None] = mapped_column(ForeignKey(VisitDemand.id))
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey(Visit.id))
    resolution: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    call_back_due: Mapped[date | None]
    called_back_on: Mapped[date | None]
    satisfaction: Mapped[int | None]


class StoredRules(OpenToAll, Base):
    """Rules of one part (``care``) that differ from the shipped ones."""

    __tablename__ = "stored_rules"

    part: Mapped[str] = mapped_column(String(16), primary_key=True)
    values: Mapped[JsonObject]
