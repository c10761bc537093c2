"""Territories in and out of files: GeoJSON, KML, zipped shapefiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from api.answers import GEOJSON, KML, attachment
from api.deps import CallerDep, PlannerDep, SessionDep
from api.errors import ApiError
from api.schemas.area_files import AreaFileOut
from crm_core.people.queries import reps
from crm_core.people.rules import Scope
from crm_core.territories.queries import DrawnTerritory, territories
from maps.areas.area import FileArea
from maps.areas.files import read_areas
from maps.areas.geojson_areas import write_geojson
from maps.areas.kml_areas import write_kml

router = APIRouter(tags=["territories"])


async def sent_areas(request: Request, caller: PlannerDep) -> bytes:
    """The body, read only once it is known that the caller may draw."""
    content = await request.body()
    if not content:
        cause = "The request holds no file."
        raise ApiError(422, "upload-empty", cause, "Send the bytes of the file as its body.")
    return content


@router.post("/territories/read-file", response_model=AreaFileOut)
def read_area_file(
    session: SessionDep, caller: PlannerDep, content: Annotated[bytes, Depends(sent_areas)]
) -> dict[str, Any]:
    """The areas of a file (its bytes are the body); nothing is saved: preview and save them.

    An area is a saved territory's where it has its id, or else its name alone.
    """
    found = read_areas(content)
    known = territories(session, caller.scope)
    rep_ids = {rep.code: str(rep.id) for rep in reps(session, caller.scope)}
    codes = {area.rep_code for area in found.areas if area.rep_code}
    return {
        "kind": found.kind,
        "areas": [_area(area, known, rep_ids) for area in found.areas],
        "skipped": found.skipped,
        "unknown_reps": sorted(codes - rep_ids.keys()),
    }


@router.get("/territories.geojson", response_class=Response)
def export_geojson(session: SessionDep, caller: CallerDep) -> Response:
    """The territories in scope as a file for other programs."""
    areas = _areas(session, caller.scope)
    return attachment(write_geojson(areas), GEOJSON, "territories.geojson")


@router.get("/territories.kml", response_class=Response)
def export_kml(session: SessionDep, caller: CallerDep) -> Response:
    """The territories in scope as a file for Google Earth and the like."""
    return attachment(write_kml(_areas(session, caller.scope)), KML, "territories.kml")


def _areas(session: Session, scope: Scope) -> list[FileArea]:
    codes = {rep.id: rep.code for rep in reps(session, scope, active_only=False)}
    return [
        FileArea(
            name=drawn.territory.name,
            geometry=drawn.shape.geometry,
            colour=drawn.territory.colour,
            rep_code=codes.get(drawn.territory.rep_id, "") if drawn.territory.rep_id else "",
            territory_id=str(drawn.territory.id),
        )
        for drawn in territories(session, scope)
    ]


def _area(
    area: FileArea, known: Sequence[DrawnTerritory], rep_ids: dict[str, str]
) -> dict[str, Any]:
    same = [one for one in known if str(one.territory.id) == area.territory_id]
    same = same or [one for one in known if one.territory.name == area.name]
    meant = same[0].territory if len(same) == 1 else None
    own = str(meant.rep_id) if meant and meant.rep_id else None
    return {
        "name": area.name,
        "colour": area.colour or (meant.colour if meant else "#3366cc"),
        "geometry": area.geometry,
        "territory_id": str(meant.id) if meant else None,
        "version": meant.version if meant else None,
        "rep_id": rep_ids.get(area.rep_code) or own,
    }
