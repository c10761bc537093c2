"""Imports in the background: judged without a lock, then written in one short transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import OutletImport
from crm_core.archive.rules.sheets import ImportStatus
from crm_core.archive.sheets.files import check_may_import
from crm_core.errors import Conflict
from crm_core.people.model import AuditEntry
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.work.model import Job
from crm_core.work.rules import JobStatus
from crm_core.work.service import enqueue

IMPORT_JOB = "import"
_CLOCKS_APART = timedelta(seconds=2)  # of the processes that write the log
_JUDGED_BY = (
    *("outlet", "outlet_life", "outlet_assignment", "contact", "tagging", "tag", "account"),
    *("external_ref", "grade", "rep", "department"),
)


def request_import(
    session: Session,
    scope: Scope,
    file: OutletImport,
    *,
    write: bool,
    good_only: bool = False,
    add_duplicates: bool = False,
) -> Job:
    """A job that tries a file, or with ``write`` writes it.

    Raises Forbidden (import-forbidden) and Conflict (import-applied, import-running).
    """
    check_may_import(scope)
    if write and file.status == ImportStatus.APPLIED:
        cause = f"{file.file_name} was applied at {file.applied_at:%Y-%m-%d %H:%M} UTC."
        raise Conflict("import-applied", cause, "Undo it first, or upload another file.")
    live = (Job.kind == IMPORT_JOB, Job.status.in_((JobStatus.QUEUED, JobStatus.RUNNING)))
    jobs = session.scalars(scoped(Job, scope).where(*live))
    if any(job.payload["import_id"] == str(file.id) for job in jobs):
        cause = f"{file.file_name} is being imported."
        raise Conflict("import-running", cause, "Wait for it, or stop it.")
    said = {"write": write, "good_only": good_only, "add_duplicates": add_duplicates}
    payload = {"import_id": str(file.id), "on": scope.as_of.isoformat(), **said}
    return enqueue(session, IMPORT_JOB, payload, requested_by=scope.user_id)


def judged_is_stale(session: Session, judged_at: datetime) -> bool:
    """Whether anything that a judgement looks at was changed since."""
    since = AuditEntry.at >= judged_at - _CLOCKS_APART
    changed = select(AuditEntry.id).where(  # unscoped: only whether there is any
        since, AuditEntry.table.in_(_JUDGED_BY)
    )
    return session.scalar(changed.limit(1)) is not None
