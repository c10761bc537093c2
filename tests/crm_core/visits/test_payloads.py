from __future__ import annotations

from typing import Any

import pytest

from crm_core.visits.payloads import MOST_BYTES, MOST_LEVELS, payload_faults


def codes(payload: dict[str, Any], *, reason_required: bool = False) -> list[str]:
    return [fault.code for fault in payload_faults(payload, reason_required=reason_required)]


def nested(levels: int) -> dict[str, Any]:
    inside: Any = 1
    for _ in range(levels - 1):
        inside = [inside]
    return {"x": inside}


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"reason": None, "currency": None},
        {"reason": "关门了 🚪", "note": r"a literal \u0000"},
        {"order_value_minor": 2**40, "currency": "CNY", "order_lines": 3},
        {"stock": [{"item": "A", "count": 1.5}]},
        nested(MOST_LEVELS),
    ],
)
def test_a_right_payload_has_no_fault(payload: dict[str, Any]) -> None:
    assert codes(payload) == []


@pytest.mark.parametrize(
    "payload",
    [
        {"x": float("nan")},
        {"x": float("inf")},
        {"x": "half a character \ud83d"},
        {"half a key \ud83d": 1},
        {"x": "zero \0"},
        {"x": "y" * MOST_BYTES},
        nested(MOST_LEVELS + 1),
        nested(100_000),
    ],
)
def test_what_no_database_keeps_is_refused(payload: dict[str, Any]) -> None:
    assert codes(payload) == ["payload-not-storable"]


@pytest.mark.parametrize("reason", [{"a": 1}, ["closed"], 5, True, "x" * 3_000])
def test_a_reason_is_text(reason: object) -> None:
    assert codes({"reason": reason}) == ["skip-reason-not-right"]
    assert codes({"reason": reason}, reason_required=True) == ["skip-reason-not-right"]


@pytest.mark.parametrize("payload", [{}, {"reason": None}, {"reason": " "}])
def test_a_skip_needs_a_reason(payload: dict[str, Any]) -> None:
    assert codes(payload) == []
    assert codes(payload, reason_required=True) == ["skip-reason-required"]


def test_order_figures_fit_their_columns() -> None:
    assert codes({"order_lines": 2**31}) == ["order-not-right"]
    assert codes({"order_value_minor": 2**63, "currency": "EUR"}) == ["order-not-right"]


@pytest.mark.parametrize("currency", [{"code": "EUR"}, "eur", "EURO", 978])
def test_a_currency_is_a_code_also_without_an_amount(currency: object) -> None:
    assert codes({"currency": currency}) == ["currency-unknown"]
