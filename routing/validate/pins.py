"""Faults of appointments; days, shifts and windows are known to be right by now."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from routing.errors import Fault
from routing.problem import Pin, PinOrder, Problem, Rep, VisitDemand
from routing.validate.demands import unknown_rep_faults, visitable
from routing.validate.numbers import index_faults, minute_faults


def pin_faults(problem: Problem) -> list[Fault]:
    """Appointments that cannot be kept, or not together."""
    faults = []
    for index, demand in enumerate(problem.demands):
        for number, pin in enumerate(demand.pins):
            faults += _one_pin(problem, demand, pin, f"demands[{index}].pins[{number}]")
        faults += _pins_together(problem, demand, f"demands[{index}].pins")
    return faults or [*_clashes(problem), *_order_clashes(problem)]


def _one_pin(problem: Problem, demand: VisitDemand, pin: Pin, where: str) -> list[Fault]:
    known = {rep.id for rep in problem.reps}
    faults = index_faults(pin.day, len(problem.days), "day", f"{where}.day")
    faults += minute_faults(pin.start_minute, f"{where}.start_minute")
    if pin.rep_id is not None:
        faults += unknown_rep_faults([pin.rep_id], known, f"{where}.rep_id")
        if demand.rep_ids and pin.rep_id not in demand.rep_ids:
            cause = f"Rep {pin.rep_id} may not visit {demand.id}."
            action = "Give the appointment to a rep who may."
            faults.append(Fault("pin-rep-forbidden", cause, action, f"{where}.rep_id"))
    return faults or _day_faults(problem, demand, pin, where)


def _day_faults(problem: Problem, demand: VisitDemand, pin: Pin, where: str) -> list[Fault]:
    day = problem.days[pin.day]
    shifts = [rep.shifts[pin.day] for rep in _reps(problem, demand, pin)]
    working = [shift for shift in shifts if shift is not None]
    if not day.works or not working or not visitable(problem, demand, pin.day):
        cause = f"Nobody can visit {demand.id} on {day.date}."
        return [Fault("pin-day-off", cause, "Move the appointment to an open day.", where)]
    if pin.start_minute is None:
        return []
    start, end = pin.start_minute, pin.start_minute + demand.minutes
    faults = []
    windows = None if demand.windows is None else demand.windows[day.weekday]
    if windows is not None and not any(
        w.start_minute <= start and end <= w.end_minute for w in windows
    ):
        cause = f"The visit from minute {start:g} to {end:g} is in no window of {demand.id}."
        faults.append(Fault("pin-outside-window", cause, "Move the appointment.", where))
    if not any(s.start_minute <= start and end <= s.hard_end for s in working):
        cause = f"Nobody works from minute {start:g} to {end:g} on {day.date}."
        faults.append(Fault("pin-outside-shift", cause, "Move the appointment.", where))
    return faults


def _pins_together(problem: Problem, demand: VisitDemand, where: str) -> list[Fault]:
    faults = []
    if len({pin.day for pin in demand.pins}) < len(demand.pins):
        cause = f"{demand.id} has two appointments on one day."
        faults.append(Fault("pin-doubled", cause, "Keep one a day.", where))
    reps = sorted({pin.rep_id for pin in demand.pins if pin.rep_id is not None})
    if problem.same_rep and len(reps) > 1:
        cause = f"The appointments of {demand.id} are with {', '.join(reps)}."
        action = "Give all visits of a demand to one rep."
        faults.append(Fault("pin-reps-differ", cause, action, where))
    return faults


def _clashes(problem: Problem) -> list[Fault]:
    """Two appointments that overlap on one rep's day, where the rep is certain."""
    booked: dict[tuple[str, int], list[tuple[float, float, str, str]]] = defaultdict(list)
    for index, demand in enumerate(problem.demands):
        for number, pin in enumerate(demand.pins):
            reps = _reps(problem, demand, pin)
            if pin.start_minute is not None and len(reps) == 1:
                span = (pin.start_minute, pin.start_minute + demand.minutes)
                where = f"demands[{index}].pins[{number}]"
                booked[reps[0].id, pin.day].append((*span, demand.id, where))
    faults = []
    for (rep_id, day), spans in booked.items():
        spans.sort()
        for one, other in pairwise(spans):
            if other[0] < one[1] or other[0] == one[0]:
                cause = (
                    f"Rep {rep_id} has appointments with {one[2]} and {other[2]} at the same time"
                    f" on {problem.days[day].date}."
                )
                faults.append(Fault("pin-clash", cause, "Move one of them.", other[3]))
    return faults


def _order_clashes(problem: Problem) -> list[Fault]:
    """Two visits pinned to one end of a rep's day, or a first one that is timed after another."""
    pinned: dict[tuple[str, int], list[tuple[Pin, str, str]]] = defaultdict(list)
    for index, demand in enumerate(problem.demands):
        for number, pin in enumerate(demand.pins):
            reps = _reps(problem, demand, pin)
            if len(reps) == 1:
                where = f"demands[{index}].pins[{number}]"
                pinned[reps[0].id, pin.day].append((pin, demand.id, where))
    faults = []
    for (rep_id, day), pins in pinned.items():
        for order in PinOrder:
            ends = [each for each in pins if each[0].order == order]
            for pin, demand_id, where in ends:
                against = [each[1] for each in pins if _cannot_both(pin, each[0])]
                if against and (len(ends) == 1 or where != ends[0][2]):
                    cause = (
                        f"{demand_id} cannot be the {order} stop of rep {rep_id} on"
                        f" {problem.days[day].date} beside the appointment with {against[0]}."
                    )
                    action = "Change the order or the minute of one of them."
                    faults.append(Fault("pin-order-clash", cause, action, where))
    return faults


def _cannot_both(pin: Pin, other: Pin) -> bool:
    """Whether another appointment of the day leaves ``pin`` no place at its end of the day."""
    if pin is other:
        return False
    if pin.order == other.order:
        return True
    if pin.start_minute is None or other.start_minute is None:
        return False
    earlier = other.start_minute < pin.start_minute
    return earlier if pin.order == PinOrder.FIRST else not earlier


def _reps(problem: Problem, demand: VisitDemand, pin: Pin) -> list[Rep]:
    """Who may keep the appointment."""
    if pin.rep_id is not None:
        return [rep for rep in problem.reps if rep.id == pin.rep_id]
    return [rep for rep in problem.reps if not demand.rep_ids or rep.id in demand.rep_ids]
