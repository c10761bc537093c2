"""The day sets of an irregular demand, as paths from day to day under gap limits.

They are often too many to list, so one asks for a path: does one hold these days, which are the
most even ones; the search asks for the cheapest.  ``routing.patterns`` has the rule (8).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from routing.past_visits import GapLimits, Pattern


@dataclass(frozen=True, slots=True)
class PathRule:
    """What makes a set of days allowed; days count from the first day of the cycle.

    ``due`` visits are wanted on ``open_days``, on all of ``pins`` among them.  ``last`` is the day
    of the last visit before them (negative: before the cycle); None: nobody knows, and the set
    repeats every ``length`` days.
    """

    open_days: Pattern
    length: int
    due: int
    limits: GapLimits
    last: int | None = None
    pins: Pattern = ()

    def may_follow(self, day: int, after: int, waived: Collection[int] = ()) -> bool:
        """Whether a visit ``after`` may be the next one; no limit counts at ``waived`` days."""
        if day in waived or after % self.length in waived:
            return True
        soonest = day + self.limits.least
        if after < soonest:
            return False
        return after - day <= self.limits.most or not self._is_open(soonest, after)

    def _is_open(self, start: int, stop: int) -> bool:
        """Whether anybody may come in ``start <= day < stop``, in this cycle or the next."""
        return any(
            start <= day < stop or start <= day + self.length < stop for day in self.open_days
        )


@dataclass(frozen=True, slots=True)
class DayPaths:
    """All sets of ``visits`` days: they begin on a day of ``ends``, go on along ``follows`` and end
    on a day of ``ends[the first day]``."""

    visits: int
    follows: dict[int, Pattern]
    ends: dict[int, frozenset[int]]

    def holds(self, days: Collection[int]) -> bool:
        """Whether some set holds all these days."""
        return next(self.sets(days), None) is not None

    def sets(self, holding: Collection[int] = ()) -> Iterator[Pattern]:
        """Every set that holds these days, in lexicographic order."""
        for first in self.ends:
            left = self._left(first, holding)
            if left and first in left[0]:
                yield from self._grow((first,), left, holding)

    def even_sets(self, holding: Collection[int] = ()) -> tuple[Pattern, ...]:
        """Of the sets that hold these days, for each other day the most even one with it."""
        others = self.follows.keys() - set(holding)
        best = {self._most_even({*holding, day}) for day in others}
        return tuple(sorted(best - {()})) or tuple(self.sets(holding))

    def _grow(
        self, chosen: Pattern, left: list[set[int]], held: Collection[int]
    ) -> Iterator[Pattern]:
        if len(chosen) == self.visits:
            yield chosen
            return
        for day in self._onward(chosen[-1], left[len(chosen)], held):
            yield from self._grow((*chosen, day), left, held)

    def _onward(self, day: int, left: set[int], held: Collection[int]) -> list[int]:
        """Days that may come next, if they are left and no day that must be held is skipped."""
        end = min((must for must in held if must > day), default=10**9)
        return [after for after in self.follows[day] if after in left and after <= end]

    def _left(self, first: int, held: Collection[int]) -> list[set[int]]:
        """For each visit of a set begun on ``first``, the days from which it can be finished."""
        if any(must < first for must in held) or not self.visits:
            return []
        left = [{day for day in self.ends[first] if day >= max(held, default=0)}]
        for _ in range(self.visits - 1):
            left.insert(0, {day for day in self.follows if self._onward(day, left[0], held)})
        return left

    def _most_even(self, held: Collection[int]) -> Pattern:
        """The set of least squared gaps that holds these days, the first of equals; or none."""
        found = [self._evenest_from(first, held) for first in self.ends]
        return min((each for each in found if each), default=(0, ()))[1]

    def _evenest_from(self, first: int, held: Collection[int]) -> tuple[int, Pattern] | None:
        left = self._left(first, held)
        if not left or first not in left[0]:
            return None
        at: dict[int, tuple[int, Pattern]] = {first: (0, (first,))}
        for place in range(1, self.visits):
            reached: dict[int, tuple[int, Pattern]] = {}
            for day, (squares, chosen) in at.items():
                for after in self._onward(day, left[place], held):
                    grown = squares + (after - day) ** 2, (*chosen, after)
                    reached[after] = min(reached.get(after, grown), grown)
            at = reached
        return min(at.values())


NO_PATHS = DayPaths(0, {}, {})


@lru_cache(maxsize=4096)
def day_paths(rule: PathRule) -> DayPaths:
    """The sets of as many visits as can be had of those due.

    Where limits leave no set of a number of visits they are waived in this order: the upper one
    from the last visit, the lower one from it, the gap at the end of the cycle, gaps to and from
    pins.
    """
    starts = (0,) if rule.last is None else (0, 1, 2)
    at_pins = ((), rule.pins) if rule.pins else ((),)
    for visits in range(rule.due, 0, -1):
        for waived, open_end, start in product(at_pins, (False, True), starts):
            paths = _paths(rule, visits, waived, open_end, start)
            if paths.holds(()):
                return paths
    return NO_PATHS


def _paths(rule: PathRule, visits: int, waived: Pattern, open_end: bool, start: int) -> DayPaths:
    days, pins = rule.open_days, rule.pins
    last_pin, first_pin = max(pins, default=-1), min(pins, default=rule.length)

    def skips(day: int, after: int) -> bool:
        return any(day < pin < after for pin in pins)

    follows = {
        day: tuple(
            a for a in days if a > day and rule.may_follow(day, a, waived) and not skips(day, a)
        )
        for day in days
    }
    ends = {
        first: frozenset(
            day
            for day in days
            if day >= max(first, last_pin) and (open_end or _may_end(rule, first, day, waived))
        )
        for first in days
        if first <= first_pin and _may_begin(rule, first, start)
    }
    return DayPaths(visits, follows, ends)


def _may_begin(rule: PathRule, first: int, start: int) -> bool:
    """``start`` 0: within the limits from the last visit, 1: not too soon after it, 2: anyhow."""
    if rule.last is None or start == 2:
        return True
    gap = first - rule.last
    return gap >= rule.limits.least if start == 1 else rule.limits.hold(gap)


def _may_end(rule: PathRule, first: int, day: int, waived: Pattern) -> bool:
    """Whether the set can repeat; after a known last visit, whether the next one can be in time."""
    if rule.last is None:
        return rule.may_follow(day, first + rule.length, waived)
    late = rule.length - day > rule.limits.most
    return not late or not any(a >= day + rule.limits.least for a in rule.open_days)
