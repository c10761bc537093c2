"""Tasks from making to ending, and the visits they ask for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.clock import utc_now
from crm_core.errors import Conflict
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.work.checks import (
    known_row,
    link_faults,
    refuse_task,
    require_writer,
    write_forbidden,
)
from crm_core.work.model import Task, VisitDemand
from crm_core.work.queries import task
from crm_core.work.rules import (
    OF_COMPLAINTS,
    VISIT_MINUTES,
    DemandSource,
    DemandStatus,
    TaskKind,
    TaskPriority,
    TaskSource,
    TaskState,
    task_faults,
    visit_priority,
)
from crm_core.work.service import emit, want_visit

type Values = Mapping[str, Any]


def add_task(
    session: Session,
    scope: Scope,
    values: Values,
    *,
    source: TaskSource = TaskSource.MANUAL,
    task_id: UUID | None = None,
    now: datetime | None = None,
) -> Task:
    """A new task; a task to visit asks the planner for the visit.

    ``task_id`` may be made by the client: sending the same again gives the task that is there.
    Raises Forbidden (write-forbidden), Conflict (task-of-complaint, id-taken), Invalid
    (task-not-right).
    """
    require_writer(scope)
    if task_id is not None and (known := known_row(session, scope, Task, task_id)) is not None:
        return known
    if values.get("kind") in OF_COMPLAINTS:
        raise _of_complaint()
    refuse_task([*task_faults(values), *link_faults(session, scope, values)])
    return make_task(session, scope, values, source=source, task_id=task_id, now=now)


def make_task(
    session: Session,
    scope: Scope,
    values: Values,
    *,
    source: TaskSource,
    task_id: UUID | None = None,
    demand_source: DemandSource = DemandSource.TASK,
    visit_minutes: int = VISIT_MINUTES,
    wants_visit: bool | None = None,
    now: datetime | None = None,
) -> Task:
    """A task of right values; by default its kind says whether it ``wants_visit``."""
    row = Task(**values, source=source, created_by=scope.user_id, created_at=now or utc_now())
    if task_id is not None:
        row.id = task_id
    row.kind, row.priority = row.kind or TaskKind.OTHER, row.priority or TaskPriority.NORMAL
    row.state = TaskState.OPEN
    visits = row.kind == TaskKind.VISIT if wants_visit is None else wants_visit
    if visits and row.outlet_id is not None:
        row.demand_id = want_visit(
            session,
            row.outlet_id,
            demand_source,
            minutes=visit_minutes,
            priority=visit_priority(TaskPriority(row.priority)),
            not_before=row.not_before,
            due=row.due,
        ).id
    session.add(row)
    session.flush()
    emit(session, "task.created", task_told(row))
    return row


def change_task(session: Session, scope: Scope, task_id: UUID, values: Values) -> Task:
    """Change an open task; its visit keeps to the new dates.  A new owner replaces the old one.

    Raises NotFound (task-unknown), Forbidden (write-forbidden), Conflict (task-ended,
    task-of-complaint), Invalid (task-not-right).
    """
    row = _open(session, scope, task_id)
    changes_kind = "kind" in values and values["kind"] != row.kind
    if changes_kind and OF_COMPLAINTS & {row.kind, values["kind"]}:
        raise _of_complaint()
    if values.get("rep_id") is not None or values.get("user_id") is not None:
        values = {"rep_id": None, "user_id": None, **values}
    whole = {column.key: getattr(row, column.key) for column in Task.__table__.columns} | {**values}
    refuse_task([*task_faults(whole), *link_faults(session, scope, values)])
    write_task(session, row, values)
    return row


def write_task(session: Session, row: Task, values: Values) -> None:
    """Write values that are known to be right into an open task, and tell its visit."""
    for name, value in values.items():
        setattr(row, name, value)
    demand = _demand(session, row)
    if row.kind == TaskKind.VISIT and row.outlet_id is not None and demand is None:
        demand = want_visit(session, row.outlet_id, DemandSource.TASK, minutes=VISIT_MINUTES)
        row.demand_id = demand.id
    if demand is not None and row.outlet_id is not None:
        demand.outlet_id, demand.not_before, demand.due = row.outlet_id, row.not_before, row.due
        demand.priority = visit_priority(TaskPriority(row.priority))
        if row.kind not in OF_COMPLAINTS | {TaskKind.VISIT}:
            demand.status, row.demand_id = DemandStatus.CANCELLED, None
    session.flush()


def finish_task(
    session: Session,
    scope: Scope,
    task_id: UUID,
    *,
    result: str = "",
    cancelled: bool = False,
    now: datetime | None = None,
) -> Task:
    """End a task as done, or cancelled; doing the same again changes nothing.

    Raises NotFound (task-unknown), Forbidden (write-forbidden), Conflict (task-ended,
    task-of-complaint).
    """
    wanted = TaskState.CANCELLED if cancelled else TaskState.DONE
    row = _writable(session, scope, task_id)
    if row.kind in OF_COMPLAINTS:
        raise _of_complaint()
    if row.state == wanted:
        return row
    row = _open(session, scope, task_id)
    end_task(session, row, wanted, by=scope.user_id, result=result, now=now)
    return row


def reopen_task(session: Session, scope: Scope, task_id: UUID) -> Task:
    """Open a task again that was ended by mistake; its visit is asked for again.

    Raises NotFound (task-unknown), Forbidden (write-forbidden), Conflict (task-of-complaint).
    """
    row = _writable(session, scope, task_id)
    if row.kind in OF_COMPLAINTS:
        raise _of_complaint()
    open_again(session, row)
    return row


def open_again(session: Session, row: Task) -> None:
    """Open a task again, whatever its kind."""
    row.state, row.ended_at, row.ended_by = TaskState.OPEN, None, None
    row.answered_by_id = None
    if (demand := _demand(session, row)) is not None:
        demand.status = DemandStatus.OPEN
    session.flush()


def end_task(
    session: Session,
    row: Task,
    state: TaskState,
    *,
    by: UUID | None,
    result: str = "",
    now: datetime | None = None,
) -> None:
    """End a task, whatever its kind, and the visit that it asked for."""
    row.state, row.ended_at, row.ended_by = state, now or utc_now(), by
    row.result = result or row.result
    demand = _demand(session, row)
    if demand is not None and demand.status == DemandStatus.OPEN:
        demand.status = DemandStatus(state.value)
    session.flush()
    emit(session, f"task.{state}", task_told(row))


def meet_demands(
    session: Session,
    outlet_id: UUID,
    on: date,
    *,
    by: UUID | None,
    now: datetime | None = None,
) -> list[VisitDemand]:
    """End the visits that were asked for at an outlet and may be made on this date: one was made.

    Tasks to visit are done with it; a complaint stays open until somebody closes it.
    """
    waiting = select(VisitDemand).where(  # unscoped: somebody was there
        VisitDemand.outlet_id == outlet_id,
        VisitDemand.status == DemandStatus.OPEN,
        VisitDemand.source != DemandSource.TRACKING,
    )
    met = [d for d in session.scalars(waiting) if d.not_before is None or d.not_before <= on]
    for demand in met:
        demand.status = DemandStatus.DONE
        asking = select(Task).where(  # unscoped: the same
            Task.demand_id == demand.id, Task.state == TaskState.OPEN
        )
        for row in session.scalars(asking):
            if row.kind == TaskKind.VISIT:
                end_task(session, row, TaskState.DONE, by=by, now=now)
    session.flush()
    return met


def _writable(session: Session, scope: Scope, task_id: UUID) -> Task:
    row = task(session, scope, task_id)
    require_writer(scope)
    if session.scalar(scoped(Task, scope.for_writing()).where(Task.id == task_id)) is None:
        raise write_forbidden()
    return row


def _open(session: Session, scope: Scope, task_id: UUID) -> Task:
    row = _writable(session, scope, task_id)
    if row.state != TaskState.OPEN:
        cause = f"The task is {row.state}."
        raise Conflict("task-ended", cause, "Open it again, or make a new one.")
    return row


def _demand(session: Session, row: Task) -> VisitDemand | None:
    if row.demand_id is None:
        return None
    return session.get(VisitDemand, row.demand_id)  # unscoped: the task's own


def _of_complaint() -> Conflict:
    cause = "The task belongs to a complaint."
    return Conflict("task-of-complaint", cause, "Close the complaint, or note its call-back.")


def task_told(row: Task) -> dict[str, Any]:
    """What an event tells of a task."""
    ids = ("id", "rep_id", "user_id", "outlet_id")
    told = {name: str(value) if (value := getattr(row, name)) else None for name in ids}
    due = row.due.isoformat() if row.due else None
    return {**told, "kind": row.kind, "due": due, "priority": row.priority}
