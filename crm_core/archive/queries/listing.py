"""Reads of the archive."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from crm_core.archive.model import (
    CallWindow,
    Grade,
    Outlet,
    OutletAssignment,
    Tag,
    Tagging,
    VisitPolicy,
)
from crm_core.archive.queries.life import has_status, may_be_visited
from crm_core.archive.rules import Frequency, OutletStatus, Policy
from crm_core.archive.rules.record import search_words
from crm_core.errors import NotFound
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope


@dataclass(frozen=True, slots=True)
class OutletFilter:
    """Which outlets to list; None and "" leave everything in.

    Every word of ``text`` is looked for in name, short code, pinyin initials, phone and address.
    ``rep_id`` means assigned to that rep on the scope's day, ``tags`` carrying all of them.
    ``outlet_ids`` is for filters of features above, such as a territory: in all of these.
    """

    text: str = ""
    grade_code: str | None = None
    channel: str | None = None
    rep_id: UUID | None = None
    status: str | None = OutletStatus.ACTIVE
    type: str | None = None
    region: str | None = None
    account_id: UUID | None = None
    tags: Collection[str] = ()
    outlet_ids: Sequence[Collection[UUID] | Select[UUID | None]] = ()


@dataclass(frozen=True, slots=True)
class OutletPage:
    """A page of outlets by short code; ``next_cursor`` is None on the last; ``total`` of all."""

    items: list[Outlet]
    next_cursor: str | None
    total: int


def grades(session: Session, scope: Scope) -> list[Grade]:
    """All grades, the most important first."""
    return [*session.scalars(scoped(Grade, scope).order_by(Grade.rank, Grade.code))]


def policies(session: Session, scope: Scope) -> list[Policy]:
    """All visit policies, past and future ones too, for ``rules.pick_policy``."""
    return [
        Policy(
            row.grade_code,
            row.channel,
            Frequency(row.visits, row.weeks, row.minutes),
            row.valid_from,
            row.valid_to,
        )
        for row in session.scalars(scoped(VisitPolicy, scope))
    ]


def outlet(session: Session, scope: Scope, outlet_id: UUID) -> Outlet:
    """The outlet with this id; raises ``NotFound`` (outlet-unknown), also for one out of scope."""
    found = session.scalar(scoped(Outlet, scope).where(Outlet.id == outlet_id))
    if found is None:
        raise NotFound(
            "outlet-unknown",
            f"There is no outlet {outlet_id} that you may see.",
            "Choose one of the outlets in the list, or ask whose it is.",
        )
    return found


def outlets(
    session: Session,
    scope: Scope,
    wanted: OutletFilter | None = None,
    *,
    cursor: str | None = None,
    limit: int = 100,
) -> OutletPage:
    """One page of the outlets in scope; ``cursor`` is the ``next_cursor`` of the page before."""
    every = _filtered(scope, wanted or OutletFilter())
    ids = every.with_only_columns(Outlet.id).subquery()
    total = session.scalar(
        select(func.count()).select_from(ids)  # unscoped: counts a scoped select
    )
    if cursor is not None:
        every = every.where(Outlet.short_code > cursor)
    rows = [*session.scalars(every.order_by(Outlet.short_code).limit(limit + 1))]
    items = rows[:limit]
    return OutletPage(items, items[-1].short_code if len(rows) > limit else None, total or 0)


def outlet_ids(session: Session, scope: Scope, wanted: OutletFilter) -> list[UUID]:
    """The ids of all outlets that a list of pages would show, by short code."""
    every = _filtered(scope, wanted).with_only_columns(Outlet.id)
    return [*session.scalars(every.order_by(Outlet.short_code))]


def assigned_outlets(
    session: Session, scope: Scope, rep_id: UUID, on: date, until: date | None = None
) -> list[Outlet]:
    """Outlets that a rep serves on a date and that are visited then, by short code.

    With ``until`` those that are visited on some date from ``on`` through it.
    """
    every = scoped(Outlet, scope).where(
        may_be_visited(on, until or on), Outlet.id.in_(_assigned_to(rep_id, on))
    )
    return [*session.scalars(every.order_by(Outlet.short_code))]


def assignments(
    session: Session,
    scope: Scope,
    on: date,
    *,
    outlet_ids: Collection[UUID] | None = None,
) -> dict[UUID, OutletAssignment]:
    """Who serves which outlet on a date: outlet id → primary assignment."""
    every = scoped(OutletAssignment, scope).where(*valid_on(on))
    if outlet_ids is not None:
        every = every.where(OutletAssignment.outlet_id.in_(outlet_ids))
    return {row.outlet_id: row for row in session.scalars(every)}


def call_windows(
    session: Session, scope: Scope, outlet_ids: Collection[UUID]
) -> dict[UUID, list[CallWindow]]:
    """Call windows by outlet id, in order of time; [] means always, see ``CallWindow``."""
    found: dict[UUID, list[CallWindow]] = {outlet_id: [] for outlet_id in outlet_ids}
    rows = scoped(CallWindow, scope).where(CallWindow.outlet_id.in_(outlet_ids))
    for row in session.scalars(rows.order_by(CallWindow.weekday, CallWindow.start_minute)):
        found[row.outlet_id].append(row)
    return found


def valid_on(on: date) -> tuple[ColumnElement[bool], ...]:
    """The condition that a primary assignment holds on a date."""
    return (
        OutletAssignment.role == "primary",
        OutletAssignment.valid_from <= on,
        or_(OutletAssignment.valid_to.is_(None), OutletAssignment.valid_to > on),
    )


def _assigned_to(rep_id: UUID, on: date) -> Select[UUID]:
    mine = and_(OutletAssignment.rep_id == rep_id, *valid_on(on))
    return select(OutletAssignment.outlet_id).where(mine)  # unscoped: narrows a scoped select


def _tagged(name: str) -> Select[UUID | None]:
    tagging = select(Tagging.outlet_id).join(Tag)  # unscoped: narrows a scoped select
    return tagging.where(Tag.name == name)


def _filtered(scope: Scope, wanted: OutletFilter) -> Select[Outlet]:
    exact = {
        Outlet.grade_code: wanted.grade_code,
        Outlet.channel: wanted.channel,
        Outlet.type: wanted.type,
        Outlet.region: wanted.region,
        Outlet.account_id: wanted.account_id,
    }
    every = scoped(Outlet, scope).where(
        *(column == value for column, value in exact.items() if value is not None),
        *(Outlet.search_text.contains(w, autoescape=True) for w in search_words(wanted.text)),
        *(Outlet.id.in_(_tagged(name)) for name in wanted.tags),
    )
    if wanted.status is not None:
        every = every.where(has_status(wanted.status, scope.as_of))
    if wanted.rep_id is not None:
        every = every.where(Outlet.id.in_(_assigned_to(wanted.rep_id, scope.as_of)))
    return every.where(*(Outlet.id.in_(ids) for ids in wanted.outlet_ids))
