"""Items, prices and must-stock lists."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from api.schemas.base import Payload, Shape
from api.schemas.records import Currency, Minor, Text


class ItemIn(Payload):
    """An item; a field that is not sent stays as it is."""

    name: Text = ""
    unit: Annotated[str, Field(max_length=20)] = ""
    category: Text = ""
    brand: Text = ""
    barcode: Annotated[str, Field(max_length=20)] = ""
    pack_size: Annotated[int, Field(ge=-1, le=1_000_000)] = 1
    active: bool = True


class PriceIn(Payload):
    """A price from a date on ("*": any channel)."""

    channel: Annotated[str, Field(min_length=1, max_length=200)] = "*"
    currency: Currency
    price_minor: Minor
    valid_from: date


class MustStockIn(Payload):
    """Codes of the items that outlets of a channel must have from a date on."""

    items: Annotated[list[Text], Field(max_length=5000)]
    valid_from: date


class PriceOut(Shape):
    """A price and how long it holds."""

    channel: str
    currency: str
    price_minor: int
    valid_from: date
    valid_to: date | None


class ItemOut(Shape):
    """An item with its prices, past and future ones too."""

    id: str
    code: str
    name: str
    unit: str
    category: str
    brand: str
    barcode: str
    pack_size: int
    active: bool
    prices: list[PriceOut]


class ItemsOut(Shape):
    """One page of items by code; ``next_cursor`` continues it."""

    items: list[ItemOut]
    next_cursor: str | None


class MustStockOut(Shape):
    """Codes of the items that outlets of a channel must have."""

    channel: str
    on: date
    items: list[str]
