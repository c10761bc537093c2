"""Who may change which record."""

from __future__ import annotations

from collections.abc import Collection
from itertools import batched
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.archive.model import Account, Outlet
from crm_core.archive.queries.accounts import account
from crm_core.archive.queries.listing import outlet
from crm_core.archive.rules.record import RecordKind
from crm_core.errors import Forbidden, Stale
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope

_CHUNK = 1000  # ids in one IN list


def is_office(scope: Scope) -> bool:
    """Whether somebody keeps the archive: supervisors, directors, administrators, systems."""
    return scope.can_plan or scope.can_import


def require_office(scope: Scope) -> None:
    """Raise Forbidden (office-only) for who does not keep the archive."""
    if not is_office(scope):
        cause = "This is for supervisors and administrators."
        raise Forbidden("office-only", cause, "Propose it, or ask your supervisor.")


def writable_outlet(session: Session, scope: Scope, outlet_id: UUID) -> Outlet:
    """The outlet, for a change; raises NotFound (outlet-unknown), Forbidden (write-forbidden)."""
    found = outlet(session, scope, outlet_id)
    writer = scope.for_writing()
    own = scoped(Outlet, writer).where(Outlet.id == outlet_id).with_only_columns(Outlet.id)
    if not writer.can_write or session.scalar(own) is None:
        raise _forbidden()
    return found


def writable_outlets(session: Session, scope: Scope, outlet_ids: Collection[UUID]) -> list[Outlet]:
    """These outlets, for a change, by few reads; raises as ``writable_outlet`` for the first."""
    found: dict[UUID, Outlet] = {}
    allowed = writable_ids(session, scope, outlet_ids)
    for some in batched(dict.fromkeys(outlet_ids), _CHUNK):
        rows = session.scalars(scoped(Outlet, scope).where(Outlet.id.in_(some)))
        found.update({row.id: row for row in rows})
    for outlet_id in outlet_ids:
        if outlet_id not in found or outlet_id not in allowed:
            writable_outlet(session, scope, outlet_id)
    return [found[outlet_id] for outlet_id in dict.fromkeys(outlet_ids)]


def writable_ids(session: Session, scope: Scope, outlet_ids: Collection[UUID]) -> set[UUID]:
    """Those of these outlets that this person may change."""
    writer = scope.for_writing()
    if not writer.can_write:
        return set()
    own = scoped(Outlet, writer).with_only_columns(Outlet.id)
    chunks = batched(outlet_ids, _CHUNK)
    return {key for some in chunks for key in session.scalars(own.where(Outlet.id.in_(some)))}


def writable_account(session: Session, scope: Scope, account_id: UUID) -> Account:
    """The account, for a change; raises NotFound (account-unknown), Forbidden (write-forbidden)."""
    found = account(session, scope, account_id)
    writer = scope.for_writing()
    own = scoped(Account, writer).where(Account.id == account_id).with_only_columns(Account.id)
    if not writer.can_write or session.scalar(own) is None:
        raise _forbidden()
    return found


def writable_record(
    session: Session, scope: Scope, kind: RecordKind, record_id: UUID
) -> Outlet | Account:
    """The outlet or account, for a change to what hangs on it."""
    if kind is RecordKind.OUTLETS:
        return writable_outlet(session, scope, record_id)
    return writable_account(session, scope, record_id)


def check_version(row: Outlet | Account, expected: int | None) -> None:
    """Raise Stale (version-conflict) where the row has changed since it was read."""
    if expected is not None and expected != row.version:
        cause = f"The record is at version {row.version}, you changed version {expected}."
        raise Stale("version-conflict", cause, "Load the newest version and change that.")


def _forbidden() -> Forbidden:
    cause = "You may read this record, not change it."
    return Forbidden("write-forbidden", cause, "Ask whoever serves the outlet.")
