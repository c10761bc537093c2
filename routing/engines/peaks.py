"""Peak hours for solvers that know one matrix: a steady one that is seldom too fast.

The way out in the morning and the way home are scaled by the pace at the ends of the shift, all
other ways by its mean over the shift; of several weekdays and shifts the slowest counts.  The
periodic search prices ways so and keeps its clock with the peaks themselves (``periodic.pace``).
``routing.evaluate`` times all with the peaks, and ``routing.engines.repair`` mends what fails.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from routing.problem import Problem, Shift
from routing.travel import FloatMatrix, Pace


@dataclass(frozen=True, slots=True)
class Slowness:
    """By how much peaks lengthen the way from the start, ways between stops, and the way back."""

    out: float
    between: float
    back: float

    def slowest(self, other: Slowness) -> Slowness:
        """The greater figures of two."""
        return Slowness(
            max(self.out, other.out),
            max(self.between, other.between),
            max(self.back, other.back),
        )


NONE = Slowness(1.0, 1.0, 1.0)


def slowness(pace: Pace, shift: Shift, way_minutes: float) -> Slowness:
    """Of one shift at one pace, where ways from and to its ends take ``way_minutes`` or so."""
    if pace.steady:
        return NONE
    start, end, way = shift.start_minute, shift.end_minute, max(1.0, way_minutes)
    return Slowness(
        out=(pace.arrive(start, way) - start) / way,
        between=(end - start) / pace.covered(start, end) if end > start else 1.0,
        back=(end - pace.depart(end, way)) / way,
    )


def day_slowness(problem: Problem, shift: Shift, day: int, seconds: FloatMatrix) -> Slowness:
    """Of one day; ``seconds`` joins the shift's start, the stops and the shift's end, in order."""
    ways = np.concatenate((seconds[0, 1:-1], seconds[1:-1, -1]))
    pace = problem.travel.pace(problem.days[day].weekday)
    return slowness(pace, shift, _typical_minutes(ways))


def at_slowness(seconds: FloatMatrix, slow: Slowness) -> FloatMatrix:
    """The seconds of such a day's matrix as they are at that slowness."""
    scaled = seconds * slow.between
    scaled[0] = seconds[0] * slow.out
    scaled[:, -1] = seconds[:, -1] * slow.back
    return scaled


def steady(problem: Problem) -> Problem:
    """The problem with the peaks worked into its matrix; itself where it has none."""
    if not problem.travel.bands:
        return problem
    seconds = problem.travel.seconds
    stops = [demand.place for demand in problem.demands]
    out: dict[int, Slowness] = defaultdict(lambda: NONE)
    back: dict[int, Slowness] = defaultdict(lambda: NONE)
    for shift, weekday in _worked(problem):
        ends = shift.start_place, shift.end_place
        ways = np.concatenate((seconds[ends[0], stops], seconds[stops, ends[1]]))
        slow = slowness(problem.travel.pace(weekday), shift, _typical_minutes(ways))
        out[ends[0]], back[ends[1]] = out[ends[0]].slowest(slow), back[ends[1]].slowest(slow)
    scaled = seconds * max((slow.between for slow in out.values()), default=1.0)
    for place, slow in out.items():
        scaled[place] = seconds[place] * slow.out
    for place, slow in back.items():
        scaled[:, place] = np.maximum(scaled[:, place], seconds[:, place] * slow.back)
    return replace(problem, travel=replace(problem.travel, seconds=scaled, bands=()))


def _worked(problem: Problem) -> Iterable[tuple[Shift, int]]:
    """Every different shift with its weekday."""
    return dict.fromkeys(
        (shift, day.weekday)
        for rep in problem.reps
        for shift, day in zip(rep.shifts, problem.days, strict=True)
        if shift is not None and day.works
    )


def _typical_minutes(ways: FloatMatrix) -> float:
    finite = ways[np.isfinite(ways)]
    return float(np.median(finite)) / 60.0 if finite.size else 0.0
