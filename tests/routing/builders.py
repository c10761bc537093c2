"""Small readable problems for everybody's tests.

    problem = build_problem(
        [outlet("a", 10), outlet("b", 20, visits=2)],
        reps=[rep("R1")],
    )

Places lie on a line: ``outlet("a", 10)`` is ten minutes (and ten kilometres) from home, which is
at 0; so two outlets are as many minutes apart as their positions differ.  Five working days from
Monday 2026-01-05 unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from routing.calendar import DayKind, cycle_days
from routing.plan import Plan
from routing.problem import Break, Place, Problem, Rep, Shift, VisitDemand, Weights, Window
from routing.travel import TravelMatrix

MONDAY = date(2026, 1, 5)


@dataclass(frozen=True)
class Outlet:
    """A demand and where it is: minutes from home along the line."""

    position: float
    demand: VisitDemand


@dataclass(frozen=True)
class Worker:
    """A rep whose shift is the same on every working day, and where home is."""

    id: str
    shift: Shift
    position: float = 0.0
    days_off: tuple[int, ...] = ()


def minute(text: str) -> float:
    """``"09:30"`` as minutes after midnight."""
    hours, minutes = text.split(":")
    return 60.0 * int(hours) + float(minutes)


def open_from(start: str, end: str, closed: Iterable[int] = ()) -> tuple[tuple[Window, ...], ...]:
    """The same window on every weekday but the closed ones."""
    shut = set(closed)
    return tuple(() if w in shut else (Window(minute(start), minute(end)),) for w in range(7))


def lunch(start: str = "12:00", end: str = "14:00", minutes: float = 30.0) -> Break:
    """A lunch between two clock times."""
    return Break("lunch", minutes, minute(start), minute(end))


def outlet(id: str, position: float, minutes: float = 30.0, **demand: Any) -> Outlet:
    """An outlet so many minutes from home; keywords as for VisitDemand."""
    return Outlet(position, VisitDemand(id, 0, minutes, **demand))


def rep(
    id: str = "R1",
    start: str = "08:00",
    end: str = "17:00",
    *,
    hard_end: str | None = None,
    position: float = 0.0,
    days_off: Sequence[int] = (),
    **shift: Any,
) -> Worker:
    """A rep with clock times; keywords as for Shift."""
    latest = None if hard_end is None else minute(hard_end)
    hours = Shift(minute(start), minute(end), 0, 0, hard_end_minute=latest, **shift)
    return Worker(id, hours, position, tuple(days_off))


def build_problem(
    outlets: Sequence[Outlet],
    reps: Sequence[Worker] = (rep(),),
    *,
    weeks: int = 1,
    exceptions: Mapping[date, DayKind] | None = None,
    weights: Weights | None = None,
    same_rep: bool = True,
    previous: Plan | None = None,
    name: str = "line",
) -> Problem:
    """A problem on a line: homes first, then the outlets, in the order given."""
    days = cycle_days(MONDAY, weeks, exceptions=exceptions)
    positions = [worker.position for worker in reps] + [each.position for each in outlets]
    names = [f"home-{worker.id}" for worker in reps] + [each.demand.id for each in outlets]
    workers = []
    for place, worker in enumerate(reps):
        shift = replace(worker.shift, start_place=place, end_place=place)
        off = set(worker.days_off)
        shifts = tuple(shift if d.works and i not in off else None for i, d in enumerate(days))
        workers.append(Rep(worker.id, shifts))
    demands = tuple(replace(each.demand, place=len(reps) + i) for i, each in enumerate(outlets))
    return Problem(
        name,
        days,
        tuple(workers),
        tuple(Place(id) for id in names),
        demands,
        line_matrix(positions),
        weights or Weights(),
        same_rep=same_rep,
        previous=previous,
    )


def line_matrix(positions: Sequence[float]) -> TravelMatrix:
    """A minute and a kilometre for every unit of distance."""
    at = np.array(positions, dtype=np.float64)
    apart = np.abs(at[:, None] - at[None, :])
    return TravelMatrix(apart * 60.0, apart * 1000.0, "line")


def without_road(problem: Problem, start: str, end: str) -> Problem:
    """The same problem with no road from one place to another (ids of places)."""
    ids = [place.id for place in problem.places]
    seconds, metres = problem.travel.seconds.copy(), problem.travel.metres.copy()
    pair = ids.index(start), ids.index(end)
    seconds[pair] = metres[pair] = np.inf
    return replace(problem, travel=replace(problem.travel, seconds=seconds, metres=metres))
