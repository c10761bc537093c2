"""Reads of work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm_core.errors import NotFound
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.work.model import Event, Job, VisitDemand
from crm_core.work.rules import DemandStatus


def job(session: Session, scope: Scope, job_id: UUID, kind: str | None = None) -> Job:
    """A job one asked for oneself, of this ``kind``; raises ``NotFound`` (job-unknown).

    A planning run is seen by more people than the one who asked for it: its own queries read its
    jobs by the run.
    """
    found = session.scalar(scoped(Job, scope).where(Job.id == job_id))
    if found is None or kind not in (None, found.kind):
        raise NotFound("job-unknown", f"There is no job {job_id} of yours.", "Look at your list.")
    return found


def newest_job(session: Session, scope: Scope, kind: str) -> Job | None:
    """The newest job of a kind in scope; None where there never was one."""
    every = scoped(Job, scope).where(Job.kind == kind)
    return session.scalar(every.order_by(Job.created_at.desc(), Job.id.desc()).limit(1))


def open_demands(session: Session, scope: Scope, until: date) -> list[VisitDemand]:
    """Open demands that may be met on ``until`` or before, the overdue ones among them.

    The oldest due date comes first, demands without one last.
    """
    startable = or_(VisitDemand.not_before.is_(None), VisitDemand.not_before <= until)
    waiting = scoped(VisitDemand, scope).where(VisitDemand.status == DemandStatus.OPEN, startable)
    return [*session.scalars(waiting.order_by(VisitDemand.due.nulls_last(), VisitDemand.id))]


def undelivered(session: Session, limit: int = 100) -> Sequence[Event]:
    """The oldest events that nobody has been told of yet."""
    waiting = select(Event).where(Event.delivered_at.is_(None))  # unscoped: read by the service
    return session.scalars(waiting.order_by(Event.id).limit(limit)).all()
