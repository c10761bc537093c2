"""What can be wrong with the input of a territory design."""

from __future__ import annotations

import math
from collections.abc import Sequence

from routing.errors import Fault
from routing.geo import GeoPoint
from routing.travel import FloatMatrix


def design_faults(
    points: Sequence[GeoPoint],
    workload_minutes: Sequence[float],
    travel_minutes: FloatMatrix | None,
    k: int,
    homes: Sequence[GeoPoint] | None,
    fixed: Sequence[int | None] | None,
    today: Sequence[int | None] | None,
    visits: Sequence[float] | None,
) -> list[Fault]:
    """Every fault of the arguments of ``design_territories`` at once."""
    n = len(points)
    faults = []
    if not 1 <= k <= n:
        faults.append(
            Fault(
                "territory-count-invalid",
                f"{k} territories cannot be made of {n} outlets.",
                "Ask for at least one territory and no more than there are outlets.",
                "k",
            )
        )
    lengths = {
        "workload_minutes": (workload_minutes, n),
        "travel_minutes": (travel_minutes, n),
        "homes": (homes, k),
        "fixed": (fixed, n),
        "today": (today, n),
        "visits": (visits, n),
    }
    for where, (given, due) in lengths.items():
        if given is not None and len(given) != due:
            faults.append(_length_fault(where, len(given), due))
    for where, figures in (("workload_minutes", workload_minutes), ("visits", _given(visits))):
        faults += [
            _figure_fault(where, i, v) for i, v in enumerate(figures) if not 0 <= v < math.inf
        ]
    for where, held in (("fixed", _given(fixed)), ("today", _given(today))):
        faults += [
            _index_fault(where, i, t, k)
            for i, t in enumerate(held)
            if t is not None and not 0 <= t < k
        ]
    return faults


def _given[T](values: Sequence[T] | None) -> Sequence[T]:
    return () if values is None else values


def _length_fault(where: str, given: int, due: int) -> Fault:
    return Fault(
        "territory-length-mismatch",
        f"{where} has {given} entries where {due} are due.",
        "Give one entry for each outlet, and one home for each territory.",
        where,
    )


def _figure_fault(where: str, index: int, value: float) -> Fault:
    return Fault(
        "territory-figure-invalid",
        f"{where} of outlet {index} is {value}.",
        "Give a finite number that is zero or more.",
        f"{where}[{index}]",
    )


def _index_fault(where: str, index: int, territory: int, k: int) -> Fault:
    return Fault(
        "territory-unknown",
        f"{where} of outlet {index} is territory {territory}; there are {k}, counted from 0.",
        "Name one of the territories, or none.",
        f"{where}[{index}]",
    )
