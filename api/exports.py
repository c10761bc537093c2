"""Map files: one HTML page that holds everything, handed out so that it cannot act as us."""

from __future__ import annotations

from fastapi import Response

from api.presenters.day_routes import day_route_geojson
from api.roads import network_of
from api.runtime import Runtime
from api.security import EXPORT_POLICY
from crm_core.planning.day_route import DayRoute
from maps.basemap.archive import Basemap, Bounds, Ground
from maps.geojson import bounds_of


def day_map_page(runtime: Runtime, route: DayRoute, language: str) -> str:
    """The day's route above the base map as one HTML page."""
    from maps.folium_pages import day_map  # folium takes 3 s to import

    features = day_route_geojson(route, network_of(runtime, route.rep))
    title = f"{route.rep.name} · {route.date}"
    ground = ground_of(runtime, bounds_of(features))
    return day_map(features, ground, title, "zh" if language == "zh" else "en")


def ground_of(runtime: Runtime, bounds: Bounds) -> Ground:
    """The base map's tiles for a page that holds them itself; none while no map was built."""
    try:
        return Basemap.open(runtime.settings.basemap).ground(bounds)
    except FileNotFoundError:
        return Ground()


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
