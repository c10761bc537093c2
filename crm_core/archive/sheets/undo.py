"""Taking an import back: every value that nobody has changed since, every outlet nobody uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import batched
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from crm_core.archive.duplicates.links import links_to
from crm_core.archive.model import (
    Account,
    CallWindow,
    Contact,
    DuplicatePair,
    Geocode,
    Outlet,
    OutletAssignment,
    Tag,
    Tagging,
)
from crm_core.archive.model.sheets import ImportChange, OutletImport
from crm_core.archive.rules.sheets import ImportStatus
from crm_core.archive.sheets.apply import plain_values
from crm_core.archive.sheets.fields import BY_FIELD, Kind
from crm_core.archive.sheets.stored import Stored, stored_outlets
from crm_core.archive.sheets.values import Value
from crm_core.archive.sheets.write import Writer
from crm_core.clock import utc_now
from crm_core.errors import Conflict
from crm_core.people.queries import departments, reps
from crm_core.people.rules import Scope

_CHUNK = 200
_OWN_TABLES = frozenset(
    {"contact", "tagging", "outlet_assignment", "call_window", "duplicate_pair", "geocode"}
)


@dataclass(slots=True)
class Undone:
    """How many rows were taken back; ``kept`` are rows whose outlet somebody has used since."""

    removed: int = 0
    restored: int = 0
    kept: list[int] = field(default_factory=list)


def undo_rows(session: Session, file: OutletImport, *, on: date) -> Undone:
    """Take an applied import back.  Raises ``Conflict`` (import-not-applied).

    Outlets that it added go, unless they were edited, visited, planned or linked since; values
    that it changed get their old value, unless they were changed again.
    """
    if file.status != ImportStatus.APPLIED:
        cause = f"{file.file_name} is not applied."
        raise Conflict("import-not-applied", cause, "Choose a file that was applied.")
    undone = Undone()
    everything = Scope.of_everything(on, session.info.get("actor_id"))
    writer = _writer(session, everything, on, file.file_name)
    own = select(ImportChange).where(ImportChange.import_id == file.id)  # unscoped: file is given
    changes = session.scalars(own.order_by(ImportChange.row_number.desc())).all()
    for chunk in batched(changes, _CHUNK):
        _undo_chunk(session, everything, writer, chunk, undone)
        writer.finish_chunk()
    session.execute(delete(ImportChange).where(ImportChange.import_id == file.id))
    _drop_made(session, file)
    file.status, file.undone_at = ImportStatus.UNDONE, utc_now()
    undone.kept.sort()
    session.flush()
    return undone


def _writer(session: Session, everything: Scope, on: date, reason: str) -> Writer:
    rep_ids = {rep.code: rep.id for rep in reps(session, everything, active_only=False)}
    inside = {one.name: one.id for one in departments(session, everything)}
    return Writer(session, on, rep_ids, inside, reason, undoing=True)


def _undo_chunk(
    session: Session,
    everything: Scope,
    writer: Writer,
    chunk: Sequence[ImportChange],
    undone: Undone,
) -> None:
    ids = [change.outlet_id for change in chunk]
    now = dict(stored_outlets(session, everything, ids))
    outlets = {o.id: o for o in session.scalars(_in(Outlet, Outlet.id, ids))}
    used = links_to(session, ids, leaving_out=_OWN_TABLES)
    gone = []
    for change in chunk:
        outlet, stored = outlets.get(change.outlet_id), now.get(change.outlet_id)
        if outlet is None or stored is None:
            undone.kept.append(change.row_number)
        elif change.before is None:
            if outlet.version > 1 or outlet.id in used or _differs(stored, change.after):
                undone.kept.append(change.row_number)
            else:
                gone.append(outlet)
        else:
            _restore(writer, outlet, stored, change, undone)
    _remove(session, gone)
    undone.removed += len(gone)


def _differs(stored: Stored, after: dict[str, Any]) -> bool:
    now = plain_values(stored)
    return any(now.get(name) != value for name, value in after.items() if value is not None)


def _restore(
    writer: Writer, outlet: Outlet, stored: Stored, change: ImportChange, undone: Undone
) -> None:
    now, before = plain_values(stored), change.before or {}
    free = {name for name, value in change.after.items() if now.get(name) == value}
    if before.get("lat") is None:  # plans may have it where it stands: it stays
        free -= {"lat", "lon"}
    writer.change(outlet, {name: _typed(name, before.get(name)) for name in free})
    if free == change.after.keys():
        undone.restored += 1
    else:
        undone.kept.append(change.row_number)


def _typed(name: str, value: Any) -> Value:
    if value is None:
        return None
    kind = BY_FIELD[name].kind
    if kind is Kind.DATE:
        return date.fromisoformat(value)
    return tuple(value) if kind is Kind.LIST else value


def _remove(session: Session, outlets: Sequence[Outlet]) -> None:
    ids = [outlet.id for outlet in outlets]
    for model in (Contact, Tagging, OutletAssignment, CallWindow, Geocode):
        for row in session.scalars(_in(model, model.outlet_id, ids)):
            session.delete(row)
    for column in (DuplicatePair.first_id, DuplicatePair.second_id):
        for pair in session.scalars(_in(DuplicatePair, column, ids)):
            session.delete(pair)
    for outlet in outlets:
        session.delete(outlet)
    session.flush()


def _in(model: type[Any], column: Any, ids: Sequence[UUID]) -> Select[Any]:
    return select(model).where(column.in_(ids))  # unscoped: rows of the import


def _drop_made(session: Session, file: OutletImport) -> None:
    """Accounts and tags that the import added go where nothing refers to them."""
    for model, name in ((Account, "account"), (Tag, "tag")):
        ids = [UUID(text) for text in (file.made or {}).get(name, ())]
        for chunk in batched(ids, _CHUNK):
            used = links_to(session, chunk, to=name)
            for row in session.scalars(_in(model, model.id, chunk)):
                if row.id not in used:
                    session.delete(row)
    session.flush()
