from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from routing.stop import Cancelled, FirstOf, Iterations, NoImprovement, Seconds, Stop


def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Puts the test in charge of time; the returned call moves it forward."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def forward(seconds: float) -> None:
        now[0] += seconds

    return forward


class TestIterations:
    def test_stops_when_the_budget_is_spent(self) -> None:
        stop = Iterations(10)
        assert [stop(done, 0.0) for done in (0, 9, 10, 11)] == [False, False, True, True]

    def test_none_at_all_stops_at_once(self) -> None:
        assert Iterations(0)(0, 0.0)

    def test_a_negative_number_is_refused(self) -> None:
        with pytest.raises(ValueError, match="negative"):
            Iterations(-1)


class TestSeconds:
    def test_counts_from_when_it_is_first_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        forward = clock(monkeypatch)
        stop = Seconds(5.0)
        forward(60.0)  # compiling
        assert not stop(0, 0.0)
        forward(4.9)
        assert not stop(0, 0.0)
        forward(0.2)
        assert stop(0, 0.0)

    @pytest.mark.parametrize("seconds", [0.0, -1.0])
    def test_no_time_is_refused(self, seconds: float) -> None:
        with pytest.raises(ValueError, match="positive"):
            Seconds(seconds)


class TestNoImprovement:
    def test_stops_when_the_best_is_that_old(self) -> None:
        stop = NoImprovement(10)
        assert not stop(0, 100.0)
        assert not stop(9, 100.0)
        assert stop(10, 100.0)

    def test_a_better_cost_starts_the_count_again(self) -> None:
        stop = NoImprovement(10)
        stop(0, 100.0)
        assert not stop(9, 99.0)
        assert not stop(18, 99.0)
        assert stop(19, 99.0)

    def test_rounding_dust_is_no_improvement(self) -> None:
        stop = NoImprovement(10)
        stop(0, 100.0)
        stop(5, 100.0 - 1e-12)
        assert stop(10, 100.0 - 1e-12)


class TestCancelled:
    def test_stops_when_asked_to(self) -> None:
        asked = [False]
        stop = Cancelled(lambda: asked[0])
        assert not stop(5, 0.0)
        asked[0] = True
        assert stop(5, 0.0)


class TestFirstOf:
    def test_stops_with_the_first_that_says_so(self) -> None:
        stop = FirstOf(Iterations(10), Cancelled(lambda: False))
        assert not stop(9, 0.0)
        assert stop(10, 0.0)

    def test_asks_all_of_them_every_time(self) -> None:
        asked: list[int] = []

        def heard(iterations: int, best_cost: float) -> bool:
            asked.append(iterations)
            return False

        later: Stop = heard
        assert FirstOf(Iterations(0), later)(3, 0.0)
        assert asked == [3]

    def test_of_nothing_never_stops(self) -> None:
        assert not FirstOf()(10**9, 0.0)
