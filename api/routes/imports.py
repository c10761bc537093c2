"""Outlets from spreadsheets: brought, read, tried, written, undone."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status

from api.answers import XLSX, attachment
from api.deps import CallerDep, RuntimeDep, SessionDep, WriterDep
from api.errors import ApiError
from api.geocoding import look_up_imported
from api.presenters.sheets import (
    fields_json,
    import_job_json,
    import_json,
    judgement_json,
    reading_json,
)
from api.schemas.imports import (
    ApplyIn,
    DryRunOut,
    FieldsOut,
    ImportJobOut,
    ImportOut,
    ImportReadOut,
    ImportsOut,
    JobIn,
    ReadingIn,
    UndoneOut,
)
from crm_core.archive.model import OutletImport
from crm_core.archive.sheets.export import fault_sheet
from crm_core.archive.sheets.files import (
    Reading,
    apply_file,
    check_may_import,
    dry_run,
    imported_file,
    imported_files,
    receive,
    remember,
    table_of,
    undo_file,
)
from crm_core.archive.sheets.jobs import IMPORT_JOB, request_import
from crm_core.people.regions import home_region
from crm_core.work.queries import job as own_job
from crm_core.work.service import request_cancel

router = APIRouter(prefix="/imports", tags=["imports"])


async def sent_file(request: Request, caller: CallerDep) -> bytes:
    """The body, read only once it is known that the caller may import."""
    check_may_import(caller.scope)
    content = await request.body()
    if not content:
        cause = "The request holds no file."
        raise ApiError(422, "upload-empty", cause, "Send the bytes of the file as its body.")
    return content


@router.post("", response_model=ImportReadOut, status_code=status.HTTP_201_CREATED)
def bring_file(
    session: SessionDep,
    caller: CallerDep,
    content: Annotated[bytes, Depends(sent_file)],
    response: Response,
    file_name: Annotated[str, Query(max_length=200)] = "",
) -> dict[str, Any]:
    """Keep a file (its bytes are the body) and say how it would be read; nothing is imported.

    A file that waits already is found again by its bytes.
    """
    file = receive(session, caller.scope, file_name, content)
    response.headers["Location"] = f"/api/v1/imports/{file.id}"
    return reading_json(file, *table_of(session, content, _reading(file)))


@router.get("", response_model=ImportsOut)
def list_files(session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """One's own files, the newest first."""
    return {"items": [import_json(file) for file in imported_files(session, caller.scope)]}


@router.get("/fields", response_model=FieldsOut)
def list_fields(caller: CallerDep) -> dict[str, Any]:
    """What a column may mean."""
    return fields_json()


@router.get("/{import_id}", response_model=ImportReadOut)
def read_file(import_id: UUID, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """A file and how it is read."""
    file = imported_file(session, caller.scope, import_id)
    return reading_json(file, *table_of(session, file.content, _reading(file)))


@router.put("/{import_id}/reading", response_model=ImportReadOut)
def say_how_to_read(
    import_id: UUID, said: ReadingIn, session: SessionDep, caller: CallerDep
) -> dict[str, Any]:
    """Say how a file is to be read; the mapping is remembered for the next file."""
    file = imported_file(session, caller.scope, import_id)
    reading = Reading(said.sheet, said.encoding, said.mapping, said.defaults)
    table, mapping = table_of(session, file.content, reading)
    file.sheet, file.encoding = said.sheet, said.encoding
    file.mapping, file.defaults = dict(said.mapping), dict(said.defaults)
    remember(session, table, reading)
    return reading_json(file, table, mapping)


@router.get("/{import_id}/dry-run", response_model=DryRunOut)
def try_file(import_id: UUID, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """What importing the file would do; writes nothing."""
    file = imported_file(session, caller.scope, import_id)
    return judgement_json(
        dry_run(session, caller.scope, file.content, _here(session, caller, file))
    )


@router.get("/{import_id}/faults.xlsx", response_class=Response)
def download_faults(import_id: UUID, session: SessionDep, caller: CallerDep) -> Response:
    """The sheet again, with a last column that says what is wrong with each row."""
    file = imported_file(session, caller.scope, import_id)
    judgement = dry_run(session, caller.scope, file.content, _here(session, caller, file))
    return attachment(fault_sheet(judgement), XLSX, "faults.xlsx")


@router.post("/{import_id}/apply", response_model=ImportOut)
def write_file(
    import_id: UUID, said: ApplyIn, session: SessionDep, caller: CallerDep, runtime: RuntimeDep
) -> dict[str, Any]:
    """Write the new and changed rows, all or none; 409 where faulty rows stop it."""
    file = imported_file(session, caller.scope, import_id)
    apply_file(
        session,
        caller.scope,
        file,
        _here(session, caller, file),
        good_only=said.good_only,
        add_duplicates=said.add_duplicates,
    )
    look_up_imported(session, caller.scope, runtime.settings, file.id)
    return import_json(file)


@router.post("/{import_id}/jobs", response_model=ImportJobOut, status_code=status.HTTP_202_ACCEPTED)
def start_job(
    import_id: UUID, said: JobIn, session: SessionDep, caller: CallerDep, response: Response
) -> dict[str, Any]:
    """Try or write a big file in the background.  Poll the job at ``Location``."""
    file = imported_file(session, caller.scope, import_id)
    job = request_import(session, caller.scope, file, **said.model_dump())
    response.headers["Location"] = f"/api/v1/imports/jobs/{job.id}"
    return import_job_json(job)


@router.get("/jobs/{job_id}", response_model=ImportJobOut)
def read_job(job_id: UUID, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """How far an import of the caller is, and what came of it."""
    return import_job_json(own_job(session, caller.scope, job_id, IMPORT_JOB))


@router.delete("/jobs/{job_id}", response_model=ImportJobOut)
def stop_job(job_id: UUID, session: SessionDep, caller: WriterDep) -> dict[str, Any]:
    """Stop an import of the caller; nothing of it is written."""
    own_job(session, caller.scope, job_id, IMPORT_JOB)
    return import_job_json(request_cancel(session, job_id))


@router.post("/{import_id}/undo", response_model=UndoneOut)
def undo_import(import_id: UUID, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """Take a written file back, but for what somebody has used or changed since."""
    file = imported_file(session, caller.scope, import_id)
    undone = undo_file(session, caller.scope, file)
    return {"removed": undone.removed, "restored": undone.restored, "kept": undone.kept}


def _reading(file: OutletImport, region: str = "CN") -> Reading:
    return Reading(file.sheet, file.encoding, file.mapping, file.defaults, region)


def _here(session: SessionDep, caller: CallerDep, file: OutletImport) -> Reading:
    return _reading(file, home_region(session, caller.scope))
