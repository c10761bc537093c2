"""Planned calls: the stops that count on the dates of a period, by the baseline rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.planning.model import DayBaseline, PlannedStop
from crm_core.planning.queries import published_versions
from crm_core.planning.rules import PublishedVersion, in_force


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A stop of the version that a date shows: the baseline for the past, else the newest."""

    stop_id: UUID
    rep_id: UUID
    outlet_id: UUID
    date: dt.date
    sequence: int
    arrival_minute: float
    cycle_start: dt.date
    cycle_end: dt.date


def planned_calls(
    session: Session,
    scope: Scope,
    zones: Mapping[UUID, str],
    date_from: dt.date,
    date_to: dt.date,
    today: dt.date,
    outlet_ids: Collection[UUID] | None = None,
) -> list[PlannedCall]:
    """What was or is planned for some reps (id → zone) in a period, both dates included.

    A past date and today count their baseline, a later date the newest published version.
    """
    of_date = _versions_of_dates(session, scope, zones, date_from, date_to, today)
    plan_ids = {version.plan_id for version in of_date.values()}
    query = (
        scoped(PlannedStop, scope)
        .where(PlannedStop.journey_plan_id.in_(plan_ids))
        .where(PlannedStop.date.between(date_from, date_to))
        .with_only_columns(
            PlannedStop.journey_plan_id,
            PlannedStop.id,
            PlannedStop.rep_id,
            PlannedStop.outlet_id,
            PlannedStop.date,
            PlannedStop.sequence,
            PlannedStop.arrival_minute,
        )
        .order_by(PlannedStop.rep_id, PlannedStop.date, PlannedStop.sequence)
    )
    if outlet_ids is not None:
        query = query.where(PlannedStop.outlet_id.in_(outlet_ids))
    calls = []
    for plan_id, stop_id, rep_id, outlet_id, date, sequence, arrival in session.execute(query):
        version = of_date.get((rep_id, date))
        if version and version.plan_id == plan_id:
            cycle = (version.cycle_start, version.cycle_end)
            calls.append(PlannedCall(stop_id, rep_id, outlet_id, date, sequence, arrival, *cycle))
    return calls


def _versions_of_dates(
    session: Session,
    scope: Scope,
    zones: Mapping[UUID, str],
    date_from: dt.date,
    date_to: dt.date,
    today: dt.date,
) -> dict[tuple[UUID, dt.date], PublishedVersion]:
    """By rep and date the version that counts; stored baselines come before the rule."""
    versions = published_versions(session, scope, zones, date_to)
    query = (
        scoped(DayBaseline, scope)
        .where(DayBaseline.rep_id.in_(zones), DayBaseline.date.between(date_from, date_to))
        .with_only_columns(DayBaseline.rep_id, DayBaseline.date, DayBaseline.journey_plan_id)
    )
    stored = {(rep_id, date): plan_id for rep_id, date, plan_id in session.execute(query)}
    tomorrow = today + dt.timedelta(days=1)
    found: dict[tuple[UUID, dt.date], PublishedVersion] = {}
    for rep_id, known in versions.items():
        by_id = {version.plan_id: version for version in known}
        for offset in range((date_to - date_from).days + 1):
            date = date_from + dt.timedelta(days=offset)
            frozen = stored.get((rep_id, date))
            version = by_id.get(frozen) if frozen else None
            version = version or in_force(known, date, tomorrow, zones[rep_id])
            if version:
                found[rep_id, date] = version
    return found
