"""Rules of an outlet's life: which status follows which, and on which dates it is visited.

Dated spans are the truth; an outlet without any has had its ``status`` for ever.  A seasonal
outlet is visited in its season, ``("MM-DD", "MM-DD")`` with both ends, over New Year where the
first is later in the year than the last.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from crm_core.archive.rules.visiting import OutletStatus
from crm_core.errors import Fault

type Season = tuple[str, str]

EVER = date(1900, 1, 1)  # where the first span of an outlet begins
_S = OutletStatus
_NEXT: dict[OutletStatus, frozenset[OutletStatus]] = {
    _S.PROSPECT: frozenset({_S.ACTIVE, _S.SEASONAL, _S.CLOSED}),
    _S.ACTIVE: frozenset({_S.PROSPECT, _S.SEASONAL, _S.SUSPENDED, _S.CLOSED, _S.MOVED}),
    _S.SEASONAL: frozenset({_S.ACTIVE, _S.SEASONAL, _S.SUSPENDED, _S.CLOSED, _S.MOVED}),
    _S.SUSPENDED: frozenset({_S.ACTIVE, _S.SEASONAL, _S.CLOSED, _S.MOVED}),
    _S.CLOSED: frozenset({_S.ACTIVE, _S.SEASONAL, _S.PROSPECT}),
    _S.MOVED: frozenset(),
}
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True, slots=True)
class Span:
    """A status from ``valid_from`` until the day before ``valid_to`` (None: for good)."""

    status: OutletStatus
    valid_from: date
    valid_to: date | None = None
    season: Season | None = None

    def holds(self, on: date) -> bool:
        """Whether the span covers this date."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def is_visited(self, on: date) -> bool:
        """Whether an outlet in this span is visited on a date that it covers."""
        if self.status is OutletStatus.SEASONAL:
            return self.season is not None and in_season(self.season, on)
        return self.status is OutletStatus.ACTIVE


def in_season(season: Season, on: date) -> bool:
    """Whether a date lies in a season."""
    first, last = season
    day = on.strftime("%m-%d")
    return first <= day <= last if first <= last else day >= first or day <= last


def status_on(spans: Sequence[Span], otherwise: str, on: date) -> OutletStatus:
    """The status on a date; ``otherwise`` where no span covers it."""
    return next((span.status for span in spans if span.holds(on)), OutletStatus(otherwise))


def is_visited(spans: Sequence[Span], otherwise: str, on: date) -> bool:
    """Whether an outlet is visited on a date; ``otherwise`` is its status without spans."""
    span = next((span for span in spans if span.holds(on)), None)
    return span.is_visited(on) if span else otherwise == OutletStatus.ACTIVE


def days_off(spans: Sequence[Span], dates: Sequence[date]) -> tuple[int, ...]:
    """Indexes of the dates on which the spans of an outlet have no visits; none without spans."""
    if not spans:
        return ()
    return tuple(i for i, on in enumerate(dates) if not is_visited(spans, "", on))


def may_follow(now: str, then: str) -> bool:
    """Whether an outlet of the one status can become one of the other."""
    return OutletStatus(then) in _NEXT[OutletStatus(now)]


def changed_life(
    spans: Sequence[Span], otherwise: str, change: Span, *, checked: bool = True
) -> tuple[list[Span], list[Fault]]:
    """The spans after a change, and what forbids it; unless ``checked`` nothing does.

    The change takes the place of everything it covers; after its ``valid_to`` life goes on as it
    would have been on that day.
    """
    known = list(spans) or [Span(OutletStatus(otherwise), EVER)]
    faults = [*_change_faults(known, otherwise, change)] if checked else []
    if faults:
        return known, faults
    before = [
        _cut(span, change.valid_from) for span in known if span.valid_from < change.valid_from
    ]
    return [*before, change, *_after(known, change.valid_to)], []


def _cut(span: Span, end: date) -> Span:
    return (
        span if span.valid_to is not None and span.valid_to <= end else replace(span, valid_to=end)
    )


def _after(known: Sequence[Span], end: date | None) -> Iterator[Span]:
    for span in known:
        if end is not None and (span.valid_to is None or span.valid_to > end):
            yield replace(span, valid_from=max(span.valid_from, end))


def _change_faults(known: Collection[Span], otherwise: str, change: Span) -> Iterator[Fault]:
    now = status_on([*known], otherwise, change.valid_from)
    if change.status not in _NEXT[now]:
        can = ", ".join(sorted(_NEXT[now])) or "nothing"
        cause = f"An outlet that is {now} does not become {change.status}."
        yield Fault("status-order", cause, f"It can become {can}.", "status")
    if change.valid_to is not None and change.valid_to <= change.valid_from:
        cause = f"{change.valid_to} is not after {change.valid_from}."
        yield Fault("life-dates", cause, "Put the dates in order.", "until")
    if change.status is OutletStatus.SEASONAL and not _is_season(change.season):
        cause = "A seasonal outlet has a season."
        yield Fault("season-not-right", cause, "Give two days like 04-15 and 10-01.", "season")


def _is_season(season: Season | None) -> bool:
    return season is not None and all(_MONTH_DAY.fullmatch(day) for day in season)
