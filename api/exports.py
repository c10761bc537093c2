"""Map files: one HTML page that holds everything, handed out so that it cannot act as us."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import Response

from api.presenters.day_routes import day_route_geojson
from api.runtime import Runtime
from api.security import EXPORT_POLICY
from crm_core.planning.day_route import DayRoute

_NO_STREETS: dict[str, Any] = {"type": "FeatureCollection", "features": []}


def day_map_page(runtime: Runtime, route: DayRoute, language: str) -> str:
    """The day's route above the streets as one HTML page."""
    from maps.folium_pages import day_map  # folium takes 3 s to import

    features = day_route_geojson(route, runtime.network(route.rep.profile))
    title = f"{route.rep.name} · {route.date}"
    return day_map(features, streets_of(runtime), title, "zh" if language == "zh" else "en")


def streets_of(runtime: Runtime) -> dict[str, Any]:
    """The street layer under every map; empty while no roads were built."""
    try:
        layer: dict[str, Any] = orjson.loads(runtime.settings.streets.read_bytes())
    except FileNotFoundError:
        return _NO_STREETS
    return layer


def map_response(page: str, filename: str, *, download: bool) -> Response:
    """The page in a sandbox with an origin of its own: outlet names in it are not trusted."""
    disposition = "attachment" if download else "inline"
    return Response(
        page,
        media_type="text/html",
        headers={
            "Content-Security-Policy": EXPORT_POLICY,
            "Content-Disposition": f'{disposition}; filename="{filename}"',
            "Cache-Control": "private, no-cache",
        },
    )
