"""Field-sales instances (see the README of the data) as problems, one per rep."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from routing.calendar import cycle_days
from routing.geo import GeoPoint
from routing.plan import Plan
from routing.problem import Break, Place, Problem, Rep, Shift, VisitDemand, Weights, Window
from routing.travel import TravelMatrix

MONDAY = date(2026, 1, 5)


@dataclass(frozen=True)
class Instance:
    """An instance file with its matrices in seconds and metres."""

    name: str
    document: dict[str, Any]
    seconds: np.ndarray[Any, Any]
    metres: np.ndarray[Any, Any]

    @property
    def reps(self) -> list[str]:
        """Rep ids in file order."""
        return [rep["id"] for rep in self.document["reps"]]


def read_instance(path: Path) -> Instance:
    """Read ``NAME.json`` and the ``.npz`` that it names."""
    document = json.loads(path.read_text(encoding="utf-8"))
    matrix = np.load(path.parent / document["matrix"])
    seconds = matrix["seconds"].astype(np.float64)
    # a road shorter than the snapping error may come out as -1 m
    metres = np.maximum(matrix["metres"], 0).astype(np.float64)
    return Instance(path.stem, document, seconds, metres)


def problem_of(instance: Instance, rep_id: str, weights: Weights) -> Problem:
    """One rep's part of an instance."""
    homes = [rep for rep in instance.document["reps"] if rep["id"] == rep_id]
    outlets = [o for o in instance.document["outlets"] if o["rep"] == rep_id]
    return _problem(instance, f"{instance.name}-{rep_id}", homes, outlets, weights)


def team_problem_of(instance: Instance, weights: Weights) -> Problem:
    """All reps of an instance, each of whom may visit every outlet."""
    document = instance.document
    return _problem(instance, instance.name, document["reps"], document["outlets"], weights)


def _problem(
    instance: Instance,
    name: str,
    homes: list[dict[str, Any]],
    outlets: list[dict[str, Any]],
    weights: Weights,
) -> Problem:
    document = instance.document
    days = cycle_days(MONDAY, document["weeks"], range(document["days_per_week"]))
    at = [*(home["index"] for home in homes), *(o["index"] for o in outlets)]
    pick = np.ix_(at, at)
    return Problem(
        name=name,
        days=days,
        reps=tuple(
            Rep(home["id"], tuple(_shift(document, k) if day.works else None for day in days))
            for k, home in enumerate(homes)
        ),
        places=tuple(
            Place(o["id"], o.get("name", "home"), GeoPoint(o["lat"], o["lon"]))
            for o in [*homes, *outlets]
        ),
        demands=tuple(_demand(document, o, len(homes) + k) for k, o in enumerate(outlets)),
        travel=TravelMatrix(instance.seconds[pick], instance.metres[pick], "instance"),
        weights=weights,
    )


def _shift(document: dict[str, Any], home: int) -> Shift:
    return Shift(
        document["day_start"],
        document["day_end"],
        home,
        home,
        work_limit_minutes=document["day_limit"],
        breaks=_breaks(document),
    )


def judged(plan: Plan, days_per_week: int) -> Iterator[dict[str, Any]]:
    """A plan in the form that the instances' judge reads: day = week * days_per_week + weekday."""
    for route in plan.routes:
        week, weekday = divmod(route.day, 7)
        yield {
            "rep": route.rep_id,
            "day": week * days_per_week + weekday,
            "stops": [stop.demand_id for stop in route.stops],
        }


def _breaks(document: dict[str, Any]) -> tuple[Break, ...]:
    lunch = document["lunch"]
    if not lunch:
        return ()
    return (Break("lunch", lunch["minutes"], lunch["earliest"], lunch["latest"]),)


def _demand(document: dict[str, Any], outlet: dict[str, Any], place: int) -> VisitDemand:
    per_week = document["days_per_week"]
    windows = outlet["windows"]
    return VisitDemand(
        id=outlet["id"],
        place=place,
        minutes=outlet["minutes"],
        visits=outlet["visits"],
        weeks=outlet["per_weeks"],
        windows=None if windows is None else (tuple(Window(*w) for w in windows),) * 7,
        patterns=tuple(
            tuple(d // per_week * 7 + d % per_week for d in pattern)
            for pattern in document["patterns"][outlet["grade"]]
        ),
    )
