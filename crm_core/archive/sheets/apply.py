"""Writing what a dry run promised, in one transaction, so that it can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import batched, count
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet
from crm_core.archive.model.sheets import ImportChange, OutletImport
from crm_core.archive.queries import grades
from crm_core.archive.rules.sheets import ImportStatus
from crm_core.archive.service import save_grades
from crm_core.archive.sheets.judge import JudgedRow, Judgement, Verdict
from crm_core.archive.sheets.known import shipped_grades
from crm_core.archive.sheets.stored import Stored
from crm_core.archive.sheets.values import Value
from crm_core.archive.sheets.write import Writer
from crm_core.clock import utc_now
from crm_core.db import JsonObject, new_id
from crm_core.errors import Conflict
from crm_core.people.rules import Scope

_CHUNK = 2000  # rows written at a time
_OWN_CODE = "C{:06d}"


def apply_rows(
    session: Session,
    file: OutletImport,
    judgement: Judgement,
    *,
    on: date,
    good_only: bool = False,
    add_duplicates: bool = False,
) -> list[tuple[UUID, JudgedRow]]:
    """Write the new and changed rows; nothing is written unless all of it is.

    Faulty rows stop the import (``Conflict`` rows-faulty) unless ``good_only`` leaves them out.
    Duplicates are left out unless ``add_duplicates`` adds those that have a code of their own, or
    none.  Returns the written rows with their outlets.  Raises ``Conflict`` (import-applied) for
    a file that was applied already.
    """
    if file.status == ImportStatus.APPLIED:
        cause = f"{file.file_name} was applied at {file.applied_at:%Y-%m-%d %H:%M} UTC."
        raise Conflict("import-applied", cause, "Undo it first, or upload another file.")
    faulty = judgement.count(Verdict.FAULTY)
    if faulty and not good_only:
        cause = f"{faulty} of {len(judgement.rows)} rows are faulty."
        raise Conflict("rows-faulty", cause, "Mend them, or take the good rows alone.")
    known = judgement.known
    if not grades(session, Scope.of_everything(on)):
        save_grades(session, shipped_grades())
    writer = Writer(session, on, known.rep_ids, known.departments, file.file_name)
    wanted = [row for row in judgement.rows if _is_written(row, add_duplicates=add_duplicates)]
    codes = _free_codes(session, wanted)
    written: list[tuple[UUID, JudgedRow]] = []
    for rows in batched(wanted, _CHUNK):
        made = _write(session, writer, rows, codes, known.own_department)
        session.execute(insert(ImportChange), [*_changes(file, judgement, made)])
        written += made
    file.status, file.applied_at, file.undone_at = ImportStatus.APPLIED, utc_now(), None
    file.made = {
        "account": [str(row_id) for row_id in writer.made_accounts],
        "tag": [str(row_id) for row_id in writer.made_tags],
    }
    session.flush()
    return written


def _is_written(row: JudgedRow, *, add_duplicates: bool) -> bool:
    if row.verdict is Verdict.DUPLICATE:
        has_own_place = row.twin is not None and row.twin.parts is not None
        return add_duplicates and has_own_place
    return row.verdict in (Verdict.NEW, Verdict.CHANGED)


def _write(
    session: Session,
    writer: Writer,
    rows: Sequence[JudgedRow],
    codes: Iterator[str],
    own_department: UUID | None,
) -> list[tuple[UUID, JudgedRow]]:
    ids = [row.outlet_id for row in rows if row.outlet_id]
    loaded = session.scalars(select(Outlet).where(Outlet.id.in_(ids)))  # unscoped: judged in scope
    outlets = {outlet.id: outlet for outlet in loaded}
    made = []
    for row in rows:
        if row.outlet_id:
            writer.change(outlets[row.outlet_id], row.values)
            made.append((row.outlet_id, row))
        else:
            values = row.values | _code_of(row, codes)
            made.append((writer.create(values, own_department), row))
    writer.finish_chunk()
    return made


def _code_of(row: JudgedRow, codes: Iterator[str]) -> dict[str, Value]:
    return {"short_code": row.values.get("short_code") or next(codes)}


def _free_codes(session: Session, rows: Iterable[JudgedRow]) -> Iterator[str]:
    """Codes for outlets that come without one, after the highest that there is."""
    own = select(Outlet.short_code).where(Outlet.short_code.like("C______%"))  # unscoped: unique
    given = (str(row.values.get("short_code") or "") for row in rows)
    numbers = (code[1:] for code in (*session.scalars(own), *given) if code.startswith("C"))
    highest = max((int(text) for text in numbers if text.isdecimal()), default=0)
    return (_OWN_CODE.format(number) for number in count(highest + 1))


def _changes(
    file: OutletImport, judgement: Judgement, made: Iterable[tuple[UUID, JudgedRow]]
) -> Iterator[dict[str, Any]]:
    for outlet_id, row in made:
        stored = judgement.known.outlets.get(outlet_id)
        before = stored and {name: stored.get(name) for name in row.values}
        yield {
            "id": new_id(),
            "import_id": file.id,
            "row_number": row.number,
            "outlet_id": outlet_id,
            "before": None if before is None else plain_values(before),
            "after": plain_values(row.values),
        }


def plain_values(values: Stored) -> JsonObject:
    """Values as JSON holds them."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Value) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [*value]
    return value if value is None or isinstance(value, str | int | float) else str(value)
