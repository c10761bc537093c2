"""Reads of items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session

from crm_core.errors import NotFound
from crm_core.items.model import Item, ItemPrice, MustStock
from crm_core.items.rules import ANY_CHANNEL, Price
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope


def items(
    session: Session,
    scope: Scope,
    *,
    text: str = "",
    active_only: bool = True,
    after: str | None = None,
    limit: int = 200,
) -> Sequence[Item]:
    """Items by code, beyond ``after``; ``text`` is looked for in code, name and barcode."""
    rows = scoped(Item, scope).order_by(Item.code).limit(limit)
    if active_only:
        rows = rows.where(Item.active)
    if text:
        places = (Item.code, Item.name, Item.barcode)
        rows = rows.where(or_(*(place.icontains(text, autoescape=True) for place in places)))
    if after is not None:
        rows = rows.where(Item.code > after)
    return session.scalars(rows).all()


def item(session: Session, scope: Scope, code: str) -> Item:
    """The item with a code; raises NotFound (item-unknown)."""
    found = session.scalar(scoped(Item, scope).where(Item.code == code))
    if found is None:
        raise NotFound("item-unknown", f"There is no item {code!r}.", "Choose one of the list.")
    return found


def prices(session: Session, scope: Scope, item_ids: Collection[UUID]) -> dict[UUID, list[Price]]:
    """All prices of items, past and future ones too, by date."""
    rows = scoped(ItemPrice, scope).where(ItemPrice.item_id.in_(item_ids))
    found: dict[UUID, list[Price]] = defaultdict(list)
    for row in session.scalars(rows.order_by(ItemPrice.valid_from, ItemPrice.channel)):
        found[row.item_id].append(
            Price(row.channel, row.currency, row.price_minor, row.valid_from, row.valid_to)
        )
    return found


def must_stock(session: Session, scope: Scope, channel: str, on: date) -> Sequence[Item]:
    """The items that an outlet of a channel must have on a date, by code."""
    listed = scoped(MustStock, scope).where(
        MustStock.channel.in_({channel, ANY_CHANNEL}),
        MustStock.valid_from <= on,
        or_(MustStock.valid_to.is_(None), MustStock.valid_to > on),
    )
    ids = listed.with_only_columns(MustStock.item_id)
    return session.scalars(scoped(Item, scope).where(Item.id.in_(ids)).order_by(Item.code)).all()
