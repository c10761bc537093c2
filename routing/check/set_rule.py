"""The day sets of one kind of demand, derived again from the rule in ``routing.patterns``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from routing.check.irregular import DaySet as DaySet
from routing.check.irregular import Irregular
from routing.check.past import made_before
from routing.problem import Problem, VisitDemand

#: Beyond so many base sets the rule keeps the most even ones.
_KEPT = 200
#: Nobody enumerates further than this.
_ENUMERATED = 20_000


class Rule:
    """The day sets of one kind of demand."""

    def __init__(
        self,
        problem: Problem,
        demand: VisitDemand,
        is_open: tuple[int, ...],
        nominal: tuple[int, ...],
    ) -> None:
        self._demand = demand
        self._open = is_open
        self._nominal = nominal
        self._first_weekday = problem.days[0].weekday
        self._length = len(problem.days)
        last = demand.last_visit
        self._last = None if last is None else (last - problem.days[0].date).days
        self._past = problem.frozen_until
        self._made = frozenset(made_before(problem, demand))

    @cached_property
    def irregular(self) -> Irregular | None:
        """Rule 8; None for other demands."""
        if not self._demand.irregular or self._demand.patterns is not None:
            return None
        nominal = self._nominal_days
        kept = len(set(nominal) & set(self._open))
        due = math.floor(self._due * kept / len(nominal) + 0.5) if kept else 0
        share = max(due, 1 if self._open else 0) - len(self._made)
        pins = self._pins_to_come
        return Irregular(
            tuple(day for day in self._open if day >= self._past),
            self._length,
            max(share, len(pins)) if self._due else 0,
            *self._stated_limits,
            max(self._made, default=self._last),
            frozenset(pins),
        )

    @cached_property
    def most(self) -> int:
        """Size of the largest allowed set, 0 without one."""
        if self.irregular is not None:
            return len(self._made) + self.irregular.visits
        return max(map(len, self.kept), default=0)

    @cached_property
    def required(self) -> int:
        """Size of the largest allowed set; what the frequency asks where no day is open."""
        return self.most or self._due

    @cached_property
    def kept(self) -> list[DaySet]:
        """The allowed sets, thinned to the most even ones."""
        if self._demand.patterns is not None:
            stated = [frozenset(p) & set(self._open) for p in self._demand.patterns]
            return self._to_come([days for days in stated if days])
        thinned = sorted(self._nominal_sets, key=lambda days: (_unevenness(days), days))
        if len(self._nominal_sets) <= _KEPT:
            thinned = self._nominal_sets
        return self._to_come(self._moved(thinned[:_KEPT]))

    @cached_property
    def unthinned(self) -> list[DaySet]:
        """Every set that keeps the rule, also those that thinning leaves out."""
        if self._demand.patterns is not None or len(self._nominal_sets) <= _KEPT:
            return []
        return self._to_come(self._moved(self._nominal_sets))

    @cached_property
    def _due(self) -> int:
        period, visits = 7 * self._demand.weeks, self._demand.visits
        exact = visits * self._length / period
        if self._last is None or self._length % period == 0:
            return math.floor(exact + 0.5)
        passed = (self._length - 1 - self._last) * visits // period
        return max(0, min(math.ceil(exact), passed))

    @cached_property
    def _nominal_sets(self) -> list[tuple[int, ...]]:
        """Rules 1 to 4: base sets, repeated, with the due number, in time after the last visit."""
        if self._due == 0:
            return []
        repeated = dict.fromkeys(
            tuple(
                base_day + repetition
                for repetition in range(0, self._length, period)
                for base_day in base
                if base_day + repetition < self._length
            )
            for base, period in self._base_sets
        )
        counted = [days for days in repeated if len(days) == self._due]
        if any(len(days) != self._due for days in repeated):
            spread = _spread(self._nominal_days, self._due, None, *self._limits)
            counted += [days for days, _ in zip(spread, range(_ENUMERATED), strict=False)]
            counted = list(dict.fromkeys(counted))
        counted = counted or [days for days in repeated if days]
        if self._last is None:
            return counted
        since = {days: days[0] - self._last for days in counted}
        low, high = self._limits
        rested = [days for days in counted if since[days] >= low] or counted
        return [days for days in rested if since[days] <= high] or rested

    @property
    def _nominal_days(self) -> list[int]:
        days = range(self._length)
        return [d for d in days if (self._first_weekday + d) % 7 in self._nominal]

    @cached_property
    def _base_sets(self) -> list[tuple[tuple[int, ...], int]]:
        return self._bases_and_limits[0]

    @cached_property
    def _limits(self) -> tuple[int, int]:
        return self._bases_and_limits[1]

    @cached_property
    def _bases_and_limits(self) -> tuple[list[tuple[tuple[int, ...], int]], tuple[int, int]]:
        """Rules 1 and 2; too many are cut down to the frequency in lowest terms, if it has any."""
        visits, weeks = self._demand.visits, self._demand.weeks
        found = self._bases(visits, 7 * weeks)
        divisor = math.gcd(visits, weeks)
        if len(found[0]) > _KEPT and divisor > 1:
            found = self._bases(visits // divisor, 7 * weeks // divisor)
        return found

    def _bases(
        self, visits: int, period: int
    ) -> tuple[list[tuple[tuple[int, ...], int]], tuple[int, int]]:
        days = [d for d in range(period) if (self._first_weekday + d) % 7 in self._nominal]
        stated = self._demand.max_gap_days
        low = self._demand.min_gap_days or -(-period // (2 * visits))
        high = stated or 3 * period // (2 * visits)
        if visits == 1:
            return [((d,), period) for d in days], (low, max(high, period))
        while high <= period:
            sets = _spread(days, visits, period, low, high)
            found = [(base, period) for base, _ in zip(sets, range(_ENUMERATED), strict=False)]
            if found or stated:
                return found, (low, high)
            high += 1
        return [], (low, high)

    def _moved(self, sets: list[tuple[int, ...]]) -> list[DaySet]:
        """Rule 5."""
        moved = {self._onto_open(days) for days in sets}
        return [days for days in moved if days]

    def _onto_open(self, days: tuple[int, ...]) -> DaySet:
        low, high = self._limits
        chosen: list[int] = []
        for day, following in zip(days, (*days[1:], None), strict=True):
            if day in self._open:
                chosen.append(day)
                continue
            fitting = [
                d
                for d in self._open
                if (not chosen or low <= d - chosen[-1] <= high)
                and (following is None or low <= following - d <= high)
            ]
            if fitting:
                chosen.append(min(fitting, key=lambda d: (abs(d - day), d)))
        return frozenset(chosen)

    def _to_come(self, sets: list[DaySet]) -> list[DaySet]:
        return self._pinned(self._after_past(sets) if self._past else sets)

    def _after_past(self, sets: list[DaySet]) -> list[DaySet]:
        """Rule 6."""
        as_it_was = [s for s in sets if {d for d in s if d < self._past} == self._made]
        if as_it_was:
            return as_it_was
        left = max(0, max(map(len, sets), default=0) - len(self._made))
        tails = {tuple(sorted(d for d in s if d >= self._past)) for s in sets}
        tails = {days[-left:] for days in tails if days and left}
        if self._made:
            low, high = self._stated_limits
            first = max(self._made)
            tails = {t for t in tails if t[0] - first >= low} or tails
            tails = {t for t in tails if t[0] - first <= high} or tails
        return [self._made | set(t) for t in tails] or ([self._made] if self._made else [])

    @property
    def _stated_limits(self) -> tuple[int, int]:
        """Those stated; of derived sets else half and one and a half times the even gap."""
        demand = self._demand
        if demand.patterns is not None:
            return demand.min_gap_days or 1, demand.max_gap_days or 1_000_000
        days, visits = 7 * demand.weeks, demand.visits
        return (
            demand.min_gap_days or -(-days // (2 * visits)),
            demand.max_gap_days or 3 * days // (2 * visits),
        )

    def _pinned(self, sets: list[DaySet]) -> list[DaySet]:
        """Rule 7."""
        pins = self._pins_to_come
        holding = [days for days in sets if days.issuperset(pins)]
        if holding or not pins:
            return holding
        return [self._with_pins(days, pins) for days in sets or [frozenset[int]()]]

    @property
    def _pins_to_come(self) -> list[int]:
        open_days = [day for day in self._open if day >= self._past]
        return [pin.day for pin in self._demand.pins if pin.day in open_days]

    def _with_pins(self, days: DaySet, pins: list[int]) -> DaySet:
        moved = set(days)
        for pin in pins:
            if pin in moved:
                continue
            free = {day for day in moved - set(pins) if day >= self._past}
            if free:
                moved.remove(min(free, key=lambda d: (abs(d - pin), d)))
            moved.add(pin)
        return frozenset(moved)


def _spread(
    days: list[int], visits: int, period: int | None, low: int, high: int
) -> Iterator[tuple[int, ...]]:
    """Sets of ``visits`` days whose gaps, also round a period, lie in ``low..high``; in order."""
    stack: list[tuple[int, ...]] = [(day,) for day in reversed(days)]
    while stack:
        chosen = stack.pop()
        if len(chosen) == visits:
            if period is None or low <= chosen[0] + period - chosen[-1] <= high:
                yield chosen
            continue
        following = [d for d in days if low <= d - chosen[-1] <= high and d > chosen[-1]]
        stack.extend((*chosen, d) for d in reversed(following))


def _unevenness(days: tuple[int, ...]) -> int:
    return sum((later - day) ** 2 for day, later in pairwise(days))
