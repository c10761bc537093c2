"""Limits and clocks of reps' days as flat arrays, one figure per slot; what shifts say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from routing.engines.periodic.tables import INFINITE, Limits, Peaks, Sizes, Times, Travel, Visits
from routing.problem import Break, Problem, Shift


def _column(
    shifts: list[Shift | None], read: Callable[[Shift], float | None], off: float = 0.0
) -> NDArray[np.float64]:
    """One figure per slot; ``off`` for a day off, infinite where a shift states none."""
    figures = [off if s is None else read(s) for s in shifts]
    return np.array([INFINITE if f is None else f for f in figures], np.float64)


def _longest_work(shift: Shift) -> float:
    """Most load that a shift holds: rest that a long day cannot avoid is none."""
    span = shift.hard_end - shift.start_minute
    breaks = sum(b.minutes for b in _breaks(shift) if not b.is_work)
    shortened = [b.latest_minute - shift.start_minute for b in _breaks(shift)]
    return max(span - breaks, *shortened) if breaks else span


def limits_of(problem: Problem, shifts: list[Shift | None]) -> Limits:
    """How much each day holds, and what overtime and uneven days cost."""
    work = _column(shifts, lambda s: s.work_limit_minutes)
    span = _column(shifts, lambda s: s.end_minute - s.start_minute)
    longest = _column(shifts, _longest_work)
    overtime = _column(shifts, lambda s: s.overtime_limit_minutes)
    most = [0 if s is None else s.max_stops for s in shifts]
    works = [
        [
            day.works and shift is not None
            for day, shift in zip(problem.days, rep.shifts, strict=True)
        ]
        for rep in problem.reps
    ]
    return Limits(
        work=np.minimum(work, span),
        hard_work=np.minimum(work + overtime, longest),
        max_stops=np.array([1 << 30 if m is None else m for m in most], np.int64),
        capacity=_column(shifts, lambda s: s.capacity),
        rep_days=np.array([max(1, sum(days)) for days in works], np.float64),
        overtime=problem.weights.overtime_minute,
        imbalance=problem.weights.imbalance / 60.0,
    )


def times_of(
    sizes: Sizes,
    shifts: list[Shift | None],
    windows: list[list[tuple[float, float]]],
    travel: Travel,
    visits: Visits,
    peaks: Peaks | None,
) -> Times | None:
    """Windows, breaks and peaks; None where there are none."""
    due = [_breaks(shift) for shift in shifts]
    if not any(windows) and not any(due) and peaks is None:
        return None
    most = max(1, *(len(breaks) for breaks in due))
    table = np.zeros((4, len(shifts), most))
    for slot, breaks in enumerate(due):
        for k, b in enumerate(breaks):
            rest = 0.0 if b.is_work else b.minutes
            table[:, slot, k] = b.earliest_minute, b.latest_minute - b.minutes, b.minutes, rest
    cells = sizes.slots * sizes.cap * (most + 1)
    return Times(
        cap=sizes.cap,
        reps=sizes.reps,
        days=sizes.days,
        nodes=sizes.nodes,
        width=most + 1,
        minutes=travel.minutes,
        service=visits.minutes,
        window_start=np.cumsum([0, *(len(w) for w in windows)]).astype(np.int64),
        window_early=np.array([early for w in windows for early, _ in w], np.float64),
        window_late=np.array([late for w in windows for _, late in w], np.float64),
        peaks=peaks,
        start=_column(shifts, lambda s: s.leave_minute),
        end=_column(shifts, lambda s: s.end_minute),
        hard_end=_column(shifts, lambda s: s.hard_end),
        work=_column(shifts, lambda s: s.work_limit_minutes),
        break_count=np.array([len(b) for b in due], np.int64),
        break_early=table[0].ravel(),
        break_late=table[1].ravel(),
        break_minutes=table[2].ravel(),
        break_rest=table[3].ravel(),
        desk=travel.desk,
        forward=np.zeros(cells),
        backward=np.zeros(cells),
        slack=np.zeros(sizes.slots * sizes.cap),
        clock=np.zeros(most + 1),
    )


def peaks_of(problem: Problem, worked: list[int]) -> Peaks | None:
    """How fast one drives on each slot's day; None where every day is free."""
    if not problem.travel.bands:
        return None
    days = [problem.travel.pace(problem.days[day].weekday).pieces for day in worked]
    slots = [pieces for pieces in days for _ in problem.reps]
    table = np.array([piece for pieces in slots for piece in pieces], np.float64).reshape(-1, 3)
    clock, driven, speed = (np.ascontiguousarray(column) for column in table.T)
    return Peaks(np.cumsum([0, *map(len, slots)]).astype(np.int64), clock, driven, speed)


def _breaks(shift: Shift | None) -> list[Break]:
    """Breaks that can be due, in the order in which they are taken."""
    if shift is None:
        return []
    due = (b for b in shift.breaks if b.earliest_minute > shift.start_minute)
    return sorted(due, key=lambda b: (b.earliest_minute, b.latest_minute))
