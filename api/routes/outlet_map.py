"""Outlets as points on a map, and what a list of them can be filtered by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from fastapi import APIRouter, Response

from api.deps import CallerDep, SessionDep
from api.outlet_query import QueryDep
from api.presenters.outlet_list import points_json
from api.schemas.archive import ChoicesOut, PointsOut
from crm_core.archive.queries.listing import counted
from crm_core.archive.queries.outlet_map import choices, points
from crm_core.archive.rules import OutletStatus

router = APIRouter(tags=["outlets"])

MOST_POINTS = 250_000  # what a browser still draws in clusters


@router.get("/outlets/points", responses={200: {"model": PointsOut}})
def outlet_points(session: SessionDep, caller: CallerDep, query: QueryDep) -> Response:
    """Where the outlets of a list are: compact, for maps of all of them."""
    scope = caller.scope
    wanted = query.filter(session, scope, unless_stated=OutletStatus.ACTIVE)
    found = points(session, scope, wanted, MOST_POINTS)
    total = counted(session, scope, wanted)
    nowhere = total - len(found)
    if len(found) == MOST_POINTS:
        nowhere = counted(session, scope, replace(wanted, no_place=True))
    body = points_json(found, total, nowhere)
    return Response(orjson.dumps(body), media_type="application/json")


@router.get("/outlets/choices", response_model=ChoicesOut)
def outlet_choices(session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """Channels, regions and types of the outlets in scope, with how many have each."""
    return {
        name: [
            {"value": value, "count": count}
            for value, count in choices(session, caller.scope, name)
        ]
        for name in ChoicesOut.model_fields
    }
