"""Reads of work."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from crm_core.errors import NotFound
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.work.model import Event, FollowUp, Job, Task, VisitDemand
from crm_core.work.rules import DemandStatus, TaskState

_NEVER = date(9999, 12, 31)  # where a task without a due date stands in the list


@dataclass(frozen=True, slots=True)
class TasksAsked:
    """Which tasks are asked for; None stands for any.  ``mine``: of the rep or user one is."""

    mine: bool = False
    state: str | None = None
    kind: str | None = None
    rep_id: UUID | None = None
    outlet_id: UUID | None = None
    account_id: UUID | None = None
    opportunity_id: UUID | None = None
    complaint_id: UUID | None = None
    due_to: date | None = None


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


def task(session: Session, scope: Scope, task_id: UUID) -> Task:
    """A task in scope; raises NotFound (task-unknown)."""
    found = session.scalar(scoped(Task, scope).where(Task.id == task_id))
    if found is None:
        cause = "There is no such task that you may see."
        raise NotFound("task-unknown", cause, "Look at the list again.")
    return found


def tasks(
    session: Session,
    scope: Scope,
    asked: TasksAsked,
    *,
    after: UUID | None = None,
    limit: int = 200,
) -> Sequence[Task]:
    """Tasks in scope that come ``after`` one: the first due first, those without a date last."""
    due = func.coalesce(Task.due, _NEVER)
    rows = _asked(scoped(Task, scope), scope, asked).order_by(due, Task.id).limit(limit)
    if after is not None:
        last = task(session, scope, after)
        rows = rows.where(tuple_(due, Task.id) > (last.due or _NEVER, last.id))
    return session.scalars(rows).all()


def _asked(rows: Select[Task], scope: Scope, asked: TasksAsked) -> Select[Task]:
    for name in (
        *("state", "kind", "rep_id", "outlet_id"),
        *("account_id", "opportunity_id", "complaint_id"),
    ):
        value = getattr(asked, name)
        rows = rows if value is None else rows.where(getattr(Task, name) == value)
    if asked.due_to is not None:
        rows = rows.where(Task.due <= asked.due_to)
    if asked.mine:
        own = [Task.user_id == scope.user_id] if scope.user_id else []
        own += [Task.rep_id == scope.rep_id] if scope.rep_id else []
        rows = rows.where(or_(*own)) if own else rows.where(Task.id.is_(None))
    return rows


def day_tasks(
    session: Session, rep_id: UUID, on: date, outlet_ids: Collection[UUID]
) -> Sequence[Task]:
    """What a rep has to do on a date: all that is open at these outlets, and what else is due.

    What is open at an outlet and belongs to nobody yet is among it.  The caller has made sure that
    the rep, whose stops these outlets are, is in scope.
    """
    nobodys = and_(Task.rep_id.is_(None), Task.user_id.is_(None))
    here = Task.outlet_id.in_(outlet_ids)
    wanted = or_(and_(Task.rep_id == rep_id, or_(here, Task.due <= on)), and_(nobodys, here))
    rows = select(Task).where(Task.state == TaskState.OPEN, wanted)  # unscoped: see above
    return session.scalars(rows.order_by(func.coalesce(Task.due, _NEVER), Task.id)).all()


def next_steps(session: Session, scope: Scope, follow_up_ids: Collection[UUID]) -> Sequence[Task]:
    """The tasks that came of these follow-ups."""
    rows = scoped(Task, scope).where(Task.follow_up_id.in_(follow_up_ids))
    return session.scalars(rows.order_by(Task.id)).all()


def follow_ups(
    session: Session,
    scope: Scope,
    *,
    outlet_id: UUID | None = None,
    account_id: UUID | None = None,
    opportunity_id: UUID | None = None,
    limit: int = 200,
) -> Sequence[FollowUp]:
    """Follow-ups in scope, the newest first."""
    rows = scoped(FollowUp, scope).order_by(FollowUp.at.desc(), FollowUp.id.desc()).limit(limit)
    wanted = {
        FollowUp.outlet_id: outlet_id,
        FollowUp.account_id: account_id,
        FollowUp.opportunity_id: opportunity_id,
    }
    for column, value in wanted.items():
        rows = rows if value is None else rows.where(column == value)
    return session.scalars(rows).all()
