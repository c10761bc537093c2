"""A problem as flat arrays that the kernels read and never write.

Numbers: demands are ``0 … n-1`` in the order of ``Problem.demands``; *nodes* are the demands and
then the ends of days; *days* are the worked days of the cycle only, ``0 … T-1``; *slot*
``day * m + rep`` is one rep's day.  A *group* is a run of reps that an outlet's visits may mix
for nothing: all reps, or one rep each where ``same_rep`` holds or a change has its price
(``mixing``: a group may borrow another's rep then).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.engines.peaks import steady
from routing.engines.periodic.choices import Choices, choices_of, table_of
from routing.engines.periodic.limits import limits_of, peaks_of, times_of
from routing.engines.periodic.tables import FIRST as FIRST
from routing.engines.periodic.tables import INFINITE as INFINITE
from routing.engines.periodic.tables import LAST as LAST
from routing.engines.periodic.tables import Limits, Patterns, Sizes, Times, Travel, Visits
from routing.evaluate import evaluate
from routing.patterns import open_days, required_visits
from routing.problem import PinOrder, Problem, Shift, VisitDemand


@dataclass(frozen=True, eq=False)
class Past:
    """What the days that are past cost, imbalance apart, and each rep's loads on them.

    ``work`` and ``work2`` are the sums of the loads and of their squares, shape ``(reps,)``.
    """

    cost: float
    work: NDArray[np.float64]
    work2: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Arrays:
    """All of a problem that the search reads; ``days[t]`` is the problem's index of day ``t``."""

    sizes: Sizes
    travel: Travel
    visits: Visits
    choice: Patterns
    limits: Limits
    times: Times | None
    start_node: NDArray[np.int64]
    end_node: NDArray[np.int64]
    load_price: float
    days: tuple[int, ...]
    choices: Choices
    past: Past


def compile_arrays(problem: Problem, near: int = 400) -> Arrays:
    """Flatten a valid problem.  ``near``: how many neighbours an outlet's ruin may reach."""
    worked = [
        d
        for d in range(problem.frozen_until, len(problem.days))
        if any(r.shifts[d] is not None for r in problem.reps)
    ]
    shifts = [rep.shifts[d] for d in worked for rep in problem.reps]
    nodes, ends = _nodes(problem, shifts)
    choices = choices_of(problem)
    travel = _travel(problem, nodes, shifts)
    windows, slot_ok = _windows(problem, worked, shifts)
    visits = _visits(problem, worked, slot_ok, travel, near)
    m, apart = len(problem.reps), problem.same_rep or problem.mixes_reps
    sizes = Sizes(
        n=len(problem.demands),
        days=len(worked),
        reps=m,
        slots=len(shifts),
        cap=sum(bool(ps) for ps in choices.patterns) + 3,
        nodes=len(nodes),
        groups=m if apart else 1,
        group_reps=1 if apart else m,
        near=visits.near.size // max(1, len(problem.demands)),
        alike=not problem.same_rep
        and all(len({rep.shifts[d] for rep in problem.reps}) == 1 for d in worked),
        ordered=visits.order.size > 0,
        mixing=problem.mixes_reps,
        paths=any(free is not None for free in choices.paths),
    )
    return Arrays(
        sizes,
        travel,
        visits,
        table_of(choices, worked),
        limits_of(problem, shifts),
        times_of(sizes, shifts, windows, travel, visits, peaks_of(problem, worked)),
        np.array([0 if s is None else ends[s.start_place] for s in shifts], np.int64),
        np.array([0 if s is None else ends[s.end_place] for s in shifts], np.int64),
        _load_price(sizes, travel, visits),
        tuple(worked),
        choices,
        _past(problem),
    )


def _past(problem: Problem) -> Past:
    loads: dict[str, list[float]] = {rep.id: [] for rep in problem.reps}
    cost = 0.0
    if problem.frozen_routes:
        terms = evaluate(problem, ()).cost
        cost = terms.travel + terms.overtime + terms.preference
    shifts = {rep.id: rep.shifts for rep in problem.reps}
    for route in problem.frozen_routes:
        if problem.days[route.day].works and shifts[route.rep_id][route.day] is not None:
            loads[route.rep_id].append(route.load_minutes)
    work = [sum(each) for each in loads.values()]
    work2 = [sum(load**2 for load in each) for each in loads.values()]
    return Past(cost, np.array(work, np.float64), np.array(work2, np.float64))


def _required(problem: Problem, demand: VisitDemand) -> int:
    """Visits still to make."""
    return required_visits(problem, demand) - len(problem.frozen_visits.get(demand.id, ()))


def _nodes(problem: Problem, shifts: list[Shift | None]) -> tuple[list[int], dict[int, int]]:
    """Places by node, and the node of each place at which some day starts or ends."""
    nodes = [demand.place for demand in problem.demands]
    ends: dict[int, int] = {}
    for shift in shifts:
        for place in () if shift is None else (shift.start_place, shift.end_place):
            if place not in ends:
                ends[place] = len(nodes)
                nodes.append(place)
    return nodes, ends


def _travel(problem: Problem, nodes: list[int], shifts: list[Shift | None]) -> Travel:
    """Minutes of free driving, and what a way costs: in peak hours at its steady pace."""
    pick = np.ix_(nodes, nodes)
    minutes = np.minimum(problem.travel.seconds[pick] / 60.0, INFINITE)
    weights = problem.weights
    has_peaks = bool(problem.travel.bands)
    one_cost = weights.travel_km == 0.0 and weights.travel_minute == 1.0 and not has_peaks
    cost = minutes
    if not one_cost:
        km = np.minimum(problem.travel.metres[pick] / 1000.0, INFINITE)
        usual = np.minimum(steady(problem).travel.seconds[pick] / 60.0, INFINITE)
        cost = usual * weights.travel_minute + km * weights.travel_km

    def flat(matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return np.ascontiguousarray(matrix).ravel(), np.ascontiguousarray(matrix.T).ravel()

    minutes_out, minutes_in = flat(minutes)
    cost_out, cost_in = (minutes_out, minutes_in) if one_cost else flat(cost)
    desk = np.array([0.0 if s is None else s.admin_minutes for s in shifts], np.float64)
    return Travel(cost_out, cost_in, minutes_out, one_cost, desk)


def _visits(
    problem: Problem,
    worked: list[int],
    slot_ok: NDArray[np.uint8],
    travel: Travel,
    near: int,
) -> Visits:
    demands = problem.demands
    past = [problem.frozen_visits.get(demand.id, {}) for demand in demands]
    made = [list(reps.values()).count(rep.id) for reps in past for rep in problem.reps]
    required = [_required(problem, demand) for demand in demands]
    return Visits(
        minutes=np.array([d.minutes for d in demands], np.float64),
        load=np.array([d.load for d in demands], np.float64),
        price=np.array([problem.missing_cost(d) for d in demands], np.float64),
        required=np.array(required, np.int64),
        extra=_extra(problem, worked),
        slot_ok=slot_ok,
        near=_near(len(demands), travel, near),
        order=_orders(problem, worked),
        made=np.array(made, np.int64),
        past=np.array([len(reps) for reps in past], np.int64),
        rep_change=problem.weights.rep_change,
    )


def _orders(problem: Problem, worked: list[int]) -> NDArray[np.uint8]:
    codes = {None: 0, PinOrder.FIRST: FIRST, PinOrder.LAST: LAST}
    orders = [codes[demand.order_on(day)] for demand in problem.demands for day in worked]
    return np.array(orders if any(orders) else [], np.uint8)


def _extra(problem: Problem, worked: list[int]) -> NDArray[np.float64]:
    """Cost of visiting a demand on a day, beside travel: preference and stability."""
    weights = problem.weights
    extra = np.zeros((len(problem.demands), len(worked)))
    for c, demand in enumerate(problem.demands):
        before = () if problem.previous is None else problem.previous.days_of(demand.id)
        for t, day in enumerate(worked):
            liked = demand.preferred_weekdays
            if liked and problem.days[day].weekday not in liked:
                extra[c, t] += weights.off_preference
            if before and day not in before:
                extra[c, t] += weights.moved_visit
    return extra.ravel()


def _windows(
    problem: Problem, worked: list[int], shifts: list[Shift | None]
) -> tuple[list[list[tuple[float, float]]], NDArray[np.uint8]]:
    """Spans for the *start* of service per demand and day, and which slots may serve whom."""
    m = len(problem.reps)
    timed = any(d.windows is not None for d in problem.demands) or any(
        pin.start_minute is not None for d in problem.demands for pin in d.pins
    )
    spans: list[list[tuple[float, float]]] = []
    slot_ok = np.zeros((len(problem.demands), len(shifts)), np.uint8)
    for c, demand in enumerate(problem.demands):
        is_open = open_days(problem, demand)
        keeper = problem.keeper(demand)
        for t, day in enumerate(worked):
            span = _span(demand, problem.days[day].weekday, day)
            spans.append(span if timed else [])
            if not is_open[day] or not span:
                continue
            for r, rep in enumerate(problem.reps):
                slot_ok[c, t * m + r] = (
                    shifts[t * m + r] is not None
                    and keeper in (None, rep.id)
                    and _may_come(demand, rep.id, day)
                )
    return spans, slot_ok.ravel()


def _span(demand: VisitDemand, weekday: int, day: int) -> list[tuple[float, float]]:
    if demand.windows is None:
        span = [(0.0, INFINITE)]
    else:
        span = sorted(
            (w.start_minute, w.end_minute - demand.minutes)
            for w in demand.windows[weekday]
            if w.end_minute - w.start_minute >= demand.minutes
        )
    for pin in demand.pins:
        if pin.day == day and pin.start_minute is not None:
            at = pin.start_minute
            span = [(at, at)] if any(early <= at <= late for early, late in span) else []
    return span


def _may_come(demand: VisitDemand, rep_id: str, day: int) -> bool:
    pinned = [p.rep_id for p in demand.pins if p.day == day and p.rep_id is not None]
    return (not demand.rep_ids or rep_id in demand.rep_ids) and (not pinned or rep_id in pinned)


def _load_price(sizes: Sizes, travel: Travel, visits: Visits) -> float:
    """First price of a unit of overload: what a mean load saves by sharing a way with near ones."""
    carried = visits.load[visits.load > 0]
    if not carried.size or sizes.near < 2:
        return 1.0
    near = visits.near.reshape(sizes.n, sizes.near)[:, 1:6]
    rows = np.arange(sizes.n)[:, None] * sizes.nodes
    return max(1e-6, float(travel.cost[rows + near].mean() / carried.mean()))


def _near(n: int, travel: Travel, most: int) -> NDArray[np.int32]:
    """For each demand the others and itself by travel there and back, nearest first."""
    nodes = round(len(travel.cost) ** 0.5)
    both = (travel.cost + travel.cost_in).reshape(nodes, nodes)[:n, :n]
    return np.argsort(both, axis=1, kind="stable")[:, : min(n, most)].astype(np.int32).ravel()
