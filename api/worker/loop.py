"""The worker: claims one job after another, keeps its lease while it runs, notes how it ended."""

from __future__ import annotations

import os
import socket
import threading
import time
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from api.errors import details_of
from api.runtime import Runtime
from api.settings import Settings
from api.worker.child import ProgressMessage
from api.worker.ctrl_c import keep_ctrl_c_out
from api.worker.design_job import carry_out_design
from api.worker.planning_task import TaskOrder, carry_out
from api.worker.solver_pool import SolverCrashError, SolverPool
from crm_core.db import JsonObject, new_id
from crm_core.errors import Conflict, CrmError
from crm_core.planning.model import PlanningTask
from crm_core.planning.rules import RunStatus
from crm_core.planning.service import PLAN_REP, mark_task
from crm_core.territories.designing import DESIGN_JOB
from crm_core.work.model import Job
from crm_core.work.service import claim, fail, finish, renew, requeue_expired
from maps.errors import MapsError
from routing.errors import RoutingError

_log = structlog.get_logger("roundsman.worker")

IDLE_SECONDS = 0.5
SWEEP_SECONDS = 10.0


class _Stopping(Exception):  # no error: the worker was told to stop
    """The worker was told to stop while a job ran."""


class Worker:
    """Runs planning and design jobs until ``stop`` is set, one at a time, each in a child process.

    It is meant for a thread of its own, which its ``run`` makes deaf to Ctrl-C.  Workers for other
    kinds of jobs say so in ``kinds`` and do them in ``_do``.
    """

    kinds: ClassVar[tuple[str, ...]] = (PLAN_REP, DESIGN_JOB)

    def __init__(self, settings: Settings, stop: threading.Event) -> None:
        self._runtime = Runtime.open(settings)
        self._stop = stop
        self._lease = timedelta(seconds=settings.lease_seconds)
        self._swept = 0.0
        self.name = f"{socket.gethostname()}:{os.getpid()}:{new_id().hex[-8:]}"

    def run(self) -> None:
        """Work until told to stop; trouble with one job never ends the worker."""
        keep_ctrl_c_out()
        self._begin()
        try:
            while not self._stop.is_set():
                if not self._turn():
                    self._stop.wait(IDLE_SECONDS)
        finally:
            self._end()
            self._runtime.close()

    def _begin(self) -> None:
        self._pool = SolverPool()

    def _end(self) -> None:
        self._pool.close()

    def _turn(self) -> bool:
        try:
            self._sweep()
            with self._runtime.sessions.begin() as session:
                job = claim(session, self.name, kinds=self.kinds, lease=self._lease)
        except OperationalError as error:
            _log.warning("database busy", error=str(error.orig))
            return False
        if job is not None:
            self._run_job(job)
        return job is not None

    def _sweep(self) -> None:
        """Now and then take back the jobs of workers that died."""
        if time.monotonic() - self._swept < SWEEP_SECONDS:
            return
        self._swept = time.monotonic()
        with self._runtime.sessions.begin() as session:
            for job in requeue_expired(session):
                _log.warning("job taken back", job=str(job.id), status=job.status)
                _mark(session, job, RunStatus(job.status))

    def _run_job(self, job: Job) -> None:
        try:
            self._do(job)
        except _Stopping:
            self._let_go(job)
        except Conflict as error:
            if error.code != "job-lease-lost":
                self._fail(job, error)
        except Exception as error:
            self._fail(job, error)

    def _do(self, job: Job) -> None:
        if job.kind == DESIGN_JOB:
            carry_out_design(
                self._runtime,
                self._pool,
                job,
                watch=lambda progress: self._keep(job.id, progress),
                finish=lambda session, result: self._finish(session, job.id, result),
            )
            return
        carry_out(
            self._runtime,
            self._pool,
            TaskOrder.of(job.payload),
            watch=lambda progress: self._keep(job.id, progress),
            finish=lambda session, result: self._finish(session, job.id, result),
        )

    def _keep(self, job_id: UUID, progress: ProgressMessage) -> bool:
        """Renew the lease and tell the progress; whether somebody asked to cancel."""
        if self._stop.is_set():
            raise _Stopping
        try:
            with self._runtime.sessions.begin() as session:
                return renew(session, job_id, self.name, progress=progress, lease=self._lease)
        except OperationalError as error:
            _log.warning("lease not renewed", error=str(error.orig))
            return False

    def _finish(self, session: Session, job_id: UUID, result: JsonObject) -> RunStatus:
        return RunStatus(finish(session, job_id, self.name, result).status)

    def _let_go(self, job: Job) -> None:
        """End the lease now, so that the next worker need not wait for it."""
        with self._runtime.sessions.begin() as session:
            renew(session, job.id, self.name, lease=timedelta(0))

    def _fail(self, job: Job, error: Exception) -> None:
        _log.warning("job failed", job=str(job.id), exc_info=error)
        if isinstance(error, SolverCrashError):
            self._pool.close()  # its wires may hold half a message
            self._pool = SolverPool()
        try:
            with self._runtime.sessions.begin() as session:
                _mark(session, fail(session, job.id, self.name, _told(error)), RunStatus.FAILED)
        except Conflict:
            _log.warning("lease lost", job=str(job.id))


def _mark(session: Session, job: Job, status: RunStatus) -> None:
    task_id = job.payload.get("task_id")
    task = session.get(PlanningTask, UUID(task_id)) if task_id else None
    if task is not None:
        mark_task(session, task, status)


def _told(error: Exception) -> JsonObject:
    """The error as code, cause, action and faults."""
    if isinstance(error, CrmError | RoutingError | MapsError):
        details = details_of(error).body()
        return {name: details[name] for name in ("code", "cause", "action", "faults")}
    if isinstance(error, SolverCrashError):
        cause, action = f"The solver process died ({error}).", "Plan again; is there enough memory?"
        return {"code": "solver-crashed", "cause": cause, "action": action, "faults": []}
    cause = f"The job failed: {type(error).__name__}."
    action = "Look at the log (roundsman.log after `demo`) and report it."
    return {"code": "job-failed", "cause": cause, "action": action, "faults": []}
