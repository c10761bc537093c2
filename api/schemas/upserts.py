"""Upserting many rows by the key another system gives them."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from api.schemas.base import FaultOut, Lat, Lon, Payload, Shape
from api.schemas.items import ItemIn
from api.schemas.records import AccountIn, MonthIn, OutletChangeIn, Text

Key = Annotated[str, Field(max_length=200)]


class UpsertIn(Payload):
    """Rows of one system.  ``overwrite`` writes over what was edited here since."""

    system: Annotated[str, Field(min_length=1, max_length=60)]
    dry_run: bool = False
    overwrite: bool = False


class OutletSent(OutletChangeIn):
    """An outlet; ``account_key`` is its payer's key in the same system."""

    key: Key
    rep_code: Text | None = None
    account_key: Key | None = None


class AccountSent(AccountIn):
    """An account."""

    key: Key


class RepSent(Payload):
    """A rep."""

    key: Key
    code: Text = ""
    name: Text = ""
    zone: Text = ""
    profile: Annotated[str, Field(pattern="^(car|bike|foot)$")] = "foot"
    department_id: UUID | None = None
    home_lat: Lat | None = None
    home_lon: Lon | None = None
    home_name: Text = ""
    active: bool = True


class ItemSent(ItemIn):
    """An item."""

    key: Key
    code: Annotated[str, Field(max_length=60)] = ""


class SoldSent(MonthIn):
    """What an outlet bought in a month, under the outlet's key."""

    outlet_key: Key


class OutletsSent(UpsertIn):
    """Outlets."""

    items: Annotated[list[OutletSent], Field(max_length=10_000)]


class AccountsSent(UpsertIn):
    """Accounts."""

    items: Annotated[list[AccountSent], Field(max_length=10_000)]


class RepsSent(UpsertIn):
    """Reps."""

    items: Annotated[list[RepSent], Field(max_length=10_000)]


class ItemsSent(UpsertIn):
    """Items."""

    items: Annotated[list[ItemSent], Field(max_length=10_000)]


class SalesSent(Payload):
    """Sales by month of outlets of one system."""

    system: Annotated[str, Field(min_length=1, max_length=60)]
    dry_run: bool = False
    items: Annotated[list[SoldSent], Field(max_length=10_000)]


class OutcomeOut(Shape):
    """What became of one item; ``kept`` fields were edited here since and stay."""

    key: str
    result: str
    id: str | None
    kept: list[str]
    faults: list[FaultOut]


class UpsertedOut(Shape):
    """How many items did what, and each in the order it was sent."""

    dry_run: bool
    counts: dict[str, int]
    items: list[OutcomeOut]


def values_of(item: Payload) -> dict[str, Any]:
    """The fields that were sent, without the key."""
    return {name: value for name, value in item.sent().items() if name != "key"}
