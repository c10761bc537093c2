"""The day sets of a regular demand: rules 1 to 7 of ``routing.patterns``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from routing.calendar import DayKind
from routing.past_visits import GapLimits, Pattern, after_the_past
from routing.problem import Problem, VisitDemand

MOST_PATTERNS = 200
_MOST_LOOKED_AT = 20_000


def listed_sets(problem: Problem, demand: VisitDemand) -> tuple[Pattern, ...]:
    """All allowed day sets, each sorted; rules 1 to 7."""
    is_open = ever_open(problem, demand)
    if demand.patterns is not None:
        kept = {tuple(d for d in sorted(set(p)) if is_open[d]) for p in demand.patterns}
        patterns = sorted(p for p in kept if p)
    else:
        patterns = _derived(problem, demand, is_open)
    until = problem.frozen_until
    if until:
        made = tuple(problem.frozen_visits.get(demand.id, ()))
        patterns = after_the_past(patterns, made, until, gap_limits(demand))
    pins = [pin.day for pin in demand.pins if pin.day >= until and is_open[pin.day]]
    return tuple(_with_pins(patterns, pins, until))


def ever_open(problem: Problem, demand: VisitDemand) -> tuple[bool, ...]:
    """For each day, past or not, whether some allowed rep works and the outlet can be visited."""
    reps = [r for r in problem.reps if not demand.rep_ids or r.id in demand.rep_ids]
    closed = set(demand.closed_days)
    return tuple(
        day.works
        and index not in closed
        and _weekday_allowed(demand, day.weekday)
        and any(rep.shifts[index] is not None for rep in reps)
        for index, day in enumerate(problem.days)
    )


def _weekday_allowed(demand: VisitDemand, weekday: int) -> bool:
    allowed = not demand.weekdays or weekday in demand.weekdays
    return allowed and (demand.windows is None or bool(demand.windows[weekday]))


def visits_due(problem: Problem, demand: VisitDemand) -> int:
    """Rule 3: visits due in the whole cycle."""
    days, period = len(problem.days), 7 * demand.weeks
    exact = demand.visits * days / period
    if days % period == 0 or demand.last_visit is None:
        return math.floor(exact + 0.5)
    last = (demand.last_visit - problem.days[0].date).days
    return max(0, min(math.ceil(exact), (days - 1 - last) * demand.visits // period))


def gap_limits(demand: VisitDemand) -> GapLimits:
    """Rule 2: the gap limits stated, or those of an even spread."""
    if demand.patterns is not None:
        return GapLimits(demand.min_gap_days or 1, demand.max_gap_days or 10**6)
    even = 7 * demand.weeks / demand.visits
    return GapLimits(
        demand.min_gap_days or math.ceil(even / 2),
        demand.max_gap_days or math.floor(1.5 * even),
    )


def nominal_days(problem: Problem, demand: VisitDemand) -> list[int]:
    """Rule 1: the days of the cycle on nominal weekdays."""
    weekdays = _nominal_weekdays(problem, demand)
    return [d for d, day in enumerate(problem.days) if day.weekday in weekdays]


def _nominal_weekdays(problem: Problem, demand: VisitDemand) -> list[int]:
    nominal = (DayKind.WORKING, DayKind.HOLIDAY)
    worked = {day.weekday for day in problem.days if day.kind in nominal}
    return [w for w in sorted(worked) if _weekday_allowed(demand, w)]


def _derived(problem: Problem, demand: VisitDemand, is_open: Sequence[bool]) -> list[Pattern]:
    if visits_due(problem, demand) == 0:
        return []
    bases, limits = _base_sets(problem, demand, demand.visits, demand.weeks)
    shared = math.gcd(demand.visits, demand.weeks)
    if len(bases) > MOST_PATTERNS and shared > 1:
        bases, limits = _base_sets(problem, demand, demand.visits // shared, demand.weeks // shared)
    days = len(problem.days)
    repeated = dict.fromkeys(_repeat(base, period, days) for base, period in bases)
    due = visits_due(problem, demand)
    counted = [p for p in repeated if len(p) == due]
    if len(counted) < len(repeated):
        free = _sets(nominal_days(problem, demand), due, None, limits)
        counted = list(dict.fromkeys((*counted, *islice(free, _MOST_LOOKED_AT))))
    counted = counted or [p for p in repeated if p]
    counted = _after_last_visit(problem, demand, counted, limits)
    moved = {_onto_open_days(p, is_open, limits) for p in _thin(counted)}
    return sorted(p for p in moved if p)


def _base_sets(
    problem: Problem, demand: VisitDemand, visits: int, weeks: int
) -> tuple[list[tuple[Pattern, int]], GapLimits]:
    """Rules 1 and 2: ``(base set, period)`` pairs and the gap limits that were used."""
    period = 7 * weeks
    first = problem.days[0].weekday
    weekdays = _nominal_weekdays(problem, demand)
    offsets = [d for d in range(period) if (first + d) % 7 in weekdays]
    limits = gap_limits(demand)
    if visits == 1:
        most = max(limits.most, period)
        return [((d,), period) for d in offsets], GapLimits(limits.least, most)
    while limits.most <= period:
        found = list(islice(_sets(offsets, visits, period, limits), _MOST_LOOKED_AT))
        if found or demand.max_gap_days:
            return [(base, period) for base in found], limits
        limits = GapLimits(limits.least, limits.most + 1)
    return [], limits


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


def _with_pins(patterns: list[Pattern], pins: Sequence[int], until: int) -> list[Pattern]:
    """Rule 7; a pin on a day that is not open is left to ``validate``, one that is past is over."""
    if not pins:
        return patterns
    holding = [p for p in patterns if set(pins) <= set(p)]
    if holding:
        return holding
    moved = set()
    for pattern in patterns or [()]:
        days = list(pattern)
        for pin in pins:
            free = [d for d in days if d not in pins and d >= until]
            if free and pin not in days:
                days.remove(min(free, key=lambda d: (abs(d - pin), d)))
            if pin not in days:
                days.append(pin)
        moved.add(tuple(sorted(days)))
    return sorted(moved)
