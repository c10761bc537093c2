"""Reads of the archive."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

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
from crm_core.archive.queries.sorting import BY_CODE, Order
from crm_core.archive.rules import Frequency, OutletStatus, Policy
from crm_core.archive.rules.record import search_words
from crm_core.errors import NotFound
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope

type Choice = str | Collection[str] | None


@dataclass(frozen=True, slots=True)
class OutletFilter:
    """Which outlets to list; None and "" leave everything in.

    Every word of ``text`` is looked for in name, short code, pinyin initials, phone and address.
    ``rep_id`` means assigned to that rep on the scope's day, ``no_rep`` to nobody; ``tags``
    carrying all of them; of several grades, channels, statuses, types or regions one is enough.
    ``outlet_ids`` and ``conditions`` are for filters of features above, such as a territory: in
    all of these, and all of these true.
    """

    text: str = ""
    grade_code: Choice = None
    channel: Choice = None
    rep_id: UUID | None = None
    status: Choice = OutletStatus.ACTIVE
    type: Choice = None
    region: Choice = None
    account_id: UUID | None = None
    tags: Collection[str] = ()
    outlet_ids: Sequence[Collection[UUID] | Select[UUID | None]] = ()
    no_rep: bool = False
    no_place: bool = False
    conditions: Sequence[ColumnElement[bool]] = ()


@dataclass(frozen=True, slots=True)
class OutletPage:
    """A page of outlets in order; ``next_cursor`` is None on the last; ``total`` of all."""

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
    order: Order = BY_CODE,
    cursor: str | None = None,
    limit: int = 100,
) -> OutletPage:
    """One page of the outlets in scope; ``cursor`` is the ``next_cursor`` of the page before.

    Raises Conflict (cursor-not-right) for a cursor of another order.
    """
    wanted = wanted or OutletFilter()
    keyed = filtered(scope, wanted).with_only_columns(Outlet.id, order.key)
    if cursor is not None:
        keyed = keyed.where(order.after(cursor))
    rows = session.execute(keyed.order_by(*order.columns).limit(limit + 1)).all()
    all_here = cursor is None and len(rows) <= limit
    total = len(rows) if all_here else counted(session, scope, wanted)
    rows, more = rows[:limit], len(rows) > limit
    # ids first: an index holds what they ask, and only the page's outlets are read whole
    here = scoped(Outlet, scope).where(Outlet.id.in_([outlet_id for outlet_id, _ in rows]))
    found = {outlet.id: outlet for outlet in session.scalars(here)}
    shown = [(found[outlet_id], key) for outlet_id, key in rows]
    return OutletPage(
        [outlet for outlet, _ in shown], order.cursor(*shown[-1]) if more else None, total
    )


def outlet_ids(session: Session, scope: Scope, wanted: OutletFilter) -> list[UUID]:
    """The ids of all outlets that a list of pages would show, by short code."""
    every = filtered(scope, wanted).with_only_columns(Outlet.id)
    return [*session.scalars(every.order_by(Outlet.short_code))]


def counted(session: Session, scope: Scope, wanted: OutletFilter) -> int:
    """How many outlets a list of pages would show."""
    ids = filtered(scope, wanted).with_only_columns(Outlet.id).subquery()
    every = select(func.count()).select_from(ids)  # unscoped: counts a scoped select
    return session.scalar(every) or 0


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
    return _assigned(on).where(OutletAssignment.rep_id == rep_id)


def _assigned(on: date) -> Select[UUID]:
    served = and_(*valid_on(on))
    return select(OutletAssignment.outlet_id).where(served)  # unscoped: narrows a scoped select


def _tagged(name: str) -> Select[UUID | None]:
    tagging = select(Tagging.outlet_id).join(Tag)  # unscoped: narrows a scoped select
    return tagging.where(Tag.name == name)


def filtered(scope: Scope, wanted: OutletFilter) -> Select[Outlet]:
    """The outlets in scope that a filter lets through, in no order."""
    exact = {
        Outlet.grade_code: wanted.grade_code,
        Outlet.channel: wanted.channel,
        Outlet.type: wanted.type,
        Outlet.region: wanted.region,
        Outlet.account_id: wanted.account_id,
    }
    every = scoped(Outlet, scope).where(
        *(_is(column, value) for column, value in exact.items() if value is not None),
        *(Outlet.search_text.contains(w, autoescape=True) for w in search_words(wanted.text)),
        *(Outlet.id.in_(_tagged(name)) for name in wanted.tags),
    )
    if wanted.status is not None:
        alive = [wanted.status] if isinstance(wanted.status, str) else wanted.status
        every = every.where(or_(*(has_status(status, scope.as_of) for status in alive)))
    if wanted.rep_id is not None:
        every = every.where(Outlet.id.in_(_assigned_to(wanted.rep_id, scope.as_of)))
    if wanted.no_rep:
        every = every.where(Outlet.id.not_in(_assigned(scope.as_of)))
    if wanted.no_place:
        every = every.where(has_no_place())
    return every.where(*(Outlet.id.in_(ids) for ids in wanted.outlet_ids), *wanted.conditions)


def has_no_place() -> ColumnElement[bool]:
    """The condition that nobody knows where an outlet is."""
    return or_(Outlet.lat.is_(None), Outlet.lon.is_(None))


def _is(column: InstrumentedAttribute[Any], value: Choice | UUID) -> ColumnElement[bool]:
    return column == value if isinstance(value, str | UUID) else column.in_(value or ())
