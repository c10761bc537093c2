"""Rules of metrics: pure functions from planned calls and visits to numerator and denominator.

Definitions are those of the metric catalogue; ``RULE_VERSION`` changes when a figure would come
out differently from the same data.  A visit was *made* when somebody checked in or out.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from crm_core.visits.rules import match_visits

RULE_VERSION = "1"
ON_TIME_MINUTES = 30.0

type Match = dict[Call, MadeVisit]


@dataclass(frozen=True, slots=True)
class Call:
    """A planned stop of the baseline of its date."""

    rep_id: UUID
    outlet_id: UUID
    date: dt.date
    sequence: int
    arrival_minute: float
    cycle_start: dt.date
    cycle_end: dt.date


@dataclass(frozen=True, slots=True)
class MadeVisit:
    """A visit that was made; minutes are after local midnight of ``date``."""

    visit_key: UUID
    rep_id: UUID
    outlet_id: UUID
    date: dt.date
    check_in_minute: float | None = None
    minutes: float | None = None
    order_lines: int | None = None
    order_value_minor: int | None = None
    currency: str | None = None

    @property
    def has_order(self) -> bool:
        """Whether something was ordered."""
        return bool(self.order_lines or self.order_value_minor)


@dataclass(frozen=True, slots=True)
class Required:
    """Visits that one published plan owed an outlet, and how many the cycle saw."""

    outlet_id: UUID
    required: int
    made: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """One figure: numerator over denominator; without data there is no value, never 0."""

    key: str
    numerator: float
    denominator: float
    currency: str | None = None

    @property
    def value(self) -> float | None:
        """The quotient; none where the denominator is 0."""
        return self.numerator / self.denominator if self.denominator else None


def match_calls(calls: Iterable[Call], visits: Iterable[MadeVisit]) -> Match:
    """Which visit meets which planned call, by rep, outlet and cycle (``match_visits``).

    ``calls`` holds whole cycles, so that no visit counts for two calls.  Of two stops at one
    outlet on one date the first is the call.
    """
    planned: dict[tuple[UUID, UUID, dt.date, dt.date], dict[dt.date, Call]] = defaultdict(dict)
    for call in calls:
        key = (call.rep_id, call.outlet_id, call.cycle_start, call.cycle_end)
        planned[key].setdefault(call.date, call)
    made: dict[tuple[UUID, UUID], list[MadeVisit]] = defaultdict(list)
    for visit in sorted(visits, key=lambda visit: visit.visit_key):
        made[visit.rep_id, visit.outlet_id].append(visit)
    met: Match = {}
    for (rep_id, outlet_id, start, end), by_date in planned.items():
        mine = [visit for visit in made[rep_id, outlet_id] if start <= visit.date <= end]
        matched = match_visits(list(by_date), [visit.date for visit in mine])
        met |= {by_date[date]: mine[index] for date, index in matched.items()}
    return met


def distinct_calls(calls: Iterable[Call]) -> list[Call]:
    """One call per rep, outlet and date, the first of them."""
    first: dict[tuple[UUID, UUID, dt.date], Call] = {}
    for call in calls:
        first.setdefault((call.rep_id, call.outlet_id, call.date), call)
    return list(first.values())


def adherence(due: Sequence[Call], met: Match) -> list[Ratio]:
    """Planned calls that were visited on their date, in their ISO week, in their cycle."""
    visited = [(call, met[call]) for call in due if call in met]
    strict = [call for call, visit in visited if visit.date == call.date]
    week = [call for call, visit in visited if _week(visit.date) == _week(call.date)]
    return [
        Ratio("adherence_strict", len(strict), len(due)),
        Ratio("adherence_week", len(week), len(due)),
        Ratio("adherence_cycle", len(visited), len(due)),
    ]


def sequence_adherence(due: Sequence[Call], met: Match) -> Ratio:
    """Σ longest common subsequence of planned and actual order of a day / visited on the day."""
    days: dict[tuple[UUID, dt.date], list[tuple[float, int]]] = defaultdict(list)
    for call, visit in _on_day(due, met):
        if visit.check_in_minute is not None:
            days[call.rep_id, call.date].append((visit.check_in_minute, call.sequence))
    kept = sum(_longest_rise([sequence for _, sequence in sorted(d)]) for d in days.values())
    return Ratio("sequence_adherence", kept, sum(len(day) for day in days.values()))


def on_time(due: Sequence[Call], met: Match) -> Ratio:
    """Check-ins within ``ON_TIME_MINUTES`` of the planned arrival / planned calls visited."""
    late = [
        abs(visit.check_in_minute - call.arrival_minute)
        for call, visit in _on_day(due, met)
        if visit.check_in_minute is not None
    ]
    return Ratio("on_time", sum(minutes <= ON_TIME_MINUTES for minutes in late), len(late))


def coverage(visited: Collection[UUID], active: Collection[UUID]) -> Ratio:
    """Active outlets that were visited at all / active outlets."""
    return Ratio("coverage", len(set(visited) & set(active)), len(set(active)))


def frequency_attainment(demands: Sequence[Required]) -> list[Ratio]:
    """Σ min(made, required) / Σ required, and the share of outlets with all that was required."""
    asked = [demand for demand in demands if demand.required > 0]
    full = sum(demand.made >= demand.required for demand in asked)
    made = sum(min(demand.made, demand.required) for demand in asked)
    return [
        Ratio("frequency_attainment", made, sum(demand.required for demand in asked)),
        Ratio("frequency_outlets", full, len(asked)),
    ]


def orders(visits: Sequence[MadeVisit], planned: int) -> list[Ratio]:
    """Strike rates, lines per productive call, and drop size per currency."""
    productive = [visit for visit in visits if visit.has_order]
    lined = [visit.order_lines for visit in productive if visit.order_lines is not None]
    values: dict[str, list[int]] = defaultdict(list)
    for visit in productive:
        if visit.currency and visit.order_value_minor is not None:
            values[visit.currency].append(visit.order_value_minor)
    drops = [
        Ratio("drop_size", sum(values[currency]), len(values[currency]), currency)
        for currency in sorted(values)
    ]
    return [
        Ratio("strike_rate", len(productive), len(visits)),
        Ratio("strike_rate_planned", len(productive), planned),
        Ratio("lines_per_call", sum(lined), len(lined)),
        *(drops or [Ratio("drop_size", 0, 0)]),
    ]


def time_in_store(visits: Sequence[MadeVisit]) -> Ratio:
    """Σ minutes from check-in to check-out / visits with both."""
    stays = [visit.minutes for visit in visits if visit.minutes is not None]
    return Ratio("time_in_store", sum(stays), len(stays))


def _on_day(due: Sequence[Call], met: Match) -> list[tuple[Call, MadeVisit]]:
    pairs = [(call, met[call]) for call in due if call in met]
    return [(call, visit) for call, visit in pairs if visit.date == call.date]


def _week(date: dt.date) -> tuple[int, int]:
    return date.isocalendar()[:2]


def _longest_rise(sequence: Sequence[int]) -> int:
    """Length of the longest increasing subsequence, by patience sorting.

    Planned order is increasing, so this is the longest common subsequence with it.
    """
    tails: list[int] = []
    for number in sequence:
        place = bisect_left(tails, number)
        tails[place : place + 1] = [number]
    return len(tails)
