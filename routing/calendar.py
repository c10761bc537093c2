"""The days of a cycle: dates with a flag, never week x 5 + weekday."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class DayKind(StrEnum):
    """Why a date is or is not worked."""

    WORKING = "working"
    SWAPPED = "swapped"  # a rest day that is worked in exchange for another (调休)
    REST = "rest"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Day:
    """One date of a cycle.  ``Problem.days[i]`` is the date ``i`` days after the first."""

    date: date
    kind: DayKind = DayKind.WORKING

    @property
    def works(self) -> bool:
        """Whether anybody works on this date."""
        return self.kind in (DayKind.WORKING, DayKind.SWAPPED)

    @property
    def weekday(self) -> int:
        """0 = Monday … 6 = Sunday."""
        return self.date.weekday()


def cycle_start(on: date, anchor: date, weeks: int) -> date:
    """First date of the cycle that covers ``on``; cycles follow each other from ``anchor``.

    ``anchor`` is a Monday before or after ``on``; a cycle has ``weeks`` weeks.
    """
    length = 7 * weeks
    return anchor + timedelta(days=(on - anchor).days // length * length)


def cycle_days(
    start: date,
    weeks: int,
    working_weekdays: Collection[int] = (0, 1, 2, 3, 4),
    exceptions: Mapping[date, DayKind] | None = None,
) -> tuple[Day, ...]:
    """All ``7 * weeks`` dates from ``start``, flagged by weekday and then by ``exceptions``."""
    special = exceptions or {}
    dates = (start + timedelta(days=offset) for offset in range(7 * weeks))
    return tuple(
        Day(
            day,
            special.get(
                day, DayKind.WORKING if day.weekday() in working_weekdays else DayKind.REST
            ),
        )
        for day in dates
    )
