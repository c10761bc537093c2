"""Faults of what holds a problem together: days, places, travel, weights, zone, ids."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np

from routing.errors import Fault
from routing.problem import Problem, Weights
from routing.travel import FloatMatrix
from routing.validate.numbers import amount_faults, doubled_id_faults
from routing.validate.peaks import band_faults


def frame_faults(problem: Problem) -> list[Fault]:
    """Faults that concern the problem as a whole."""
    return [
        *_day_faults(problem),
        *_zone_faults(problem),
        *_weight_faults(problem),
        *doubled_id_faults([place.id for place in problem.places], "places"),
        *doubled_id_faults([rep.id for rep in problem.reps], "reps"),
        *doubled_id_faults([demand.id for demand in problem.demands], "demands"),
        *_size_faults(problem),
        *_travel_faults(problem, "seconds", problem.travel.seconds),
        *_travel_faults(problem, "metres", problem.travel.metres),
        *band_faults(problem.travel.bands),
    ]


def _day_faults(problem: Problem) -> list[Fault]:
    if not problem.days:
        return [Fault("days-empty", "The cycle has no days.", "Add its dates.", "days")]
    first = problem.days[0].date
    return [
        Fault(
            "days-not-consecutive",
            f"{day.date} does not follow {problem.days[index - 1].date}.",
            "List every date of the cycle, rest days too.",
            f"days[{index}]",
        )
        for index, day in enumerate(problem.days)
        if day.date != first + timedelta(days=index)
    ]


def _zone_faults(problem: Problem) -> list[Fault]:
    try:
        ZoneInfo(problem.zone)
    except (ValueError, OSError, KeyError):
        cause = f"There is no time zone {problem.zone!r}."
        return [Fault("zone-unknown", cause, "Use an IANA name such as Europe/Helsinki.", "zone")]
    return []


def _weight_faults(problem: Problem) -> list[Fault]:
    names = [field.name for field in fields(Weights)]
    return [
        fault
        for name in names
        for fault in amount_faults(getattr(problem.weights, name), f"weights.{name}")
    ]


def _size_faults(problem: Problem) -> list[Fault]:
    travel, size = problem.travel, len(problem.places)
    shapes = {"seconds": travel.seconds.shape, "metres": travel.metres.shape}
    due = {"seconds": (size, size), "metres": (size, size), "snap_m": (size,)}
    if travel.snap_m is not None:
        shapes["snap_m"] = travel.snap_m.shape
    return [
        Fault(
            "matrix-size",
            f"The array has shape {shape} for {size} places.",
            "Compute the matrix for exactly these places.",
            f"travel.{name}",
        )
        for name, shape in shapes.items()
        if shape != due[name]
    ]


def _travel_faults(problem: Problem, name: str, matrix: FloatMatrix) -> list[Fault]:
    """At most one fault a kind: the first pair, and how many there are."""
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        return []
    where = f"travel.{name}"
    again = "Compute the matrix again."
    wrong = np.isnan(matrix) | (matrix < 0)
    faults = []
    if wrong.any():
        cause = f"{_first(problem, wrong)}; {int(wrong.sum())} entries are negative or no number."
        faults.append(Fault("travel-negative", cause, again, where))
    diagonal = np.diag(np.diag(matrix) != 0.0)
    if diagonal.any():
        cause = f"{_first(problem, diagonal)}: a place is not 0 away from itself."
        faults.append(Fault("travel-diagonal", cause, again, where))
    return faults


def _first(problem: Problem, wrong: np.typing.NDArray[np.bool_]) -> str:
    row, column = (int(i) for i in np.argwhere(wrong)[0])
    ids = [p.id for p in problem.places]
    names = [ids[i] if i < len(ids) else str(i) for i in (row, column)]
    return f"{names[0]} to {names[1]}"
