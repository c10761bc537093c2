"""Reads of accounts and their relations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from crm_core.archive.model import Account, AccountRelation, Outlet, Receivable
from crm_core.archive.rules.record import search_words
from crm_core.errors import NotFound
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A page of accounts by name; ``next_cursor`` is None on the last; ``total`` of all."""

    items: list[Account]
    next_cursor: str | None
    total: int


def account(session: Session, scope: Scope, account_id: UUID) -> Account:
    """The account with this id; raises ``NotFound`` (account-unknown), also for one unseen."""
    found = session.scalar(scoped(Account, scope).where(Account.id == account_id))
    if found is None:
        cause = f"There is no account {account_id} that you may see."
        raise NotFound("account-unknown", cause, "Choose one of the accounts in the list.")
    return found


def accounts(
    session: Session,
    scope: Scope,
    *,
    text: str = "",
    record_type: str | None = None,
    cursor: str | None = None,
    limit: int = 100,
) -> AccountPage:
    """One page of the accounts in scope by name; ``cursor`` is the page before's last."""
    every = scoped(Account, scope).where(
        *(Account.search_text.contains(word, autoescape=True) for word in search_words(text))
    )
    if record_type is not None:
        every = every.where(Account.type == record_type)
    ids = every.with_only_columns(Account.id).subquery()
    total = session.scalar(
        select(func.count()).select_from(ids)  # unscoped: counts a scoped select
    )
    if cursor is not None:
        name, _, last_id = cursor.rpartition("|")
        after = and_(Account.name == name, Account.id > UUID(last_id))
        every = every.where(or_(Account.name > name, after))
    rows = [*session.scalars(every.order_by(Account.name, Account.id).limit(limit + 1))]
    items = rows[:limit]
    last = f"{items[-1].name}|{items[-1].id}" if len(rows) > limit else None
    return AccountPage(items, last, total or 0)


def relations_of_account(
    session: Session, scope: Scope, account_id: UUID
) -> Sequence[AccountRelation]:
    """Relations of an account to others, in both directions."""
    either = or_(
        AccountRelation.account_id == account_id, AccountRelation.other_account_id == account_id
    )
    return session.scalars(
        scoped(AccountRelation, scope).where(either).order_by(AccountRelation.id)
    ).all()


def outlets_of_account(session: Session, scope: Scope, account_id: UUID) -> Sequence[Outlet]:
    """Outlets that an account owns, by short code."""
    owned = scoped(Outlet, scope).where(Outlet.account_id == account_id)
    return session.scalars(owned.order_by(Outlet.short_code)).all()


def receivables(session: Session, scope: Scope, account_id: UUID) -> Sequence[Receivable]:
    """What an account owes, by currency."""
    own = scoped(Receivable, scope).where(Receivable.account_id == account_id)
    return session.scalars(own.order_by(Receivable.currency)).all()


def accounts_on_hold(session: Session, scope: Scope) -> frozenset[UUID]:
    """Accounts in scope that ask that nobody calls to sell: their policy visits are held."""
    held = scoped(Account, scope).where(Account.credit_hold)
    return frozenset(session.scalars(held.with_only_columns(Account.id)))
