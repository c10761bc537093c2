"""Changing the life of outlets, with dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet, OutletLife
from crm_core.archive.queries.life import life_rows, span_of
from crm_core.archive.rules.faults import refuse
from crm_core.archive.rules.life import Season, Span, changed_life, status_on
from crm_core.archive.rules.visiting import OutletStatus
from crm_core.archive.service.access import require_office, writable_outlet
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.work.service import emit


def set_status(
    session: Session,
    scope: Scope,
    outlet_id: UUID,
    status: OutletStatus,
    *,
    on: date,
    until: date | None = None,
    season: Season | None = None,
    reason: str = "",
    successor_id: UUID | None = None,
) -> Outlet:
    """Give an outlet a status from a date on, until the day before ``until`` where stated.

    Planning and metrics read the dates; what held before stays readable.  Raises NotFound
    (outlet-unknown), Forbidden (office-only, write-forbidden), Invalid (record-not-right).
    """
    require_office(scope)
    outlet = writable_outlet(session, scope, outlet_id)
    rows = life_rows(session, scope, outlet_id)
    change = Span(status, on, until, season)
    spans, faults = changed_life([span_of(row) for row in rows], outlet.status, change)
    refuse(faults)
    _lead(session, scope, outlet, rows, spans, _row(outlet_id, change, reason, successor_id))
    return outlet


def take_status_back(
    session: Session, scope: Scope, outlet_id: UUID, status: OutletStatus, *, reason: str
) -> None:
    """Give an outlet the ``status`` again that it had before the change for ``reason``.

    It holds from the day of that change, as if there had been none; orders of statuses that a
    change has to keep do not count here.
    """
    outlet = writable_outlet(session, scope, outlet_id)
    rows = life_rows(session, scope, outlet_id)
    on = max((row.valid_from for row in rows if row.reason == reason), default=scope.as_of)
    spans = [span_of(row) for row in rows]
    season = next((span.season for span in spans if span.status == status), None)
    change = Span(status, on, None, season)
    spans, _ = changed_life(spans, outlet.status, change, checked=False)
    _lead(session, scope, outlet, rows, spans, _row(outlet_id, change, ""))


def _lead(
    session: Session,
    scope: Scope,
    outlet: Outlet,
    rows: Sequence[OutletLife],
    spans: Sequence[Span],
    new: OutletLife,
) -> None:
    """Let the outlet's life be ``spans``, of which ``new`` is one."""
    known = {row.valid_from: row for row in rows}
    for gone in known.keys() - {span.valid_from for span in spans}:
        session.delete(known[gone])
    for span in spans:  # what stays is not written anew: the history tells what changed
        row = known.get(span.valid_from)
        if span.valid_from == new.valid_from:
            why = (new.reason, new.successor_id)
        else:
            why = (row.reason, row.successor_id) if row else ("", None)
        if row is None:
            session.add(_row(outlet.id, span, *why))
        else:
            row.status, row.valid_to = span.status, span.valid_to
            row.season_start, row.season_end = span.season or (None, None)
            row.reason, row.successor_id = why
    session.flush()
    outlet.status = status_on(spans, outlet.status, scope.as_of)
    told = {"outlet_id": str(outlet.id), "status": new.status, "on": new.valid_from.isoformat()}
    emit(session, "outlet.status", told)


def follow_dates(session: Session, scope: Scope) -> int:
    """Give outlets the status that their dated life has today; returns how many changed.

    Raises Forbidden (office-only).
    """
    require_office(scope)
    covers = or_(OutletLife.valid_to.is_(None), OutletLife.valid_to > scope.as_of)
    other = (
        scoped(Outlet, scope)
        .join(OutletLife, OutletLife.outlet_id == Outlet.id)
        .where(OutletLife.valid_from <= scope.as_of, covers, OutletLife.status != Outlet.status)
        .with_only_columns(Outlet, OutletLife.status)
    )
    rows = session.execute(other).all()
    for outlet, status in rows:
        outlet.status = status
        told = {"outlet_id": str(outlet.id), "status": status, "on": scope.as_of.isoformat()}
        emit(session, "outlet.status", told)
    session.flush()
    return len(rows)


def _row(outlet_id: UUID, span: Span, reason: str, successor_id: UUID | None = None) -> OutletLife:
    season = span.season or (None, None)
    return OutletLife(
        outlet_id=outlet_id,
        status=span.status,
        valid_from=span.valid_from,
        valid_to=span.valid_to,
        season_start=season[0],
        season_end=season[1],
        reason=reason,
        successor_id=successor_id,
    )
