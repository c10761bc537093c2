"""A problem as flat arrays that the kernels read and never write.

Numbers: demands are ``0 … n-1`` in the order of ``Problem.demands``; *nodes* are the demands and
then the ends of days; *days* are the worked days of the cycle only, ``0 … T-1``; *slot*
``day * m + rep`` is one rep's day.  A *group* is a run of reps that an outlet's visits may mix:
one rep each where ``same_rep`` holds, all reps otherwise.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.patterns import open_days, patterns_of, required_visits
from routing.problem import Break, PinOrder, Problem, Shift, VisitDemand

INFINITE = 1e15
FIRST, LAST = 1, 2

# Narrow tuples on purpose: numba hands a tuple on field by field, so a wide one makes every call
# slow to compile and slow to make.
Sizes = namedtuple("Sizes", "n days reps slots cap nodes groups group_reps near alike ordered")
Travel = namedtuple("Travel", "cost cost_in minutes one_cost")
#: ``order[c * days + day]`` is FIRST or LAST where a pin makes it that stop; empty without such.
Visits = namedtuple("Visits", "minutes load price required extra slot_ok near order")
Patterns = namedtuple("Patterns", "start day_start day_list union_start union_list")
Limits = namedtuple("Limits", "work hard_work max_stops capacity rep_days overtime imbalance")
#: Only where windows or breaks exist, else None: numba then compiles kernels without clocks.
#: The last four change: forward[p * width + k] is the earliest departure from position p with k
#: breaks taken, backward[…] the latest arrival at p with k taken from which the rest can be made.
Times = namedtuple(
    "Times",
    "cap reps days nodes width minutes service window_start window_early window_late "
    "start end hard_end work break_count break_early break_late break_minutes "
    "forward backward slack clock",
)


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
    patterns: tuple[tuple[tuple[int, ...], ...], ...]


def compile_arrays(problem: Problem, near: int = 400) -> Arrays:
    """Flatten a valid problem.  ``near``: how many neighbours an outlet's ruin may reach."""
    worked = [
        d for d in range(len(problem.days)) if any(r.shifts[d] is not None for r in problem.reps)
    ]
    shifts = [rep.shifts[d] for d in worked for rep in problem.reps]
    nodes, ends = _nodes(problem, shifts)
    patterns = tuple(patterns_of(problem, demand) for demand in problem.demands)
    travel = _travel(problem, nodes)
    windows, slot_ok = _windows(problem, worked, shifts)
    visits = _visits(problem, worked, patterns, slot_ok, travel, near)
    m = len(problem.reps)
    sizes = Sizes(
        n=len(problem.demands),
        days=len(worked),
        reps=m,
        slots=len(shifts),
        cap=sum(bool(ps) for ps in patterns) + 3,
        nodes=len(nodes),
        groups=m if problem.same_rep else 1,
        group_reps=1 if problem.same_rep else m,
        near=visits.near.size // max(1, len(problem.demands)),
        alike=not problem.same_rep
        and all(len({rep.shifts[d] for rep in problem.reps}) == 1 for d in worked),
        ordered=visits.order.size > 0,
    )
    return Arrays(
        sizes,
        travel,
        visits,
        _choice(worked, patterns),
        _limits(problem, worked, shifts),
        _times(sizes, shifts, windows, travel, visits),
        np.array([0 if s is None else ends[s.start_place] for s in shifts], np.int64),
        np.array([0 if s is None else ends[s.end_place] for s in shifts], np.int64),
        _load_price(sizes, travel, visits),
        tuple(worked),
        patterns,
    )


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


def _travel(problem: Problem, nodes: list[int]) -> Travel:
    pick = np.ix_(nodes, nodes)
    minutes = np.minimum(problem.travel.seconds[pick] / 60.0, INFINITE)
    weights = problem.weights
    one_cost = weights.travel_km == 0.0 and weights.travel_minute == 1.0
    cost = minutes
    if not one_cost:
        km = np.minimum(problem.travel.metres[pick] / 1000.0, INFINITE)
        cost = minutes * weights.travel_minute + km * weights.travel_km

    def flat(matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return np.ascontiguousarray(matrix).ravel(), np.ascontiguousarray(matrix.T).ravel()

    minutes_out, minutes_in = flat(minutes)
    cost_out, cost_in = (minutes_out, minutes_in) if one_cost else flat(cost)
    return Travel(cost_out, cost_in, minutes_out, one_cost)


def _column(
    shifts: list[Shift | None], read: Callable[[Shift], float | None], off: float = 0.0
) -> NDArray[np.float64]:
    """One figure per slot; ``off`` for a day off, infinite where a shift states none."""
    figures = [off if s is None else read(s) for s in shifts]
    return np.array([INFINITE if f is None else f for f in figures], np.float64)


def _longest_work(shift: Shift) -> float:
    """Most travel and service that a shift holds: breaks that a long day cannot avoid are not."""
    span = shift.hard_end - shift.start_minute
    breaks = sum(b.minutes for b in _breaks(shift))
    shortened = [b.latest_minute - shift.start_minute for b in _breaks(shift)]
    return max(span - breaks, *shortened) if breaks else span


def _limits(problem: Problem, worked: list[int], shifts: list[Shift | None]) -> Limits:
    work = _column(shifts, lambda s: s.work_limit_minutes)
    span = _column(shifts, lambda s: s.end_minute - s.start_minute)
    longest = _column(shifts, _longest_work)
    overtime = _column(shifts, lambda s: s.overtime_limit_minutes)
    most = [0 if s is None else s.max_stops for s in shifts]
    works = [[rep.shifts[d] is not None for d in worked] for rep in problem.reps]
    return Limits(
        work=np.minimum(work, span),
        hard_work=np.minimum(work + overtime, longest),
        max_stops=np.array([1 << 30 if m is None else m for m in most], np.int64),
        capacity=_column(shifts, lambda s: s.capacity),
        rep_days=np.array([max(1, sum(days)) for days in works], np.float64),
        overtime=problem.weights.overtime_minute,
        imbalance=problem.weights.imbalance / 60.0,
    )


def _times(
    sizes: Sizes,
    shifts: list[Shift | None],
    windows: list[list[tuple[float, float]]],
    travel: Travel,
    visits: Visits,
) -> Times | None:
    due = [_breaks(shift) for shift in shifts]
    if not any(windows) and not any(due):
        return None
    most = max(1, *(len(breaks) for breaks in due))
    table = np.zeros((3, len(shifts), most))
    for slot, breaks in enumerate(due):
        for k, b in enumerate(breaks):
            table[:, slot, k] = b.earliest_minute, b.latest_minute - b.minutes, b.minutes
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
        start=_column(shifts, lambda s: s.start_minute),
        end=_column(shifts, lambda s: s.end_minute),
        hard_end=_column(shifts, lambda s: s.hard_end),
        work=_column(shifts, lambda s: s.work_limit_minutes),
        break_count=np.array([len(b) for b in due], np.int64),
        break_early=table[0].ravel(),
        break_late=table[1].ravel(),
        break_minutes=table[2].ravel(),
        forward=np.zeros(cells),
        backward=np.zeros(cells),
        slack=np.zeros(sizes.slots * sizes.cap),
        clock=np.zeros(most + 1),
    )


def _breaks(shift: Shift | None) -> list[Break]:
    """Breaks that can be due, in the order in which they are taken."""
    if shift is None:
        return []
    due = (b for b in shift.breaks if b.earliest_minute > shift.start_minute)
    return sorted(due, key=lambda b: (b.earliest_minute, b.latest_minute))


def _choice(worked: list[int], patterns: tuple[tuple[tuple[int, ...], ...], ...]) -> Patterns:
    day_of = {day: t for t, day in enumerate(worked)}
    unions = [sorted({day_of[d] for p in ps for d in p}) for ps in patterns]
    lengths = [len(p) for ps in patterns for p in ps]
    return Patterns(
        start=np.cumsum([0, *(len(ps) for ps in patterns)]).astype(np.int64),
        day_start=np.cumsum([0, *lengths]).astype(np.int64),
        day_list=np.array([day_of[d] for ps in patterns for p in ps for d in p], np.int64),
        union_start=np.cumsum([0, *(len(u) for u in unions)]).astype(np.int64),
        union_list=np.array([t for u in unions for t in u], np.int64),
    )


def _visits(
    problem: Problem,
    worked: list[int],
    patterns: tuple[tuple[tuple[int, ...], ...], ...],
    slot_ok: NDArray[np.uint8],
    travel: Travel,
    near: int,
) -> Visits:
    demands = problem.demands
    missing = problem.weights.missing_visit
    required = [required_visits(problem, d, ps) for d, ps in zip(demands, patterns, strict=True)]
    return Visits(
        minutes=np.array([d.minutes for d in demands], np.float64),
        load=np.array([d.load for d in demands], np.float64),
        price=np.array([missing * d.priority for d in demands], np.float64),
        required=np.array(required, np.int64),
        extra=_extra(problem, worked),
        slot_ok=slot_ok,
        near=_near(len(demands), travel, near),
        order=_orders(problem, worked),
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
        for t, day in enumerate(worked):
            span = _span(demand, problem.days[day].weekday, day)
            spans.append(span if timed else [])
            if not is_open[day] or not span:
                continue
            for r, rep in enumerate(problem.reps):
                slot_ok[c, t * m + r] = shifts[t * m + r] is not None and _may_come(
                    demand, rep.id, day
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
