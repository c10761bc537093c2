"""Orders one day better: OR-Tools proposes, ``routing.evaluate`` decides.

A day is first ordered without its breaks, which takes milliseconds; only where lunch or a meeting
then makes the times worse is it ordered again with the breaks in the model (some 50 ms).  An
order is kept only if it breaks no more rules than the one given and costs less.  OR-Tools drives
at the weekday's steady pace (``routing.engines.peaks``); the order is timed with its peaks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from routing.engines.ortools_routing import BLOCKED, DayTask, best_order
from routing.engines.peaks import at_slowness, day_slowness
from routing.evaluate import Sequenced, TimedDay, time_route
from routing.problem import PinOrder, Problem, Shift, VisitDemand, Weights
from routing.timing import call_on
from routing.travel import FloatMatrix

#: Solutions of guided local search after which 18 stops had their best order in every day tried.
SOLUTIONS = 40

#: Integers of the model in one cost unit.
COST_SCALE = 1000.0
_LEAST_GAIN = 1e-6
_LEAST_WAIT = 1.0
#: Seconds by which a time in minutes may miss a whole second and still be it.
_DUST = 1e-6


@dataclass(frozen=True, slots=True)
class DayReport:
    """Days looked at, days whose order changed, and the travel minutes that saved."""

    days: int
    improved: int
    minutes_saved: float


def improve_day(
    problem: Problem,
    rep_id: str,
    day: int,
    demand_ids: Sequence[str],
    *,
    solutions: int = SOLUTIONS,
) -> tuple[str, ...]:
    """The same visits in the best order found: travel and overtime at the problem's ``Weights``.

    Keeps windows, appointments, breaks and the hard end where they can be kept; returns the given
    order where nothing better was found.  The same input gives the same order: the search ends
    after ``solutions`` solutions (1: at the first local optimum).  Raises InvalidPlan where the
    rep, the day, the shift or a demand does not exist.
    """
    given = tuple(demand_ids)
    if len(given) < 2:
        return given
    return _better(problem, Sequenced(rep_id, day, given), solutions)[0]


def improve_days(
    problem: Problem,
    sequences: Sequence[Sequenced],
    on_progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    *,
    solutions: int = SOLUTIONS,
) -> tuple[tuple[Sequenced, ...], DayReport]:
    """Each day in the best order found, in the given sequence of days, and what that brought.

    ``on_progress`` hears (days done, days in all) after each day.  Once ``cancelled`` says so the
    remaining days keep their order.
    """
    result = list(sequences)
    improved, saved = 0, 0.0
    for index, sequence in enumerate(sequences):
        if cancelled is not None and cancelled():
            break
        if len(sequence.demand_ids) > 1:
            order, gain = _better(problem, sequence, solutions)
            improved += order != sequence.demand_ids
            saved += gain
            result[index] = Sequenced(sequence.rep_id, sequence.day, order)
        if on_progress is not None:
            on_progress(index + 1, len(sequences))
    return tuple(result), DayReport(len(sequences), improved, saved)


def _better(problem: Problem, sequence: Sequenced, solutions: int) -> tuple[tuple[str, ...], float]:
    """The order to keep and the travel minutes it saves."""
    before = time_route(problem, sequence.rep_id, sequence.day, sequence.demand_ids)
    best_ids, best = sequence.demand_ids, before
    shift = _shift(problem, sequence)
    demands = _demands(problem, sequence.demand_ids)
    excess = _excess(shift, before)
    tries = ((False, solutions), (True, 1)) if shift.breaks else ((False, solutions),)
    for with_breaks, limit in tries:
        task = day_task(problem, shift, sequence.day, demands, with_breaks, excess)
        found = best_order(task, range(1, len(demands) + 1), limit)
        if found is None:
            continue
        ids = tuple(demands[node - 1].id for node in found)
        after = time_route(problem, sequence.rep_id, sequence.day, ids)
        if _improves(problem.weights, best, after):
            best_ids, best = ids, after
        if is_settled(after):
            break
    return best_ids, before.route.travel_minutes - best.route.travel_minutes


def is_settled(relaxed: TimedDay) -> bool:
    """Whether the order found without breaks cannot gain from ordering with them.

    With every rule kept and no waiting the breaks have cost nothing.
    """
    route = relaxed.route
    waiting = route.load_minutes - route.travel_minutes - route.service_minutes
    return not relaxed.violations and waiting < _LEAST_WAIT


def _improves(weights: Weights, old: TimedDay, new: TimedDay) -> bool:
    if len(new.violations) != len(old.violations):
        return len(new.violations) < len(old.violations)
    return day_cost(weights, new) < day_cost(weights, old) - _LEAST_GAIN


def day_cost(weights: Weights, timed: TimedDay) -> float:
    """Travel and overtime of one day, in cost units."""
    return (
        weights.travel_minute * timed.route.travel_minutes
        + weights.travel_km * timed.route.distance_m / 1000.0
        + weights.overtime_minute * timed.overtime_minutes
    )


def _shift(problem: Problem, sequence: Sequenced) -> Shift:
    rep = next(rep for rep in problem.reps if rep.id == sequence.rep_id)
    shift = rep.shifts[sequence.day]
    assert shift is not None  # time_route has refused days off
    return shift


def _demands(problem: Problem, demand_ids: Sequence[str]) -> list[VisitDemand]:
    wanted = set(demand_ids)
    by_id = {demand.id: demand for demand in problem.demands if demand.id in wanted}
    return [by_id[demand_id] for demand_id in demand_ids]


def _excess(shift: Shift, timed: TimedDay) -> float:
    """Minutes by which the given day runs past its hard limits: an overfull day may be ordered
    better too, and overtime is priced."""
    over = timed.route.end_minute - shift.hard_end
    if shift.work_limit_minutes is not None:
        most = shift.work_limit_minutes + shift.overtime_limit_minutes
        over = max(over, timed.route.load_minutes - most)
    return max(0.0, over)


def day_task(
    problem: Problem,
    shift: Shift,
    day: int,
    demands: Sequence[VisitDemand],
    with_breaks: bool,
    excess: float = 0.0,
) -> DayTask:
    """The day in whole seconds, rounded so that what fits the model fits the day.

    Every demand is visited; ``excess`` minutes beyond the hard limits are allowed.
    """
    path = [shift.start_place, *(demand.place for demand in demands), shift.end_place]
    free = problem.travel.seconds[np.ix_(path, path)]
    seconds = at_slowness(free, day_slowness(problem, shift, day, free))
    metres = problem.travel.metres[np.ix_(path, path)]
    breaks = shift.breaks if with_breaks else ()
    # a whole travel second is lost to rounding on each leg at most
    last_s = _down(shift.hard_end + excess) + (len(path) if excess else 0)
    return DayTask(
        leg_s=_whole(np.ceil(_in_order(seconds, demands, day))),
        leg_cost=_whole(np.rint(COST_SCALE * _leg_cost(problem.weights, seconds, metres))),
        service_s=[0, *(_up(demand.minutes) for demand in demands), 0],
        openings=[_openings(problem, day, demand, last_s) for demand in demands],
        start_s=_up(shift.leave_minute),
        end_s=_down(shift.end_minute),
        hard_end_s=last_s,
        overtime_cost=round(COST_SCALE * problem.weights.overtime_minute / 60),
        breaks=[
            (
                _up(pause.earliest_minute),
                _down(pause.latest_minute - pause.minutes),
                _up(pause.minutes),
            )
            for pause in breaks
        ],
        span_s=_span(shift, sum(b.minutes for b in breaks if not b.is_work), excess),
    )


def _in_order(seconds: FloatMatrix, demands: Sequence[VisitDemand], day: int) -> FloatMatrix:
    """Travel without the legs that would put somebody before a first stop or after a last one."""
    kept = seconds.copy()
    for node, demand in enumerate(demands, start=1):
        order = demand.order_on(day)
        if order == PinOrder.FIRST:
            kept[1:, node] = np.inf
        elif order == PinOrder.LAST:
            kept[node, :-1] = np.inf
    return kept


def _leg_cost(weights: Weights, seconds: FloatMatrix, metres: FloatMatrix) -> FloatMatrix:
    cost = weights.travel_minute * seconds / 60.0
    if weights.travel_km:  # not otherwise: no price times an endless road is not a number
        cost = cost + weights.travel_km * metres / 1000.0
    return cost


def _whole(matrix: FloatMatrix) -> list[list[int]]:
    finite = np.nan_to_num(matrix, nan=BLOCKED, posinf=BLOCKED)
    return np.minimum(finite, BLOCKED).astype(np.int64).tolist()  # type: ignore[no-any-return]


def _openings(
    problem: Problem, day: int, demand: VisitDemand, last_s: int
) -> list[tuple[int, int]]:
    """When the visit may begin, in seconds.  A visit that never fits is free: no order mends it."""
    spans = call_on(problem, demand, day).begin_spans or ()
    whole = [(_up(first), _down(last)) for first, last in spans]
    return [(first, last) for first, last in whole if first <= min(last, last_s)] or [(0, last_s)]


def _span(shift: Shift, break_minutes: float, excess: float) -> tuple[int, int] | None:
    """Soft and hard limit of a day's length in seconds, where they bind before its end does."""
    limit = shift.work_limit_minutes
    if limit is None or limit >= shift.end_minute - shift.start_minute - break_minutes:
        return None
    soft = limit + break_minutes - shift.admin_minutes
    hard = soft + shift.overtime_limit_minutes + excess
    return _down(max(0.0, soft)), _down(max(0.0, hard))


def _up(minutes: float) -> int:
    return math.ceil(minutes * 60 - _DUST)


def _down(minutes: float) -> int:
    return math.floor(minutes * 60 + _DUST)
