"""The day sets of irregular demands, judged by rule 8 of ``routing.patterns`` and not listed.

Written from that rule: a day is on some allowed set if visits before it and visits after it add
up; sets of reachable numbers of visits tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

DaySet = frozenset[int]


@dataclass(frozen=True)
class Leniency:
    """What of the rule is waived: ``start`` 1 the upper limit from the last visit, 2 both."""

    start: int = 0
    end: bool = False
    pins: bool = False


@dataclass(frozen=True)
class Irregular:
    """One kind of irregular demand: days to come that are open, and what its gaps must keep."""

    open_days: tuple[int, ...]
    length: int
    due: int
    low: int
    high: int
    last: int | None
    pins: DaySet

    @cached_property
    def visits(self) -> int:
        """How many visits an allowed set has."""
        return self._found[0]

    def allows(self, days: DaySet) -> bool:
        """Whether the days are part of an allowed set."""
        visits, leniency = self._found
        return visits > 0 and self._exists(visits, leniency, days | self.pins)

    @cached_property
    def _found(self) -> tuple[int, Leniency]:
        starts = range(1 if self.last is None else 3)
        for visits in range(self.due, 0, -1):
            for pins in (False, True) if self.pins else (False,):
                for end in (False, True):
                    for start in starts:
                        leniency = Leniency(start, end, pins)
                        if self._exists(visits, leniency, self.pins):
                            return visits, leniency
        return 0, Leniency()

    def _exists(self, visits: int, leniency: Leniency, held: DaySet) -> bool:
        """Whether some set of so many visits holds these days."""
        if not held <= set(self.open_days):
            return False
        return any(
            self._reaches(first, visits, leniency, held)
            for first in self.open_days
            if first <= min(held, default=first) and self._may_begin(first, leniency)
        )

    def _reaches(self, first: int, visits: int, leniency: Leniency, held: DaySet) -> bool:
        """Whether a set begun there can be completed; day by day, who can be the next visit."""
        at = {first}
        for _ in range(visits - 1):
            at = {
                after
                for after in self.open_days
                for day in at
                if after > day
                and not any(day < must < after for must in held)
                and self._gap_holds(day, after, leniency)
            }
        final = max(held, default=0)
        return any(day >= final and self._may_end(first, day, leniency) for day in at)

    def _gap_holds(self, day: int, after: int, leniency: Leniency) -> bool:
        if leniency.pins and {day, after, after - self.length} & self.pins:
            return True
        gap = after - day
        if gap < self.low:
            return False
        return gap <= self.high or after == self._next_open(day + self.low)

    def _next_open(self, day: int) -> int:
        """The first open day from there on, in this cycle or the next like it."""
        later = [d for d in self.open_days if d >= day]
        again = [d + self.length for d in self.open_days if d + self.length >= day]
        return min([*later, *again], default=-1)

    def _may_begin(self, first: int, leniency: Leniency) -> bool:
        if self.last is None or leniency.start == 2:
            return True
        gap = first - self.last
        return gap >= self.low and (leniency.start == 1 or gap <= self.high)

    def _may_end(self, first: int, day: int, leniency: Leniency) -> bool:
        if leniency.end:
            return True
        if self.last is None:
            return self._gap_holds(day, first + self.length, leniency)
        none_left = all(d < day + self.low for d in self.open_days)
        return self.length - day <= self.high or none_left
