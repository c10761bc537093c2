"""Rules of the funnel: shipped stages, what a move needs, and the forecast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from crm_core.errors import Conflict, Invalid

WON, LOST = "won", "lost"


@dataclass(frozen=True, slots=True)
class StageTemplate:
    """One step of a template as shipped; ``closed`` is ``won``, ``lost`` or, while open, none."""

    code: str
    rank: int
    class_letter: str | None
    name_zh: str
    name_en: str
    win_rate: float
    closed: str | None = None


#: D/C/B/A: the nearer to closing, the earlier the letter.
DCBA = "dcba"
DCBA_STAGES: tuple[StageTemplate, ...] = (
    StageTemplate("prospect", 1, "D", "潜在", "Potential", 0.10),
    StageTemplate("trust", 2, "C", "初步信赖", "First trust", 0.25),
    StageTemplate("interest", 3, "B", "深度了解有意向", "Informed and interested", 0.50),
    StageTemplate("closing", 4, "A", "即将成交", "About to close", 0.75),
    StageTemplate(WON, 5, None, "成交", "Won", 1.0, WON),
    StageTemplate(LOST, 6, None, "丢单", "Lost", 0.0, LOST),
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of one currency."""

    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class OpenSum:
    """Open opportunities of one stage and currency: how many and how much."""

    stage_code: str
    win_rate: float
    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Forecast:
    """Σ count × win rate and, per currency, Σ amount × win rate; beside it, if all close."""

    count: float
    money: tuple[Money, ...]
    if_all_close_count: int
    if_all_close: tuple[Money, ...]


def forecast(sums: Iterable[OpenSum]) -> Forecast:
    """What the open opportunities should bring; currencies are never added to each other."""
    rows = list(sums)
    expected: dict[str, Decimal] = defaultdict(Decimal)
    at_most: dict[str, int] = defaultdict(int)
    for row in rows:
        currency = row.amount.currency
        expected[currency] += row.amount.amount_minor * Decimal(str(row.win_rate))
        at_most[currency] += row.amount.amount_minor
    return Forecast(
        count=float(sum((row.count * Decimal(str(row.win_rate)) for row in rows), Decimal())),
        money=tuple(Money(_whole(expected[code]), code) for code in sorted(expected)),
        if_all_close_count=sum(row.count for row in rows),
        if_all_close=tuple(Money(at_most[code], code) for code in sorted(at_most)),
    )


def check_move(from_closed: str | None, to_closed: str | None, lost_reason: str | None) -> None:
    """Refuse a move out of a closed stage, or into lost without a reason (raises CrmError)."""
    if from_closed is not None:
        raise Conflict(
            "opportunity-closed",
            f"The opportunity is {from_closed} already.",
            "Open a new opportunity for new business.",
        )
    if to_closed == LOST and not (lost_reason or "").strip():
        raise Invalid(
            "lost-reason-required",
            "An opportunity is lost for a reason, and none is given.",
            "State why it was lost.",
        )


def check_amount(amount_minor: int, currency: str) -> None:
    """Refuse a negative amount or something that is not an ISO currency code."""
    if amount_minor < 0:
        raise Invalid("amount-negative", "The amount is below zero.", "Give the expected sale.")
    if len(currency) != 3 or not currency.isascii() or not currency.isupper():
        cause = f"{currency!r} is not a currency code."
        raise Invalid("currency-unknown", cause, "Give three capital letters, such as CNY.")


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
