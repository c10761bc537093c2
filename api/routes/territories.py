"""Territories: read as GeoJSON, drawn as new versions, applied to the assignments."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response, status
from sqlalchemy.orm import Session

from api.auth import Caller
from api.deps import CallerDep, PlannerDep, SessionDep, VersionDep
from api.presenters.archive import outlets_by_id
from api.presenters.territories import named_outlets, proposal_json, territory_feature
from api.schemas.drawing import ApplyIn
from api.schemas.territories import AppliedOut, SavedTerritoryOut, TerritoriesOut, TerritoryIn
from crm_core.people.model import Rep
from crm_core.people.queries import reps
from crm_core.territories.queries import (
    DrawnTerritory,
    proposal,
    territories,
    territory_counts,
)
from crm_core.territories.service import (
    Drawing,
    apply_proposal,
    close_territory,
    save_territory,
)
from maps.attribution import ATTRIBUTION

router = APIRouter(tags=["territories"])


@router.get("/territories", response_model=TerritoriesOut)
def list_territories(session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """All territories in scope with what lies in them, per four weeks."""
    drawn = territories(session, caller.scope)
    return {
        "type": "FeatureCollection",
        "features": _features(session, caller, drawn),
        "attribution": ATTRIBUTION,
    }


@router.post("/territories", response_model=SavedTerritoryOut, status_code=status.HTTP_201_CREATED)
def create_territory(
    feature: TerritoryIn, response: Response, session: SessionDep, caller: PlannerDep
) -> dict[str, Any]:
    """Save a new territory; assignments stay until the proposal is applied."""
    drawn = save_territory(session, caller.scope, _drawing(feature))
    response.headers["Location"] = f"/api/v1/territories/{drawn.territory.id}"
    return _saved(session, caller, drawn, response)


@router.put("/territories/{territory_id}", response_model=SavedTerritoryOut)
def save_territory_version(
    territory_id: UUID,
    feature: TerritoryIn,
    response: Response,
    session: SessionDep,
    caller: PlannerDep,
    version: VersionDep,
) -> dict[str, Any]:
    """Save the next version of a territory; 412 where somebody else has saved one since."""
    drawn = save_territory(
        session,
        caller.scope,
        _drawing(feature),
        territory_id=territory_id,
        expected_version=version,
    )
    return _saved(session, caller, drawn, response)


@router.delete("/territories/{territory_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_territory(
    territory_id: UUID,
    session: SessionDep,
    caller: PlannerDep,
    version: VersionDep,
) -> None:
    """Close a territory: its versions are kept, and assignments stay until others are applied.

    412 where somebody else has saved a newer version.
    """
    close_territory(session, caller.scope, territory_id, expected_version=version)


@router.post("/territories/apply", response_model=AppliedOut)
def apply_territories(
    session: SessionDep, caller: PlannerDep, payload: ApplyIn | None = None
) -> dict[str, Any]:
    """Give outlets to the reps whose territories they lie in, from today on.

    With ``outlet_ids`` only these; what was assigned by hand stays unless ``by_hand`` is sent.
    """
    said = payload or ApplyIn()
    written = apply_proposal(
        session,
        caller.scope,
        on=caller.scope.as_of,
        outlet_ids=said.outlet_ids,
        by_hand=said.by_hand,
    )
    return {"assigned": len(written.moves), "kept": len(written.kept)}


def _drawing(feature: TerritoryIn) -> Drawing:
    said = feature.properties
    return Drawing(
        name=said.name,
        colour=said.colour,
        geometry=feature.geometry,
        rep_id=said.rep_id,
        department_id=said.department_id,
        note=said.note,
    )


def _saved(
    session: Session, caller: Caller, drawn: DrawnTerritory, response: Response
) -> dict[str, Any]:
    scope = caller.scope
    found = proposal(session, scope.for_planning(), on=scope.as_of)
    named = outlets_by_id(session, scope, named_outlets(found))
    names = {outlet_id: outlet.name for outlet_id, outlet in named.items()}
    areas = {one.territory.id: one.territory.name for one in territories(session, scope)}
    whose = drawn.territory.rep_id
    response.headers["ETag"] = f'"{drawn.territory.version}"'
    return {
        **_features(session, caller, [drawn])[0],
        "proposal": proposal_json(found, whose, _reps(session, caller), names, areas),
    }


def _features(
    session: Session, caller: Caller, drawn: list[DrawnTerritory]
) -> list[dict[str, Any]]:
    scope, known = caller.scope, _reps(session, caller)
    shapes = {one.territory.id: one.shape.geometry for one in drawn}
    counts = territory_counts(session, scope, shapes, scope.as_of)
    return [territory_feature(one, counts[one.territory.id], known) for one in drawn]


def _reps(session: Session, caller: Caller) -> dict[UUID, Rep]:
    return {rep.id: rep for rep in reps(session, caller.scope, active_only=False)}
