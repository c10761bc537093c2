"""Follow-ups: calls, messages and mails, and the next steps that come of them and of visits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from crm_core.clock import utc_now
from crm_core.errors import Fault
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.work.checks import known_row, link_faults, refuse_task, require_writer
from crm_core.work.model import FollowUp, Task
from crm_core.work.rules import (
    MOST_TITLE,
    FollowUpKind,
    TaskKind,
    TaskSource,
    TaskState,
    task_faults,
)
from crm_core.work.tasks import end_task, finish_task, make_task, write_task

type Values = Mapping[str, Any]

#: Of a next step that was stated with a visit: one visit has one task, however often it is sent.
_NEXT_STEPS = UUID("6f1f0c1e-6f0b-5b7e-9d0a-2f7f4a0c9d11")


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is to follow, and when."""

    title: str
    due: date
    kind: TaskKind = TaskKind.CALL


@dataclass(frozen=True, slots=True)
class NewFollowUp:
    """A call, message or mail as it is logged; ``links`` are ids by the names of ``LINKS``.

    ``answers`` is the task that was done by it.
    """

    kind: FollowUpKind
    at: datetime
    note: str = ""
    links: Values = field(default_factory=dict)
    answers: UUID | None = None
    next_step: NextStep | None = None
    id: UUID | None = None


def add_follow_up(
    session: Session, scope: Scope, new: NewFollowUp, *, now: datetime | None = None
) -> tuple[FollowUp, Task | None]:
    """Log a follow-up; the task it answers is done, its next step becomes a task.

    Under an id that is known the one that is there is given back.  Raises Forbidden
    (write-forbidden), NotFound (task-unknown), Conflict (task-ended, task-of-complaint,
    id-taken), Invalid (task-not-right).
    """
    require_writer(scope)
    if new.id is not None and (known := known_row(session, scope, FollowUp, new.id)) is not None:
        made = scoped(Task, scope).where(Task.follow_up_id == known.id)
        return known, session.scalar(made.limit(1))
    links = {name: value for name, value in new.links.items() if value is not None}
    step = next_step_values(new.next_step, links, scope.rep_id, scope.user_id)
    faults = [*link_faults(session, scope, links), *_follow_up_faults(links)]
    refuse_task([*faults, *(task_faults(step) if step else ())])
    row = FollowUp(kind=new.kind, at=new.at.astimezone(UTC), note=new.note, **links)
    row.rep_id, row.user_id, row.received_at = scope.rep_id, scope.user_id, now or utc_now()
    if new.id is not None:
        row.id = new.id
    session.add(row)
    session.flush()
    if new.answers is not None:
        answered = finish_task(session, scope, new.answers, result=new.note, now=now)
        answered.answered_by_id = row.id
    if step is None:
        return row, None
    made_task = make_task(
        session, scope, {**step, "follow_up_id": row.id}, source=TaskSource.FOLLOW_UP, now=now
    )
    return row, made_task


def next_step_values(
    step: NextStep | None, links: Values, rep_id: UUID | None, user_id: UUID | None
) -> dict[str, Any] | None:
    """The values of the task that a next step is; a visit falls into the week of its date."""
    if step is None:
        return None
    kept = ("outlet_id", "account_id", "opportunity_id", "visit_id")
    monday = step.due - timedelta(days=step.due.weekday())
    return {
        **{name: value for name, value in links.items() if name in kept},
        "rep_id": rep_id,
        "user_id": None if rep_id else user_id,
        "kind": step.kind,
        "title": step.title,
        "due": step.due,
        "not_before": monday if step.kind == TaskKind.VISIT else None,
    }


def keep_next_step(
    session: Session,
    scope: Scope,
    visit_key: str,
    text: str,
    due: date | None,
    links: Values,
    *,
    rep_id: UUID | None,
    now: datetime | None = None,
) -> Task | None:
    """The task of the next step that a visit states: made, changed while it is open, or dropped.

    A long text becomes the note.  Somebody who has ended the task has had the last word.
    """
    row = session.get(Task, uuid5(_NEXT_STEPS, visit_key))  # unscoped: the visit is the caller's
    text = text.strip()
    if row is not None and row.state != TaskState.OPEN:
        return row
    if not text:
        if row is not None:
            end_task(session, row, TaskState.CANCELLED, by=scope.user_id, now=now)
        return None
    short = text if len(text) <= MOST_TITLE else text[: MOST_TITLE - 1] + "…"
    told = {"title": short, "note": "" if short == text else text, "due": due}
    if row is None:
        owner = {"rep_id": rep_id, "user_id": None if rep_id else scope.user_id}
        return make_task(
            session,
            scope,
            {**links, **told, **owner},
            source=TaskSource.VISIT,
            task_id=uuid5(_NEXT_STEPS, visit_key),
            now=now,
        )
    changed = {name: value for name, value in told.items() if getattr(row, name) != value}
    write_task(session, row, changed)
    return row


def _follow_up_faults(links: Values) -> Iterator[Fault]:
    if ("outlet_id" in links) == ("account_id" in links):
        cause = "A follow-up is with one outlet or one account."
        yield Fault("follow-up-with", cause, "Name one of both.", "outlet_id")
