"""A file from upload to undo: kept, read, judged, applied; and the columns it taught us."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.duplicates.queue import queue_pairs
from crm_core.archive.model.sheets import ColumnChoice, OutletImport
from crm_core.archive.rules.sheets import ImportStatus
from crm_core.archive.service.geocoding import await_places
from crm_core.archive.sheets.apply import apply_rows
from crm_core.archive.sheets.fields import BY_FIELD
from crm_core.archive.sheets.judge import (
    JudgedRow,
    Judgement,
    Tell,
    Verdict,
    judge,
    say_nothing,
    verdict_counts,
)
from crm_core.archive.sheets.layout import Table, folded_header, guess_mapping, pick_table
from crm_core.archive.sheets.read import read_grids
from crm_core.archive.sheets.undo import Undone, undo_rows
from crm_core.errors import Fault, Forbidden, Invalid, NotFound
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read: the ``mapping`` (header → field, "" for none) goes before the
    remembered one and the guess; ``defaults`` (field → value) are for new outlets."""

    sheet: str = ""
    encoding: str = ""
    mapping: Mapping[str, str] | None = None
    defaults: Mapping[str, str] | None = None
    region: str = "CN"


def receive(session: Session, scope: Scope, file_name: str, content: bytes) -> OutletImport:
    """Keep a file for importing; a file that waits already is found again by its bytes.

    Raises ``FileRefused`` for one that cannot be read, and ``Forbidden`` (import-forbidden).
    """
    check_may_import(scope)
    read_grids(content)
    digest = hashlib.sha256(content).hexdigest()
    own = (OutletImport.sha256 == digest, OutletImport.status == ImportStatus.UPLOADED)
    waiting = session.scalar(scoped(OutletImport, scope).where(*own).limit(1))
    if waiting is not None:
        return waiting
    file = OutletImport(
        file_name=file_name[-200:],
        sha256=digest,
        content=content,
        size_bytes=len(content),
        created_by=scope.user_id,
    )
    session.add(file)
    session.flush()
    return file


def imported_file(session: Session, scope: Scope, import_id: UUID) -> OutletImport:
    """A file of one's own; raises ``NotFound`` (import-unknown) and ``Forbidden``."""
    check_may_import(scope)
    found = session.scalar(scoped(OutletImport, scope).where(OutletImport.id == import_id))
    if found is None:
        cause = f"There is no import {import_id} of yours."
        raise NotFound("import-unknown", cause, "Choose one of the list, or upload the file.")
    return found


def imported_files(session: Session, scope: Scope, limit: int = 50) -> list[OutletImport]:
    """One's own files, the newest first."""
    check_may_import(scope)
    every = scoped(OutletImport, scope).order_by(OutletImport.created_at.desc(), OutletImport.id)
    return [*session.scalars(every.limit(limit))]


def table_of(session: Session, content: bytes, reading: Reading) -> tuple[Table, dict[str, str]]:
    """The table of a file and the field of each of its headers.  Raises ``FileRefused``."""
    choices = session.scalars(select(ColumnChoice))  # unscoped: open to all
    remembered = {row.header: row.field for row in choices}
    said = dict(reading.mapping or {})
    grids = read_grids(content, sheet=reading.sheet, encoding=reading.encoding)
    table = pick_table(grids, {**remembered, **said})
    _check_mapping(table, reading)
    return table, guess_mapping(table.headers, {**remembered, **said})


def dry_run(
    session: Session,
    scope: Scope,
    content: bytes,
    reading: Reading,
    tell: Tell = say_nothing,
) -> Judgement:
    """What importing these bytes would do; writes nothing.  Raises ``FileRefused``,
    ``Invalid`` (mapping-broken) and ``Forbidden``."""
    check_may_import(scope)
    table, mapping = table_of(session, content, reading)
    return judge(
        session,
        scope,
        table,
        mapping,
        defaults=reading.defaults,
        region=reading.region,
        tell=tell,
    )


def apply_file(
    session: Session,
    scope: Scope,
    file: OutletImport,
    reading: Reading,
    *,
    good_only: bool = False,
    add_duplicates: bool = False,
) -> Judgement:
    """Judge a file again and write what it says, in the caller's transaction."""
    judgement = dry_run(session, scope, file.content, reading)
    how = {"good_only": good_only, "add_duplicates": add_duplicates}
    write_judged(session, scope, file, reading, judgement, **how)
    return judgement


def write_judged(
    session: Session,
    scope: Scope,
    file: OutletImport,
    reading: Reading,
    judgement: Judgement,
    *,
    good_only: bool = False,
    add_duplicates: bool = False,
) -> None:
    """Write what was judged, in the caller's transaction; nobody may have changed outlets since.

    Duplicates that are added, see ``apply.apply_rows``, go to the merge queue with their twins.
    """
    added = apply_rows(
        session,
        file,
        judgement,
        on=scope.as_of,
        good_only=good_only,
        add_duplicates=add_duplicates,
    )
    _queue(session, added)
    homeless = [outlet_id for outlet_id, row in added if _lacks_place(row)]
    await_places(session, homeless, file.id)
    note_reading(file, judgement, reading)
    remember(session, judgement.table, reading)


def _lacks_place(row: JudgedRow) -> bool:
    return row.outlet_id is None and "lat" not in row.values


def _queue(session: Session, written: Sequence[tuple[UUID, JudgedRow]]) -> None:
    of_row = {row.number: outlet_id for outlet_id, row in written}
    found = [
        (outlet_id, row.twin.outlet_id or of_row[row.twin.row or 0], row.twin.parts)
        for outlet_id, row in written
        if row.verdict is Verdict.DUPLICATE
        and row.twin is not None
        and row.twin.parts
        and (row.twin.outlet_id or row.twin.row in of_row)
    ]
    queue_pairs(session, found)


def note_reading(file: OutletImport, judgement: Judgement, reading: Reading) -> None:
    """Keep how a file was read, so that it can be gone on with later."""
    file.sheet, file.encoding = judgement.table.grid.sheet, reading.encoding
    file.mapping, file.defaults = dict(judgement.mapping), dict(reading.defaults or {})
    file.counts = counts_of(judgement)


def counts_of(judgement: Judgement) -> dict[str, int]:
    """Rows, and how many of them do what."""
    counted = verdict_counts(judgement)
    return {
        "rows": len(judgement.rows),
        "new": counted[Verdict.NEW],
        "changed": counted[Verdict.CHANGED],
        "same": counted[Verdict.SAME],
        "duplicates": counted[Verdict.DUPLICATE],
        "faulty": counted[Verdict.FAULTY],
        "without_place": len(judgement.without_place),
    }


def remember(session: Session, table: Table, reading: Reading) -> None:
    """Keep what somebody said that headers mean, where it is not what one would guess."""
    guessed = guess_mapping(table.headers)
    for header, field in (reading.mapping or {}).items():
        choice = session.merge(ColumnChoice(header=folded_header(header), field=field))
        if guessed.get(header) == field:
            session.flush()
            session.delete(choice)
    session.flush()


def undo_file(session: Session, scope: Scope, file: OutletImport) -> Undone:
    """Take an applied file back, see ``undo.undo_rows``."""
    check_may_import(scope)
    return undo_rows(session, file, on=scope.as_of)


def check_may_import(scope: Scope) -> None:
    """Raise ``Forbidden`` (import-forbidden) for somebody who may not import."""
    if not scope.can_import:
        cause = "Your role may not import outlets."
        raise Forbidden("import-forbidden", cause, "Ask your supervisor to do it.")


def _check_mapping(table: Table, reading: Reading) -> None:
    said = reading.mapping or {}
    unknown = "Choose one of the fields that docs/import.md lists."
    faults = [
        Fault("column-unknown", f"The sheet has no column {h!r}.", "Name one of its headers.", h)
        for h in said
        if h not in table.headers
    ] + [
        Fault("field-unknown", f"There is no field {field!r}.", unknown, field)
        for field in {*said.values(), *(reading.defaults or {})}
        if field and field not in BY_FIELD
    ]
    chosen = [field for field in said.values() if field]
    faults += [
        Fault("field-doubled", f"Several columns mean {f!r}.", "Keep one.", f)
        for f in sorted({f for f in chosen if chosen.count(f) > 1})
    ]
    if faults:
        cause = "The columns cannot be read like this."
        raise Invalid("mapping-broken", cause, "Mend each fault.", faults)
