"""The work of each day, in a thread of its own: queued once a company day, done step by step."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import ClassVar

import structlog
from sqlalchemy.exc import OperationalError

from api.runtime import Runtime
from api.worker.loop import Worker
from crm_core.daily.rules import DAILY_JOB, check_begun
from crm_core.daily.service import STEPS, run_step, schedule
from crm_core.db import JsonObject
from crm_core.people.company import company_today
from crm_core.work.model import Job
from crm_core.work.service import finish

_log = structlog.get_logger("roundsman.daily")

LOOK_SECONDS = 60.0  # how often to look whether a new day has begun
LEASE = timedelta(minutes=10)  # a step of a large company is one transaction


def run_day(
    runtime: Runtime, on: date | None = None, told: Callable[[JsonObject], None] | None = None
) -> tuple[date, JsonObject]:
    """Do the steps of a day (the company's today) that are not done, each in a transaction.

    Returns the day and, of each step done now, how many rows it concerned.  Raises Conflict
    (daily-in-future).
    """
    with runtime.readers() as session:
        today = company_today(session)
    day = on or today
    check_begun(day, today)
    done: JsonObject = {}
    for name in STEPS:
        with runtime.sessions.begin() as session:
            count = run_step(session, day, name)
        if count is not None:
            done[name] = count
        if told is not None:
            told({"steps": done})
    return day, done


class DailyWorker(Worker):
    """Queues the company's day when it begins, and runs daily jobs."""

    kinds: ClassVar[tuple[str, ...]] = (DAILY_JOB,)

    def _begin(self) -> None:
        self._lease, self._looked = LEASE, -LOOK_SECONDS

    def _end(self) -> None:
        """Nothing to close."""

    def _turn(self) -> bool:
        if time.monotonic() - self._looked >= LOOK_SECONDS:
            self._looked = time.monotonic()
            try:
                with self._runtime.sessions.begin() as session:
                    schedule(session)
            except OperationalError as error:
                _log.warning("database busy", error=str(error.orig))
        return super()._turn()

    def _do(self, job: Job) -> None:
        on = date.fromisoformat(job.payload["date"])
        _, done = run_day(self._runtime, on, lambda progress: self._note(job, progress))
        with self._runtime.sessions.begin() as session:
            finish(session, job.id, self.name, {"steps": done})

    def _note(self, job: Job, progress: JsonObject) -> None:
        self._keep(job.id, progress)
