"""Puts the stops of an overfull day in the order that lacks least: OR-Tools over one day."""

from __future__ import annotations

from dataclasses import dataclass, replace

from routing.engines.day_model import COST_SCALE, day_task
from routing.engines.ortools_routing import DayTask, best_order
from routing.problem import Problem, Shift, VisitDemand

#: Solutions of guided local search for one day.
SOLUTIONS = 20

#: What a minute beyond the limits of the day counts in minutes of travel.
_BEYOND = 20.0


@dataclass(frozen=True, slots=True)
class Overfull:
    """A day with these stops, which breaks its limits by ``over`` minutes in the order given.

    ``over`` is infinite where somebody would be late.
    """

    shift: Shift
    day: int
    demands: tuple[VisitDemand, ...]
    over: float


def roomier_orders(problem: Problem, given: Overfull) -> list[tuple[VisitDemand, ...]]:
    """Orders of the same stops that may lack less; the same input gives the same orders.

    One found without regard to breaks and, where there are breaks, one with them.
    """
    found = []
    for with_breaks in (False, True) if given.shift.breaks else (False,):
        task = _task(problem, given, with_breaks)
        order = best_order(task, range(1, len(given.demands) + 1), SOLUTIONS)
        if order is not None:
            found.append(tuple(given.demands[node - 1] for node in order))
    return found


def _task(problem: Problem, given: Overfull, with_breaks: bool) -> DayTask:
    """The day with whatever lies beyond its limits priced above everything else."""
    excess = 0.0 if given.over == float("inf") else given.over
    task = day_task(problem, given.shift, given.day, given.demands, with_breaks, excess)
    limit = given.shift.work_limit_minutes
    span = task.span_s
    if span is not None and limit is not None:
        span = round(span[0] + 60 * given.shift.overtime_limit_minutes), span[1]
    return replace(
        task,
        end_s=round(60 * given.shift.hard_end),
        overtime_cost=round(COST_SCALE * _BEYOND / 60),
        span_s=span,
    )
