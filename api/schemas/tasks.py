"""Tasks and follow-ups."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from api.schemas.base import Payload, Shape
from api.schemas.records import Prose, Text
from api.schemas.upserts import Key, UpsertIn
from crm_core.work.rules import FollowUpKind, TaskKind, TaskPriority


class TaskFields(Payload):
    """What a task can be given.

    ``rep_id`` or ``user_id`` owns it.  A task of the kind ``visit`` names an outlet and asks the
    planner for the visit.  ``remind_on`` is by default the due date.
    """

    kind: TaskKind = TaskKind.OTHER
    title: Text = ""
    note: Prose = ""
    rep_id: UUID | None = None
    user_id: UUID | None = None
    outlet_id: UUID | None = None
    account_id: UUID | None = None
    opportunity_id: UUID | None = None
    complaint_id: UUID | None = None
    visit_id: UUID | None = None
    priority: TaskPriority = TaskPriority.NORMAL
    not_before: date | None = None
    due: date | None = None
    remind_on: date | None = None


class TaskIn(TaskFields):
    """A new task; ``id`` may be made by the client, so that sending again is harmless.

    Without an owner it is the rep's who serves the outlet, else the caller's.
    """

    id: UUID | None = None


class TaskEndIn(Payload):
    """What came of it."""

    result: Prose = ""


class TaskSent(Payload):
    """A task of another system, under its key; the outlet and account under theirs."""

    key: Key
    kind: Literal["visit", "call", "message", "mail", "other"] = "other"
    title: Text = ""
    note: Prose = ""
    rep_code: Text | None = None
    outlet_key: Key | None = None
    account_key: Key | None = None
    priority: TaskPriority = TaskPriority.NORMAL
    not_before: date | None = None
    due: date | None = None
    remind_on: date | None = None
    state: Literal["open", "done", "cancelled"] = "open"


class TasksSent(UpsertIn):
    """Tasks."""

    items: Annotated[list[TaskSent], Field(max_length=10_000)]


class TaskOut(Shape):
    """A task; ``late``: it is open and was due before today.  ``demand_id``: the visit asked for.

    ``visit_id`` or ``follow_up_id`` is where it came from, ``answered_by_id`` what did it.
    """

    id: str
    kind: str
    title: str
    note: str
    rep_id: str | None
    user_id: str | None
    outlet_id: str | None
    outlet_name: str | None
    account_id: str | None
    opportunity_id: str | None
    complaint_id: str | None
    visit_id: str | None
    follow_up_id: str | None
    answered_by_id: str | None
    demand_id: str | None
    priority: str
    not_before: date | None
    due: date | None
    remind_on: date | None
    late: bool
    state: str
    source: str
    created_at: datetime
    created_by: str | None
    ended_at: datetime | None
    ended_by: str | None
    result: str


class TasksOut(Shape):
    """Tasks, the first due first."""

    items: list[TaskOut]
    next_cursor: str | None


class NextStepIn(Payload):
    """What is to follow, and when; a visit falls into the week of its date."""

    title: Text
    due: date
    kind: Literal["visit", "call", "message", "mail", "other"] = "call"


class FollowUpIn(Payload):
    """A call, message or mail with one outlet or account.

    ``task_id`` is the task that it did; the next step becomes a task.
    """

    id: UUID | None = None
    kind: FollowUpKind
    at: AwareDatetime
    note: Prose = ""
    outlet_id: UUID | None = None
    account_id: UUID | None = None
    contact_id: UUID | None = None
    opportunity_id: UUID | None = None
    task_id: UUID | None = None
    next_step: NextStepIn | None = None


class FollowUpOut(Shape):
    """A follow-up, who made it, and the task of its next step."""

    id: str
    kind: str
    outlet_id: str | None
    account_id: str | None
    contact_id: str | None
    opportunity_id: str | None
    at: datetime
    note: str
    rep_id: str | None
    user_id: str | None
    next_task: TaskOut | None


class FollowUpsOut(Shape):
    """Follow-ups, the newest first."""

    items: list[FollowUpOut]
