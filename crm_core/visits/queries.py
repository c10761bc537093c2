"""Reads of visits: a day's, a period's, the events of one, and the last real ones."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, false, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet
from crm_core.archive.queries import policies
from crm_core.archive.rules import Override, frequency_of, pick_policy
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


def last_made(session: Session, scope: Scope, outlet_ids: Collection[UUID]) -> dict[UUID, dt.date]:
    """By outlet the date of the last visit that was made."""
    made = scoped(Visit, scope).where(Visit.outlet_id.in_(outlet_ids), Visit.status.in_(MADE))
    newest = made.with_only_columns(Visit.outlet_id, func.max(Visit.local_date))
    return dict(session.execute(newest.group_by(Visit.outlet_id)).all())


def last_visit_key() -> ColumnElement[dt.date]:
    """The date of an outlet's last visit, to order a select of outlets by; never is first."""
    newest = select(func.max(Visit.local_date))  # unscoped: who sees the outlet sees when
    own = newest.where(Visit.outlet_id == Outlet.id, Visit.status.in_(MADE))
    return func.coalesce(own.scalar_subquery(), literal(dt.date.min, Date()))


def not_visited_since(date: dt.date) -> ColumnElement[bool]:
    """The condition that nobody has been at an outlet since a date, that day included."""
    seen = select(Visit.outlet_id).where(  # unscoped: narrows a scoped select
        Visit.local_date >= date, Visit.status.in_(MADE)
    )
    return Outlet.id.not_in(seen)


def overdue(session: Session, scope: Scope) -> ColumnElement[bool]:
    """The condition that an outlet has waited longer than its policy, or its own figures, say.

    One that was never visited waits since it stands in the archive.
    """
    kinds = (Outlet.grade_code, Outlet.channel, Outlet.visits_override, Outlet.weeks_override)
    known = policies(session, scope)
    by_days: dict[int, list[tuple[str, str, int, int]]] = defaultdict(list)
    for grade, channel, visits, weeks in session.execute(
        scoped(Outlet, scope).with_only_columns(*kinds).distinct()
    ):
        policy = pick_policy(known, grade, channel, scope.as_of)
        wanted = frequency_of(policy, Override(visits, weeks, 1))
        if wanted is not None:
            days = math.ceil(7 * wanted.weeks / wanted.visits)
            by_days[days].append((grade, channel, visits or 0, weeks or 0))
    own = tuple_(*kinds[:2], *(func.coalesce(column, 0) for column in kinds[2:]))
    return or_(
        false(),
        *(and_(own.in_(of), _waits_since(scope.as_of, days)) for days, of in by_days.items()),
    )


def _waits_since(today: dt.date, days: int) -> ColumnElement[bool]:
    edge = today - dt.timedelta(days=days)
    ever = select(Visit.outlet_id).where(Visit.status.in_(MADE))  # unscoped: narrows a select
    made_before = dt.datetime.combine(edge, dt.time(), dt.UTC)
    return and_(not_visited_since(edge), or_(Outlet.id.in_(ever), Outlet.created_at < made_before))
