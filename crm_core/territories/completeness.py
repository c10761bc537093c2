"""What nobody has taken care of: outlets, reps, regions and territories without each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet, OutletAssignment
from crm_core.archive.queries import valid_on
from crm_core.archive.queries.life import may_be_visited
from crm_core.people.model import Rep
from crm_core.people.queries import reps, scoped
from crm_core.people.rules import Scope
from crm_core.territories.model import Territory
from crm_core.territories.queries import DrawnTerritory, territories
from crm_core.territories.rules import Area, holders
from crm_core.territories.work import outlet_work


@dataclass(frozen=True, slots=True)
class RegionGap:
    """A region of the archive in which outlets have no rep."""

    region: str
    outlets: int
    without_rep: int


@dataclass(frozen=True, slots=True)
class Outside:
    """An outlet whose rep has territories, none of which holds it."""

    outlet_id: UUID
    rep_id: UUID


@dataclass(frozen=True, slots=True)
class Completeness:
    """What is missing in a scope on a date."""

    regions: tuple[RegionGap, ...]
    territories_without_rep: tuple[Territory, ...]
    outlets_without_rep: tuple[UUID, ...]
    reps_without_outlets: tuple[Rep, ...]
    outside: tuple[Outside, ...]
    without_place: tuple[UUID, ...]


def completeness(session: Session, scope: Scope, on: date) -> Completeness:
    """Outlets without a rep or a place, reps without outlets, regions and territories without an
    owner, outlets outside their rep's territories."""
    served = _served(session, scope, on)
    drawn = territories(session, scope)
    visited = scoped(Outlet, scope).where(may_be_visited(on, on)).order_by(Outlet.short_code)
    columns = visited.with_only_columns(Outlet.id, Outlet.region, Outlet.lat)
    rows = session.execute(columns).all()
    busy = {served[outlet_id] for outlet_id, _, _ in rows if outlet_id in served}
    return Completeness(
        regions=_regions([(region, outlet_id in served) for outlet_id, region, _ in rows]),
        territories_without_rep=tuple(
            one.territory for one in drawn if one.territory.rep_id is None
        ),
        outlets_without_rep=tuple(key for key, _, _ in rows if key not in served),
        reps_without_outlets=tuple(r for r in reps(session, scope) if r.id not in busy),
        outside=_outside(session, scope, on, drawn),
        without_place=tuple(key for key, _, lat in rows if lat is None),
    )


def _served(session: Session, scope: Scope, on: date) -> dict[UUID, UUID]:
    columns = (OutletAssignment.outlet_id, OutletAssignment.rep_id)
    query = scoped(OutletAssignment, scope).where(*valid_on(on)).with_only_columns(*columns)
    return {row.outlet_id: row.rep_id for row in session.execute(query)}


def _regions(outlets: Sequence[tuple[str, bool]]) -> tuple[RegionGap, ...]:
    """Regions that have a name and an outlet without a rep, the worst first."""
    every = Counter(region for region, _ in outlets if region)
    bare = Counter(region for region, has_rep in outlets if region and not has_rep)
    return tuple(RegionGap(region, every[region], count) for region, count in bare.most_common())


def _outside(
    session: Session, scope: Scope, on: date, drawn: Sequence[DrawnTerritory]
) -> tuple[Outside, ...]:
    areas = [
        Area(one.territory.id, one.territory.rep_id, one.shape.geometry)
        for one in drawn
        if one.territory.rep_id
    ]
    owners = {area.rep_id for area in areas}
    held = [one for one in outlet_work(session, scope, on).holdings if one.rep_id in owners]
    inside = holders(areas, [one.point for one in held])
    return tuple(
        Outside(one.outlet_id, one.rep_id)
        for one, indexes in zip(held, inside, strict=True)
        if one.rep_id and one.rep_id not in {areas[index].rep_id for index in indexes}
    )
