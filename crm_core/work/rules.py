"""Words, times and checks of work that are the same for everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from crm_core.errors import Fault


class JobStatus(StrEnum):
    """Where a job stands; the last three never change again."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


LEASE = timedelta(seconds=60)  # a worker that is silent for longer is taken for dead
MAX_ATTEMPTS = 3  # a job that kills its worker this often is given up


class DemandSource(StrEnum):
    """Why somebody wants a visit; policy demands are derived when a plan is made, not stored."""

    POLICY = "policy"
    COMPLAINT = "complaint"
    TRACKING = "tracking"
    REACTIVATION = "reactivation"
    TASK = "task"
    OVERDUE = "overdue"


class DemandStatus(StrEnum):
    """Only open demands are planned."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskKind(StrEnum):
    """What is to be done.  A visit at an outlet is planned; a complaint has tasks of its own."""

    VISIT = "visit"
    CALL = "call"
    MESSAGE = "message"
    MAIL = "mail"
    OTHER = "other"
    COMPLAINT = "complaint"
    CALL_BACK = "call_back"


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskPriority(StrEnum):
    """How much a task counts."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class TaskSource(StrEnum):
    """Why there is a task."""

    MANUAL = "manual"
    COMPLAINT = "complaint"
    OVERDUE = "overdue"
    FOLLOW_UP = "follow_up"
    VISIT = "visit"


class FollowUpKind(StrEnum):
    """How somebody spoke with a customer without a visit."""

    CALL = "call"
    MESSAGE = "message"
    MAIL = "mail"
    OTHER = "other"


#: Tasks of these kinds are made and ended with their complaint alone.
OF_COMPLAINTS = frozenset({TaskKind.COMPLAINT, TaskKind.CALL_BACK})
MOST_TITLE = 200  # characters of a title
VISIT_MINUTES = 30  # of a visit that a task asks for, where nothing else is stated


def visit_priority(priority: TaskPriority) -> float:
    """How much the visit of a task counts in planning: 2 for the lowest, 16 for the highest."""
    return 2.0 ** (1 + [*TaskPriority].index(priority))


def task_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    """Everything that is wrong with the whole values of a task, or of one that is sent."""
    title = str(values.get("title") or "").strip()
    if not title:
        yield Fault("title-missing", "The task has no title.", "Say what is to be done.", "title")
    elif len(title) > MOST_TITLE:
        cause = f"The title has more than {MOST_TITLE} characters."
        yield Fault("title-too-long", cause, "Put the rest into the note.", "title")
    for field, known in (("kind", TaskKind), ("priority", TaskPriority)):
        if values.get(field) is not None and values[field] not in {*known}:
            cause = f"There is no {field} {values[field]!r}."
            yield Fault("word-unknown", cause, f"Use one of: {', '.join(known)}.", field)
    yield from _date_faults(values.get("not_before"), values.get("due"))
    if values.get("rep_id") is not None and values.get("user_id") is not None:
        cause = "The task belongs to a rep and to a user."
        yield Fault("two-owners", cause, "Name one of both.", "user_id")
    if values.get("kind") == TaskKind.VISIT and values.get("outlet_id") is None:
        cause = "A task to visit names no outlet."
        yield Fault("visit-nowhere", cause, "Name the outlet, or choose another kind.", "outlet_id")


def _date_faults(not_before: date | None, due: date | None) -> Iterator[Fault]:
    if not_before and due and due < not_before:
        cause = f"The task is due on {due}, before it may begin on {not_before}."
        yield Fault("task-dates", cause, "Put the dates in order.", "due")
