"""The streets under every map."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.answers import GEOJSON, tagged
from api.deps import CallerDep, RuntimeDep
from api.errors import ApiError

router = APIRouter(tags=["base map"])


@router.get("/basemap/streets.geojson", response_class=Response)
def streets(request: Request, caller: CallerDep, runtime: RuntimeDep) -> Response:
    """One simplified layer of the road extract (© OpenStreetMap contributors)."""
    try:
        body = runtime.settings.streets.read_bytes()
    except FileNotFoundError as error:
        cause = "No road network has been built here yet."
        raise ApiError(404, "basemap-missing", cause, "Run `roundsman demo`.") from error
    return tagged(request, body, GEOJSON)
