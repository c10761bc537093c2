"""Jobs under a lease, the outbox of events, and extra demands for visits.

A worker claims a job, commits, and renews its lease while it runs.  Every later write names the
worker and fails when the lease has gone to another, so no job is done twice at the same time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from crm_core.clock import utc_now
from crm_core.db import JsonObject
from crm_core.errors import Conflict, NotFound
from crm_core.work.model import Event, Job, VisitDemand
from crm_core.work.rules import LEASE, MAX_ATTEMPTS, DemandSource, JobStatus


def enqueue(
    session: Session, kind: str, payload: JsonObject, *, requested_by: UUID | None = None
) -> Job:
    """A new queued job; ``kind`` names who runs it and ``payload`` is its input."""
    job = Job(kind=kind, payload=payload, requested_by=requested_by)
    session.add(job)
    session.flush()
    return job


def claim(
    session: Session,
    worker: str,
    *,
    kinds: Collection[str] | None = None,
    lease: timedelta = LEASE,
    now: datetime | None = None,
) -> Job | None:
    """Take the oldest queued job, of one of ``kinds`` where stated; None where there is none.

    One statement takes it: SQLite lets one writer at a time in, PostgreSQL skips the rows that
    others are about to take.
    """
    at = now or utc_now()
    queued = select(Job.id).where(Job.status == JobStatus.QUEUED)  # unscoped: run by the service
    if kinds is not None:
        queued = queued.where(Job.kind.in_(kinds))
    oldest = queued.order_by(Job.created_at, Job.id).limit(1).with_for_update(skip_locked=True)
    return _changed(
        session,
        (Job.id == oldest.scalar_subquery(), Job.status == JobStatus.QUEUED),
        status=JobStatus.RUNNING,
        worker=worker,
        attempt=Job.attempt + 1,
        lease_until=at + lease,
        started_at=at,
    )


def renew(
    session: Session,
    job_id: UUID,
    worker: str,
    *,
    progress: JsonObject | None = None,
    lease: timedelta = LEASE,
    now: datetime | None = None,
) -> bool:
    """Keep a job and say how far it is; returns whether somebody asked to cancel it.

    Raises ``Conflict`` (job-lease-lost): stop working, another worker has it or it has ended.
    """
    values: dict[str, Any] = {"lease_until": (now or utc_now()) + lease}
    if progress is not None:
        values["progress"] = progress
    return _held(session, job_id, worker, **values).cancel_requested


def finish(
    session: Session, job_id: UUID, worker: str, result: JsonObject, *, now: datetime | None = None
) -> Job:
    """End a job with its result: done, or cancelled with the best that was there.

    Raises ``Conflict`` (job-lease-lost).
    """
    job = _held(session, job_id, worker, result=result, finished_at=now or utc_now())
    job.status = JobStatus.CANCELLED if job.cancel_requested else JobStatus.DONE
    session.flush()
    return job


def fail(
    session: Session, job_id: UUID, worker: str, error: JsonObject, *, now: datetime | None = None
) -> Job:
    """End a job with an error (code, cause, action).  Raises ``Conflict`` (job-lease-lost)."""
    ended = now or utc_now()
    return _held(session, job_id, worker, status=JobStatus.FAILED, error=error, finished_at=ended)


def request_cancel(session: Session, job_id: UUID, *, now: datetime | None = None) -> Job:
    """Cancel a queued job at once; ask the worker of a running one to stop and keep the best.

    Does nothing to a job that has ended.  The caller has made sure that the job may be seen.
    Raises ``NotFound`` (job-unknown).
    """
    at = now or utc_now()
    _changed(
        session,
        (Job.id == job_id, Job.status == JobStatus.QUEUED),
        status=JobStatus.CANCELLED,
        cancel_requested=True,
        finished_at=at,
    )
    _changed(session, (Job.id == job_id, Job.status == JobStatus.RUNNING), cancel_requested=True)
    job = session.get(Job, job_id, populate_existing=True)  # unscoped: the caller has made sure
    if job is None:
        raise NotFound("job-unknown", f"There is no job {job_id}.", "Look at the list of jobs.")
    return job


def requeue_expired(session: Session, *, now: datetime | None = None) -> list[Job]:
    """Take back the jobs of workers that went silent; returns these jobs.

    They are queued again, cancelled where that was asked for, or failed (job-gave-up) after
    ``MAX_ATTEMPTS`` attempts: such a job kills its workers.
    """
    at = now or utc_now()
    silent = (Job.status == JobStatus.RUNNING, Job.lease_until < at)
    expired = select(Job).where(*silent)  # unscoped: run by the service
    locked = session.scalars(
        expired.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    ).all()
    for job in locked:
        _take_back(job, at)
    session.flush()
    return [*locked]


def emit(session: Session, kind: str, payload: JsonObject) -> Event:
    """Write an event into the outbox, in the transaction of what happened."""
    event = Event(kind=kind, payload=payload)
    session.add(event)
    session.flush()
    return event


def mark_delivered(
    session: Session, events: Iterable[Event], *, now: datetime | None = None
) -> None:
    """Note that these events have been told to whoever wants to know."""
    at = now or utc_now()
    for event in events:
        event.delivered_at = at
    session.flush()


def want_visit(
    session: Session,
    outlet_id: UUID,
    source: DemandSource,
    *,
    minutes: int,
    priority: float = 1.0,
    not_before: date | None = None,
    due: date | None = None,
) -> VisitDemand:
    """One extra visit of an outlet, on one of the dates from ``not_before`` through ``due``.

    Raises ``Conflict`` (demand-impossible) where the dates are not in order.
    """
    if minutes <= 0 or (not_before and due and due < not_before):
        raise Conflict(
            "demand-impossible",
            f"A visit of {minutes} minutes from {not_before} through {due} cannot be.",
            "Give minutes above 0, and a due date on or after the first date.",
        )
    demand = VisitDemand(outlet_id=outlet_id, source=source, minutes=minutes, priority=priority)
    demand.not_before, demand.due = not_before, due
    session.add(demand)
    session.flush()
    return demand


def _take_back(job: Job, at: datetime) -> None:
    job.worker = job.lease_until = None
    if job.cancel_requested:
        job.status, job.finished_at = JobStatus.CANCELLED, at
    elif job.attempt < MAX_ATTEMPTS:
        job.status = JobStatus.QUEUED
    else:
        job.status, job.finished_at = JobStatus.FAILED, at
        job.error = {
            "code": "job-gave-up",
            "cause": f"The worker went silent {job.attempt} times.",
            "action": "Look at the worker's log and memory, then start the job again.",
        }


def _held(session: Session, job_id: UUID, worker: str, **values: Any) -> Job:
    mine = (Job.id == job_id, Job.worker == worker, Job.status == JobStatus.RUNNING)
    job = _changed(session, mine, **values)
    if job is None:
        raise Conflict(
            "job-lease-lost",
            f"Job {job_id} is no longer held by {worker}.",
            "Stop working on it: it has ended, or another worker has taken it.",
        )
    return job


def _changed(session: Session, which: Collection[ColumnElement[bool]], **values: Any) -> Job | None:
    statement = update(Job).where(*which).values(**values).returning(Job)
    return session.scalar(
        statement.execution_options(synchronize_session=False, populate_existing=True)
    )
