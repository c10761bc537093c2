"""How many reps an archive needs, by the workload method of Talley (1961).

W. J. Talley, "How to design sales territories", Journal of Marketing 25(3), 1961: classify the
outlets, give each class a frequency and a length of visit, add travel, and divide the work by
what one person can do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from routing.errors import Fault, InvalidProblem


@dataclass(frozen=True, slots=True)
class GradeWork:
    """The outlets of one grade, or of one grade and channel: how many, visits each in a cycle,
    minutes in and to each visit."""

    grade: str
    outlets: float
    visits_per_cycle: float
    service_minutes: float
    travel_minutes: float
    channel: str = ""

    @property
    def visits(self) -> float:
        """Visits of the grade in a cycle."""
        return self.outlets * self.visits_per_cycle

    @property
    def minutes(self) -> float:
        """Minutes of the grade in a cycle, with travel."""
        return self.visits * (self.service_minutes + self.travel_minutes)


@dataclass(frozen=True, slots=True)
class GradeShare:
    """What one grade adds to the answer; ``reps`` is a fraction."""

    work: GradeWork
    visits: float
    minutes: float
    reps: float


@dataclass(frozen=True, slots=True)
class Sizing:
    """The reps needed, with everything they were worked out from.

    ``reps_exact`` is the fraction, ``reps`` the whole number of people, ``utilisation`` the share
    of those people's field time that the work takes (0 where no one is needed).
    """

    working_days: int
    field_minutes_a_day: float
    grades: tuple[GradeShare, ...]
    visits: float
    minutes: float
    reps_exact: float
    reps: int
    utilisation: float


def reps_needed(rows: Sequence[GradeWork], working_days: int, field_minutes_a_day: float) -> Sizing:
    """Reps = Σ visits × (service + travel) / (days × field minutes a day), by grade.

    ``working_days`` are one rep's days in the cycle, ``field_minutes_a_day`` the minutes of a day
    that go into visits and travel.  Raises InvalidProblem with every fault of the figures.
    """
    faults = [*_time_faults(working_days, field_minutes_a_day), *_row_faults(rows)]
    if faults:
        raise InvalidProblem(faults)
    capacity = working_days * field_minutes_a_day
    shares = tuple(GradeShare(r, r.visits, r.minutes, r.minutes / capacity) for r in rows)
    minutes = math.fsum(row.minutes for row in rows)
    exact = minutes / capacity
    reps = math.ceil(exact - 1e-9)  # 3.0000000001 reps from rounding are three people
    return Sizing(
        working_days=working_days,
        field_minutes_a_day=field_minutes_a_day,
        grades=shares,
        visits=math.fsum(row.visits for row in rows),
        minutes=minutes,
        reps_exact=exact,
        reps=reps,
        utilisation=exact / reps if reps else 0.0,
    )


class Change(StrEnum):
    """A change to one figure, to see what it does."""

    ONE_VISIT_LESS = "one_visit_less"  # each outlet once less in the cycle
    ONE_VISIT_MORE = "one_visit_more"
    FIVE_MINUTES_LESS = "five_minutes_less"  # each visit
    LESS_TRAVEL = "less_travel"  # a tenth of the way to each visit


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """By how many reps the answer would change if one figure of one grade did."""

    change: Change
    work: GradeWork
    reps: float


def sensitivity(
    rows: Sequence[GradeWork], working_days: int, field_minutes_a_day: float
) -> tuple[Sensitivity, ...]:
    """What each single change of each row would do, the greatest first; figures stay 0 or more."""
    capacity = working_days * field_minutes_a_day
    found = [
        Sensitivity(change, row, (_with(row, change).minutes - row.minutes) / capacity)
        for row in rows
        for change in Change
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.reps)))


def _with(row: GradeWork, change: Change) -> GradeWork:
    if change is Change.FIVE_MINUTES_LESS:
        return replace(row, service_minutes=max(0.0, row.service_minutes - 5.0))
    if change is Change.LESS_TRAVEL:
        return replace(row, travel_minutes=row.travel_minutes * 0.9)
    step = 1.0 if change is Change.ONE_VISIT_MORE else -1.0
    return replace(row, visits_per_cycle=max(0.0, row.visits_per_cycle + step))


def _time_faults(working_days: int, field_minutes_a_day: float) -> list[Fault]:
    given = {"working_days": working_days, "field_minutes_a_day": field_minutes_a_day}
    return [
        Fault(
            "sizing-no-time",
            f"{name} is {value}; work cannot be shared out over no time.",
            "Give a number greater than zero.",
            name,
        )
        for name, value in given.items()
        if not 0 < value < math.inf
    ]


def _row_faults(rows: Sequence[GradeWork]) -> list[Fault]:
    fields = ("outlets", "visits_per_cycle", "service_minutes", "travel_minutes")
    return [
        Fault(
            "sizing-figure-invalid",
            f"{name} of grade {row.grade} is {getattr(row, name)}.",
            "Give a finite number that is zero or more.",
            f"rows[{index}].{name}",
        )
        for index, row in enumerate(rows)
        for name in fields
        if not 0 <= getattr(row, name) < math.inf
    ]
