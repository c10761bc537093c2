"""Reads of visits: a day's, a period's, the events of one, and the last real ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, or_
from sqlalchemy.orm import Session

from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.visits.model import Visit, VisitEvent
from crm_core.visits.rules import VisitStatus

#: Statuses of visits that were made: somebody was there.
MADE = (VisitStatus.OPEN, VisitStatus.DONE)

_IN_TIME = (Visit.local_date, Visit.checked_in_at.nulls_last(), Visit.id)


def visits(
    session: Session,
    scope: Scope,
    date_from: dt.date,
    date_to: dt.date,
    rep_id: UUID | None = None,
) -> Sequence[Visit]:
    """Visits of a period (both dates included), skipped ones too, in order of time."""
    query = scoped(Visit, scope).where(Visit.local_date.between(date_from, date_to))
    if rep_id:
        query = query.where(Visit.rep_id == rep_id)
    return session.scalars(query.order_by(*_IN_TIME)).all()


def visits_on(session: Session, scope: Scope, rep_id: UUID, date: dt.date) -> dict[UUID, Visit]:
    """A rep's visits of a date by outlet: made on it, or planned for it and made on another day.

    Of several the one that was made, the last.
    """
    of_date = or_(Visit.local_date == date, Visit.planned_date == date)
    query = scoped(Visit, scope).where(Visit.rep_id == rep_id, of_date).order_by(*_IN_TIME)
    found: dict[UUID, Visit] = {}
    for visit in session.scalars(query):
        known = found.get(visit.outlet_id)
        if known is None or visit.status in MADE or known.status not in MADE:
            found[visit.outlet_id] = visit
    return found


def events_of(session: Session, scope: Scope, visit_key: UUID) -> Sequence[VisitEvent]:
    """The events of one visit by device time."""
    query = scoped(VisitEvent, scope).where(VisitEvent.visit_key == visit_key)
    return session.scalars(query.order_by(VisitEvent.device_at, VisitEvent.client_id)).all()


def last_visits(session: Session, scope: Scope, before: dt.date) -> dict[UUID, dt.date]:
    """By outlet the date of the last visit that was made before a date."""
    query = (
        scoped(Visit, scope)
        .where(Visit.local_date < before, Visit.status.in_(MADE))
        .with_only_columns(Visit.outlet_id, func.max(Visit.local_date))
        .group_by(Visit.outlet_id)
    )
    return dict(session.execute(query).all())
