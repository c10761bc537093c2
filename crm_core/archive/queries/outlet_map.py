"""Outlets as points, and the values by which they can be filtered."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, func
from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet, OutletAssignment, Tag, Tagging
from crm_core.archive.queries.listing import OutletFilter, filtered, has_no_place, valid_on
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope


class Point(NamedTuple):
    """Where an outlet is, its grade and who serves it."""

    id: UUID
    lat: float
    lon: float
    grade_code: str
    rep_id: UUID | None


def points(session: Session, scope: Scope, wanted: OutletFilter, limit: int) -> list[Point]:
    """The places of the outlets that a list of pages would show, in no order."""
    served = and_(OutletAssignment.outlet_id == Outlet.id, *valid_on(scope.as_of))
    columns = (Outlet.id, Outlet.lat, Outlet.lon, Outlet.grade_code, OutletAssignment.rep_id)
    every = filtered(scope, wanted).where(~has_no_place()).outerjoin(OutletAssignment, served)
    rows = session.execute(every.with_only_columns(*columns).limit(limit))
    return [Point(key, lat or 0.0, lon or 0.0, grade, rep) for key, lat, lon, grade, rep in rows]


def choices(session: Session, scope: Scope, name: str, limit: int = 200) -> list[tuple[str, int]]:
    """The values that outlets in scope have in a column and how many have each, most first."""
    column = Outlet.__table__.c[name]
    count = func.count()
    rows = scoped(Outlet, scope).where(column != "").with_only_columns(column, count)
    most_first = rows.group_by(column).order_by(count.desc(), column).limit(limit)
    return [(value, many) for value, many in session.execute(most_first)]


def tag_counts(session: Session, scope: Scope, limit: int = 200) -> list[tuple[str, int]]:
    """The tags that outlets in scope carry and how many carry each, most first."""
    count = func.count()
    rows = scoped(Tagging, scope).join(Tag).where(Tagging.outlet_id.is_not(None))
    named = rows.with_only_columns(Tag.name, count).group_by(Tag.name)
    return [
        (name, many)
        for name, many in session.execute(named.order_by(count.desc(), Tag.name).limit(limit))
    ]
