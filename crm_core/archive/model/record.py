"""What hangs on the record of an outlet or an account: people, papers, tags, figures."""

from __future__ import annotations

from datetime import date, datetime
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

from crm_core.archive.model.account import Account
from crm_core.archive.model.outlet import OfOutlet, Outlet
from crm_core.clock import utc_now
from crm_core.db import JsonObject, Row
from crm_core.people.model import OpenToAll
from crm_core.people.rules import Scope


class OfRecord:
    """Mixin of rows of one outlet or one account: whoever sees that sees them."""

    __record_keys__: ClassVar[tuple[str, ...]] = ("outlet_id", "account_id")
    one_record: ClassVar[str] = "(outlet_id is null) <> (account_id is null)"

    outlet_id: Mapped[UUID | None] = mapped_column(ForeignKey("outlet.id"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Rows of the outlets and accounts in the scope."""
        outlets = select(Outlet.id).where(Outlet.scope_rows(scope))
        accounts = select(Account.id).where(Account.scope_rows(scope))
        return or_(cls.outlet_id.in_(outlets), cls.account_id.in_(accounts))


class Contact(OfRecord, Row):
    """Somebody at an outlet or account; ``decision_maker`` says who decides on buying."""

    __tablename__ = "contact"
    __table_args__ = (CheckConstraint(OfRecord.one_record, "one_record"),)

    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    decision_maker: Mapped[bool] = mapped_column(default=False)
    remarks: Mapped[str] = mapped_column(default="")


class Attachment(OfRecord, Row):
    """A paper or photo that lies elsewhere: its address, and the SHA-256 of its bytes in hex."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint(OfRecord.one_record, "one_record"),
        UniqueConstraint("outlet_id", "sha256"),
        UniqueConstraint("account_id", "sha256"),
    )

    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    url: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(default="")
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    added_at: Mapped[datetime] = mapped_column(default=utc_now)
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))


class Tag(OpenToAll, Row):
    """A word to find records by; tags of one ``family`` (需求类型, say) are shown together."""

    __tablename__ = "tag"

    name: Mapped[str] = mapped_column(unique=True)
    family: Mapped[str] = mapped_column(default="")


class Tagging(OfRecord, Row):
    """A tag on an outlet or account."""

    __tablename__ = "tagging"
    __table_args__ = (
        CheckConstraint(OfRecord.one_record, "one_record"),
        UniqueConstraint("tag_id", "outlet_id"),
        UniqueConstraint("tag_id", "account_id"),
    )

    tag_id: Mapped[UUID] = mapped_column(ForeignKey("tag.id"))


class CompetitorFact(OfOutlet, Row):
    """What somebody saw of a competitor: its share of the outlet's purchases in percent."""

    __tablename__ = "competitor_fact"
    __table_args__ = (
        CheckConstraint("share_percent is null or share_percent between 0 and 100", "share"),
    )

    competitor: Mapped[str]
    product: Mapped[str] = mapped_column(default="")
    share_percent: Mapped[float | None]
    note: Mapped[str] = mapped_column(default="")
    seen_on: Mapped[date]


class MonthlySales(OfOutlet, Row):
    """What an outlet bought in a month (``month`` is its first day), in minor units."""

    __tablename__ = "monthly_sales"
    __table_args__ = (UniqueConstraint("outlet_id", "month", "currency"),)

    month: Mapped[date] = mapped_column(index=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    margin_minor: Mapped[int | None] = mapped_column(BigInteger)
    orders: Mapped[int | None]


class SavedFilter(Row):
    """A filter somebody keeps under a name; ``shared`` ones are everybody's to read."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("user_id", "entity", "name"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    entity: Mapped[str] = mapped_column(String(16))
    name: Mapped[str]
    query: Mapped[JsonObject]
    shared: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """One's own, and the shared ones."""
        return or_(cls.user_id == scope.user_id, cls.shared)
