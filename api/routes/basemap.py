"""The base map under every map: what it is, and its tiles, served in parts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse

from api.answers import names_tag, tagged_json
from api.deps import CallerDep, RuntimeDep
from api.errors import ApiError
from api.runtime import Runtime
from api.schemas.basemap import BasemapOut
from maps.attribution import ATTRIBUTION
from maps.basemap.archive import Basemap, version_of

router = APIRouter(tags=["base map"])

ARCHIVE = "/api/v1/basemap.pmtiles"
_OWN = {"Vary": "Cookie, Authorization", "Content-Encoding": "identity"}


@router.get("/basemap", response_model=BasemapOut)
def read_basemap(request: Request, caller: CallerDep, runtime: RuntimeDep) -> Response:
    """What to draw under a map: a tile server's images, or the own tiles (© OpenStreetMap)."""
    return tagged_json(request, _described(runtime))


@router.get("/basemap.pmtiles", response_class=FileResponse)
def read_tiles(
    request: Request,
    caller: CallerDep,
    runtime: RuntimeDep,
    v: Annotated[str, Query(max_length=64, description="The version that is wanted.")] = "",
) -> Response:
    """The archive of vector tiles (PMTiles 3); ask for byte ranges of it.

    Under the address that ``GET /basemap`` gives, a part never changes and may be kept.
    """
    path = runtime.settings.basemap
    try:
        version = version_of(path)
    except FileNotFoundError as error:
        raise _missing() from error
    kept = "private, max-age=31536000, immutable" if v == version else "private, no-cache"
    headers = _OWN | {"ETag": f'"{version}"', "Cache-Control": kept}
    if names_tag(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, media_type="application/vnd.pmtiles", headers=headers)


def _described(runtime: Runtime) -> dict[str, Any]:
    settings = runtime.settings
    if settings.tile_url is not None:
        about = {"kind": "images", "url": settings.tile_url, "bounds": None, "max_zoom": None}
        return about | {"attribution": settings.tile_attribution}
    try:
        basemap = Basemap.open(settings.basemap)
    except FileNotFoundError as error:
        raise _missing() from error
    return {
        "kind": "tiles",
        "url": f"{ARCHIVE}?v={basemap.version}",
        "attribution": ATTRIBUTION,
        "bounds": basemap.bounds,
        "max_zoom": basemap.max_zoom,
    }


def _missing() -> ApiError:
    cause = "No base map has been built here yet."
    return ApiError(404, "basemap-missing", cause, "Run `roundsman roads basemap EXTRACT`.")
