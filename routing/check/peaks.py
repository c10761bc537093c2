"""How long a leg takes at its time of day, derived again from the peak hours."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from routing.check.breaks import route_breaks
from routing.plan import DayRoute
from routing.problem import Problem
from routing.travel import SpeedBand


def leg_seconds(problem: Problem, route: DayRoute, index: int, free_seconds: float) -> float:
    """Seconds of driving on a leg that takes ``free_seconds`` outside of all peaks.

    Driving begins on leaving, stops for the breaks on the leg, and goes on after each.
    """
    weekday = problem.days[route.day].weekday
    bands = [band for band in problem.travel.bands if weekday in band.weekdays]
    if not bands or not math.isfinite(free_seconds):
        return free_seconds
    minutes, left = 0.0, free_seconds / 60.0
    for length, speed in _stretches(route, index, bands):
        if left <= length * speed:
            return (minutes + left / speed) * 60.0
        minutes += length
        left -= length * speed
    return math.nan  # of a route whose times are no numbers


def _stretches(
    route: DayRoute, index: int, bands: Sequence[SpeedBand]
) -> Iterator[tuple[float, float]]:
    """Minutes and speed of all driving there is time for from the leave before a leg on."""
    now = route.leave_minute if index == 0 else route.stops[index - 1].leave_minute
    for taken in route_breaks(route, index):
        yield from _between(now, taken.start_minute, bands)
        now = taken.end_minute
    yield from _between(now, math.inf, bands)


def _between(begin: float, end: float, bands: Sequence[SpeedBand]) -> Iterator[tuple[float, float]]:
    for band in sorted(bands, key=lambda b: b.start_minute):
        if band.end_minute <= begin or band.start_minute >= end:
            continue
        if band.start_minute > begin:
            yield band.start_minute - begin, 1.0
            begin = band.start_minute
        until = min(end, band.end_minute)
        yield until - begin, band.speed
        begin = until
    if begin < end:
        yield end - begin, 1.0
