"""Problems in which visits are left out, each kind for another reason, drawn from a seed.

Two weeks of one or two reps; outlets about a town, straight-line travel.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from benchmarks.instances import MONDAY
from routing.calendar import Day, cycle_days
from routing.geo import GeoPoint
from routing.problem import Break, Pin, Place, Problem, Rep, Shift, VisitDemand, Window
from routing.travel import estimate_matrix

KINDS = (
    "full",
    "priorities",
    "windows",
    "closed",
    "gaps",
    "pins",
    "stops",
    "load",
    "leave",
    "far",
    "team",
)

#: How many outlets a rep has where the days just about fit.
_OUTLETS = 64


def awkward(kind: str, seed: int) -> Problem:
    """One problem of a kind; the same seed gives the same problem."""
    random = np.random.default_rng([KINDS.index(kind), seed])
    reps = 2 if kind == "team" else 1
    outlets = reps * (_OUTLETS + (24 if kind in ("full", "priorities", "team") else 8))
    points = _points(random, outlets + reps, 3 if kind == "far" else 0)
    days = cycle_days(MONDAY, 2)
    demands = tuple(_demand(random, kind, k, reps + k) for k in range(outlets))
    return Problem(
        name=f"{kind}-{seed}",
        days=days,
        reps=tuple(Rep(f"R{r + 1}", _shifts(random, kind, days, r)) for r in range(reps)),
        places=tuple(Place(str(k), f"Outlet {k}", p) for k, p in enumerate(points)),
        demands=_pinned(random, demands) if kind == "pins" else demands,
        travel=estimate_matrix(points, 25.0),
    )


def _points(random: np.random.Generator, count: int, far: int) -> list[GeoPoint]:
    spots = random.normal(0.0, 0.03, (count, 2)) + np.array([41.15, -8.61])
    if far:  # a day's drive away
        spots[-far:] += np.array([0.0, 1.0])
    return [GeoPoint(float(lat), float(lon)) for lat, lon in spots]


def _shifts(
    random: np.random.Generator, kind: str, days: tuple[Day, ...], place: int
) -> tuple[Shift | None, ...]:
    shift = Shift(
        540.0,
        1020.0,
        place,
        place,
        breaks=(Break("lunch", 45.0, 690.0, 840.0),),
        max_stops=9 if kind == "stops" else None,
        capacity=90.0 if kind == "load" else None,
    )
    away = set(random.choice(12, 4, replace=False).tolist()) if kind == "leave" else set()
    return tuple(
        shift if day.works and index not in away else None for index, day in enumerate(days)
    )


def _demand(random: np.random.Generator, kind: str, number: int, place: int) -> VisitDemand:
    visits, weeks = [(2, 1), (1, 1), (1, 2)][int(random.choice(3, p=[0.1, 0.4, 0.5]))]
    given = VisitDemand(
        str(number), place, float(random.choice([20, 30, 40])), visits, weeks, load=10.0
    )
    if kind == "priorities":
        return replace(given, priority=float(random.choice([1.0, 2.0, 5.0])))
    if kind == "windows" and random.random() < 0.6:
        start = float(random.choice([540, 600, 900, 960]))
        return replace(given, windows=((Window(start, start + 60.0),),) * 7)
    if kind == "closed" and random.random() < 0.7:
        weekday = int(random.choice(3))  # most are open on the first days of the week only
        return replace(given, weekdays=(weekday, 5))
    if kind == "gaps" and visits == 2:
        return replace(given, min_gap_days=3, max_gap_days=4, weekdays=(0, 3, 4))
    if kind == "gaps" and random.random() < 0.5:
        return replace(
            given, last_visit=MONDAY - timedelta(days=6), max_gap_days=9, weekdays=(0, 1)
        )
    return given


def _pinned(
    random: np.random.Generator, demands: tuple[VisitDemand, ...]
) -> tuple[VisitDemand, ...]:
    """Appointments so close together that the way between them is too long for some."""
    hours = [(day, 550.0 + 41.0 * slot) for day in (0, 1, 2) for slot in range(5)]
    result = list(demands)
    for hour, index in zip(hours, random.choice(len(demands), len(hours), False), strict=True):
        pin = Pin(hour[0], hour[1])
        result[index] = replace(demands[index], minutes=40.0, visits=1, weeks=2, pins=(pin,))
    return tuple(result)
