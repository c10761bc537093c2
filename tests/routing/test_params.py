from __future__ import annotations

from typing import Any

import pytest

from routing.params import SearchParams


def test_the_defaults_are_allowed() -> None:
    assert SearchParams().finish_days


@pytest.mark.parametrize("name", ["all_days", "radial", "blink", "feasible_share"])
@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_a_share_outside_0_to_1_is_refused_by_name(name: str, value: float) -> None:
    share: dict[str, Any] = {name: value}
    with pytest.raises(ValueError, match=name):
        SearchParams(**share)


@pytest.mark.parametrize("name", ["all_days", "radial", "blink", "feasible_share"])
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_share_may_be_nothing_or_all(name: str, value: float) -> None:
    share: dict[str, Any] = {name: value}
    assert getattr(SearchParams(**share), name) == value


@pytest.mark.parametrize("name", ["mean_removed", "longest_string"])
def test_less_than_one_outlet_cannot_be_taken_out(name: str) -> None:
    size: dict[str, Any] = {name: 0.5}
    with pytest.raises(ValueError, match="at least 1"):
        SearchParams(**size)


@pytest.mark.parametrize(("hot", "cold"), [(1.0, 0.0), (0.1, 0.2), (0.0, 0.0)])
def test_it_cools_from_hot_to_cold(hot: float, cold: float) -> None:
    with pytest.raises(ValueError, match="cold"):
        SearchParams(hot=hot, cold=cold)
