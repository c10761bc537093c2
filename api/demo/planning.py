"""Planning in the demo: a run as any supervisor starts one, carried out by a worker here."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from api.runtime import Runtime
from api.serving import worker_threads
from api.worker.planning_task import TaskOrder
from crm_core.db import JsonObject
from crm_core.errors import Conflict
from crm_core.people.rules import Scope
from crm_core.planning.model import JourneyPlan, PlanningRun, PlanningTask
from crm_core.planning.queries import plan, plans, run, run_tasks, runs
from crm_core.planning.rules import ENDED, SIMULATED_PUBLICATION, PlanStatus, RunStatus
from crm_core.planning.service import cancel_run, publish, request_run
from crm_core.work.model import Job

WEEKS = 4
POLL_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class CycleOrder:
    """A cycle to plan as its first day found it, and the moment as of which to publish it.

    That moment may lie in the past: the plans then say that their publication is simulated.
    """

    start: date
    published_at: datetime
    seconds: float
    simulated: bool

    def of_task(self, task: PlanningTask) -> JsonObject:
        """The payload of a task's job; only the demo's own jobs say as of when they plan."""
        as_of = self.start - timedelta(days=1)
        return TaskOrder(task.id, as_of=as_of, simulated=self.simulated).payload()


def plan_cycle(
    runtime: Runtime,
    scope: Scope,
    rep_ids: Sequence[UUID],
    order: CycleOrder,
    say: Callable[[str], None],
) -> None:
    """Plan and publish the cycle of every rep that has no published plan of it yet.

    A run that an earlier demo asked for and was stopped in is gone on with; where it is not the
    same as what is asked for now, it is cancelled.
    Raises the Conflict that a task ended with.
    """
    with runtime.readers() as session:
        published = _published(plans(session, scope, cycle_start=order.start))
    missing = [rep_id for rep_id in rep_ids if rep_id not in published]
    if not missing:
        return
    run_id = _resume(runtime, scope, missing, order) or _request(runtime, scope, missing, order)
    with worker_threads(runtime.settings, count=2):
        _wait(runtime, scope, run_id, say)
    with runtime.sessions.begin() as session:
        session.info["actor_id"] = scope.user_id
        for task in run_tasks(session, scope, run_id):
            if task.rep_id in published:
                continue
            if task.journey_plan_id is None:
                raise _failure(session.get(Job, task.job_id))
            draft = plan(session, scope, task.journey_plan_id)
            draft.summary = {**draft.summary, SIMULATED_PUBLICATION: True}
            publish(session, scope, draft.id, now=order.published_at)


def current_plans(runtime: Runtime, scope: Scope, start: date) -> list[JourneyPlan]:
    """The published plan of every rep for a cycle."""
    with runtime.readers() as session:
        return [*_published(plans(session, scope, cycle_start=start)).values()]


def _published(found: Sequence[JourneyPlan]) -> dict[UUID, JourneyPlan]:
    return {plan.rep_id: plan for plan in found if plan.status == PlanStatus.PUBLISHED}


def _resume(
    runtime: Runtime, scope: Scope, rep_ids: Sequence[UUID], order: CycleOrder
) -> UUID | None:
    """The demo's newest run that does what ``order`` says; its other unfinished ones end here."""
    kept = None
    with runtime.sessions.begin() as session:
        for asked in runs(session, scope):
            tasks = run_tasks(session, scope, asked.id)
            payloads = [session.get_one(Job, task.job_id).payload for task in tasks]
            if not all(payload.get("as_of") for payload in payloads):
                continue  # somebody's, not the demo's
            if kept is None and _does(asked, tasks, payloads, rep_ids, order):
                kept = asked.id
            elif asked.status not in ENDED:
                cancel_run(session, scope, asked.id)
    return kept


def _does(
    asked: PlanningRun,
    tasks: Sequence[PlanningTask],
    payloads: Sequence[JsonObject],
    rep_ids: Sequence[UUID],
    order: CycleOrder,
) -> bool:
    """Whether a run plans what is asked for, and may still end well."""
    return (
        asked.status not in (RunStatus.FAILED, RunStatus.CANCELLED)
        and (asked.cycle_start, asked.weeks) == (order.start, WEEKS)
        and asked.seconds == order.seconds
        and {*rep_ids} <= {task.rep_id for task in tasks}
        and all(
            payload.items() >= order.of_task(task).items()
            for task, payload in zip(tasks, payloads, strict=True)
        )
    )


def _request(runtime: Runtime, scope: Scope, rep_ids: Sequence[UUID], order: CycleOrder) -> UUID:
    with runtime.sessions.begin() as session:
        asked = request_run(
            session,
            scope,
            cycle_start=order.start,
            weeks=WEEKS,
            rep_ids=rep_ids,
            seconds=order.seconds,
        )
        for task in run_tasks(session, scope, asked.id):
            job = session.get_one(Job, task.job_id)
            job.payload = {**job.payload, **order.of_task(task)}
        return asked.id


def _wait(runtime: Runtime, scope: Scope, run_id: UUID, say: Callable[[str], None]) -> None:
    while True:
        with runtime.readers() as session:
            if run(session, scope, run_id).status in ENDED:
                return
            tasks = run_tasks(session, scope, run_id)
            progress = [_progress(task, session.get(Job, task.job_id)) for task in tasks]
        say(" · ".join(progress))
        time.sleep(POLL_SECONDS)


def _progress(task: PlanningTask, job: Job | None) -> str:
    said: dict[str, Any] = (job.progress if job else None) or {}
    if task.status == RunStatus.RUNNING:
        share = said.get("iterations", 0) / max(1, said.get("schedule", 0))
        return f"{share:.0%}" if said else "preparing (compiles once)"
    return task.status


def _failure(job: Job | None) -> Conflict:
    error = (job.error if job else None) or {}
    return Conflict(
        error.get("code", "planning-cancelled"),
        error.get("cause", "The planning task ended without a plan."),
        error.get("action", "Run the same command again."),
    )
