"""Tasks and follow-ups as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from api.presenters.archive import outlets_by_id
from api.presenters.records import with_id
from crm_core.people.rules import Scope
from crm_core.work.model import FollowUp, Task
from crm_core.work.rules import TaskState

_TASK = (
    *("kind", "title", "note", "rep_id", "user_id", "outlet_id", "account_id"),
    *("opportunity_id", "complaint_id", "visit_id", "follow_up_id", "answered_by_id"),
    *("demand_id", "priority", "not_before", "due", "remind_on", "state", "source"),
    *("created_at", "created_by", "ended_at", "ended_by", "result"),
)
_FOLLOW_UP = (
    *("kind", "outlet_id", "account_id", "contact_id", "opportunity_id"),
    *("at", "note", "rep_id", "user_id"),
)


def tasks_json(session: Session, scope: Scope, rows: Iterable[Task]) -> list[dict[str, Any]]:
    """Tasks with the names of their outlets."""
    found = [*rows]
    known = outlets_by_id(session, scope, [row.outlet_id for row in found if row.outlet_id])
    names = {outlet.id: outlet.name for outlet in known.values()}
    return [task_json(row, names, scope.as_of) for row in found]


def task_json(row: Task, names: Mapping[UUID, str], today: date) -> dict[str, Any]:
    """The body of ``api.schemas.tasks.TaskOut``."""
    late = row.state == TaskState.OPEN and row.due is not None and row.due < today
    name = names.get(row.outlet_id) if row.outlet_id else None
    return {**with_id(row, _TASK), "outlet_name": name, "late": late}


def follow_ups_json(
    session: Session, scope: Scope, rows: Iterable[FollowUp], steps: Iterable[Task]
) -> list[dict[str, Any]]:
    """Follow-ups, each with the task of its next step."""
    found = [*steps]
    bodies = zip(found, tasks_json(session, scope, found), strict=True)
    of = {task.follow_up_id: body for task, body in bodies}
    return [{**with_id(row, _FOLLOW_UP), "next_task": of.get(row.id)} for row in rows]
