"""Faults of reps, their shifts and breaks."""

from __future__ import annotations

from collections import Counter

from routing.errors import Fault
from routing.problem import Break, Problem, Shift
from routing.validate.numbers import amount_faults, index_faults, minute_faults


def rep_faults(problem: Problem) -> list[Fault]:
    """Faults of all reps; a shift that repeats over the days is reported where it is first."""
    faults = []
    for index, rep in enumerate(problem.reps):
        where = f"reps[{index}].shifts"
        if len(rep.shifts) != len(problem.days):
            cause = f"{rep.id} has {len(rep.shifts)} shifts for {len(problem.days)} days."
            action = "Give one shift a day, null on days off."
            faults.append(Fault("shifts-length", cause, action, where))
        judged: set[Shift] = set()
        for day, shift in enumerate(rep.shifts):
            if shift is not None and shift not in judged:
                judged.add(shift)
                faults += _shift_faults(shift, len(problem.places), f"{where}[{day}]")
    return faults


def _shift_faults(shift: Shift, places: int, where: str) -> list[Fault]:
    minutes = {
        "start_minute": shift.start_minute,
        "end_minute": shift.end_minute,
        "hard_end_minute": shift.hard_end_minute,
    }
    faults = [f for name, m in minutes.items() for f in minute_faults(m, f"{where}.{name}")]
    faults += index_faults(shift.start_place, places, "place", f"{where}.start_place")
    faults += index_faults(shift.end_place, places, "place", f"{where}.end_place")
    faults += amount_faults(shift.work_limit_minutes, f"{where}.work_limit_minutes")
    faults += amount_faults(shift.max_stops, f"{where}.max_stops")
    faults += amount_faults(shift.capacity, f"{where}.capacity")
    faults += amount_faults(shift.admin_minutes, f"{where}.admin_minutes")
    if not shift.start_minute < shift.end_minute <= shift.hard_end:
        cause = (
            f"The shift starts at {shift.start_minute:g}, ends at {shift.end_minute:g} and must"
            f" be over at {shift.hard_end:g}."
        )
        action = "Put start before end, and end no later than the hard end."
        faults.append(Fault("shift-inverted", cause, action, where))
    return [*faults, *_break_faults(shift, where)]


def _break_faults(shift: Shift, where: str) -> list[Fault]:
    faults = []
    names = Counter(pause.name for pause in shift.breaks)
    for index, pause in enumerate(shift.breaks):
        at = f"{where}.breaks[{index}]"
        faults += minute_faults(pause.earliest_minute, f"{at}.earliest_minute")
        faults += minute_faults(pause.latest_minute, f"{at}.latest_minute")
        faults += amount_faults(pause.minutes, f"{at}.minutes")
        faults += _length_faults(shift, pause, at)
        if names[pause.name] > 1:
            names[pause.name] = 0
            cause = f"Two breaks of one shift are called {pause.name}."
            faults.append(Fault("break-name-doubled", cause, "Give each its own name.", at))
    return faults


def _length_faults(shift: Shift, pause: Break, at: str) -> list[Fault]:
    span = pause.latest_minute - pause.earliest_minute
    work = shift.hard_end - shift.start_minute
    if pause.minutes <= span and pause.minutes <= work:
        return []
    cause = f"{pause.name} takes {pause.minutes:g} minutes, its span {span:g}, the shift {work:g}."
    return [Fault("break-too-long", cause, "Shorten the break or widen its span.", at)]
