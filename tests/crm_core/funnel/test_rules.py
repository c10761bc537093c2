from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.errors import Conflict, Invalid
from crm_core.funnel.rules import (
    DCBA_STAGES,
    Money,
    OpenSum,
    check_amount,
    check_move,
    forecast,
)


def open_sum(rate: float, count: int, amount: int, currency: str = "CNY") -> OpenSum:
    return OpenSum("s", rate, count, Money(amount, currency))


def test_the_shipped_template_goes_from_potential_to_about_to_close() -> None:
    shipped = [(s.class_letter, s.name_zh, s.win_rate) for s in DCBA_STAGES if s.closed is None]
    assert shipped == [
        ("D", "潜在", 0.10),
        ("C", "初步信赖", 0.25),
        ("B", "深度了解有意向", 0.50),
        ("A", "即将成交", 0.75),
    ]
    assert [s.closed for s in DCBA_STAGES[4:]] == ["won", "lost"]


def test_the_forecast_is_amount_times_win_rate() -> None:
    found = forecast([open_sum(0.10, 3, 1000), open_sum(0.75, 1, 400)])
    assert found.money == (Money(400, "CNY"),)
    assert found.count == pytest.approx(1.05)
    assert (found.if_all_close_count, found.if_all_close) == (4, (Money(1400, "CNY"),))


def test_currencies_are_never_added_to_each_other() -> None:
    found = forecast([open_sum(0.5, 1, 100, "EUR"), open_sum(0.5, 1, 300, "CNY")])
    assert found.money == (Money(150, "CNY"), Money(50, "EUR"))


def test_without_opportunities_there_is_no_money() -> None:
    assert forecast([]).money == ()


@given(
    st.lists(
        st.builds(
            open_sum,
            st.sampled_from([0.1, 0.25, 0.5, 0.75]),
            st.integers(0, 9),
            st.integers(0, 10**15),
            st.sampled_from(["CNY", "EUR"]),
        )
    )
)
def test_the_forecast_is_never_more_than_if_all_close(sums: list[OpenSum]) -> None:
    found = forecast(sums)
    at_most = {money.currency: money.amount_minor for money in found.if_all_close}
    assert all(0 <= money.amount_minor <= at_most[money.currency] for money in found.money)


def test_nothing_is_lost_without_a_reason() -> None:
    for reason in (None, "", "  "):
        with pytest.raises(Invalid, match="lost-reason-required"):
            check_move(None, "lost", reason)
    check_move(None, "lost", "price")


def test_nothing_leaves_a_closed_stage() -> None:
    for closed in ("won", "lost"):
        with pytest.raises(Conflict, match="opportunity-closed"):
            check_move(closed, None, None)


@pytest.mark.parametrize("currency", ["", "cny", "CN", "元元元"])
def test_an_amount_needs_a_currency_code(currency: str) -> None:
    with pytest.raises(Invalid, match="currency-unknown"):
        check_amount(1, currency)


def test_an_amount_is_not_below_zero() -> None:
    with pytest.raises(Invalid, match="amount-negative"):
        check_amount(-1, "CNY")
    check_amount(0, "CNY")
