"""The report of incomplete and stale records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, or_, select
from sqlalchemy.orm import Session

from crm_core.archive.model import Contact, Outlet
from crm_core.archive.queries.life import may_be_visited
from crm_core.archive.queries.listing import assignments
from crm_core.archive.rules.completeness import BASICS, WHOLE, Completeness, Gaps, gaps
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope

_COLUMNS = tuple(field for field in (*BASICS, *WHOLE) if field != "decision_maker")


@dataclass(frozen=True, slots=True)
class RecordGaps:
    """An outlet that lacks something or was not touched for long."""

    outlet_id: UUID
    name: str
    short_code: str
    rep_id: UUID | None
    gaps: Gaps
    updated_at: datetime
    stale: bool


@dataclass(frozen=True, slots=True)
class CompletenessReport:
    """How many visited outlets are how far, how often each field is missing, and which are not."""

    outlets: int
    counts: Counter[Completeness]
    stale: int
    missing: Counter[str]
    items: list[RecordGaps]


def completeness(
    session: Session, scope: Scope, now: datetime, *, stale_days: int = 180, limit: int = 500
) -> CompletenessReport:
    """The visited outlets in scope, the late and the stale ones first; simulated ones left out."""
    decided = scoped(Contact, scope).where(Contact.decision_maker, Contact.outlet_id.is_not(None))
    deciders = {*session.scalars(decided.with_only_columns(Contact.outlet_id))}
    serving = {key: row.rep_id for key, row in assignments(session, scope, scope.as_of).items()}
    edge = now - timedelta(days=stale_days)
    report = CompletenessReport(0, Counter(), 0, Counter(), [])
    found = []
    for outlet in _visited(session, scope):
        filled = {field for field in _COLUMNS if getattr(outlet, field) not in (None, "")}
        lacks = gaps(
            filled | ({"decision_maker"} if outlet.id in deciders else set()),
            outlet.created_at,
            now,
        )
        report.counts[lacks.state] += 1
        report.missing.update([*lacks.basics, *lacks.whole])
        stale = outlet.updated_at < edge
        if stale or lacks.state is not Completeness.COMPLETE:
            told = (outlet.id, outlet.name, outlet.short_code, serving.get(outlet.id))
            found.append(RecordGaps(*told, lacks, outlet.updated_at, stale))
    order = [Completeness.LATE, Completeness.DUE, Completeness.COMPLETE]
    found.sort(key=lambda one: (order.index(one.gaps.state), not one.stale, one.short_code))
    stale_count = sum(one.stale for one in found)
    total = report.counts.total()
    return CompletenessReport(total, report.counts, stale_count, report.missing, found[:limit])


def is_incomplete(*, whole: bool) -> ColumnElement[bool]:
    """The condition that an outlet lacks some of the basics, or with ``whole`` some of it all."""
    names = [name for name in (*BASICS, *(WHOLE if whole else ())) if name in _COLUMNS]
    empty = [_is_empty(Outlet.__table__.c[name]) for name in names]
    if not whole:
        return or_(*empty)
    deciders = select(Contact.outlet_id).where(  # unscoped: narrows a scoped select
        Contact.decision_maker, Contact.outlet_id.is_not(None)
    )
    return or_(*empty, Outlet.id.not_in(deciders))


def _is_empty(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return column == "" if isinstance(column.type, String) else column.is_(None)


def _visited(session: Session, scope: Scope) -> Iterator[Outlet]:
    every = scoped(Outlet, scope).where(
        may_be_visited(scope.as_of, scope.as_of), Outlet.simulated.is_(False)
    )
    yield from session.scalars(every)
