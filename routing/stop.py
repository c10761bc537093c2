"""When to stop: small criteria that can be combined.

A criterion is asked between chunks of work.  ``Seconds`` is special to the periodic search, which
turns it into an iteration budget once (see ``routing.solve``), so that the result can be had again
with ``Iterations``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Stop(Protocol):
    """Asked with the iterations done and the best cost; true ends the search."""

    def __call__(self, iterations: int, best_cost: float) -> bool:
        """Whether to stop now."""
        ...


class Seconds:
    """Stop after this much wall time, counted from when it is first asked.

    So the time to compile kernels or read a problem is not taken from the search.
    """

    def __init__(self, seconds: float) -> None:
        if seconds <= 0:
            raise ValueError("seconds must be positive")
        self.seconds = seconds
        self._end: float | None = None

    def __call__(self, iterations: int, best_cost: float) -> bool:
        """Whether the time is up."""
        now = time.monotonic()
        if self._end is None:
            self._end = now + self.seconds
        return now >= self._end


@dataclass(frozen=True)
class Iterations:
    """Stop after this many iterations; the same seed and counts give the same plan.

    ``schedule`` is the length of the cooling schedule where it is longer than the run: a run that
    was cut at ``Result.iterations`` is had again with both figures of its ``Result``.
    """

    iterations: int
    schedule: int | None = None

    def __post_init__(self) -> None:
        if self.iterations < 0:
            raise ValueError("iterations must not be negative")

    def __call__(self, iterations: int, best_cost: float) -> bool:
        """Whether the budget is spent."""
        return iterations >= self.iterations


class NoImprovement:
    """Stop when the best cost has not fallen for this many iterations."""

    def __init__(self, iterations: int) -> None:
        self.iterations = iterations
        self._best = float("inf")
        self._since = 0

    def __call__(self, iterations: int, best_cost: float) -> bool:
        """Whether the best is that old."""
        if best_cost < self._best - 1e-9:
            self._best, self._since = best_cost, iterations
        return iterations - self._since >= self.iterations


@dataclass(frozen=True)
class Cancelled:
    """Stop when ``asked()`` turns true: a user pressed stop, a lease was lost."""

    asked: Callable[[], bool]

    def __call__(self, iterations: int, best_cost: float) -> bool:
        """Whether somebody asked to stop."""
        return self.asked()


class FirstOf:
    """Stop when the first of several criteria says so."""

    def __init__(self, *stops: Stop) -> None:
        self.stops = stops

    def __call__(self, iterations: int, best_cost: float) -> bool:
        """Whether any criterion is met."""
        verdicts = [stop(iterations, best_cost) for stop in self.stops]  # each keeps its own count
        return any(verdicts)
