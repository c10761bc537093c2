"""What an event may carry: refused before it is stored, so that one odd event stops no other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from crm_core.errors import Fault

MOST_BYTES = 65_536  # of a payload as JSON
MOST_LEVELS = 20  # of lists and objects within each other
MOST_REASON = 2_000  # characters of a skip reason

MOST_NEXT_STEP = 2_000  # characters of a next step

_MOST = {"order_value_minor": 2**63 - 1, "order_lines": 2**31 - 1}  # what their columns hold


def payload_faults(payload: Mapping[str, Any], *, reason_required: bool) -> list[Fault]:
    """Everything that keeps a payload from being stored and read again; pure."""
    return [
        *_storage_faults(payload),
        *_reason_faults(payload, reason_required),
        *_order_faults(payload),
        *_next_step_faults(payload),
    ]


def _storage_faults(payload: Mapping[str, Any]) -> Iterable[Fault]:
    if (trouble := _trouble_of_storing(payload)) is not None:
        cause = f"The payload {trouble}."
        yield Fault("payload-not-storable", cause, "Send plain, small JSON.", "payload")


def _trouble_of_storing(payload: Mapping[str, Any]) -> str | None:
    if _is_too_deep(payload):
        return f"nests more than {MOST_LEVELS} levels"
    try:
        text = json.dumps(payload, ensure_ascii=False, allow_nan=False)
        size = len(text.encode())
    except ValueError:  # of UnicodeEncodeError too: half a character, cut through by the sender
        return "holds text or numbers that are none"
    if "\\u0000" in text.replace(r"\\", ""):  # PostgreSQL keeps none
        return "holds a zero character"
    return f"has more than {MOST_BYTES} bytes" if size > MOST_BYTES else None


def _is_too_deep(payload: Mapping[str, Any]) -> bool:
    """Level by level and never by recursion, which is what deep payloads would exhaust."""
    level: list[Any] = [payload]
    for _ in range(MOST_LEVELS):
        level = [part for whole in level for part in _parts(whole)]
    return bool(level)


def _parts(whole: Any) -> Iterable[Any]:
    inside = whole.values() if isinstance(whole, Mapping) else whole
    return [part for part in inside if isinstance(part, Mapping | list)]


def _reason_faults(payload: Mapping[str, Any], required: bool) -> Iterable[Fault]:
    reason = payload.get("reason")
    if reason is not None and not (isinstance(reason, str) and len(reason) <= MOST_REASON):
        cause = f"The reason is no text of at most {MOST_REASON} characters."
        yield Fault("skip-reason-not-right", cause, "State it in words.", "payload.reason")
    elif required and not (reason or "").strip():
        cause = "A visit is skipped for a reason, and none is given."
        yield Fault("skip-reason-required", cause, "State why.", "payload.reason")


def _order_faults(payload: Mapping[str, Any]) -> Iterable[Fault]:
    for key, most in _MOST.items():
        if not _is_count(payload.get(key, 0), most):
            cause = f"{payload[key]!r:.80} is not a whole number from 0 to {most}."
            yield Fault("order-not-right", cause, "Send minor units.", f"payload.{key}")
    stated = "order_value_minor" in payload or payload.get("currency") is not None
    if stated and not _is_currency(payload.get("currency")):
        cause = f"{payload.get('currency')!r:.80} is not a currency code."
        action = "Send three capital letters, such as CNY."
        yield Fault("currency-unknown", cause, action, "payload.currency")


def _next_step_faults(payload: Mapping[str, Any]) -> Iterable[Fault]:
    step, on = payload.get("next_step"), payload.get("next_on")
    if step is not None and not (isinstance(step, str) and len(step) <= MOST_NEXT_STEP):
        cause = f"The next step is no text of at most {MOST_NEXT_STEP} characters."
        yield Fault("next-step-not-right", cause, "State it in words.", "payload.next_step")
    if on is not None and day_of(on) is None:
        cause = f"{on!r:.80} is no date."
        yield Fault("next-step-not-right", cause, "Send it as 2026-03-31.", "payload.next_on")
    if on is not None and not step:
        cause = "The next step has a date and no words."
        yield Fault("next-step-not-right", cause, "State what follows.", "payload.next_step")


def day_of(text: object) -> date | None:
    """The date that a payload states; None where it is none."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _is_count(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _is_currency(value: object) -> bool:
    return isinstance(value, str) and len(value) == 3 and value.isascii() and value.isupper()
