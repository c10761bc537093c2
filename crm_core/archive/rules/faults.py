"""What can be wrong with the values of a record; every fault of them is told at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from crm_core.archive.rules.place import is_datum
from crm_core.archive.rules.record import RecordType
from crm_core.archive.rules.visiting import OutletStatus, place_is_possible
from crm_core.errors import Fault, Invalid

type Values = Mapping[str, Any]

_CURRENCY = re.compile(r"[A-Z]{3}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: Addresses that a page may open: never script, never a file of the server.
_REFERENCE = re.compile(r"(https?://|s3://|/)[^\s<>\"']+")


def refuse(faults: Collection[Fault]) -> None:
    """Raise Invalid (record-not-right) where there are faults."""
    if faults:
        cause = f"{len(faults)} values are not right." if len(faults) > 1 else "A value is wrong."
        raise Invalid("record-not-right", cause, "Mend each and save again.", [*faults])


def record_faults(values: Values, today: date) -> list[Fault]:
    """Faults of the values of an outlet or account; only the fields that are there are judged."""
    return [
        *_name_faults(values),
        *_choice_faults(values),
        *_place_faults(values),
        *_figure_faults(values),
        *_date_faults(values, today),
        *email_faults(values),
        *money_faults(values, "wallet_minor", "wallet_currency"),
        *money_faults(values, "credit_limit_minor", "credit_currency"),
        *_override_faults(values),
    ]


def email_faults(values: Values) -> Iterator[Fault]:
    """Faults of an e-mail address."""
    email = values.get("email")
    if email and not _EMAIL.fullmatch(email):
        cause = f"{email!r} is no e-mail address."
        yield Fault("email-not-right", cause, "Write it like name@example.com.", "email")


def money_faults(values: Values, amount: str, currency: str) -> Iterator[Fault]:
    """Faults of an amount in minor units and its currency: both or neither, none below 0."""
    minor, code = values.get(amount), values.get(currency)
    if minor is not None and minor < 0:
        yield Fault("amount-negative", f"{amount} is {minor}.", "Give 0 or more.", amount)
    if minor is not None and code is None:
        cause = f"{amount} has no currency."
        yield Fault("currency-missing", cause, "Name one, such as CNY.", currency)
    if code is not None and not _CURRENCY.fullmatch(code):
        cause = f"{code!r} is no currency code."
        yield Fault("currency-unknown", cause, "Give three capital letters.", currency)


def attachment_faults(values: Values) -> Iterator[Fault]:
    """Faults of an attachment's address and checksum."""
    if not _REFERENCE.fullmatch(values["url"]):
        cause = f"{values['url']!r} is no address that a page may open."
        action = "Give one that begins with https:// or s3://."
        yield Fault("reference-not-right", cause, action, "url")
    if not _SHA256.fullmatch(values["sha256"]):
        cause = f"{values['sha256']!r} is no SHA-256."
        yield Fault("checksum-not-right", cause, "Give 64 hexadecimal digits.", "sha256")


def weekday_faults(weekdays: Collection[int]) -> Iterator[Fault]:
    """Faults of delivery weekdays."""
    if wrong := sorted(set(weekdays) - set(range(7))):
        cause = f"There is no weekday {wrong[0]}."
        yield Fault("weekday-unknown", cause, "Use 0 (Monday) to 6.", "delivery_weekdays")


def _name_faults(values: Values) -> Iterator[Fault]:
    for field in ("name", "short_code", "channel"):
        if field in values and not str(values[field] or "").strip():
            yield Fault("name-missing", f"The {field} is empty.", "Give one.", field)


def _choice_faults(values: Values) -> Iterator[Fault]:
    if "type" in values and values["type"] not in {*RecordType}:
        cause = f"There is no type {values['type']!r}."
        yield Fault("type-unknown", cause, f"Use one of {', '.join(RecordType)}.", "type")
    if "status" in values and values["status"] not in {*OutletStatus}:
        cause = f"There is no status {values['status']!r}."
        yield Fault("status-unknown", cause, f"Use one of {', '.join(OutletStatus)}.", "status")


def _place_faults(values: Values) -> Iterator[Fault]:
    datum = values.get("datum")
    if datum is not None and not is_datum(str(datum)):
        cause = f"There is no datum {datum!r}."
        yield Fault("datum-unknown", cause, "Use WGS-84, GCJ-02 or BD-09.", "datum")
    for at, along in (("lat", "lon"), ("delivery_lat", "delivery_lon")):
        lat, lon = values.get(at), values.get(along)
        nowhere = lat is None and lon is None
        if not nowhere and (lat is None or lon is None or not place_is_possible(lat, lon)):
            cause = f"({lat}, {lon}) is not a place."
            yield Fault("place-impossible", cause, "Give WGS-84 degrees.", at)


def _figure_faults(values: Values) -> Iterator[Fault]:
    for field in ("team_size", "credit_days"):
        if values.get(field) is not None and values[field] < 0:
            cause = f"{field} is {values[field]}."
            yield Fault("figure-negative", cause, "Give 0 or more.", field)


def _date_faults(values: Values, today: date) -> Iterator[Fault]:
    first = values.get("first_contact")
    if first is not None and first > today:
        cause = f"The first contact, {first}, is still to come."
        yield Fault("date-in-future", cause, "Give the day it happened.", "first_contact")


def _override_faults(values: Values) -> Iterator[Fault]:
    given = {
        field: values.get(field)
        for field in ("visits_override", "weeks_override", "minutes_override")
    }
    for field, figure in given.items():
        if figure is not None and figure <= 0:
            cause = f"{field} is {figure}."
            yield Fault("override-not-right", cause, "Give 1 or more, or nothing.", field)
    if any(given.values()) and not str(values.get("override_reason") or "").strip():
        cause = "The outlet leaves its policy without a reason."
        yield Fault("override-reason-required", cause, "State why.", "override_reason")
