"""The audit log: one flush listener writes who changed what, before and after.

It sees every change made through ORM objects.  Statements that change rows directly
(``session.execute(update(…))``) pass it by: use them on tables that are not audited only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, event, false, insert, inspect
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.state import InstanceState

from crm_core.clock import utc_now
from crm_core.db import Base, CrmSession, JsonObject, Row, new_id
from crm_core.people.rules import Scope

MASK = "***"


class AuditEntry(Row):
    """One change of one row: ``action`` is insert, update or delete; only changed columns.

    ``record_id`` is the outlet or account whose record the row belongs to, where there is one.
    """

    __tablename__ = "audit_entry"
    __audited__ = False
    __append_only__ = True

    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[UUID | None] = mapped_column(index=True)
    table: Mapped[str] = mapped_column("table_name")
    row_id: Mapped[str] = mapped_column(index=True)
    record_id: Mapped[UUID | None] = mapped_column(index=True)
    action: Mapped[str]
    before: Mapped[JsonObject | None]
    after: Mapped[JsonObject | None]

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Only who sees the whole company sees the log."""
        return false()


@event.listens_for(CrmSession, "after_flush")
def _write_audit(session: Session, _context: object) -> None:
    entries = [*_entries(session)]
    if entries:
        session.connection().execute(insert(AuditEntry), entries)


def _entries(session: Session) -> Iterator[dict[str, Any]]:
    at, actor = utc_now(), session.info.get("actor_id")
    for action, rows in (
        ("insert", session.new),
        ("update", session.dirty),
        ("delete", session.deleted),
    ):
        for row in rows:
            if not isinstance(row, Base) or not row.__audited__:
                continue
            state = inspect(row)
            before, after = _change(state, action)
            if before or after:
                yield {
                    "id": new_id(),
                    "at": at,
                    "user_id": actor,
                    "table_name": row.__tablename__,
                    "row_id": _identity(state),
                    "record_id": _record(row),
                    "action": action,
                    "before": before or None,
                    "after": after or None,
                }


def _change(state: InstanceState[Any], action: str) -> tuple[JsonObject, JsonObject]:
    before: JsonObject = {}
    after: JsonObject = {}
    for attribute in state.mapper.column_attrs:
        told = attribute.columns[0].info
        if not told.get("audit", True):
            continue
        secret = told.get("secret", False)
        history = state.attrs[attribute.key].history
        if action == "delete":
            kept = [*history.unchanged, *history.deleted]
            before[attribute.key] = _shown(kept[0] if kept else None, secret)
        elif action == "insert":  # from the row itself: the history lacks what defaults gave
            if (value := state.dict.get(attribute.key)) is not None:
                after[attribute.key] = _shown(value, secret)
        elif history.added and history.added != history.deleted:
            after[attribute.key] = _shown(history.added[0], secret)
            old = history.deleted[0] if history.deleted else None
            before[attribute.key] = _shown(old, secret)
    return before, after


def _shown(value: Any, secret: bool) -> Any:
    if value is None or isinstance(value, bool | int | float | str | dict | list):
        return MASK if secret and value is not None else value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else repr(value)


def _identity(state: InstanceState[Any]) -> str:
    keys = state.mapper.primary_key_from_instance(state.obj())
    return "|".join(str(key) for key in keys)


def _record(row: Base) -> UUID | None:
    ids = (getattr(row, key) for key in row.__record_keys__)
    return next((found for found in ids if found is not None), None)
