"""Why one day of a plan does not admit one more visit, and the least change that would let it."""

from __future__ import annotations

import math
from dataclasses import replace

from routing.explain_late import give_way, make_time
from routing.explain_window import longer_day, wider_hours
from routing.offers import Board
from routing.plan import Facts, Reason, Remedy
from routing.problem import PinOrder, Problem, VisitDemand
from routing.timing import EPSILON, call_on
from routing.trial import Trial, TrialDay
from routing.wording import Finding


def day_reason(problem: Problem, board: Board, demand: VisitDemand, trial: Trial) -> Finding:
    """The rule that keeps the visit out, and the least change that would let it in.

    ``trial`` says what the visit lacks on that day at best, and does not fit.
    """
    day = board.days.day(trial.rep_id, trial.day)
    if not day.has_stop_left():
        return _stop_limit(problem, day, demand, trial)
    if not day.carries(demand):
        return _capacity(day, demand, trial)
    if not day.positions(demand):
        return _end_taken(day, demand)
    window = _window(problem, day, demand, trial)
    if window is not None:
        return window
    outranked = give_way(problem, day, demand, only_better=True)
    return outranked or _full(problem, day, demand, trial)


def _stop_limit(problem: Problem, day: TrialDay, demand: VisitDemand, trial: Trial) -> Finding:
    most = len(day.stops)
    facts = Facts("stops", day.day, day.rep_id, limit=float(most))
    price = _price(demand, trial)
    remedy = Remedy("raise_max_stops", day.day, price, "", day.rep_id, amount=float(most + 1))
    outranked = give_way(problem, day, demand, only_better=True)
    return outranked or Finding(Reason.DAY_FULL, facts, remedy)


def _capacity(day: TrialDay, demand: VisitDemand, trial: Trial) -> Finding:
    carried = sum(stop.load for stop in day.stops) + demand.load
    facts = Facts("capacity", day.day, day.rep_id, amount=carried, limit=day.shift.capacity)
    price = _price(demand, trial)
    remedy = Remedy("raise_capacity", day.day, price, "", day.rep_id, amount=carried)
    return Finding(Reason.CAPACITY, facts, remedy)


def _end_taken(day: TrialDay, demand: VisitDemand) -> Finding:
    """The visit is pinned to an end of the day that another one is pinned to."""
    first = demand.order_on(day.day) == PinOrder.FIRST
    holder = day.stops[0 if first else -1].id
    key = "first_taken" if first else "last_taken"
    facts = Facts(key, day.day, day.rep_id, demand_id=holder)
    return Finding(Reason.PIN, facts, Remedy("free_order", day.day, demand.minutes, "", day.rep_id))


def _price(demand: VisitDemand, trial: Trial) -> float:
    return demand.minutes + (trial.detour if math.isfinite(trial.detour) else 0.0)


def _window(problem: Problem, day: TrialDay, demand: VisitDemand, trial: Trial) -> Finding | None:
    """Set if wider hours of the outlet would admit the visit for less than overtime would."""
    if call_on(problem, demand, day.day).begin_spans is None:
        return None
    remedy = wider_hours(problem, day, demand, trial)
    if remedy is None or remedy.minutes > trial.over + EPSILON:
        return None
    alone = day.alone().best(demand)
    if alone.fits:
        if remedy.minutes > trial.over - EPSILON:
            return None
        return Finding(Reason.WINDOW, Facts("window", day.day, day.rep_id), remedy)
    if math.isfinite(alone.over):
        facts = Facts("hours_late", day.day, day.rep_id, minutes=alone.over)
    else:
        facts = Facts("hours_unreached", day.day, day.rep_id)
    return Finding(Reason.WINDOW, facts, remedy)


def _full(problem: Problem, day: TrialDay, demand: VisitDemand, trial: Trial) -> Finding:
    if not math.isfinite(trial.over):
        return _wedged(problem, day, demand)
    key = "full" if day.stops else "full_alone"
    facts = Facts(key, day.day, day.rep_id, minutes=trial.over)
    remedy = Remedy("allow_overtime", day.day, trial.over, "", day.rep_id)
    return Finding(Reason.DAY_FULL, facts, remedy)


def _wedged(problem: Problem, day: TrialDay, demand: VisitDemand) -> Finding:
    """No place in the day leaves the others within their hours, and every break its time."""
    alone = math.isfinite(day.alone().best(demand).over)
    unhurried = call_on(problem, demand, day.day).begin_spans is None
    key = "others_late" if alone else "break_lost" if unhurried else "hours_unreached"
    reason = Reason.DAY_FULL if alone or unhurried else Reason.WINDOW
    if key == "hours_unreached" and not demand.pins:
        longer = longer_day(problem, day, demand)
        if longer is not None:
            return Finding(reason, Facts(key, day.day, day.rep_id), longer)
    remedy = make_time(problem, day, demand)
    found = Finding(reason, Facts(key, day.day, day.rep_id), remedy)
    if remedy.action == "shorten_visit" and alone:
        gives = give_way(problem, day, demand, only_better=False)
        return found if gives is None else replace(found, remedy=gives.remedy)
    return found
