"""What can be planned but is worth a look."""

from __future__ import annotations

import numpy as np

from routing.errors import Fault
from routing.patterns import open_days
from routing.problem import Problem

#: A place further than this from its road is probably wrong.
FAR_SNAP_M = 300.0


def warnings(problem: Problem) -> list[Fault]:
    """Doubts about a valid problem, named by outlet; none of them stops planning."""
    return [
        *_estimate(problem),
        *_far_snaps(problem),
        *_unreachable(problem),
        *_never_open(problem),
    ]


def _estimate(problem: Problem) -> list[Fault]:
    if not problem.travel.estimate:
        return []
    cause = "Travel is estimated from straight lines."
    action = "Build a road network for the area and plan again."
    return [Fault("travel-estimate", cause, action, "travel")]


def _far_snaps(problem: Problem) -> list[Fault]:
    if problem.travel.snap_m is None:
        return []
    return [
        Fault(
            "snap-far",
            f"{place.id} {place.name}".strip() + f" is {metres:.0f} m from the nearest road.",
            "Check its coordinates.",
            f"places[{index}]",
        )
        for index, (place, metres) in enumerate(
            zip(problem.places, problem.travel.snap_m.tolist(), strict=True)
        )
        if metres > FAR_SNAP_M
    ]


def _unreachable(problem: Problem) -> list[Fault]:
    """Outlets that no road joins with any start or end of a day."""
    shifts = [shift for rep in problem.reps for shift in rep.shifts if shift is not None]
    starts = sorted({shift.start_place for shift in shifts})
    ends = sorted({shift.end_place for shift in shifts})
    if not shifts:
        return []
    reached = np.isfinite(problem.travel.seconds[starts]).any(axis=0)
    back = np.isfinite(problem.travel.seconds[:, ends]).any(axis=1)
    return [
        Fault(
            "place-unreachable",
            f"No road joins {demand.id} with where the days start and end.",
            "Check its coordinates; until then its visits are unserved.",
            f"demands[{index}]",
        )
        for index, demand in enumerate(problem.demands)
        if not (reached[demand.place] and back[demand.place])
    ]


def _never_open(problem: Problem) -> list[Fault]:
    if problem.frozen_until >= len(problem.days):
        return []  # nothing is planned any more
    return [
        Fault(
            "demand-never-open",
            f"There is no day on which anybody may visit {demand.id}.",
            "Check its windows, its closed days and who may visit it.",
            f"demands[{index}]",
        )
        for index, demand in enumerate(problem.demands)
        if not any(open_days(problem, demand))
    ]
