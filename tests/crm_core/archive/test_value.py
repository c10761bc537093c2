from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.archive.rules.value import Band, ValueMethod, Weights, Worth, suggest

ABC = (Band("A", 0.2), Band("B", 0.3), Band("C", 0.5))
PARETO = (Band("A", 0.8), Band("B", 0.15), Band("C", 0.05))


def worths(*figures: tuple[int, int, int]) -> list[Worth]:
    return [Worth(UUID(int=index), *row) for index, row in enumerate(figures)]


def grades(method: ValueMethod, rows: list[Worth], bands: tuple[Band, ...] = ABC) -> list[str]:
    found = {one.outlet_id: one.grade_code for one in suggest(method, rows, bands, Weights())}
    return [found[row.outlet_id] for row in rows]


def test_pareto_grades_by_the_share_of_all_sales() -> None:
    rows = worths((80, 0, 0), (10, 0, 0), (5, 0, 0), (4, 0, 0), (1, 0, 0), (0, 9, 9))
    assert grades(ValueMethod.PARETO, rows, PARETO) == ["A", "B", "B", "C", "C", "C"]


def test_margin_grades_by_profit_alone() -> None:
    rows = worths((9, 1, 9), (1, 5, 1), (1, 4, 1), (1, 3, 1), (1, 2, 1))
    assert grades(ValueMethod.MARGIN, rows) == ["C", "A", "B", "B", "C"]


def test_value_weighs_amount_profit_and_potential() -> None:
    rows = worths((10, 10, 0), (5, 5, 10), (0, 0, 5))
    (best, second, _) = suggest(ValueMethod.VALUE, rows, ABC, Weights(0.4, 0.4, 0.2))
    assert (best.outlet_id, best.score) == (UUID(int=0), pytest.approx(0.8))
    assert (second.outlet_id, second.score) == (UUID(int=1), pytest.approx(0.6))
    assert best.parts == {"amount": 1.0, "profit": 1.0, "potential": 0.0}


@given(
    st.lists(st.tuples(*[st.integers(-5, 50)] * 3), max_size=30), st.sampled_from([*ValueMethod])
)
def test_each_outlet_gets_one_grade_equals_the_same_and_better_ones_no_worse(
    figures: list[tuple[int, int, int]], method: ValueMethod
) -> None:
    rows = worths(*figures)
    found = {one.outlet_id: one for one in suggest(method, rows, ABC, Weights())}
    assert found.keys() == {row.outlet_id for row in rows}
    for one in rows:
        for other in rows:
            if all(getattr(one, n) >= getattr(other, n) for n in ("amount", "profit", "potential")):
                assert found[one.outlet_id].grade_code <= found[other.outlet_id].grade_code
