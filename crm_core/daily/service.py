"""What is done once a day of the company, step by step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm_core.archive.service.life import follow_dates
from crm_core.care.pool import recall_idle, want_overdue_visits
from crm_core.care.risks import refresh_risks
from crm_core.clock import utc_now
from crm_core.daily.model import DailyRun
from crm_core.daily.rules import DAILY_JOB
from crm_core.people.company import company_today
from crm_core.people.rules import Scope
from crm_core.work.model import Job
from crm_core.work.reminders import remind
from crm_core.work.service import enqueue

#: Each takes the session, the scope of the day, and the day of the run before; it tells how many
#: rows it concerned.
type Step = Callable[[Session, Scope, date], int]

STEPS: dict[str, Step] = {
    "lives": lambda session, scope, _: follow_dates(session, scope),
    "recalled": lambda session, scope, _: len(recall_idle(session, scope)),
    "overdue": lambda session, scope, _: len(want_overdue_visits(session, scope)),
    "risks": lambda session, scope, _: refresh_risks(session, scope),
    "reminders": remind,
}


def schedule(session: Session, *, now: datetime | None = None) -> Job | None:
    """Queue the company's today, unless that was done; of many workers one does."""
    on = company_today(session, now)
    if session.get(DailyRun, on) is not None:  # unscoped: open to all
        return None
    job = enqueue(session, DAILY_JOB, {"date": on.isoformat()})
    if not _begun(session, DailyRun(date=on, job_id=job.id)):
        session.delete(job)
        session.flush()
        return None
    return job


def run_step(session: Session, on: date, name: str, *, now: datetime | None = None) -> int | None:
    """Do one step of a day in the caller's transaction; None where it is done already."""
    _begun(session, DailyRun(date=on))
    own = select(DailyRun).where(DailyRun.date == on)  # unscoped: run by the service
    run = session.scalars(own.with_for_update().execution_options(populate_existing=True)).one()
    if name in run.steps:
        return None
    count = STEPS[name](session, Scope.of_everything(on), _day_before(session, on))
    run.steps = {**run.steps, name: count}
    if run.steps.keys() >= STEPS.keys():
        run.finished_at = now or utc_now()
    session.flush()
    return count


def _begun(session: Session, run: DailyRun) -> bool:
    """Whether this made the row of the day; another may have made it at the same moment."""
    if session.get(DailyRun, run.date) is not None:  # unscoped: run by the service
        return False
    try:
        with session.begin_nested():
            session.add(run)
    except IntegrityError:
        return False
    return True


def _day_before(session: Session, on: date) -> date:
    """The day of the run before; the day before where there is none."""
    earlier = select(DailyRun.date).where(  # unscoped: run by the service
        DailyRun.date < on, DailyRun.finished_at.is_not(None)
    )
    newest = session.scalar(earlier.order_by(DailyRun.date.desc()).limit(1))
    return newest or on - timedelta(days=1)
