"""Reads of territories: the newest shapes, who they hold, what they propose."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_
from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet, OutletAssignment
from crm_core.archive.queries import assignments, policies
from crm_core.archive.queries.life import may_be_visited
from crm_core.archive.rules import AssignmentSource, Frequency
from crm_core.archive.service import frequency
from crm_core.errors import NotFound
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.territories.model import Territory, TerritoryVersion
from crm_core.territories.rules import (
    Area,
    Holding,
    LonLat,
    Proposal,
    bounding_box,
    holders,
    propose,
)
from routing.territory.rings import Geometry

#: Who decided what no polygon moves.
_KEPT = frozenset(AssignmentSource) - {AssignmentSource.POLYGON}

COUNTED_WEEKS = 4  # counts are of visits and minutes in this many weeks


@dataclass(frozen=True, slots=True)
class DrawnTerritory:
    """A territory with its newest shape."""

    territory: Territory
    shape: TerritoryVersion


@dataclass(frozen=True, slots=True)
class TerritoryCounts:
    """Active outlets inside a shape, their visits and visit minutes in ``COUNTED_WEEKS`` weeks."""

    outlets: int
    visits: float
    minutes: float


def territories(
    session: Session, scope: Scope, *, with_closed: bool = False
) -> list[DrawnTerritory]:
    """All territories in scope with their newest shapes, by name; closed ones only on request."""
    query = scoped(Territory, scope).order_by(Territory.name, Territory.id)
    if not with_closed:
        query = query.where(Territory.closed_at.is_(None))
    rows = session.scalars(query).all()
    shapes = _newest_shapes(session, scope)
    return [DrawnTerritory(row, shapes[row.id]) for row in rows if row.id in shapes]


def open_territories(session: Session, scope: Scope) -> Sequence[Territory]:
    """The territories in scope that are not closed, by name, without their shapes."""
    query = scoped(Territory, scope).where(Territory.closed_at.is_(None))
    return session.scalars(query.order_by(Territory.name, Territory.id)).all()


def territory(session: Session, scope: Scope, territory_id: UUID) -> DrawnTerritory:
    """One territory in scope that is not closed; raises NotFound (territory-unknown)."""
    query = scoped(Territory, scope).where(Territory.id == territory_id)
    row = session.scalar(query.where(Territory.closed_at.is_(None)))
    if row is None:
        cause = "There is no such territory in your scope."
        raise NotFound("territory-unknown", cause, "Choose another territory.")
    return DrawnTerritory(row, _newest_shapes(session, scope)[row.id])


def versions(session: Session, scope: Scope, territory_id: UUID) -> Sequence[TerritoryVersion]:
    """Every shape a territory has had, the newest first."""
    query = scoped(TerritoryVersion, scope).where(TerritoryVersion.territory_id == territory_id)
    return session.scalars(query.order_by(TerritoryVersion.version.desc())).all()


def outlets_inside(session: Session, scope: Scope, geometry: Geometry) -> list[Outlet]:
    """Active outlets in scope that lie in a shape; its bounding box is asked first."""
    box = bounding_box(geometry)
    query = scoped(Outlet, scope).where(
        may_be_visited(scope.as_of, scope.as_of),
        Outlet.lat.between(box.min_lat, box.max_lat),
        Outlet.lon.between(box.min_lon, box.max_lon),
    )
    near = session.scalars(query).all()
    area = Area(UUID(int=0), None, geometry)
    held = holders([area], [_lon_lat(outlet) for outlet in near])
    return [outlet for outlet, areas in zip(near, held, strict=True) if areas]


def ids_inside(session: Session, scope: Scope, geometry: Geometry) -> list[UUID]:
    """Ids of the outlets in scope, of whatever status, that lie in a shape."""
    box = bounding_box(geometry)
    query = scoped(Outlet, scope).where(
        Outlet.lat.between(box.min_lat, box.max_lat), Outlet.lon.between(box.min_lon, box.max_lon)
    )
    placed = query.with_only_columns(Outlet.id, Outlet.lon, Outlet.lat)
    near = [(key, lon or 0.0, lat or 0.0) for key, lon, lat in session.execute(placed)]
    area = Area(UUID(int=0), None, geometry)
    held = holders([area], [LonLat(lon, lat) for _, lon, lat in near])
    return [row[0] for row, areas in zip(near, held, strict=True) if areas]


def territory_counts(
    session: Session, scope: Scope, geometries: Mapping[UUID, Geometry], on: date
) -> dict[UUID, TerritoryCounts]:
    """Outlets, visits and minutes inside each shape under the policies of a date."""
    outlets = _active_outlets(session, scope)
    known = policies(session, scope)
    areas = [Area(key, None, geometry) for key, geometry in geometries.items()]
    inside: dict[UUID, list[Outlet]] = {key: [] for key in geometries}
    points = [_lon_lat(outlet) for outlet in outlets]
    for outlet, indexes in zip(outlets, holders(areas, points), strict=True):
        for index in indexes:
            inside[areas[index].territory_id].append(outlet)
    return {
        key: _counts([frequency(known, outlet, on) for outlet in found])
        for key, found in inside.items()
    }


def proposal(
    session: Session,
    scope: Scope,
    *,
    on: date,
    redrawn: Mapping[UUID, Geometry] | None = None,
    by_hand: bool = False,
) -> Proposal:
    """What the newest shapes say against the assignments of a date.

    ``redrawn`` replaces shapes by ones that are not saved yet, for a preview.  With ``by_hand``
    what was assigned by hand moves too, and only what is fixed is kept.
    """
    shapes = redrawn or {}
    areas = [
        Area(
            drawn.territory.id,
            drawn.territory.rep_id,
            shapes.get(drawn.territory.id, drawn.shape.geometry),
        )
        for drawn in territories(session, scope)
    ]
    kept = (AssignmentSource.FIXED,) if by_hand else _KEPT
    return propose(areas, _holdings(session, scope, on, kept))


def _newest_shapes(session: Session, scope: Scope) -> dict[UUID, TerritoryVersion]:
    query = scoped(TerritoryVersion, scope).join(
        Territory,
        and_(
            Territory.id == TerritoryVersion.territory_id,
            Territory.version == TerritoryVersion.version,
        ),
    )
    return {shape.territory_id: shape for shape in session.scalars(query)}


def _active_outlets(session: Session, scope: Scope) -> Sequence[Outlet]:
    """Those that have a place."""
    visited = may_be_visited(scope.as_of, scope.as_of)
    query = scoped(Outlet, scope).where(visited, Outlet.lat.is_not(None))
    return session.scalars(query.order_by(Outlet.short_code)).all()


def _lon_lat(outlet: Outlet) -> LonLat:
    point = outlet.point
    assert point is not None, "asked for outlets with a place"
    return LonLat(point.lon, point.lat)


def _holdings(
    session: Session, scope: Scope, on: date, kept: Collection[AssignmentSource]
) -> list[Holding]:
    served = assignments(session, scope, on)
    found = _active_outlets(session, scope)
    return [_holding(outlet, served.get(outlet.id), kept) for outlet in found]


def _holding(
    outlet: Outlet, served: OutletAssignment | None, kept: Collection[AssignmentSource]
) -> Holding:
    point = _lon_lat(outlet)
    if served is None:
        return Holding(outlet.id, point, None)
    return Holding(outlet.id, point, served.rep_id, served.source in kept)


def _counts(frequencies: Sequence[Frequency | None]) -> TerritoryCounts:
    known = [frequency for frequency in frequencies if frequency]
    visits = [COUNTED_WEEKS * frequency.visits / frequency.weeks for frequency in known]
    minutes = [count * frequency.minutes for count, frequency in zip(visits, known, strict=True)]
    return TerritoryCounts(len(frequencies), sum(visits), sum(minutes))
