"""Reads of the timeline: the audit log of a record and the visits, merged; and where it stands.

There is no second history: changes are the entries of the audit log.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from crm_core.archive.model import Account, Contact, Outlet, Tag
from crm_core.archive.queries import outlet
from crm_core.archive.queries.accounts import account
from crm_core.archive.rules.record import RecordKind
from crm_core.people.model import AuditEntry, Department, Rep, User
from crm_core.people.queries import reps, scoped
from crm_core.people.rules import Scope
from crm_core.planning.calls import PlannedCall, planned_calls
from crm_core.territories.model import Territory
from crm_core.territories.queries import territories
from crm_core.territories.rules import Area, LonLat, holders
from crm_core.timeline.rules import (
    KIND_OF_TABLE,
    EntryKind,
    Mark,
    has_visits,
    kind_of,
    only_orders,
    told_tables,
)
from crm_core.visits.model import Visit
from crm_core.visits.queries import MADE

AHEAD = timedelta(weeks=12)  # how far the next planned visit is looked for

_NAMED = (Rep, Account, Outlet, Contact, Tag, Department)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: a change (``user_name`` "" for the service) or a visit."""

    mark: Mark
    kind: EntryKind
    user_name: str
    change: AuditEntry | None = None
    visit: Visit | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an outlet stands: who holds its place, the last visit made and the next one planned."""

    territories: Sequence[Territory]
    last_visit: Visit | None
    next_call: PlannedCall | None


def timeline(
    session: Session,
    scope: Scope,
    kind: RecordKind,
    record_id: UUID,
    *,
    kinds: Collection[EntryKind] = (),
    before: Mark | None = None,
    limit: int = 50,
) -> list[Entry]:
    """What happened to a record in scope, newest first, of some kinds (none: all).

    ``before`` continues after an entry.  Raises NotFound (outlet-unknown, account-unknown).
    """
    (outlet if kind is RecordKind.OUTLETS else account)(session, scope, record_id)
    sources = [_changes(session, record_id, kinds, before, limit)]
    if kind is RecordKind.OUTLETS and has_visits(kinds):
        sources.append(_visits(session, record_id, kinds, before, limit))
    every = merge(*sources, key=lambda entry: entry.mark, reverse=True)
    return [*islice(every, limit)]


def names(session: Session, scope: Scope, ids: Iterable[UUID]) -> dict[UUID, str]:
    """What reps, accounts, outlets, contacts, tags and departments in scope are called, by id."""
    wanted, found = {*ids}, {}
    for model in _NAMED if wanted else ():
        named = scoped(model, scope).where(model.id.in_(wanted))
        rows = session.execute(named.with_only_columns(model.id, model.name))
        found.update(dict(rows.all()))
    return found


def standing(session: Session, scope: Scope, outlet_id: UUID) -> Standing:
    """Where an outlet in scope stands today; raises NotFound (outlet-unknown)."""
    found = outlet(session, scope, outlet_id)
    made = select(Visit).where(  # unscoped: the outlet is in scope
        Visit.outlet_id == outlet_id, Visit.status.in_(MADE)
    )
    newest = made.order_by(Visit.local_date.desc(), Visit.checked_in_at.desc()).limit(1)
    last = session.scalar(newest)
    return Standing(
        _around(session, scope, found),
        last,
        _next_call(session, scope, outlet_id, last.local_date if last else None),
    )


def _around(session: Session, scope: Scope, found: Outlet) -> list[Territory]:
    if found.lat is None or found.lon is None:
        return []
    drawn = territories(session, scope)
    areas = [Area(one.territory.id, None, one.shape.geometry) for one in drawn]
    [inside] = holders(areas, [LonLat(found.lon, found.lat)])
    return [drawn[index].territory for index in inside]


def _next_call(
    session: Session, scope: Scope, outlet_id: UUID, last: date | None
) -> PlannedCall | None:
    """The first planned stop from today on; today's no more once somebody was there."""
    zones, today = {rep.id: rep.zone for rep in reps(session, scope)}, scope.as_of
    calls = planned_calls(session, scope, zones, today, today + AHEAD, today, [outlet_id])
    coming = (call for call in calls if call.date != last)
    return min(coming, key=lambda call: (call.date, call.arrival_minute), default=None)


def _changes(
    session: Session,
    record_id: UUID,
    kinds: Collection[EntryKind],
    before: Mark | None,
    limit: int,
) -> list[Entry]:
    entries = (
        select(AuditEntry, User.name)  # unscoped: who sees the record sees its history
        .outerjoin(User, User.id == AuditEntry.user_id)
        .where(AuditEntry.record_id == record_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(limit)
    )
    if kinds:
        told = AuditEntry.table.in_(told_tables(kinds))
        others = AuditEntry.table.not_in(KIND_OF_TABLE)
        entries = entries.where(or_(told, others) if EntryKind.CHANGE in kinds else told)
    if before is not None:
        same_moment = and_(AuditEntry.at == before.at, AuditEntry.id < before.id)
        entries = entries.where(or_(AuditEntry.at < before.at, same_moment))
    return [
        Entry(Mark(entry.at, entry.id), kind_of(entry.table), name or "", change=entry)
        for entry, name in session.execute(entries)
    ]


def _visits(
    session: Session,
    outlet_id: UUID,
    kinds: Collection[EntryKind],
    before: Mark | None,
    limit: int,
) -> list[Entry]:
    """The visits of one outlet: few enough to put them in order here, in their own zones.

    Those of reps who served it before are among them, see ``_changes``.
    """
    own = select(Visit).where(Visit.outlet_id == outlet_id)  # unscoped: the outlet is in scope
    if only_orders(kinds):
        own = own.where(Visit.order_value_minor > 0)
    columns = (Visit.id, Visit.local_date, Visit.checked_in_at, Visit.zone)
    rows = session.execute(own.with_only_columns(*columns))
    unsorted = [Mark(_moment(day, at, zone), row_id) for row_id, day, at, zone in rows]
    marks = sorted(unsorted, reverse=True)
    page = [mark for mark in marks if before is None or mark < before][:limit]
    known = {
        visit.id: (visit, name)
        for visit, name in session.execute(
            select(Visit)  # unscoped: the outlet is in scope
            .where(Visit.id.in_([mark.id for mark in page]))
            .join(Rep, Rep.id == Visit.rep_id)
            .add_columns(Rep.name)
        )
    }
    return [_visit(mark, *known[mark.id]) for mark in page]


def _visit(mark: Mark, visit: Visit, rep_name: str) -> Entry:
    kind = EntryKind.ORDER if visit.order_value_minor else EntryKind.VISIT
    return Entry(mark, kind, rep_name, visit=visit)


def _moment(local_date: date, checked_in_at: datetime | None, zone: str) -> datetime:
    """When a visit was; for one that was skipped, where its day begins."""
    return checked_in_at or datetime.combine(local_date, time(), ZoneInfo(zone)).astimezone(UTC)
