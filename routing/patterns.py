"""Which sets of days give an outlet its frequency.

The rule.  A demand of *n* visits per *m* weeks repeats every ``7 m`` days.

1. *Nominal days* are the weekdays that the calendar works (rest days and swapped days are not
   nominal, holidays are), that the demand allows and on which the outlet has a window.
2. A *base set* is any n nominal days of one period whose gaps, counted round the period, lie in
   ``[min_gap_days, max_gap_days]``.  Not stated, the limits are half and one and a half times the
   even gap ``7 m / n``, the upper one widened to the smallest largest gap that can be had.  One
   visit per period needs no limits.
3. The base set is repeated through the cycle from its first day.  Where the cycle is not a whole
   number of periods, only sets with the due number of visits count: ``n * days / 7 m``, rounded
   half up; with ``last_visit``, the even gaps that have passed by the last day, at most one more.
   If some base sets then give another number, any due number of nominal days whose gaps lie in the
   limits counts as well: the rest of a cycle would else be visited in some of its weeks only.
4. ``last_visit``: the first visit keeps the stated gap limits (or the default ones) from it.  If
   no set does, the upper limit is waived (the outlet is overdue), then the lower.
5. A visit that falls on a day nobody can make moves to the nearest open day (the earlier of two)
   that keeps the gap limits to its neighbours in the set; if there is none it is left out, which
   is how leave and holidays pro-rate a requirement.
6. Pins: only sets that hold every pinned day; if there is none, the visit nearest to each pin
   moves to it.

The visits *required* are those of the largest allowed set; where no day is open at all, those of
the frequency.  A plan may visit any subset of an allowed set: what is missing is unserved.
Where a period has more than ``MOST_PATTERNS`` base sets, the frequency is taken in lowest terms
(4 in 4 weeks as 1 a week); more sets than that are thinned to the most even ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from routing.calendar import DayKind
from routing.problem import Problem, VisitDemand

Pattern = tuple[int, ...]

MOST_PATTERNS = 200
_MOST_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class GapLimits:
    """Calendar days between neighbouring visits, both ends allowed."""

    least: int
    most: int

    def hold(self, gap: int) -> bool:
        """Whether a gap is within the limits."""
        return self.least <= gap <= self.most


def open_days(problem: Problem, demand: VisitDemand) -> tuple[bool, ...]:
    """For each day whether some allowed rep works and the outlet can be visited."""
    reps = [r for r in problem.reps if not demand.rep_ids or r.id in demand.rep_ids]
    closed = set(demand.closed_days)
    return tuple(
        day.works
        and index not in closed
        and _weekday_allowed(demand, day.weekday)
        and any(rep.shifts[index] is not None for rep in reps)
        for index, day in enumerate(problem.days)
    )


def patterns_of(problem: Problem, demand: VisitDemand) -> tuple[Pattern, ...]:
    """The allowed day sets of a demand, each sorted, by the rule above."""
    is_open = open_days(problem, demand)
    if demand.patterns is not None:
        kept = {tuple(d for d in sorted(set(p)) if is_open[d]) for p in demand.patterns}
        patterns = sorted(p for p in kept if p)
    else:
        patterns = _derived(problem, demand, is_open)
    return tuple(_with_pins(patterns, demand, is_open))


def required_visits(
    problem: Problem, demand: VisitDemand, patterns: Sequence[Pattern] | None = None
) -> int:
    """How many visits the cycle owes the demand, by the rule above."""
    found = patterns_of(problem, demand) if patterns is None else patterns
    most = max((len(p) for p in found), default=0)
    if demand.patterns is not None:  # pins may ask for more than any stated set
        return max(most, *(len(set(p)) for p in demand.patterns), 0)
    return most or _due(problem, demand)


def _weekday_allowed(demand: VisitDemand, weekday: int) -> bool:
    allowed = not demand.weekdays or weekday in demand.weekdays
    return allowed and (demand.windows is None or bool(demand.windows[weekday]))


def _due(problem: Problem, demand: VisitDemand) -> int:
    """Rule 3: visits due in the whole cycle."""
    days, period = len(problem.days), 7 * demand.weeks
    exact = demand.visits * days / period
    if days % period == 0 or demand.last_visit is None:
        return math.floor(exact + 0.5)
    last = (demand.last_visit - problem.days[0].date).days
    return max(0, min(math.ceil(exact), (days - 1 - last) * demand.visits // period))


def _derived(problem: Problem, demand: VisitDemand, is_open: Sequence[bool]) -> list[Pattern]:
    if _due(problem, demand) == 0:
        return []
    bases, limits = _base_sets(problem, demand, demand.visits, demand.weeks)
    shared = math.gcd(demand.visits, demand.weeks)
    if len(bases) > MOST_PATTERNS and shared > 1:
        bases, limits = _base_sets(problem, demand, demand.visits // shared, demand.weeks // shared)
    days = len(problem.days)
    repeated = dict.fromkeys(_repeat(base, period, days) for base, period in bases)
    due = _due(problem, demand)
    counted = [p for p in repeated if len(p) == due]
    if len(counted) < len(repeated):
        free = _sets(_nominal_days(problem, demand), due, None, limits)
        counted = list(dict.fromkeys((*counted, *islice(free, _MOST_LOOKED_AT))))
    counted = counted or [p for p in repeated if p]
    counted = _after_last_visit(problem, demand, counted, limits)
    moved = {_onto_open_days(p, is_open, limits) for p in _thin(counted)}
    return sorted(p for p in moved if p)


def _nominal_weekdays(problem: Problem, demand: VisitDemand) -> list[int]:
    nominal = (DayKind.WORKING, DayKind.HOLIDAY)
    worked = {day.weekday for day in problem.days if day.kind in nominal}
    return [w for w in sorted(worked) if _weekday_allowed(demand, w)]


def _nominal_days(problem: Problem, demand: VisitDemand) -> list[int]:
    weekdays = _nominal_weekdays(problem, demand)
    return [d for d, day in enumerate(problem.days) if day.weekday in weekdays]


def _base_sets(
    problem: Problem, demand: VisitDemand, visits: int, weeks: int
) -> tuple[list[tuple[Pattern, int]], GapLimits]:
    """Rules 1 and 2: ``(base set, period)`` pairs and the gap limits that were used."""
    period = 7 * weeks
    first = problem.days[0].weekday
    weekdays = _nominal_weekdays(problem, demand)
    offsets = [d for d in range(period) if (first + d) % 7 in weekdays]
    even = period / visits
    least = demand.min_gap_days or math.ceil(even / 2)
    most = demand.max_gap_days or math.floor(1.5 * even)
    if visits == 1:
        return [((d,), period) for d in offsets], GapLimits(least, max(most, period))
    while most <= period:
        limits = GapLimits(least, most)
        found = list(islice(_sets(offsets, visits, period, limits), _MOST_LOOKED_AT))
        if found or demand.max_gap_days:
            return [(base, period) for base in found], limits
        most += 1
    return [], GapLimits(least, most)


def _sets(
    offsets: Sequence[int], visits: int, period: int | None, limits: GapLimits
) -> Iterator[Pattern]:
    """All sets under the gap limits in lexicographic order, by depth-first search.

    With a ``period`` the gap round it counts too.
    """

    def grow(chosen: list[int], after: int) -> Iterator[Pattern]:
        if len(chosen) == visits:
            if period is None or limits.hold(chosen[0] + period - chosen[-1]):
                yield tuple(chosen)
            return
        for position in range(after, len(offsets)):
            gap = offsets[position] - chosen[-1] if chosen else limits.least
            if gap > limits.most:
                return
            if gap >= limits.least:
                yield from grow([*chosen, offsets[position]], position + 1)

    return grow([], 0)


def _repeat(base: Pattern, period: int, days: int) -> Pattern:
    starts = range(0, days, period)
    return tuple(start + d for start in starts for d in base if start + d < days)


def _thin(patterns: list[Pattern]) -> list[Pattern]:
    """At most MOST_PATTERNS: the most even ones, the first of equals."""
    if len(patterns) <= MOST_PATTERNS:
        return patterns

    def unevenness(pattern: Pattern) -> int:
        return sum((b - a) ** 2 for a, b in pairwise(pattern))

    return sorted(patterns, key=lambda p: (unevenness(p), p))[:MOST_PATTERNS]


def _after_last_visit(
    problem: Problem, demand: VisitDemand, patterns: list[Pattern], limits: GapLimits
) -> list[Pattern]:
    """Rule 4."""
    if demand.last_visit is None:
        return patterns
    last = (demand.last_visit - problem.days[0].date).days
    late_enough = [p for p in patterns if p[0] - last >= limits.least] or patterns
    return [p for p in late_enough if p[0] - last <= limits.most] or late_enough


def _onto_open_days(pattern: Pattern, is_open: Sequence[bool], limits: GapLimits) -> Pattern:
    """Rule 5."""
    moved: list[int] = []
    for position, day in enumerate(pattern):
        before = moved[-1] if moved else None
        after = pattern[position + 1] if position + 1 < len(pattern) else None
        choices = (
            d
            for d in sorted(range(len(is_open)), key=lambda d: (abs(d - day), d))
            if is_open[d]
            and (before is None or limits.hold(d - before))
            and (after is None or limits.hold(after - d))
        )
        nearest = day if is_open[day] else next(choices, None)
        if nearest is not None:
            moved.append(nearest)
    return tuple(moved)


def _with_pins(
    patterns: list[Pattern], demand: VisitDemand, is_open: Sequence[bool]
) -> list[Pattern]:
    """Rule 6; a pin on a day that is not open is left to ``validate``."""
    pins = [pin.day for pin in demand.pins if is_open[pin.day]]
    if not pins:
        return patterns
    holding = [p for p in patterns if set(pins) <= set(p)]
    if holding:
        return holding
    moved = set()
    for pattern in patterns or [()]:
        days = list(pattern)
        for pin in pins:
            free = [d for d in days if d not in pins]
            if free and pin not in days:
                days.remove(min(free, key=lambda d: (abs(d - pin), d)))
            if pin not in days:
                days.append(pin)
        moved.add(tuple(sorted(days)))
    return sorted(moved)
