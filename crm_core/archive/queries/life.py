"""Reads of the life of outlets: who is visited when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet, OutletLife, OutletRisk, Proposal
from crm_core.archive.rules.life import Span, status_on
from crm_core.archive.rules.visiting import OutletStatus
from crm_core.errors import NotFound
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope


def lives(
    session: Session, scope: Scope, outlet_ids: Collection[UUID] | None = None
) -> dict[UUID, list[Span]]:
    """The dated spans of outlets in scope, in order; outlets without any are not in it."""
    rows = scoped(OutletLife, scope).order_by(OutletLife.valid_from)
    if outlet_ids is not None:
        rows = rows.where(OutletLife.outlet_id.in_(outlet_ids))
    found: dict[UUID, list[Span]] = defaultdict(list)
    for row in session.scalars(rows):
        found[row.outlet_id].append(span_of(row))
    return found


def life_rows(session: Session, scope: Scope, outlet_id: UUID) -> Sequence[OutletLife]:
    """The life of one outlet in scope, in order."""
    own = scoped(OutletLife, scope).where(OutletLife.outlet_id == outlet_id)
    return session.scalars(own.order_by(OutletLife.valid_from)).all()


def statuses(
    session: Session, scope: Scope, outlets: Collection[Outlet], on: date
) -> dict[UUID, OutletStatus]:
    """The status of each outlet on a date."""
    known = lives(session, scope, [outlet.id for outlet in outlets])
    return {o.id: status_on(known.get(o.id, ()), o.status, on) for o in outlets}


def has_status(status: str, on: date) -> ColumnElement[bool]:
    """The condition that an outlet has a status on a date."""
    dated = _covering(on, on)
    return or_(
        Outlet.id.in_(dated.where(OutletLife.status == status)),
        and_(Outlet.status == status, Outlet.id.not_in(dated)),
    )


def may_be_visited(first: date, last: date) -> ColumnElement[bool]:
    """The condition that an outlet is active, or seasonal in season, on some of these dates."""
    dated = _covering(first, last)
    days = (first.strftime("%m-%d"), last.strftime("%m-%d"))
    season = _touches_season(*days) if (last - first).days < 365 else true()
    visited = or_(
        OutletLife.status == OutletStatus.ACTIVE,
        and_(OutletLife.status == OutletStatus.SEASONAL, season),
    )
    return or_(
        Outlet.id.in_(dated.where(visited)),
        and_(Outlet.status == OutletStatus.ACTIVE, Outlet.id.not_in(dated)),
    )


def risks_since(session: Session, scope: Scope) -> dict[UUID, date]:
    """Since when outlets are at risk, by outlet, as the daily jobs found it."""
    rows = scoped(OutletRisk, scope).with_only_columns(OutletRisk.outlet_id, OutletRisk.since)
    return dict(session.execute(rows).all())


def risk_factors(session: Session, scope: Scope) -> dict[UUID, float]:
    """How much more the visits of outlets at risk count in planning, by outlet."""
    rows = scoped(OutletRisk, scope).with_only_columns(OutletRisk.outlet_id, OutletRisk.factor)
    return dict(session.execute(rows).all())


def proposals(
    session: Session, scope: Scope, *, status: str | None = None, limit: int = 200
) -> Sequence[Proposal]:
    """Proposals in scope, the oldest first."""
    rows = scoped(Proposal, scope).order_by(Proposal.received_at, Proposal.id).limit(limit)
    if status is not None:
        rows = rows.where(Proposal.status == status)
    return session.scalars(rows).all()


def proposal(session: Session, scope: Scope, proposal_id: UUID) -> Proposal:
    """A proposal in scope; raises NotFound (proposal-unknown)."""
    found = session.scalar(scoped(Proposal, scope).where(Proposal.id == proposal_id))
    if found is None:
        cause = "There is no such proposal that you may see."
        raise NotFound("proposal-unknown", cause, "Look at the list again.")
    return found


def span_of(row: OutletLife) -> Span:
    """The span that a row holds."""
    ends = (row.season_start, row.season_end)
    season = (ends[0], ends[1]) if ends[0] is not None and ends[1] is not None else None
    return Span(OutletStatus(row.status), row.valid_from, row.valid_to, season)


def _covering(first: date, last: date) -> Select[UUID]:
    dated = select(OutletLife.outlet_id)  # unscoped: narrows a scoped select
    not_over = or_(OutletLife.valid_to.is_(None), OutletLife.valid_to > first)
    return dated.where(OutletLife.valid_from <= last, not_over)


def _touches_season(first: str, last: str) -> ColumnElement[bool]:
    """Whether the days from ``first`` through ``last`` (MM-DD) share one with the season."""
    start, end = OutletLife.season_start, OutletLife.season_end

    def inside(day: str) -> ColumnElement[bool]:
        plain = and_(start <= end, start <= day, end >= day)
        return or_(plain, and_(start > end, or_(start <= day, end >= day)))

    begins = and_(start >= first, start <= last) if first <= last else start >= first
    return or_(inside(first), inside(last), begins)
