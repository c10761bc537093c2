"""Changing what accounts owe and how they relate."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import AccountRelation, Receivable
from crm_core.archive.queries.accounts import receivables
from crm_core.archive.rules.faults import money_faults, refuse, weekday_faults
from crm_core.archive.rules.record import RelationKind
from crm_core.archive.service.access import require_office, writable_account, writable_outlet
from crm_core.errors import Conflict, Fault, Invalid, NotFound
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope

type Values = Mapping[str, Any]


def set_receivables(
    session: Session, scope: Scope, account_id: UUID, rows: Collection[Values], *, as_of: date
) -> list[Receivable]:
    """Say what an account owes as of a date; a currency that is not sent stays as it is.

    ``overdue_since`` is kept while something stays overdue and none is sent.  Raises NotFound
    (account-unknown), Forbidden (office-only, write-forbidden), Invalid (record-not-right).
    """
    require_office(scope)
    writable_account(session, scope, account_id)
    refuse([fault for row in rows for fault in _receivable_faults(row)])
    had = {row.currency: row for row in receivables(session, scope, account_id)}
    written = []
    for values in rows:
        new = Receivable(account_id=account_id, currency=values["currency"])
        row = had.setdefault(values["currency"], new)
        row.balance_minor, row.as_of = values["balance_minor"], as_of
        row.overdue_minor = values.get("overdue_minor") or 0
        since = values.get("overdue_since") or row.overdue_since or as_of
        row.overdue_since = since if row.overdue_minor else None
        session.add(row)
        written.append(row)
    session.flush()
    return written


def relate(
    session: Session,
    scope: Scope,
    account_id: UUID,
    *,
    other_account_id: UUID | None = None,
    outlet_id: UUID | None = None,
    delivery_weekdays: Collection[int] = (),
) -> AccountRelation:
    """``relate_accounts`` or ``relate_distributor``; raises Invalid (relation-ends) for neither."""
    if outlet_id is not None and other_account_id is None:
        return relate_distributor(session, scope, account_id, outlet_id, delivery_weekdays)
    if other_account_id is not None and outlet_id is None:
        return relate_accounts(session, scope, account_id, other_account_id)
    cause = "A relation has exactly one other end."
    raise Invalid("relation-ends", cause, "Name an account or an outlet.")


def relate_accounts(
    session: Session, scope: Scope, account_id: UUID, other_id: UUID
) -> AccountRelation:
    """Say that an account owns another; does nothing where it is said already.

    Raises Conflict (relation-circle) where the other owns it, through others too.
    """
    require_office(scope)
    for one in (account_id, other_id):
        writable_account(session, scope, one)
    if account_id in {other_id, *_owned_by(session, other_id)}:
        cause = "An account would own itself."
        raise Conflict("relation-circle", cause, "Take the other relation away first.")
    keys = {"account_id": account_id, "kind": RelationKind.PARENT, "other_account_id": other_id}
    return _related(session, keys, ())


def relate_distributor(
    session: Session,
    scope: Scope,
    account_id: UUID,
    outlet_id: UUID,
    delivery_weekdays: Collection[int] = (),
) -> AccountRelation:
    """Say that an account delivers to an outlet, on these weekdays (0 = Monday; none: any)."""
    require_office(scope)
    writable_account(session, scope, account_id)
    writable_outlet(session, scope, outlet_id)
    refuse([*weekday_faults(delivery_weekdays)])
    keys = {"account_id": account_id, "kind": RelationKind.DISTRIBUTOR, "outlet_id": outlet_id}
    return _related(session, keys, delivery_weekdays)


def remove_relation(session: Session, scope: Scope, relation_id: UUID) -> None:
    """Take a relation away; raises NotFound (relation-unknown), Forbidden (office-only)."""
    require_office(scope)
    found = session.scalar(scoped(AccountRelation, scope).where(AccountRelation.id == relation_id))
    if found is None:
        cause = f"There is no relation {relation_id} that you may see."
        raise NotFound("relation-unknown", cause, "Look at the account again.")
    writable_account(session, scope, found.account_id)
    session.delete(found)
    session.flush()


def _related(
    session: Session, keys: dict[str, Any], delivery_weekdays: Collection[int]
) -> AccountRelation:
    same = select(AccountRelation).filter_by(**keys)  # unscoped: both ends are writable
    row = session.scalar(same) or AccountRelation(**keys)
    row.delivery_weekdays = sorted(set(delivery_weekdays))
    session.add(row)
    session.flush()
    return row


def _owned_by(session: Session, account_id: UUID) -> set[UUID]:
    """All accounts below an account."""
    found: set[UUID] = set()
    layer = {account_id}
    while layer:
        below = select(AccountRelation.other_account_id).where(  # unscoped: looks for circles
            AccountRelation.kind == RelationKind.PARENT, AccountRelation.account_id.in_(layer)
        )
        layer = {child for child in session.scalars(below) if child} - found
        found |= layer
    return found


def _receivable_faults(values: Values) -> Iterator[Fault]:
    yield from money_faults({**values, "balance_minor": 0}, "balance_minor", "currency")
    overdue, balance = values.get("overdue_minor") or 0, values["balance_minor"]
    if overdue < 0 or overdue > max(balance, 0):
        cause = f"{overdue} of {balance} cannot be overdue."
        yield Fault("overdue-not-right", cause, "Give 0 up to the balance.", "overdue_minor")
