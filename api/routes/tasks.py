"""Tasks and follow-ups."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, status
from sqlalchemy.orm import Session

from api.auth import Caller
from api.deps import CallerDep, SessionDep, WriterDep
from api.presenters.tasks import follow_ups_json, tasks_json
from api.schemas.tasks import (
    FollowUpIn,
    FollowUpOut,
    FollowUpsOut,
    TaskEndIn,
    TaskFields,
    TaskIn,
    TaskOut,
    TasksOut,
)
from crm_core.archive.queries.listing import assignments
from crm_core.people.rules import Scope
from crm_core.work.follow_ups import NewFollowUp, NextStep, add_follow_up
from crm_core.work.model import Task
from crm_core.work.queries import TasksAsked, follow_ups, next_steps, task, tasks
from crm_core.work.rules import TaskKind, TaskState
from crm_core.work.tasks import add_task, change_task, finish_task, reopen_task

router = APIRouter(tags=["tasks"])


@router.get("/tasks", response_model=TasksOut)
def list_tasks(
    session: SessionDep,
    caller: CallerDep,
    mine: Annotated[bool, Query(description="Only the caller's own.")] = False,
    state: TaskState | None = TaskState.OPEN,
    kind: TaskKind | None = None,
    rep_id: UUID | None = None,
    outlet_id: UUID | None = None,
    account_id: UUID | None = None,
    opportunity_id: UUID | None = None,
    complaint_id: UUID | None = None,
    due_to: Annotated[date | None, Query(description="Due on it or before.")] = None,
    every_state: Annotated[bool, Query(description="Ended ones too.")] = False,
    cursor: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """Tasks in scope, the first due first; the open ones unless another state is asked for."""
    links = (outlet_id, account_id, opportunity_id, complaint_id)
    asked = TasksAsked(mine, None if every_state else state, kind, rep_id, *links, due_to)
    found = tasks(session, caller.scope, asked, after=cursor, limit=limit + 1)
    page = found[:limit]
    return {
        "items": tasks_json(session, caller.scope, page),
        "next_cursor": str(page[-1].id) if len(found) > limit else None,
    }


@router.post("/tasks", response_model=TaskOut, status_code=status.HTTP_201_CREATED)
def create_task(new: TaskIn, session: SessionDep, caller: WriterDep) -> dict[str, Any]:
    """Make a task; a task to visit asks the planner for the visit."""
    values = new.model_dump(exclude={"id"})
    if new.rep_id is None and new.user_id is None:
        values |= _owner(session, caller.scope, new.outlet_id)
    return _one(session, caller, add_task(session, caller.scope, values, task_id=new.id))


@router.get("/tasks/{task_id}", response_model=TaskOut)
def read_task(task_id: UUID, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """One task."""
    return _one(session, caller, task(session, caller.scope, task_id))


@router.patch("/tasks/{task_id}", response_model=TaskOut)
def update_task(
    task_id: UUID, changes: TaskFields, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Change what is sent of an open task; a new owner replaces the old one."""
    return _one(session, caller, change_task(session, caller.scope, task_id, changes.sent()))


@router.post("/tasks/{task_id}/done", response_model=TaskOut)
def end_task_done(
    task_id: UUID, end: TaskEndIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """The task is done; again changes nothing."""
    row = finish_task(session, caller.scope, task_id, result=end.result)
    return _one(session, caller, row)


@router.post("/tasks/{task_id}/cancel", response_model=TaskOut)
def cancel_task(
    task_id: UUID, end: TaskEndIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """The task need not be done, nor its visit be made."""
    row = finish_task(session, caller.scope, task_id, result=end.result, cancelled=True)
    return _one(session, caller, row)


@router.post("/tasks/{task_id}/reopen", response_model=TaskOut)
def open_task_again(task_id: UUID, session: SessionDep, caller: WriterDep) -> dict[str, Any]:
    """The task was ended by mistake."""
    return _one(session, caller, reopen_task(session, caller.scope, task_id))


@router.get("/follow-ups", response_model=FollowUpsOut)
def list_follow_ups(
    session: SessionDep,
    caller: CallerDep,
    outlet_id: UUID | None = None,
    account_id: UUID | None = None,
    opportunity_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """Follow-ups in scope, the newest first."""
    links = {"outlet_id": outlet_id, "account_id": account_id, "opportunity_id": opportunity_id}
    rows = follow_ups(session, caller.scope, **links, limit=limit)
    steps = next_steps(session, caller.scope, [row.id for row in rows])
    return {"items": follow_ups_json(session, caller.scope, rows, steps)}


@router.post("/follow-ups", response_model=FollowUpOut, status_code=status.HTTP_201_CREATED)
def create_follow_up(new: FollowUpIn, session: SessionDep, caller: WriterDep) -> dict[str, Any]:
    """Log a call, message or mail; its next step becomes a task."""
    links = ("outlet_id", "account_id", "contact_id", "opportunity_id")
    step = new.next_step
    told = NewFollowUp(
        new.kind,
        new.at,
        new.note,
        {name: getattr(new, name) for name in links},
        new.task_id,
        NextStep(step.title, step.due, TaskKind(step.kind)) if step else None,
        new.id,
    )
    row, made = add_follow_up(session, caller.scope, told)
    return follow_ups_json(session, caller.scope, [row], [made] if made else [])[0]


def _owner(session: Session, scope: Scope, outlet_id: UUID | None) -> dict[str, UUID | None]:
    """The rep who serves the outlet, else who is asking."""
    serving = assignments(session, scope, scope.as_of, outlet_ids=[outlet_id] if outlet_id else [])
    rep_id = serving[outlet_id].rep_id if outlet_id in serving else scope.rep_id
    return {"rep_id": rep_id, "user_id": None if rep_id else scope.user_id}


def _one(session: Session, caller: Caller, row: Task) -> dict[str, Any]:
    return tasks_json(session, caller.scope, [row])[0]
