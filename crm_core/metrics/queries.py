"""Reads of metrics: planned calls, visits, demands and outlets of a scope and period."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet
from crm_core.archive.queries import assigned_outlets
from crm_core.archive.queries.life import lives, may_be_visited
from crm_core.archive.rules.life import Span, days_off
from crm_core.clock import local_date, local_minute
from crm_core.metrics.rules import Call, MadeVisit, Required
from crm_core.people.model import Rep
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.planning.calls import PlannedCall, planned_calls
from crm_core.planning.model import JourneyPlan, PlannedDemand
from crm_core.planning.queries import published_versions
from crm_core.planning.rules import PublishedVersion, in_force
from crm_core.visits.model import Visit
from crm_core.visits.queries import MADE


@dataclass(frozen=True, slots=True)
class Facts:
    """What the figures of one scope and period are made from.

    ``calls`` and ``visits`` reach over whole cycles; ``due`` are the calls of the period up to
    each rep's today, ``made`` the visits of the period.
    """

    rep_ids: tuple[UUID, ...]
    calls: tuple[Call, ...]
    due: tuple[Call, ...]
    visits: tuple[MadeVisit, ...]
    made: tuple[MadeVisit, ...]
    required: tuple[Required, ...]
    active: frozenset[UUID]
    simulated: bool


def facts(
    session: Session,
    scope: Scope,
    date_from: dt.date,
    date_to: dt.date,
    rep_id: UUID | None,
    now: dt.datetime,
) -> Facts:
    """Read everything the figures of a period (both dates included) need."""
    zones = _zones(session, scope, rep_id)
    todays = {rep: local_date(now, zone) for rep, zone in zones.items()}
    versions = published_versions(session, scope, zones, date_to)
    span = _span(versions, date_from, date_to)
    latest = max(todays.values(), default=date_to)
    planned = planned_calls(session, scope, zones, *span, latest)
    life = lives(session, scope, {call.outlet_id for call in planned})
    calls = tuple(_call(call) for call in planned if _stands(life, call))
    rows = _visit_rows(session, scope, zones, span)
    visits = tuple(_made(row) for row in rows)
    ended = _ended(versions, zones, date_from, date_to)
    return Facts(
        rep_ids=tuple(zones),
        calls=calls,
        due=tuple(c for c in calls if date_from <= c.date <= min(date_to, todays[c.rep_id])),
        visits=visits,
        made=tuple(v for v in visits if date_from <= v.date <= date_to),
        required=tuple(_required(session, scope, ended, visits)),
        active=_active(session, scope, rep_id, date_to),
        simulated=any(row.simulated for row in rows)
        or _any_simulated(session, scope, _touching(versions, date_from, date_to)),
    )


def _stands(life: Mapping[UUID, Sequence[Span]], call: PlannedCall) -> bool:
    """Whether the outlet of a planned call is visited on that date: nobody misses a closed one."""
    return not days_off(life.get(call.outlet_id, ()), [call.date])


def _call(planned: PlannedCall) -> Call:
    return Call(
        planned.rep_id,
        planned.outlet_id,
        planned.date,
        planned.sequence,
        planned.arrival_minute,
        planned.cycle_start,
        planned.cycle_end,
    )


def _zones(session: Session, scope: Scope, rep_id: UUID | None) -> dict[UUID, str]:
    query = scoped(Rep, scope).with_only_columns(Rep.id, Rep.zone)
    if rep_id:
        query = query.where(Rep.id == rep_id)
    return dict(session.execute(query.order_by(Rep.code)).all())


def _span(
    versions: Mapping[UUID, Collection[PublishedVersion]], date_from: dt.date, date_to: dt.date
) -> tuple[dt.date, dt.date]:
    """The period, widened to whole cycles."""
    touching = _touching(versions, date_from, date_to)
    return (
        min([date_from, *(version.cycle_start for version in touching)]),
        max([date_to, *(version.cycle_end for version in touching)]),
    )


def _touching(
    versions: Mapping[UUID, Collection[PublishedVersion]], date_from: dt.date, date_to: dt.date
) -> list[PublishedVersion]:
    """The versions whose cycle shares a date with the period."""
    return [
        version
        for known in versions.values()
        for version in known
        if version.cycle_start <= date_to and version.cycle_end >= date_from
    ]


def _visit_rows(
    session: Session, scope: Scope, rep_ids: Collection[UUID], span: tuple[dt.date, dt.date]
) -> list[Visit]:
    query = scoped(Visit, scope).where(
        Visit.rep_id.in_(list(rep_ids)),
        Visit.status.in_(MADE),
        Visit.local_date.between(*span),
    )
    return [*session.scalars(query)]


def _made(row: Visit) -> MadeVisit:
    begun, ended = row.checked_in_at, row.checked_out_at
    return MadeVisit(
        visit_key=row.visit_key,
        rep_id=row.rep_id,
        outlet_id=row.outlet_id,
        date=row.local_date,
        check_in_minute=local_minute(begun, row.zone) if begun else None,
        minutes=(ended - begun).total_seconds() / 60 if begun and ended else None,
        order_lines=row.order_lines,
        order_value_minor=row.order_value_minor,
        currency=row.currency,
    )


def _ended(
    versions: Mapping[UUID, Collection[PublishedVersion]],
    zones: Mapping[UUID, str],
    date_from: dt.date,
    date_to: dt.date,
) -> dict[UUID, tuple[UUID, PublishedVersion]]:
    """By plan the rep and version of every cycle that ends in the period: its last version."""
    found: dict[UUID, tuple[UUID, PublishedVersion]] = {}
    for rep_id, known in versions.items():
        for end in {version.cycle_end for version in known}:
            last = in_force(known, end, end, zones[rep_id])
            if last and date_from <= end <= date_to:
                found[last.plan_id] = (rep_id, last)
    return found


def _required(
    session: Session,
    scope: Scope,
    ended: Mapping[UUID, tuple[UUID, PublishedVersion]],
    visits: Collection[MadeVisit],
) -> list[Required]:
    query = scoped(PlannedDemand, scope).where(PlannedDemand.journey_plan_id.in_(list(ended)))
    made: Counter[tuple[UUID, UUID]] = Counter()
    for plan_id, (rep_id, version) in ended.items():
        for visit in visits:
            if visit.rep_id == rep_id and version.covers(visit.date):
                made[plan_id, visit.outlet_id] += 1
    return [
        Required(row.outlet_id, row.required, made[row.journey_plan_id, row.outlet_id])
        for row in session.scalars(query)
    ]


def _active(session: Session, scope: Scope, rep_id: UUID | None, on: dt.date) -> frozenset[UUID]:
    """Active outlets in scope; with a rep those the rep serves on the last day of the period."""
    if rep_id:
        return frozenset(outlet.id for outlet in assigned_outlets(session, scope, rep_id, on))
    query = scoped(Outlet, scope).where(may_be_visited(on, on))
    return frozenset(session.scalars(query.with_only_columns(Outlet.id)))


def _any_simulated(session: Session, scope: Scope, versions: Collection[PublishedVersion]) -> bool:
    ids = [version.plan_id for version in versions]
    query = scoped(JourneyPlan, scope).where(JourneyPlan.id.in_(ids), JourneyPlan.simulated)
    return session.scalar(query.limit(1)) is not None
