"""Rules of planning: which version counts on a date, and what may happen to a plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from crm_core.clock import zone_of


class PlanStatus(StrEnum):
    """Life of a journey plan."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class RunStatus(StrEnum):
    """Life of a planning run and of each of its tasks."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED})
MOST_WEEKS = 12  # of a cycle

#: In the summary of a plan that the demo published as of an earlier moment than it was made.
SIMULATED_PUBLICATION = "publication_simulated"


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A plan that was published at some time and covers ``weeks`` weeks from ``cycle_start``."""

    plan_id: UUID
    cycle_start: dt.date
    weeks: int
    published_at: dt.datetime

    @property
    def cycle_end(self) -> dt.date:
        """The last date of the cycle."""
        return self.cycle_start + dt.timedelta(weeks=self.weeks, days=-1)

    def covers(self, date: dt.date) -> bool:
        """Whether the date lies in the plan's cycle."""
        return self.cycle_start <= date <= self.cycle_end


def local_midnight(date: dt.date, zone: str) -> dt.datetime:
    """The moment a date begins on the rep's clock, in UTC."""
    return dt.datetime.combine(date, dt.time(), zone_of(zone)).astimezone(dt.UTC)


def baseline_of(
    versions: Iterable[PublishedVersion], date: dt.date, zone: str
) -> PublishedVersion | None:
    """The version that adherence of ``date`` is measured against.

    The rule: the version in force at 00:00 on the rep's clock, that is the last one published at
    or before that moment.  If none was (the first plan of a cycle is published during its first
    day), the first version published on that date.  Otherwise the date has no baseline: a plan
    never judges the days before it was published.
    """
    covering = sorted(
        (version for version in versions if version.covers(date)),
        key=lambda version: version.published_at,
    )
    midnight = local_midnight(date, zone)
    in_force = [version for version in covering if version.published_at <= midnight]
    if in_force:
        return in_force[-1]
    next_midnight = local_midnight(date + dt.timedelta(days=1), zone)
    return next((v for v in covering if v.published_at < next_midnight), None)


def in_force(
    versions: Iterable[PublishedVersion], date: dt.date, today: dt.date, zone: str
) -> PublishedVersion | None:
    """The version whose route a date shows: the baseline for the past, else the newest."""
    if date < today:
        return baseline_of(versions, date, zone)
    covering = [version for version in versions if version.covers(date)]
    return max(covering, key=lambda version: version.published_at, default=None)


def run_status(tasks: Sequence[str]) -> RunStatus:
    """What a run's tasks add up to: unfinished while any is, then the worst of them."""
    if any(status == RunStatus.RUNNING for status in tasks):
        return RunStatus.RUNNING
    if any(status == RunStatus.QUEUED for status in tasks):
        started = any(status != RunStatus.QUEUED for status in tasks)
        return RunStatus.RUNNING if started else RunStatus.QUEUED
    for worst in (RunStatus.FAILED, RunStatus.CANCELLED):
        if worst in tasks:
            return worst
    return RunStatus.DONE


def utilisation(busy_minutes: float, available_minutes: float) -> float | None:
    """Travel and service time as a share of the shifts less lunch; none without shifts."""
    return busy_minutes / available_minutes if available_minutes else None
