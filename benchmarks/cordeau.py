"""Files of the classical periodic VRP benchmark, read as problems and written as solutions.

Format (Cordeau, Gendreau & Laporte 1997): ``type m n t``, then a line ``D Q`` a day, then a line
``i x y d q f a c_1 … c_a`` for the depot and each customer.  Bit strings are read from the left:
day 1 is the most significant of t bits.  Type 5 adds ``e l``, a window for the start of service.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from routing.calendar import Day
from routing.plan import Plan
from routing.problem import Place, Problem, Rep, Shift, VisitDemand, Weights, Window
from routing.travel import TravelMatrix

PVRP, PVRPTW = 1, 5
MINUTES = 0.1  # of one distance unit: a day has 2,880 minutes at most
UNLIMITED = 2880.0
FIRST = date(2026, 1, 5)


def read_cordeau(path: Path) -> Problem:
    """One distance unit is ``MINUTES``, so cost / MINUTES is distance.  ValueError: other types."""
    lines = [ln.split() for ln in path.read_text(encoding="latin1").splitlines() if ln.strip()]
    kind, vehicles, customers, days = (int(word) for word in lines[0][:4])
    if kind not in (PVRP, PVRPTW):
        raise ValueError(f"{path.name}: type {kind} is not a periodic problem")
    limits = [(float(row[0]) * MINUTES, float(row[1])) for row in lines[1 : 1 + days]]
    nodes = lines[1 + days : 2 + days + customers]
    xy = np.array([[float(row[1]), float(row[2])] for row in nodes])
    minutes = np.hypot(*(xy[:, None] - xy[None, :]).transpose(2, 0, 1)) * MINUTES
    opening = _window(nodes[0]) if kind == PVRPTW else None
    shifts = tuple(_shift(longest, load, opening) for longest, load in limits)
    farthest = float(minutes.max())
    return Problem(
        name=path.stem,
        days=tuple(Day(FIRST + timedelta(days=d)) for d in range(days)),
        reps=tuple(Rep(str(v + 1), shifts) for v in range(vehicles)),
        places=tuple(Place(row[0]) for row in nodes),
        demands=tuple(_demand(row, days, kind) for row in nodes[1:]),
        travel=TravelMatrix(minutes * 60.0, minutes * 1000.0, "euclidean"),
        weights=Weights(overtime_minute=0.0, missing_visit=20.0 * farthest),
        same_rep=False,
    )


def _shift(longest: float, load: float, opening: Window | None) -> Shift:
    start = opening.start_minute if opening else 0.0
    end = opening.end_minute if opening else UNLIMITED
    return Shift(
        start,
        min(end, start + longest) if longest and not opening else end,
        0,
        0,
        work_limit_minutes=longest or None,
        capacity=load or None,
    )


def _window(row: list[str]) -> Window | None:
    rest = row[7 + int(row[6]) :]
    return Window(float(rest[0]) * MINUTES, float(rest[1]) * MINUTES) if len(rest) >= 2 else None


def _demand(row: list[str], days: int, kind: int) -> VisitDemand:
    codes = [int(code) for code in row[7 : 7 + int(row[6])]]
    service = float(row[3]) * MINUTES
    window = _window(row) if kind == PVRPTW else None
    windows = None
    if window:  # the file's window bounds the start of service, ours the whole visit
        whole = Window(window.start_minute, window.end_minute + service)
        windows = ((whole,),) * 7
    return VisitDemand(
        id=row[0],
        place=int(row[0]),
        minutes=service,
        visits=int(row[5]),
        weeks=max(1, math.ceil(days / 7)),
        windows=windows,
        patterns=tuple(_days(code, days) for code in codes),
        load=float(row[4]),
    )


def _days(code: int, days: int) -> tuple[int, ...]:
    return tuple(d for d in range(days) if code >> (days - 1 - d) & 1)


def distance_of(plan: Plan) -> float:
    """Length of all routes in the file's units."""
    return sum(route.travel_minutes for route in plan.routes) / MINUTES


def write_solution(plan: Plan, problem: Problem, path: Path) -> float:
    """Write ``COST`` and a line ``day vehicle duration load 0 … 0`` a route; returns the cost."""
    load = {demand.id: demand.load for demand in problem.demands}
    cost = distance_of(plan)
    lines = [f"{cost:.2f}"]
    for route in sorted(plan.routes, key=lambda r: (r.day, r.rep_id)):
        stops = [stop.demand_id for stop in route.stops]
        carried = sum(load[stop] for stop in stops)
        lines.append(
            f"{route.day + 1} {route.rep_id} {route.load_minutes / MINUTES:.2f} {carried:g} "
            + " ".join(["0", *stops, "0"])
        )
    path.write_text("\n".join(lines) + "\n")
    return cost
