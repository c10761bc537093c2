from __future__ import annotations

from datetime import date

import pytest

from crm_core.items.rules import Price, price_on

DAY = date(2026, 3, 4)
PRICES = (
    Price("*", "CNY", 100, date(2026, 1, 1), date(2026, 3, 1)),
    Price("*", "CNY", 110, date(2026, 3, 1)),
    Price("bar", "CNY", 90, date(2026, 2, 1), date(2026, 4, 1)),
    Price("*", "EUR", 12, date(2026, 1, 1)),
)


@pytest.mark.parametrize(
    ("channel", "currency", "on", "expected"),
    [
        ("cafe", "CNY", DAY, 110),
        ("bar", "CNY", DAY, 90),
        ("bar", "CNY", date(2026, 1, 15), 100),
        ("bar", "CNY", date(2026, 4, 1), 110),
        ("bar", "EUR", DAY, 12),
        ("bar", "CNY", date(2025, 1, 1), None),
        ("bar", "USD", DAY, None),
    ],
)
def test_the_price_of_a_channel_comes_before_that_of_any(
    channel: str, currency: str, on: date, expected: int | None
) -> None:
    found = price_on(PRICES, channel, currency, on)
    assert (found.price_minor if found else None) == expected
