"""Changing items, their prices and what must be in stock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import batched
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.rules.faults import money_faults, refuse
from crm_core.archive.service.access import require_office
from crm_core.errors import Fault
from crm_core.items.model import Item, ItemPrice, MustStock
from crm_core.items.queries import item
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope

type Values = Mapping[str, Any]


def save_item(session: Session, scope: Scope, code: str, values: Values) -> Item:
    """Save an item under its code; what is not in ``values`` stays.

    Raises Forbidden (office-only), Invalid (record-not-right).
    """
    require_office(scope)
    row = session.scalar(scoped(Item, scope).where(Item.code == code))
    refuse([*item_faults({**({} if row else {"name": "", "unit": ""}), **values})])
    if row is None:
        row = Item(code=code)
        session.add(row)
    for field, value in values.items():
        setattr(row, field, value)
    session.flush()
    return row


def item_faults(values: Values) -> Iterator[Fault]:
    """Everything that is wrong with the values of an item."""
    for field in ("name", "unit"):
        if field in values and not str(values[field] or "").strip():
            yield Fault("name-missing", f"The {field} is empty.", "Give one.", field)
    if values.get("pack_size", 1) < 1:
        cause = f"A pack of {values['pack_size']} cannot be."
        yield Fault("pack-not-right", cause, "Give 1 or more.", "pack_size")


def set_price(
    session: Session,
    scope: Scope,
    code: str,
    currency: str,
    price_minor: int,
    *,
    valid_from: date,
    channel: str = "*",
) -> ItemPrice:
    """Say what an item costs from a date on; the price before ends there.

    Raises Forbidden (office-only), NotFound (item-unknown), Invalid (record-not-right).
    """
    require_office(scope)
    known = item(session, scope, code)
    told = {"price_minor": price_minor, "currency": currency}
    refuse([*money_faults(told, "price_minor", "currency")])
    same = scoped(ItemPrice, scope).where(
        ItemPrice.item_id == known.id,
        ItemPrice.channel == channel,
        ItemPrice.currency == currency,
    )
    rows = {row.valid_from: row for row in session.scalars(same)}
    keys = {"channel": channel, "currency": currency, "valid_from": valid_from}
    price = rows.setdefault(valid_from, ItemPrice(item_id=known.id, **keys))
    price.price_minor = price_minor
    session.add(price)
    dates = sorted(rows)
    for start, following in zip(dates, [*dates[1:], None], strict=True):
        rows[start].valid_to = following
    session.flush()
    return price


def set_must_stock(
    session: Session, scope: Scope, channel: str, codes: Collection[str], *, valid_from: date
) -> None:
    """Say which items outlets of a channel must have from a date on, exactly these.

    Raises Forbidden (office-only), NotFound (item-unknown).
    """
    require_office(scope)
    wanted = {item(session, scope, code).id for code in codes}
    kept = set()
    for row in session.scalars(scoped(MustStock, scope).where(MustStock.channel == channel)):
        if row.valid_from >= valid_from:
            session.delete(row)
        elif row.valid_to is None or row.valid_to > valid_from:
            row.valid_to = None if row.item_id in wanted else valid_from
            kept.add(row.item_id)
    session.flush()
    keys = {"channel": channel, "valid_from": valid_from}
    session.add_all(MustStock(item_id=item_id, **keys) for item_id in wanted - kept)
    session.flush()


class ItemTarget:
    """Items as the target of an upsert by external key."""

    kind = "item"

    def __init__(self, session: Session) -> None:
        self._session = session
        self._codes = dict(session.execute(select(Item.code, Item.id)).all())  # unscoped: open

    def load(self, ids: Iterable[UUID]) -> dict[UUID, Item]:
        """The items with these ids."""
        return {
            row.id: row
            for chunk in batched(ids, 500)
            for row in self._session.scalars(
                select(Item).where(Item.id.in_(chunk))  # unscoped: open to all
            )
        }

    def current(self, row: Item) -> Values:
        """The values of an item, by column."""
        return {column.key: getattr(row, column.key) for column in row.__table__.columns}

    def faults(self, values: Values, row: Item | None) -> Iterator[Fault]:
        """What is missing or wrong, and codes of other items."""
        needed = {} if row else {"name": "", "unit": "", "code": ""}
        yield from item_faults({**needed, **values})
        code = values.get("code", None if row else "")
        if code == "":
            yield Fault("name-missing", "The code is empty.", "Give one.", "code")
        owner = self._codes.get(code) if code else None
        if owner is not None and (row is None or row.id != owner):
            cause = f"Another item has the code {code!r}."
            yield Fault("item-code-taken", cause, "Choose another.", "code")

    def write(self, values: Values, row: Item | None) -> Item:
        """Write the columns."""
        made = row if row is not None else Item()
        for field, value in values.items():
            setattr(made, field, value)
        self._session.add(made)
        self._codes[made.code] = made.id
        return made

    def finish(self) -> None:
        """Nothing had to wait."""
