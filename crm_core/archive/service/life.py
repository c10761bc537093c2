"""Changing the life of outlets, with dates."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet, OutletLife
from crm_core.archive.queries.life import life_rows, span_of
from crm_core.archive.rules.faults import refuse
from crm_core.archive.rules.life import Season, Span, changed_life, status_on
from crm_core.archive.rules.visiting import OutletStatus
from crm_core.archive.service.access import require_office, writable_outlet
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
    reasons = {row.valid_from: row.reason for row in rows}
    successors = {row.valid_from: row.successor_id for row in rows}
    for row in rows:
        session.delete(row)
    session.flush()
    for span in spans:
        mine = span is change
        made = _row(outlet_id, span, reason if mine else reasons.get(span.valid_from, ""))
        made.successor_id = successor_id if mine else successors.get(span.valid_from)
        session.add(made)
    outlet.status = status_on(spans, outlet.status, scope.as_of)
    told = {"outlet_id": str(outlet_id), "status": status, "on": on.isoformat()}
    emit(session, "outlet.status", told)
    return outlet


def _row(outlet_id: UUID, span: Span, reason: str) -> OutletLife:
    season = span.season or (None, None)
    return OutletLife(
        outlet_id=outlet_id,
        status=span.status,
        valid_from=span.valid_from,
        valid_to=span.valid_to,
        season_start=season[0],
        season_end=season[1],
        reason=reason,
    )
