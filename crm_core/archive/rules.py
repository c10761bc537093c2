"""Rules of the archive: how often an outlet is visited, and when it can be called on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

ANY_CHANNEL = "*"


class OutletStatus(StrEnum):
    """Where an outlet is in its life; only active outlets are planned."""

    PROSPECT = "prospect"
    ACTIVE = "active"
    SEASONAL = "seasonal"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    MOVED = "moved"


class AssignmentSource(StrEnum):
    """Who decided; drawing territories changes only what a polygon decided."""

    POLYGON = "polygon"
    MANUAL = "manual"
    FIXED = "fixed"


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
