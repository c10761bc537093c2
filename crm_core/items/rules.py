"""Rules of items: which price holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

ANY_CHANNEL = "*"


@dataclass(frozen=True, slots=True)
class Price:
    """A price in minor units of a currency, from a date until the day before another."""

    channel: str
    currency: str
    price_minor: int
    valid_from: date
    valid_to: date | None = None

    def holds(self, on: date) -> bool:
        """Whether the price holds on a date."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


def price_on(prices: Iterable[Price], channel: str, currency: str, on: date) -> Price | None:
    """The price in a channel on a date: one of the channel itself before one of any channel."""
    fitting = [
        price
        for price in prices
        if price.currency == currency
        and price.channel in (channel, ANY_CHANNEL)
        and price.holds(on)
    ]
    return max(fitting, key=lambda p: (p.channel == channel, p.valid_from), default=None)
