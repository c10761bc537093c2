"""A bound on days: what no order of their stops can mend."""

from __future__ import annotations

import numpy as np

from routing.problem import Problem, VisitDemand
from routing.timing import EPSILON
from routing.trial import TrialDay


def surely_full(problem: Problem, day: TrialDay, demand: VisitDemand) -> bool:
    """Whether no order of the day's stops and the visit keeps the limits of the day.

    Each stop is left by no shorter way than its shortest, nor reached by one.
    """
    shift = day.shift
    stops = [*(stop.place for stop in day.stops), demand.place]
    path = [shift.start_place, *stops, shift.end_place]
    minutes = problem.travel.seconds[np.ix_(path, path)] / 60.0
    np.fill_diagonal(minutes, np.inf)
    minutes[0, -1] = np.inf
    travel = max(minutes[:-1, 1:].min(axis=1).sum(), minutes[:-1, 1:].min(axis=0).sum())
    load = float(travel) + sum(stop.minutes for stop in day.stops) + demand.minutes
    load += shift.admin_minutes
    room = shift.hard_end - shift.start_minute
    if shift.work_limit_minutes is not None:
        room = min(room, shift.work_limit_minutes + shift.overtime_limit_minutes)
    return load > room + EPSILON
