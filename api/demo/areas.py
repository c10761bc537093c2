"""The demo's territories: designed once by the planning library, then the user's to redraw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet
from crm_core.archive.queries import OutletFilter, outlets, policies
from crm_core.archive.service import frequency
from crm_core.people.model import Rep
from crm_core.people.rules import Scope
from crm_core.territories.queries import territories
from crm_core.territories.service import Drawing, apply_proposal, save_territory
from maps.roads.engine import RoadEngine
from routing.geo import GeoPoint
from routing.territory.design import TerritoryDesign, design_territories
from routing.territory.outline import outline_territories

COLOURS = ("#c2410c", "#1d4ed8", "#15803d")
CYCLE_WEEKS = 4


def draw_territories(
    session: Session, scope: Scope, reps: Sequence[Rep], network: RoadEngine, on: date
) -> TerritoryDesign | None:
    """Design, save and apply one territory a rep from ``on``; nothing where there ever were any."""
    if territories(session, scope, with_closed=True):
        return None
    every = outlets(session, scope, OutletFilter(), limit=10_000).items
    found = [outlet for outlet in every if outlet.point]
    points = [outlet.point for outlet in found if outlet.point]
    design = _design(session, scope, found, points, reps, network, on)
    for outline in outline_territories(points, design.assignment, margin_m=120.0):
        rep = reps[outline.territory]
        drawing = Drawing(
            name=rep.home_name,
            colour=COLOURS[outline.territory % len(COLOURS)],
            geometry=outline.geojson(),
            rep_id=rep.id,
        )
        save_territory(session, scope, drawing)
    apply_proposal(session, scope, on=on)
    return design


def _design(
    session: Session,
    scope: Scope,
    found: Sequence[Outlet],
    points: Sequence[GeoPoint],
    reps: Sequence[Rep],
    network: RoadEngine,
    on: date,
) -> TerritoryDesign:
    known = policies(session, scope)
    frequencies = [frequency(known, outlet, on) for outlet in found]
    visits = [CYCLE_WEEKS * f.visits / f.weeks if f else 0.0 for f in frequencies]
    minutes = [v * f.minutes if f else 0.0 for v, f in zip(visits, frequencies, strict=True)]
    return design_territories(
        points,
        minutes,
        network.matrix(points).seconds / 60.0,
        len(reps),
        homes=[GeoPoint(rep.home_lat, rep.home_lon) for rep in reps],
        visits=visits,
        visits_a_day=20.0,
    )
