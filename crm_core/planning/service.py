"""Changing planning: asking for runs, following their tasks, publishing plans, baselines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm_core.clock import local_date, utc_now
from crm_core.db import JsonObject
from crm_core.errors import Conflict, Forbidden, Invalid, NotFound
from crm_core.people.model import Rep
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.planning.day_route import day_route, next_route_date
from crm_core.planning.model import DayBaseline, JourneyPlan, PlanningRun, PlanningTask
from crm_core.planning.queries import plan_in_force, published_versions, run, run_tasks
from crm_core.planning.rules import (
    ENDED,
    MOST_WEEKS,
    PlanStatus,
    RunStatus,
    baseline_of,
    run_status,
)
from crm_core.planning.storing import Solved, store_plan
from crm_core.planning.translate import PlanningInputs, problem_inputs
from crm_core.work.service import enqueue, request_cancel

__all__ = [
    "PLAN_REP",
    "PlanningInputs",
    "Solved",
    "baseline_for",
    "cancel_run",
    "day_route",
    "mark_task",
    "next_route_date",
    "plan_in_force",
    "problem_inputs",
    "publish",
    "request_run",
    "store_plan",
]

PLAN_REP = "plan-rep"  # kind of the jobs that carry out planning tasks


def request_run(
    session: Session,
    scope: Scope,
    *,
    cycle_start: dt.date,
    weeks: int = 4,
    rep_ids: Collection[UUID] | None = None,
    seconds: float = 20.0,
    seed: int = 1,
    now: dt.datetime | None = None,
) -> PlanningRun:
    """Ask for a cycle to be planned: a run with one task and one job (``PLAN_REP``) per rep.

    Without ``rep_ids`` all active reps that the caller may plan.  The payload of a job holds
    run_id, task_id and rep_id.  Raises Forbidden (plan-forbidden), NotFound (rep-unknown),
    Invalid (cycle-start-not-monday, weeks-out-of-range, seconds-out-of-range, no-reps).
    """
    _check_may_plan(scope)
    _check_request(cycle_start, weeks, seconds)
    planned = PlanningRun(
        cycle_start=cycle_start,
        weeks=weeks,
        seconds=seconds,
        seed=seed,
        status=RunStatus.QUEUED,
        requested_by=scope.user_id,
        created_at=now or utc_now(),
    )
    reps = _reps(session, scope.for_planning(), rep_ids)
    session.add(planned)
    session.flush()
    for rep_id in reps:
        _add_task(session, planned, rep_id)
    session.flush()
    return planned


def mark_task(
    session: Session,
    task: PlanningTask,
    status: RunStatus,
    *,
    plan: JourneyPlan | None = None,
    summary: JsonObject | None = None,
    problem_key: str | None = None,
) -> PlanningRun:
    """Note how far a task is, with the plan it made; the run's status follows from its tasks."""
    task.status = status
    if plan is not None:
        task.journey_plan_id, task.summary = plan.id, plan.summary
    task.summary = summary or task.summary
    task.problem_key = problem_key or task.problem_key
    session.flush()
    every = scoped(PlanningTask, Scope.of_everything(utc_now().date()))
    of_run = every.where(PlanningTask.run_id == task.run_id)
    statuses = session.scalars(of_run.with_only_columns(PlanningTask.status)).all()
    planned = session.get_one(PlanningRun, task.run_id)
    planned.status = run_status(statuses)
    session.flush()
    return planned


def cancel_run(session: Session, scope: Scope, run_id: UUID) -> PlanningRun:
    """Stop a run: queued tasks are cancelled, running ones asked to stop and keep the best.

    Raises Forbidden (plan-forbidden) and NotFound (run-unknown).
    """
    _check_may_plan(scope)
    planned = run(session, scope.for_planning(), run_id)
    for task in run_tasks(session, scope.for_planning(), run_id):
        if task.status in ENDED:
            continue
        if task.job_id:
            request_cancel(session, task.job_id)
        if task.status == RunStatus.QUEUED:
            mark_task(session, task, RunStatus.CANCELLED)
    return planned


def publish(
    session: Session, scope: Scope, plan_id: UUID, *, now: dt.datetime | None = None
) -> JourneyPlan:
    """Publish a draft: from now on it is what the rep drives, and it never changes again.

    It supersedes the version of the same rep and cycle published before.  Days before today keep
    their baseline, and so does today where a version was in force at midnight.  Raises Forbidden
    (publish-forbidden), NotFound (plan-unknown), Conflict (plan-not-draft, cycle-past,
    plan-outdated).
    """
    at = now or utc_now()
    if not scope.can_publish:
        action = "Ask a supervisor to publish it."
        raise Forbidden("publish-forbidden", "You may not publish plans.", action)
    versions = _versions_for_update(session, scope.for_planning(), plan_id)
    chosen = next((plan for plan in versions if plan.id == plan_id), None)
    if chosen is None:
        raise NotFound("plan-unknown", "There is no such plan in your scope.", "Choose another.")
    _check_publishable(chosen, versions, local_date(at, chosen.zone))
    for plan in versions:
        if plan.status == PlanStatus.PUBLISHED:
            plan.status = PlanStatus.SUPERSEDED
    chosen.status, chosen.published_at, chosen.published_by = (
        PlanStatus.PUBLISHED,
        at,
        scope.user_id,
    )
    session.flush()
    _freeze_until(session, scope, chosen, local_date(at, chosen.zone), at)
    return chosen


def baseline_for(
    session: Session,
    scope: Scope,
    rep_id: UUID,
    date: dt.date,
    *,
    now: dt.datetime | None = None,
) -> DayBaseline | None:
    """The baseline of a rep's date; made on first asking, the same whenever it is asked.

    ``rules.baseline_of`` states which version it is.  None while the date lies ahead, and where
    no version was published by then.  Raises NotFound (rep-unknown).
    """
    at = now or utc_now()
    stored = _stored_baseline(session, scope, rep_id, date)
    if stored:
        return stored
    zone = session.scalar(scoped(Rep, scope).where(Rep.id == rep_id).with_only_columns(Rep.zone))
    if zone is None:
        raise NotFound("rep-unknown", "There is no such rep in your scope.", "Choose another rep.")
    if date > local_date(at, zone):
        return None
    versions = published_versions(session, scope, [rep_id], date).get(rep_id, [])
    version = baseline_of(versions, date, zone)
    if version is None:
        return None
    made = DayBaseline(rep_id=rep_id, date=date, journey_plan_id=version.plan_id, frozen_at=at)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # somebody else made it, by the same rule
        return _stored_baseline(session, scope, rep_id, date)
    return made


def _stored_baseline(
    session: Session, scope: Scope, rep_id: UUID, date: dt.date
) -> DayBaseline | None:
    query = scoped(DayBaseline, scope).where(DayBaseline.rep_id == rep_id)
    return session.scalar(query.where(DayBaseline.date == date))


def _check_may_plan(scope: Scope) -> None:
    if not scope.can_plan:
        action = "Ask a supervisor to plan."
        raise Forbidden("plan-forbidden", "You may not start or stop planning.", action)


def _check_request(cycle_start: dt.date, weeks: int, seconds: float) -> None:
    if cycle_start.weekday() != 0:
        cause = f"A cycle begins on a Monday; {cycle_start} is none."
        raise Invalid("cycle-start-not-monday", cause, "Choose a Monday.")
    if not 1 <= weeks <= MOST_WEEKS:
        cause = f"A cycle has 1 to {MOST_WEEKS} weeks, not {weeks}."
        raise Invalid("weeks-out-of-range", cause, "Choose another number of weeks.")
    if not 0 < seconds <= 3600:
        cause = f"A rep is planned for up to an hour, not {seconds:g} s."
        raise Invalid("seconds-out-of-range", cause, "Give seconds above 0, up to 3600.")


def _reps(session: Session, scope: Scope, rep_ids: Collection[UUID] | None) -> Sequence[UUID]:
    query = scoped(Rep, scope).where(Rep.active)
    if rep_ids is not None:
        query = query.where(Rep.id.in_(rep_ids))
    found = session.scalars(query.order_by(Rep.code).with_only_columns(Rep.id)).all()
    if rep_ids is not None and set(rep_ids) - set(found):
        raise NotFound("rep-unknown", "A rep is not in your scope.", "Choose your own reps.")
    if not found:
        raise Invalid("no-reps", "There is no active rep to plan for.", "Add a rep first.")
    return found


def _add_task(session: Session, planned: PlanningRun, rep_id: UUID) -> None:
    task = PlanningTask(run_id=planned.id, rep_id=rep_id, status=RunStatus.QUEUED)
    ids = {"run_id": planned.id, "task_id": task.id, "rep_id": rep_id}
    payload: JsonObject = {key: str(value) for key, value in ids.items()}
    job = enqueue(session, PLAN_REP, payload, requested_by=planned.requested_by)
    task.job_id = job.id
    session.add(task)


def _versions_for_update(session: Session, scope: Scope, plan_id: UUID) -> Sequence[JourneyPlan]:
    """All versions of the plan's rep and cycle, locked so that two publish one after the other."""
    this = scoped(JourneyPlan, scope).where(JourneyPlan.id == plan_id)
    plan = session.scalar(this)
    if plan is None:
        return []
    same = (JourneyPlan.rep_id == plan.rep_id, JourneyPlan.cycle_start == plan.cycle_start)
    query = scoped(JourneyPlan, scope).where(*same).order_by(JourneyPlan.version)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def _check_publishable(
    chosen: JourneyPlan, versions: Sequence[JourneyPlan], today: dt.date
) -> None:
    if chosen.status != PlanStatus.DRAFT:
        cause = f"Version {chosen.version} was published already and never changes."
        raise Conflict("plan-not-draft", cause, "Plan again and publish the new version.")
    if today >= chosen.cycle_start + dt.timedelta(weeks=chosen.weeks):
        cause = f"The cycle from {chosen.cycle_start} is over."
        raise Conflict("cycle-past", cause, "Plan a later cycle.")
    newer = [v for v in versions if v.published_at and v.version > chosen.version]
    if newer:
        cause = f"Version {newer[-1].version} is newer and was published."
        raise Conflict("plan-outdated", cause, "Plan again and publish the new version.")


def _freeze_until(
    session: Session, scope: Scope, plan: JourneyPlan, today: dt.date, at: dt.datetime
) -> None:
    date = plan.cycle_start
    while date <= min(today, plan.cycle_start + dt.timedelta(weeks=plan.weeks, days=-1)):
        baseline_for(session, scope, plan.rep_id, date, now=at)
        date += dt.timedelta(days=1)
