from __future__ import annotations

import datetime as dt
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.metrics.catalogue import DEFINITIONS
from crm_core.metrics.rules import (
    Call,
    MadeVisit,
    Ratio,
    Required,
    adherence,
    coverage,
    distinct_calls,
    frequency_attainment,
    match_calls,
    on_time,
    orders,
    sequence_adherence,
    time_in_store,
)

MONDAY = dt.date(2026, 3, 2)
REP = UUID(int=1)
_ids = count(1)


def day(offset: int) -> dt.date:
    return MONDAY + dt.timedelta(days=offset)


def call(outlet: int, offset: int, sequence: int = 1, arrival: float = 600.0) -> Call:
    key = UUID(int=outlet)
    return Call(REP, key, day(offset), sequence, arrival, MONDAY, day(27))


def visit(outlet: int, offset: int, minute: float | None = 600.0, **more: object) -> MadeVisit:
    key = UUID(int=next(_ids))
    return MadeVisit(key, REP, UUID(int=outlet), day(offset), minute, **more)  # type: ignore[arg-type]


def shares(ratios: list[Ratio]) -> list[tuple[float, float]]:
    return [(ratio.numerator, ratio.denominator) for ratio in ratios]


def adherence_of(calls: list[Call], visits: list[MadeVisit]) -> list[tuple[float, float]]:
    return shares(adherence(calls, match_calls(calls, visits)))


class TestAdherence:
    def test_the_same_day_counts_for_all_three(self) -> None:
        assert adherence_of([call(1, 0)], [visit(1, 0)]) == [(1, 1), (1, 1), (1, 1)]

    def test_later_in_the_week_is_not_strict(self) -> None:
        assert adherence_of([call(1, 0)], [visit(1, 4)]) == [(0, 1), (1, 1), (1, 1)]

    def test_later_in_the_cycle_counts_for_the_cycle_only(self) -> None:
        assert adherence_of([call(1, 0)], [visit(1, 10)]) == [(0, 1), (0, 1), (1, 1)]

    def test_after_the_cycle_counts_for_nothing(self) -> None:
        assert adherence_of([call(1, 0)], [visit(1, 28)]) == [(0, 1), (0, 1), (0, 1)]

    def test_another_outlet_counts_for_nothing(self) -> None:
        assert adherence_of([call(1, 0)], [visit(2, 0)]) == [(0, 1), (0, 1), (0, 1)]

    def test_one_visit_counts_for_one_call(self) -> None:
        assert adherence_of([call(1, 0), call(1, 2)], [visit(1, 0)])[2] == (1, 2)

    def test_two_stops_at_one_outlet_on_one_day_are_one_call(self) -> None:
        assert distinct_calls([call(1, 0, 1), call(1, 0, 5)]) == [call(1, 0, 1)]

    def test_without_calls_there_is_no_value(self) -> None:
        assert [ratio.value for ratio in adherence([], {})] == [None, None, None]

    planned = st.sets(st.tuples(st.integers(1, 3), st.integers(0, 27)), max_size=12)

    @given(planned, st.lists(st.tuples(st.integers(1, 3), st.integers(0, 27)), max_size=12))
    def test_strict_is_never_more_than_week_nor_week_than_cycle(
        self, stops: set[tuple[int, int]], seen: list[tuple[int, int]]
    ) -> None:
        calls = [call(*stop) for stop in sorted(stops)]
        visits = [visit(*stop) for stop in seen]
        (strict, all_calls), (week, _), (cycle, _) = adherence_of(calls, visits)
        assert strict == len(stops & set(seen))
        assert strict <= week <= cycle <= min(all_calls, len(visits))


class TestSequence:
    def test_the_planned_order_is_all(self) -> None:
        calls = [call(number, 0, number) for number in (1, 2, 3)]
        visits = [visit(number, 0, 600 + number) for number in (1, 2, 3)]
        assert sequence_adherence(calls, match_calls(calls, visits)).value == 1.0

    def test_one_stop_out_of_order_is_left_out(self) -> None:
        calls = [call(number, 0, number) for number in (1, 2, 3)]
        visits = [visit(1, 0, 900), visit(2, 0, 600), visit(3, 0, 700)]
        found = sequence_adherence(calls, match_calls(calls, visits))
        assert (found.numerator, found.denominator) == (2, 3)

    def test_stops_on_other_days_do_not_count(self) -> None:
        calls = [call(1, 0)]
        assert sequence_adherence(calls, match_calls(calls, [visit(1, 1)])).value is None


class TestOnTime:
    @pytest.mark.parametrize(("minute", "kept"), [(570, 1), (630, 1), (569, 0), (631, 0)])
    def test_half_an_hour_either_way_is_on_time(self, minute: float, kept: int) -> None:
        calls = [call(1, 0, arrival=600)]
        found = on_time(calls, match_calls(calls, [visit(1, 0, minute)]))
        assert (found.numerator, found.denominator) == (kept, 1)


class TestCoverage:
    def test_each_active_outlet_counts_once(self) -> None:
        one, two, closed = (UUID(int=number) for number in (1, 2, 3))
        found = coverage([one, one, closed], [one, two])
        assert (found.numerator, found.denominator) == (1, 2)

    def test_without_outlets_there_is_no_value(self) -> None:
        assert coverage([], []).value is None


class TestFrequency:
    def test_visits_beyond_the_requirement_do_not_make_up_for_others(self) -> None:
        demands = [Required(UUID(int=1), 2, 5), Required(UUID(int=2), 4, 1)]
        assert shares(frequency_attainment(demands)) == [(3, 6), (1, 2)]

    def test_an_outlet_without_requirement_does_not_count(self) -> None:
        found = frequency_attainment([Required(UUID(int=1), 0, 3)])
        assert [ratio.value for ratio in found] == [None, None]


class TestOrders:
    def test_strike_rates_are_of_made_and_of_planned_visits(self) -> None:
        visits = [visit(1, 0, order_lines=2), visit(2, 0), visit(3, 0, order_lines=4)]
        made, planned, lines, _ = orders(visits, 8)
        assert shares([made, planned, lines]) == [(2, 3), (2, 8), (6, 2)]

    def test_drop_size_is_per_currency(self) -> None:
        visits = [
            visit(1, 0, order_value_minor=100, currency="EUR"),
            visit(2, 0, order_value_minor=300, currency="EUR"),
            visit(3, 0, order_value_minor=900, currency="CNY"),
        ]
        drops = [(r.currency, r.value) for r in orders(visits, 3) if r.key == "drop_size"]
        assert drops == [("CNY", 900.0), ("EUR", 200.0)]

    def test_without_orders_there_is_no_drop_size(self) -> None:
        assert [r.value for r in orders([visit(1, 0)], 0)] == [0.0, None, None, None]


def test_time_in_store_is_of_visits_with_both_ends() -> None:
    found = time_in_store([visit(1, 0, minutes=20.0), visit(2, 0), visit(3, 0, minutes=30.0)])
    assert (found.numerator, found.denominator, found.value) == (50.0, 2, 25.0)


def test_every_definition_has_both_languages() -> None:
    for known in DEFINITIONS:
        assert all([known.name_zh, known.name_en, known.formula_zh, known.formula_en])
    assert len({known.key for known in DEFINITIONS}) == len(DEFINITIONS)
