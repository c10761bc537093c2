"""Why one day of a plan does not admit one more visit."""

from __future__ import annotations

import math

from routing.plan import Reason, Remedy
from routing.problem import PinOrder, Problem, VisitDemand
from routing.timing import Call, call_on
from routing.trial import Trial, TrialDay
from routing.wording import Finding, date_of, minutes_text, name_of, rep_name


def day_reason(problem: Problem, day: TrialDay, demand: VisitDemand, trial: Trial) -> Finding:
    """The rule that keeps the visit out, and the least change that would let it in.

    ``trial`` is the best exact trial of that day and does not fit.
    """
    if not day.has_stop_left():
        return _stop_limit(problem, day, demand, trial)
    if not day.carries(demand):
        return _capacity(problem, day, demand, trial)
    if not day.positions(demand):
        return _end_taken(problem, day, demand)
    window = _window(problem, day, demand, trial)
    if window is not None:
        return window
    return _outranked(problem, day, demand) or _full(problem, day, demand, trial)


def _stop_limit(problem: Problem, day: TrialDay, demand: VisitDemand, trial: Trial) -> Finding:
    date, most = date_of(problem, day.day), len(day.stops)
    detail = f"{date} already has the {most} stops that {rep_name(problem, day.rep_id)} may make."
    price = _price(demand, trial)
    remedy = Remedy("raise_max_stops", day.day, price, f"Allow {most + 1} stops on {date}.")
    return _outranked(problem, day, demand) or Finding(Reason.DAY_FULL, detail, remedy)


def _capacity(problem: Problem, day: TrialDay, demand: VisitDemand, trial: Trial) -> Finding:
    date = date_of(problem, day.day)
    carried = sum(stop.load for stop in day.stops)
    detail = (
        f"{rep_name(problem, day.rep_id)} carries {carried:g} of {day.shift.capacity:g} on {date};"
        f" {name_of(problem, demand)} takes {demand.load:g}."
    )
    text = f"Allow a load of {carried + demand.load:g} on {date}."
    return Finding(
        Reason.CAPACITY, detail, Remedy("raise_capacity", day.day, _price(demand, trial), text)
    )


def _end_taken(problem: Problem, day: TrialDay, demand: VisitDemand) -> Finding:
    """The visit is pinned to an end of the day that another one is pinned to."""
    order = demand.order_on(day.day)
    holder = name_of(problem, day.stops[0 if order == PinOrder.FIRST else -1])
    date = date_of(problem, day.day)
    detail = f"The {order} stop of {date} is pinned to {holder}."
    text = f"Let {name_of(problem, demand)} be visited at another point of {date}."
    return Finding(Reason.PIN, detail, Remedy("move_pin", day.day, demand.minutes, text))


def _price(demand: VisitDemand, trial: Trial) -> float:
    return demand.minutes + (trial.detour if math.isfinite(trial.detour) else 0.0)


def _window(problem: Problem, day: TrialDay, demand: VisitDemand, trial: Trial) -> Finding | None:
    """Set if wider hours of the outlet would admit the visit for less than overtime would."""
    if call_on(problem, demand, day.day).begin_spans is None:
        return None
    least = min(
        (
            _widening(problem, demand, day.day, begin)
            for longer in _longer_hours(problem, demand, day.day)
            for begin in _begins(day, demand, longer)
        ),
        default=math.inf,
    )
    if least >= trial.over:
        return None
    name, date = name_of(problem, demand), date_of(problem, day.day)
    detail = f"{date} has time for {name}, but not within its hours."
    text = f"Widen its hours on {date} by {minutes_text(least)}."
    return Finding(Reason.WINDOW, detail, Remedy("extend_window", day.day, least, text))


def _longer_hours(problem: Problem, demand: VisitDemand, day: int) -> list[Call]:
    """The visit at any time, and the visit from each opening on without closing."""
    windows = (demand.windows or ((),) * 7)[problem.days[day].weekday]
    openings = [((window.start_minute, math.inf),) for window in windows]
    return [Call(demand.minutes, spans) for spans in (None, *openings)]


def _begins(day: TrialDay, demand: VisitDemand, call: Call) -> list[float]:
    """When the visit would begin at each place of the day that then admits it."""
    return [
        day.timed_with(demand, trial.position, call).begins[trial.position]
        for trial in day.trials(demand, call)
        if trial.fits and day.exact(trial, demand, call).fits
    ]


def _widening(problem: Problem, demand: VisitDemand, day: int, begin: float) -> float:
    """Minutes by which the nearest window, or the appointment, misses a visit begun then."""
    end = begin + demand.minutes
    pinned = [p.start_minute for p in demand.pins if p.day == day and p.start_minute is not None]
    if pinned:
        return abs(begin - pinned[0])
    windows = (demand.windows or ((),) * 7)[problem.days[day].weekday]
    gaps = (max(0.0, w.start_minute - begin) + max(0.0, end - w.end_minute) for w in windows)
    return min(gaps)


def _outranked(problem: Problem, day: TrialDay, demand: VisitDemand) -> Finding | None:
    """Set if the visit would fit in place of one stop, but only of such as count for more."""
    if all(stop.priority <= demand.priority for stop in day.stops):
        return None
    admitting = [
        stop for index, stop in enumerate(day.stops) if _fits_after(day.without(index), demand)
    ]
    if not admitting or any(stop.priority <= demand.priority for stop in admitting):
        return None
    least = min(admitting, key=lambda stop: (stop.priority, stop.id))
    name, date = name_of(problem, demand), date_of(problem, day.day)
    detail = (
        f"On {date} {name} would fit only in place of visits that count for more,"
        f" such as {name_of(problem, least)}."
    )
    text = f"Raise its priority above {least.priority:g}."
    return Finding(
        Reason.LOWER_PRIORITY, detail, Remedy("raise_priority", day.day, demand.minutes, text)
    )


def _fits_after(day: TrialDay, demand: VisitDemand) -> bool:
    return day.has_stop_left() and day.carries(demand) and day.best(demand).fits


def _full(problem: Problem, day: TrialDay, demand: VisitDemand, trial: Trial) -> Finding:
    name, date = name_of(problem, demand), date_of(problem, day.day)
    if not math.isfinite(trial.over):
        return _wedged(problem, day, demand)
    late = _beyond_the_day(problem, day, demand)
    if late is not None:
        return late
    lacking = minutes_text(trial.over)
    alone = "" if day.stops else ", though it has no other stop"
    whose = rep_name(problem, day.rep_id)
    detail = f"{date} is full: {name} would need {lacking} more than the day of {whose} has"
    text = f"Allow {lacking} more on {date}."
    return Finding(
        Reason.DAY_FULL,
        f"{detail}{alone}.",
        Remedy("allow_overtime", day.day, trial.over, text),
    )


def _beyond_the_day(problem: Problem, day: TrialDay, demand: VisitDemand) -> Finding | None:
    """Set if its hours begin so late that the day could not even end with it as the only stop."""
    if call_on(problem, demand, day.day).begin_spans is None:
        return None
    alone = day.alone().best(demand)
    if alone.fits or not math.isfinite(alone.over):
        return None
    name, date, by = name_of(problem, demand), date_of(problem, day.day), minutes_text(alone.over)
    detail = f"The hours of {name} on {date} end the day {by} too late, even as its only stop."
    text = f"Let it be visited {by} earlier, or let the day of {date} end {by} later."
    return Finding(Reason.WINDOW, detail, Remedy("extend_window", day.day, alone.over, text))


def _wedged(problem: Problem, day: TrialDay, demand: VisitDemand) -> Finding:
    """No place in the day leaves the others within their hours, and every break its time."""
    name, date = name_of(problem, demand), date_of(problem, day.day)
    if math.isfinite(day.alone().best(demand).over):
        detail = f"On {date} {name} would make other visits or a break late wherever it is put."
        text = f"Free {minutes_text(demand.minutes)} on {date}."
        return Finding(Reason.DAY_FULL, detail, Remedy("free_time", day.day, demand.minutes, text))
    if call_on(problem, demand, day.day).begin_spans is None:
        detail = f"On {date} the visit to {name} leaves no time for a break that is due."
        text = f"Move the break on {date}, or shorten the visit."
        return Finding(Reason.DAY_FULL, detail, Remedy("move_break", day.day, demand.minutes, text))
    detail = f"{name} cannot be reached within its hours on {date}, even as the only stop."
    begin = day.alone().timed_with(demand, 0, Call(demand.minutes, None)).begins[0]
    wider = _widening(problem, demand, day.day, begin)
    text = f"Widen its hours on {date} by {minutes_text(wider)}."
    return Finding(Reason.WINDOW, detail, Remedy("extend_window", day.day, wider, text))
