"""Judges the breaks of a day route."""

from __future__ import annotations

from collections import Counter

from routing.check.lookup import clock, more, same
from routing.errors import Fault
from routing.plan import DayRoute, TakenBreak
from routing.problem import Break, Shift

_REPLACE = "Time the route again with routing.evaluate."


def route_breaks(route: DayRoute, leg: int) -> list[TakenBreak]:
    """The breaks taken on one leg, in order of time."""
    return sorted((b for b in route.breaks if b.leg == leg), key=lambda b: b.start_minute)


def break_faults(shift: Shift, route: DayRoute, where: str) -> list[Fault]:
    """Breaks unknown, doubled, too short, outside their span, in a visit, or left out when due."""
    known = {pause.name: pause for pause in shift.breaks}
    counts = Counter(taken.name for taken in route.breaks)
    faults = []
    for index, taken in enumerate(route.breaks):
        at = f"{where}.breaks[{index}]"
        pause = known.get(taken.name)
        if pause is None:
            cause = f"The shift has no break {taken.name}."
            faults.append(Fault("break-unknown", cause, "Take the break out.", at))
            continue
        if counts[taken.name] > 1:
            counts[taken.name] = 1
            cause = f"{taken.name} is taken more than once."
            faults.append(Fault("break-doubled", cause, "Take it once.", at))
        faults += _taken_faults(pause, taken, route, at)
    for pause in shift.breaks:
        due = more(pause.earliest_minute, route.start_minute) and more(
            route.end_minute, pause.latest_minute
        )
        if due and pause.name not in counts:
            cause = (
                f"{pause.name} is due between {clock(pause.earliest_minute)} and"
                f" {clock(pause.latest_minute)} and is not taken."
            )
            faults.append(Fault("break-missing", cause, "Leave room for it.", where))
    return faults


def _taken_faults(pause: Break, taken: TakenBreak, route: DayRoute, at: str) -> list[Fault]:
    faults = []
    if not same(taken.end_minute - taken.start_minute, pause.minutes):
        cause = f"{taken.name} lasts {pause.minutes:g} minutes."
        faults.append(Fault("break-length", cause, _REPLACE, at))
    if taken.is_work is not pause.is_work:
        cause = f"{taken.name} is {'work' if pause.is_work else 'rest'}."
        faults.append(Fault("break-kind", cause, _REPLACE, at))
    if more(pause.earliest_minute, taken.start_minute) or more(
        taken.end_minute, pause.latest_minute
    ):
        cause = (
            f"{taken.name} from {clock(taken.start_minute)} to {clock(taken.end_minute)} is not"
            f" inside {clock(pause.earliest_minute)}–{clock(pause.latest_minute)}."
        )
        faults.append(Fault("break-span", cause, _REPLACE, at))
    if not _on_its_leg(taken, route):
        cause = f"{taken.name} is not between the visits around leg {taken.leg}."
        faults.append(Fault("break-misplaced", cause, _REPLACE, at))
    return faults


def _on_its_leg(taken: TakenBreak, route: DayRoute) -> bool:
    """Whether it lies between the leave before its leg and the arrival after it, alone."""
    if not 0 <= taken.leg < len(route.legs):
        return False
    first, last = taken.leg == 0, taken.leg == len(route.stops)
    left = route.leave_minute if first else route.stops[taken.leg - 1].leave_minute
    reached = route.end_minute if last else route.stops[taken.leg].arrival_minute
    if more(left, taken.start_minute) or more(taken.end_minute, reached):
        return False
    others = [other for other in route_breaks(route, taken.leg) if other is not taken]
    return all(
        not more(other.end_minute, taken.start_minute)
        or not more(taken.end_minute, other.start_minute)
        for other in others
    )
