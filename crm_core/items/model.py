"""Tables of items.  Dates of validity: from the first day, up to but without ``valid_to``."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.db import Row
from crm_core.people.model import OpenToAll


class Item(OpenToAll, Row):
    """Something that is sold by the ``unit``; ``pack_size`` units make an outer pack."""

    __tablename__ = "item"
    __table_args__ = (CheckConstraint("pack_size > 0", "pack"),)

    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(index=True)
    unit: Mapped[str] = mapped_column(String(20))
    category: Mapped[str] = mapped_column(default="", index=True)
    brand: Mapped[str] = mapped_column(default="")
    barcode: Mapped[str] = mapped_column(String(20), default="", index=True)
    pack_size: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=True)


class ItemPrice(OpenToAll, Row):
    """What an item costs in a channel ("*": any), in minor units of a currency."""

    __tablename__ = "item_price"
    __table_args__ = (
        UniqueConstraint("item_id", "channel", "currency", "valid_from"),
        CheckConstraint("price_minor >= 0", "price"),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey(Item.id))
    channel: Mapped[str] = mapped_column(default="*")
    currency: Mapped[str] = mapped_column(String(3))
    price_minor: Mapped[int] = mapped_column(BigInteger)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class MustStock(OpenToAll, Row):
    """An item that every outlet of a channel ("*": any) must have in stock."""

    __tablename__ = "must_stock"
    __table_args__ = (UniqueConstraint("channel", "item_id", "valid_from"),)

    channel: Mapped[str]
    item_id: Mapped[UUID] = mapped_column(ForeignKey(Item.id), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
