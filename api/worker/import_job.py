"""Imports in a thread of their own: nobody waits for a big sheet, and it can be stopped."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy.orm import Session

from api.geocoding import look_up_imported
from api.presenters.sheets import judgement_json
from api.worker.loop import Worker
from crm_core.archive.model import OutletImport
from crm_core.archive.sheets.files import Reading, counts_of, dry_run, note_reading, write_judged
from crm_core.archive.sheets.jobs import IMPORT_JOB, judged_is_stale
from crm_core.archive.sheets.judge import Judgement
from crm_core.clock import utc_now
from crm_core.people.model import User
from crm_core.people.regions import home_region
from crm_core.people.rules import Scope
from crm_core.people.service import scope_of
from crm_core.work.model import Job
from crm_core.work.service import finish, renew

LEASE = timedelta(minutes=10)  # nothing is told while a big sheet is written
_TELL_S = 0.7
_JUDGE_AGAIN = 2  # times, where somebody changed outlets in between; then the archive is held


class _Cancelled(Exception):  # no error: somebody asked for it
    """Somebody asked to stop the import."""


class ImportWorker(Worker):
    """Runs imports.  Reading and judging hold no lock; writing is one transaction with the end of
    the job, so a crash leaves all or nothing, and the next worker begins again."""

    kinds: ClassVar[tuple[str, ...]] = (IMPORT_JOB,)

    def _begin(self) -> None:
        self._lease = LEASE

    def _end(self) -> None:
        """Nothing to close."""

    def _do(self, job: Job) -> None:
        self._told_at = 0.0
        try:
            if job.payload["write"]:
                self._write(job)
            else:
                self._try(job)
        except _Cancelled:
            with self._runtime.sessions.begin() as session:
                finish(session, job.id, self.name, {})

    def _try(self, job: Job) -> None:
        with self._runtime.readers() as session:
            judgement = self._judged(session, job)
        with self._runtime.sessions.begin() as session:
            note_reading(self._file(session, job), judgement, _reading(self._file(session, job)))
            finish(session, job.id, self.name, {"tried": judgement_json(judgement)})

    def _write(self, job: Job) -> None:
        for attempt in range(_JUDGE_AGAIN + 1):
            judged_at = utc_now()
            with self._runtime.readers() as session:
                judgement = self._judged(session, job)
            self._tell(job, "writing", 0, len(judgement.rows), at_once=True)
            with self._runtime.sessions.begin() as session:
                if renew(session, job.id, self.name, lease=self._lease):
                    raise _Cancelled
                stale = judged_is_stale(session, judged_at)
                if stale and attempt < _JUDGE_AGAIN:
                    continue
                if stale:
                    judgement = self._judged(session, job, tell=False)
                self._store(session, job, judgement)
                return

    def _store(self, session: Session, job: Job, judgement: Judgement) -> None:
        scope, file = _scope(session, job), self._file(session, job)
        session.info["actor_id"] = scope.user_id
        how = {name: bool(job.payload[name]) for name in ("good_only", "add_duplicates")}
        reading = _here(session, scope, file)
        write_judged(session, scope, file, reading, judgement, **how)
        look_up_imported(session, scope, self._runtime.settings, file.id)
        finish(session, job.id, self.name, {"written": counts_of(judgement)})

    def _judged(self, session: Session, job: Job, *, tell: bool = True) -> Judgement:
        scope, file = _scope(session, job), self._file(session, job)
        reading = _here(session, scope, file)

        def told(phase: str, done: int, of: int) -> None:
            if tell:
                self._tell(job, phase, done, of)

        return dry_run(session, scope, file.content, reading, told)

    def _file(self, session: Session, job: Job) -> OutletImport:
        return session.get_one(OutletImport, UUID(job.payload["import_id"]))

    def _tell(self, job: Job, phase: str, done: int, of: int, *, at_once: bool = False) -> None:
        """Tell the progress now and then; raises ``_Cancelled`` where somebody wants it."""
        if not at_once and time.monotonic() - self._told_at < _TELL_S:
            return
        self._told_at = time.monotonic()
        if self._keep(job.id, {"phase": phase, "done": done, "of": of}):
            raise _Cancelled


def _scope(session: Session, job: Job) -> Scope:
    """What whoever asked for the import may do, as of the day on which that was."""
    on = date.fromisoformat(job.payload["on"])
    if job.requested_by is None:
        return Scope.of_everything(on)
    return scope_of(session, session.get_one(User, job.requested_by), as_of=on)


def _reading(file: OutletImport, region: str = "CN") -> Reading:
    return Reading(file.sheet, file.encoding, file.mapping, file.defaults, region)


def _here(session: Session, scope: Scope, file: OutletImport) -> Reading:
    return _reading(file, home_region(session, scope))
