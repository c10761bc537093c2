"""Items, their prices, and what must be in stock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from sqlalchemy.orm import Session

from api.auth import Caller
from api.deps import CallerDep, SessionDep, WriterDep
from api.presenters.records import fields, with_id
from api.schemas.items import (
    ItemIn,
    ItemOut,
    ItemsOut,
    MustStockIn,
    MustStockOut,
    PriceIn,
)
from crm_core.items.model import Item
from crm_core.items.queries import item, items, must_stock, prices
from crm_core.items.service import save_item, set_must_stock, set_price

router = APIRouter(tags=["items"])

ItemCode = Annotated[str, Path(min_length=1, max_length=60)]
_ITEM = ("code", "name", "unit", "category", "brand", "barcode", "pack_size", "active")
_PRICE = ("channel", "currency", "price_minor", "valid_from", "valid_to")


@router.get("/items", response_model=ItemsOut)
def list_items(
    session: SessionDep,
    caller: CallerDep,
    q: Annotated[str, Query(max_length=200, description="In code, name, barcode.")] = "",
    active: bool = True,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """Items by code, the active ones unless ``active`` is false."""
    found = items(session, caller.scope, text=q, active_only=active, after=cursor, limit=limit + 1)
    page = found[:limit]
    return {
        "items": _items(session, caller, page),
        "next_cursor": page[-1].code if len(found) > limit else None,
    }


@router.get("/items/{item_code}", response_model=ItemOut)
def read_item(item_code: ItemCode, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """One item with its prices."""
    return _items(session, caller, [item(session, caller.scope, item_code)])[0]


@router.put("/items/{item_code}", response_model=ItemOut)
def put_item(
    item_code: ItemCode, wanted: ItemIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Save an item under its code; what is not sent stays."""
    return _items(session, caller, [save_item(session, caller.scope, item_code, wanted.sent())])[0]


@router.post("/items/{item_code}/prices", response_model=ItemOut)
def add_price(
    item_code: ItemCode, price: PriceIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Say what an item costs from a date on; the price before ends there."""
    set_price(session, caller.scope, item_code, **price.model_dump())
    return read_item(item_code, session, caller)


@router.get("/must-stock/{channel}", response_model=MustStockOut)
def read_must_stock(
    channel: str, session: SessionDep, caller: CallerDep, on: date | None = None
) -> dict[str, Any]:
    """What outlets of a channel must have in stock on a date (today)."""
    day = on or caller.scope.as_of
    listed = must_stock(session, caller.scope, channel, day)
    return {"channel": channel, "on": day, "items": [row.code for row in listed]}


@router.put("/must-stock/{channel}", response_model=MustStockOut)
def put_must_stock(
    channel: str, wanted: MustStockIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Say what outlets of a channel ("*": any) must have from a date on, exactly these."""
    codes = [*dict.fromkeys(wanted.items)]
    set_must_stock(session, caller.scope, channel, codes, valid_from=wanted.valid_from)
    return read_must_stock(channel, session, caller, wanted.valid_from)


def _items(session: Session, caller: Caller, rows: Sequence[Item]) -> list[dict[str, Any]]:
    known = prices(session, caller.scope, [row.id for row in rows])
    return [
        {**with_id(row, _ITEM), "prices": [fields(p, _PRICE) for p in known.get(row.id, ())]}
        for row in rows
    ]
