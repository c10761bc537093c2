"""Rules of the archive: how often an outlet is visited, and when it can be called on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from opening_hours import OpeningHours, State, validate

ANY_CHANNEL = "*"
DAY_MINUTES = 24 * 60
NIGHT_END_MINUTE = 6 * 60  # nobody calls on an outlet before


class OutletStatus(StrEnum):
    """Where an outlet is in its life; only active outlets are planned."""

    PROSPECT = "prospect"
    ACTIVE = "active"
    SEASONAL = "seasonal"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    MOVED = "moved"


class AssignmentSource(StrEnum):
    """Who decided; drawing territories changes only what a polygon decided.

    A claim was made by the rep, out of the public pool.
    """

    POLYGON = "polygon"
    MANUAL = "manual"
    FIXED = "fixed"
    CLAIM = "claim"


class WindowSource(StrEnum):
    """Where a call window comes from; new opening hours replace only their own windows."""

    OPENING_HOURS = "opening_hours"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Frequency:
    """``visits`` per ``weeks`` weeks of ``minutes`` each."""

    visits: int
    weeks: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Policy:
    """The frequency of a grade in a channel ("*": any) while it is valid."""

    grade_code: str
    channel: str
    frequency: Frequency
    valid_from: date
    valid_to: date | None = None

    def holds(self, on: date) -> bool:
        """Whether the policy is valid on this date (``valid_to`` itself is not)."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class Override:
    """What an outlet has instead of its policy; None leaves the policy's figure."""

    visits: int | None = None
    weeks: int | None = None
    minutes: int | None = None


def pick_policy(
    policies: Iterable[Policy], grade_code: str, channel: str, on: date
) -> Policy | None:
    """The policy for a grade in a channel on a date, or None.

    A policy of the channel itself comes before one of any channel; of several, the one that
    became valid last.
    """
    fitting = [
        policy
        for policy in policies
        if policy.grade_code == grade_code
        and policy.channel in (channel, ANY_CHANNEL)
        and policy.holds(on)
    ]
    return max(fitting, key=lambda p: (p.channel == channel, p.valid_from), default=None)


def frequency_of(policy: Policy | None, override: Override) -> Frequency | None:
    """The policy's figures with the outlet's overrides; None where a figure is in neither."""
    base = policy.frequency if policy else None
    visits = override.visits or (base and base.visits)
    weeks = override.weeks or (base and base.weeks)
    minutes = override.minutes or (base and base.minutes)
    return Frequency(visits, weeks, minutes) if visits and weeks and minutes else None


@dataclass(frozen=True, slots=True)
class WeekWindow:
    """A span of one weekday (0 = Monday), minutes after midnight, at most 1440."""

    weekday: int
    start_minute: int
    end_minute: int


def week_windows(text: str, week_of: date) -> tuple[WeekWindow, ...] | None:
    """When OpenStreetMap opening hours are open in the week of a date; None for a broken text.

    Rules for seasons are read for that week.  What runs past midnight is clipped: the part of the
    next day is left out where it ends before ``NIGHT_END_MINUTE``.  Hours that are only
    "unknown" do not count as open.
    """
    if not validate(text):
        return None
    hours = OpeningHours(text, max_interval_days=366)
    monday = week_of - timedelta(days=week_of.weekday())
    return tuple(
        window
        for weekday in range(7)
        for window in _day_windows(hours, weekday, monday + timedelta(days=weekday))
    )


def _day_windows(hours: OpeningHours, weekday: int, on: date) -> Iterator[WeekWindow]:
    midnight = datetime.combine(on, time())
    for start, end, state, _comment in hours.intervals(midnight, midnight + timedelta(days=1)):
        opens = _minutes(start - midnight)
        closes = _minutes(end - midnight) if end else DAY_MINUTES
        spilled = opens == 0 and closes < NIGHT_END_MINUTE
        if state == State.OPEN and opens < closes and not spilled:
            yield WeekWindow(weekday, opens, closes)


def _minutes(span: timedelta) -> int:
    return max(0, min(DAY_MINUTES, int(span.total_seconds() // 60)))


def place_is_possible(lat: float, lon: float) -> bool:
    """Whether these are degrees on the earth; (0, 0) is what broken files hold, not an outlet."""
    return -90 <= lat <= 90 and -180 <= lon <= 180 and (lat, lon) != (0, 0)
