"""Records of outlets and accounts: what is sent, and what hangs on them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from api.schemas.archive import OutletDetailOut
from api.schemas.base import Lat, Lon, Named, Payload, Shape
from crm_core.archive.rules.record import RecordKind

Text = Annotated[str, Field(max_length=200)]
Prose = Annotated[str, Field(max_length=4000)]
Currency = Annotated[str, Field(min_length=3, max_length=3)]
Minor = Annotated[int, Field(ge=-(2**53), le=2**53, description="In minor units.")]
Count = Annotated[int, Field(ge=0, le=10_000_000)]


class RecordIn(Payload):
    """What outlets and accounts have in common; a field that is not sent stays as it is."""

    name: Text = ""
    type: Text = "customer"
    region: Text = ""
    address: Prose = ""
    phone: Text = ""
    email: Text = ""
    business: Prose = ""
    team_size: Count | None = None
    owner_name: Text = ""
    needs: Prose = ""
    source_channel: Text = ""
    first_contact: date | None = None
    remarks: Prose = ""
    department_id: UUID | None = None


class OutletChangeIn(RecordIn):
    """Changed fields of an outlet."""

    short_code: Text = ""
    account_id: UUID | None = None
    channel: Text = ""
    grade_code: Text = ""
    lat: Lat = 0.0
    lon: Lon = 0.0
    delivery_address: Prose = ""
    delivery_lat: Lat | None = None
    delivery_lon: Lon | None = None
    opening_hours: Prose = ""
    visits_override: Count | None = None
    weeks_override: Count | None = None
    minutes_override: Count | None = None
    override_reason: Prose = ""
    wallet_minor: Minor | None = None
    wallet_currency: Currency | None = None


class NewOutletIn(OutletChangeIn):
    """A new outlet."""

    name: Text = Field(min_length=1)
    short_code: Text = Field(min_length=1)
    channel: Text = Field(min_length=1)
    grade_code: Text = Field(min_length=1)
    lat: Lat
    lon: Lon


class OutletsChangeIn(Payload):
    """The same change for many outlets."""

    outlet_ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)]
    changes: OutletChangeIn


class AccountIn(RecordIn):
    """Changed fields of an account."""

    tax_number: Text = ""
    credit_grade: Annotated[str, Field(max_length=8)] | None = None
    credit_days: Count | None = None
    credit_limit_minor: Minor | None = None
    credit_currency: Currency | None = None
    credit_hold: bool = False


class NewAccountIn(AccountIn):
    """A new account."""

    name: Text = Field(min_length=1)


class ContactIn(Payload):
    """Somebody at an outlet or account; a field that is not sent stays as it is."""

    name: Text = ""
    title: Text = ""
    phone: Text = ""
    email: Text = ""
    decision_maker: bool = False
    remarks: Prose = ""


class AttachmentIn(Payload):
    """Where a paper or photo lies, and the SHA-256 of its bytes."""

    name: Text
    kind: Annotated[str, Field(pattern="^(photo|contract|document)$")] = "document"
    url: Prose
    sha256: Annotated[str, Field(max_length=64)]
    media_type: Text = ""
    size_bytes: Annotated[int, Field(ge=0, le=2**53)] | None = None


class TagsIn(Payload):
    """All tags of a record."""

    tags: Annotated[list[Annotated[str, Field(min_length=1, max_length=60)]], Field(max_length=50)]


class CompetitorIn(Payload):
    """What was seen of a competitor."""

    competitor: Text = Field(min_length=1)
    product: Text = ""
    share_percent: float | None = None
    note: Prose = ""
    seen_on: date | None = None


class MonthIn(Payload):
    """What an outlet bought in a month."""

    month: date
    currency: Currency
    amount_minor: Minor
    margin_minor: Minor | None = None
    orders: Count | None = None


class SalesIn(Payload):
    """Sales by month."""

    months: Annotated[list[MonthIn], Field(min_length=1, max_length=240)]


class OwedIn(Payload):
    """What an account owes in a currency."""

    currency: Currency
    balance_minor: Minor
    overdue_minor: Minor = 0
    overdue_since: date | None = None


class ReceivablesIn(Payload):
    """What an account owes as of a date."""

    as_of: date
    receivables: Annotated[list[OwedIn], Field(min_length=1, max_length=50)]


class RelationIn(Payload):
    """An account that this account owns, or an outlet that it delivers to: one of both."""

    other_account_id: UUID | None = None
    outlet_id: UUID | None = None
    delivery_weekdays: Annotated[list[int], Field(max_length=7)] = Field(default=[])


class FilterIn(Payload):
    """A filter to keep for the list of outlets or of accounts."""

    entity: RecordKind
    name: Annotated[str, Field(min_length=1, max_length=100)]
    query: dict[str, Any]
    shared: bool = False


class FilterChangeIn(Payload):
    """What is changed of a kept filter."""

    name: Annotated[str, Field(min_length=1, max_length=100)] = ""
    query: dict[str, Any] = Field(default={})
    shared: bool = False


class ContactOut(Shape):
    """A contact."""

    id: str
    name: str
    title: str
    phone: str
    email: str
    decision_maker: bool
    remarks: str


class AttachmentOut(Shape):
    """An attachment."""

    id: str
    name: str
    kind: str
    url: str
    sha256: str
    media_type: str
    size_bytes: int | None
    added_at: datetime


class TagOut(Shape):
    """A tag."""

    id: str
    name: str
    family: str


class TagsOut(Shape):
    """Tags."""

    items: list[TagOut]


class CompetitorOut(Shape):
    """What was seen of a competitor."""

    id: str
    competitor: str
    product: str
    share_percent: float | None
    note: str
    seen_on: date


class MonthOut(Shape):
    """What an outlet bought in a month."""

    month: date
    currency: str
    amount_minor: int
    margin_minor: int | None
    orders: int | None


class SalesOut(Shape):
    """Sales by month."""

    items: list[MonthOut]


class RelationOut(Shape):
    """An account's relation to another or to an outlet."""

    id: str
    kind: str
    account_id: str
    account_name: str
    other_account_id: str | None
    other_account_name: str | None
    outlet_id: str | None
    outlet_name: str | None
    delivery_weekdays: list[int]


class OwedOut(Shape):
    """What an account owes in a currency."""

    currency: str
    balance_minor: int
    overdue_minor: int
    overdue_since: date | None
    as_of: date


class RecordOut(Shape):
    """What the records of outlets and accounts have in common."""

    type: str
    region: str
    email: str
    business: str
    team_size: int | None
    owner_name: str
    needs: str
    source_channel: str
    first_contact: date | None
    remarks: str
    department_id: str | None
    created_at: datetime
    updated_at: datetime
    version: int
    contacts: list[ContactOut]
    tags: list[TagOut]
    attachments: list[AttachmentOut]


class OutletRecordOut(RecordOut, OutletDetailOut):
    """The whole record of an outlet."""

    delivery_address: str
    delivery_lat: float | None
    delivery_lon: float | None
    visits_override: int | None
    weeks_override: int | None
    minutes_override: int | None
    override_reason: str
    wallet_minor: int | None
    wallet_currency: str | None
    sales: list[MonthOut]
    competitors: list[CompetitorOut]
    distributors: list[RelationOut]


class AccountOut(Shape):
    """An account in a list."""

    id: str
    name: str
    type: str
    region: str
    phone: str
    credit_grade: str | None
    credit_hold: bool


class AccountsOut(Shape):
    """One page; ``next_cursor`` continues it, ``total`` counts all pages."""

    items: list[AccountOut]
    next_cursor: str | None
    total: int


class AccountRecordOut(RecordOut):
    """The whole record of an account."""

    id: str
    name: str
    address: str
    phone: str
    tax_number: str
    credit_grade: str | None
    credit_days: int | None
    credit_limit_minor: int | None
    credit_currency: str | None
    credit_hold: bool
    receivables: list[OwedOut]
    relations: list[RelationOut]
    outlets: list[Named]


class ChangeOut(Shape):
    """One entry of a history: only the columns that changed."""

    id: str
    at: datetime
    user_name: str
    table: str
    row_id: str
    action: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class HistoryOut(Shape):
    """Changes, newest first; ``next_cursor`` continues them."""

    items: list[ChangeOut]
    next_cursor: str | None


class ChangedOut(Shape):
    """How many records were changed."""

    changed: int


class FilterOut(Shape):
    """A kept filter; ``own`` ones can be forgotten."""

    id: str
    name: str
    query: dict[str, Any]
    shared: bool
    own: bool


class FiltersOut(Shape):
    """Kept filters."""

    items: list[FilterOut]
