"""Telling that tasks fall due, and that they are late: events for whoever sends notices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func
from sqlalchemy.orm import Session

from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.work.model import Task
from crm_core.work.rules import TaskState
from crm_core.work.service import emit
from crm_core.work.tasks import task_told


def remind(session: Session, scope: Scope, since: date) -> int:
    """Tell of tasks whose reminder (else due date) came after ``since``, and of those late since.

    ``since`` is the day on which this was done last; returns how many events there are.
    """
    waiting = scoped(Task, scope).where(Task.state == TaskState.OPEN).order_by(Task.id)
    remind_on = func.coalesce(Task.remind_on, Task.due)
    due = waiting.where(remind_on > since, remind_on <= scope.as_of)
    late = waiting.where(Task.due >= since, Task.due < scope.as_of)
    told = _tell(session, "task.due", session.scalars(due))
    return told + _tell(session, "task.late", session.scalars(late))


def _tell(session: Session, kind: str, rows: Iterable[Task]) -> int:
    found = [*rows]
    for row in found:
        emit(session, kind, task_told(row))
    return len(found)
