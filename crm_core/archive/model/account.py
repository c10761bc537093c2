"""The account: the payer, what it owes, and whom it belongs to or supplies."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    String,
    UniqueConstraint,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.archive.model.outlet import Outlet, Record
from crm_core.db import JsonArray, Row
from crm_core.people.rules import Scope


class Account(Record, Row):
    """The payer; owns outlets.

    Credit: ``credit_days`` to pay in, up to ``credit_limit_minor`` in minor units of
    ``credit_currency``; ``credit_hold`` asks that nobody calls to sell.
    """

    __tablename__ = "account"

    tax_number: Mapped[str] = mapped_column(default="")
    credit_grade: Mapped[str | None] = mapped_column(String(8))
    credit_days: Mapped[int | None]
    credit_limit_minor: Mapped[int | None] = mapped_column(BigInteger)
    credit_currency: Mapped[str | None] = mapped_column(String(3))
    credit_hold: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Accounts of departments in the scope, and those that own an outlet in it."""
        owned = select(Outlet.account_id).where(Outlet.scope_rows(scope))
        return or_(cls.department_id.in_(scope.department_ids), cls.id.in_(owned))


class _OfAccount:
    """What hangs on an account is seen by whoever sees the account."""

    __record_keys__: ClassVar[tuple[str, ...]] = ("account_id",)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Rows of the accounts in the scope."""
        return cls.account_id.in_(select(Account.id).where(Account.scope_rows(scope)))


class Receivable(_OfAccount, Row):
    """What an account owes in one currency as of a date, in minor units.

    ``overdue_minor`` of the balance is past its due date, since ``overdue_since``.
    """

    __tablename__ = "receivable"
    __table_args__ = (
        UniqueConstraint("account_id", "currency"),
        CheckConstraint("overdue_minor >= 0", "overdue"),
    )

    currency: Mapped[str] = mapped_column(String(3))
    balance_minor: Mapped[int] = mapped_column(BigInteger)
    overdue_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    overdue_since: Mapped[date | None]
    as_of: Mapped[date]


class AccountRelation(_OfAccount, Row):
    """An account is a ``kind`` of relation to another account or to an outlet.

    A ``parent`` owns the other account; a ``distributor`` delivers to the outlet on
    ``delivery_weekdays`` (0 = Monday; empty: any).  One outlet may have several distributors.
    """

    __tablename__ = "account_relation"
    __table_args__ = (
        UniqueConstraint("account_id", "kind", "other_account_id"),
        UniqueConstraint("account_id", "kind", "outlet_id"),
        CheckConstraint("(other_account_id is null) <> (outlet_id is null)", "one_end"),
    )

    kind: Mapped[str] = mapped_column(String(16))
    other_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    outlet_id: Mapped[UUID | None] = mapped_column(ForeignKey("outlet.id"), index=True)
    delivery_weekdays: Mapped[JsonArray] = mapped_column(default=list)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Relations of the accounts in the scope, and those of the outlets in it."""
        outlets = select(Outlet.id).where(Outlet.scope_rows(scope))
        return or_(super().scope_rows(scope), cls.outlet_id.in_(outlets))
