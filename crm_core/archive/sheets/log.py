"""The log of exports: who took which outlets away, when, and how many."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import OutletExport
from crm_core.people.model import User
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope


def note_export(
    session: Session, scope: Scope, kind: str, wanted: Mapping[str, str], rows: int
) -> OutletExport:
    """Write down that somebody exported ``rows`` outlets as ``kind`` (csv, xlsx)."""
    row = OutletExport(user_id=scope.user_id, kind=kind, wanted={**wanted}, rows=rows)
    session.add(row)
    session.flush()
    return row


def exports(session: Session, scope: Scope, limit: int = 100) -> list[tuple[OutletExport, str]]:
    """The newest exports in scope, each with the login of who asked for it."""
    newest = scoped(OutletExport, scope).order_by(OutletExport.id.desc()).limit(limit)
    rows = session.scalars(newest).all()
    users = select(User.id, User.login)  # unscoped: the name of who exported a row in scope
    named = users.where(User.id.in_({row.user_id for row in rows}))
    logins = {row.id: row.login for row in session.execute(named)}
    return [(row, logins.get(row.user_id, "") if row.user_id else "") for row in rows]
