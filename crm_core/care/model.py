"""The table of complaints."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, column_property, mapped_column

from crm_core.archive.model import Contact, OfOutlet
from crm_core.care.rules import ComplaintStatus
from crm_core.db import Row
from crm_core.people.model import User
from crm_core.visits.model import Visit
from crm_core.work.model import Task
from crm_core.work.rules import TaskKind


class Complaint(OfOutlet, Row):
    """What an outlet complains about, and how it ended.

    Who owns it until when, and the visit it asks for (``demand_id``), stand in its task; after it
    is closed a second task is to call back.  ``visit_id`` is the visit that answered it.
    """

    __tablename__ = "complaint"

    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey(Contact.id, ondelete="SET NULL"))
    severity: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID | None] = mapped_column(ForeignKey(User.id))
    status: Mapped[str] = mapped_column(String(16), default=ComplaintStatus.OPEN.value, index=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey(Visit.id))
    resolution: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    called_back_on: Mapped[date | None]
    satisfaction: Mapped[int | None]

    if TYPE_CHECKING:  # read from the tasks, see below the class
        task_id: Mapped[UUID | None]
        owner_rep_id: Mapped[UUID | None]
        due: Mapped[date | None]
        demand_id: Mapped[UUID | None]
        call_back_due: Mapped[date | None]


def _of_task(column: InstrumentedAttribute[Any], kind: TaskKind) -> Any:
    newest = select(column).where(Task.complaint_id == Complaint.id, Task.kind == kind)
    newest = newest.order_by(Task.id.desc()).limit(1).correlate(Complaint)
    return column_property(newest.scalar_subquery())


# What a complaint shows of its tasks: read only, one notion of owner and due date.
Complaint.task_id = _of_task(Task.id, TaskKind.COMPLAINT)
Complaint.owner_rep_id = _of_task(Task.rep_id, TaskKind.COMPLAINT)
Complaint.due = _of_task(Task.due, TaskKind.COMPLAINT)
Complaint.demand_id = _of_task(Task.demand_id, TaskKind.COMPLAINT)
Complaint.call_back_due = _of_task(Task.due, TaskKind.CALL_BACK)
