"""Outlets from spreadsheets: brought, read, tried, written, undone."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status

from api.answers import XLSX, attachment
from api.deps import CallerDep, SessionDep
from api.errors import ApiError
from api.presenters.sheets import (
    fields_json,
    import_json,
    judgement_json,
    reading_json,
)
from api.schemas.imports import (
    ApplyIn,
    DryRunOut,
    FieldsOut,
    ImportOut,
    ImportReadOut,
    ImportsOut,
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
from crm_core.people.regions import home_region

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
    import_id: UUID, said: ApplyIn, session: SessionDep, caller: CallerDep
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
    return import_json(file)


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
