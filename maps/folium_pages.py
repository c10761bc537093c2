"""Standalone map pages: one HTML file that holds its script, styles, base map and route.

folium draws the route and the territories; the base map lies in the page as vector tiles.  Pins,
lists and popups are drawn by our own script, because folium's popups and tooltips are raw HTML, and
an outlet's name is not to be trusted.  The page forbids itself to load anything
(``Content-Security-Policy``).
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Mapping

import shapely
from shapely.geometry.base import BaseGeometry

from maps.attribution import ATTRIBUTION
from maps.basemap.archive import Ground
from maps.geojson import Json
from maps.page_text import HTML_LANGUAGE, PAGE_TEXT, Language
from maps.vendored import STATIC, script, stylesheet

_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
_PLAIN_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_OTHER_COLOUR = "#57534e"
_VENDORED = ("leaflet/leaflet.js", "protomaps-leaflet/protomaps-leaflet.js")
_GROUND_CSS, _GROUND_JS = ("basemap", "ground.css"), ("basemap", "ground.js")
_PAGE_CSS, _PAGE_JS = ("standalone", "map_page.css"), ("standalone", "map_page.js")

type _Styled = tuple[BaseGeometry, Json]


def day_map(geojson: Json, ground: Ground, title: str, language: Language) -> str:
    """A page with one day's route, as ``maps.geojson.day_route`` gives it, above the base map.

    Opens from a file, without network.
    """
    legs = [one for one in geojson["features"] if one["properties"]["kind"] == "leg"]
    line = [[lat, lon] for leg in legs for lon, lat in leg["geometry"]["coordinates"]]
    page = {"line": line, "features": [_flat(one) for one in geojson["features"]]}
    layers = {
        "casing": _styled(legs, _casing_style),
        "route": _styled(legs, _route_style),
    }
    return _render(ground, layers, "showDay(map_page, page)", page, title, language)


def territory_map(geojson: Json, ground: Ground, title: str, language: Language) -> str:
    """A page with territories and outlets, as ``maps.geojson.territories`` gives them."""
    of_kind: dict[str, list[Json]] = {"territory": [], "outlet": []}
    for one in geojson["features"]:
        of_kind.setdefault(one["properties"]["kind"], []).append(one)
    page = {
        "areas": [_area(one) for one in of_kind["territory"]],
        "outlets": [_flat(one) for one in of_kind["outlet"]],
    }
    call = "showTerritories(map_page, layer_areas, page)"
    layers = {"areas": _styled(of_kind["territory"], _area_style)}
    return _render(ground, layers, call, page, title, language)


def _render(
    ground: Ground,
    layers: Mapping[str, list[_Styled]],
    call: str,
    page: Json,
    title: str,
    language: Language,
) -> str:
    from maps.folium_parts import PageScript, geo_layer, plain_map  # folium takes 3 s to import

    drawn = plain_map(title=html.escape(title))
    for name, shapes in layers.items():
        geo_layer(name, shapes, smooth=0.5).add_to(drawn)
    PageScript(
        policy=_POLICY,
        styles=[stylesheet("leaflet/leaflet.css"), _own(*_GROUND_CSS), _own(*_PAGE_CSS)],
        scripts=[script(name) for name in _VENDORED] + [_own(*_GROUND_JS), _own(*_PAGE_JS)],
        data=_safe_json(
            page
            | {"title": title, "labels": PAGE_TEXT[language], "attribution": ATTRIBUTION}
            | {"ground": _inlined(ground), "language": language}
        ),
        call=call,
    ).add_to(drawn)
    text: str = drawn.get_root().render()
    opening = f'<html lang="{HTML_LANGUAGE[language]}" class="light-map">'
    return text.replace("<html>", opening, 1)


def _inlined(ground: Ground) -> Json:
    tiles = {name: base64.b64encode(body).decode("ascii") for name, body in ground.tiles.items()}
    return {"tiles": tiles, "maxZoom": ground.max_zoom}


def _styled(features: list[Json], style: Callable[[Json], Json]) -> list[_Styled]:
    return [(shapely.geometry.shape(one["geometry"]), style(one)) for one in features]


def _own(folder: str, name: str) -> str:
    return (STATIC / folder / name).read_text("utf-8")


def _safe_json(data: Json) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _flat(feature: Json) -> Json:
    """A feature's properties, and for a point its place as ``at: [lat, lon]``."""
    properties: Json = dict(feature["properties"])
    if feature["geometry"]["type"] == "Point":
        lon, lat = feature["geometry"]["coordinates"]
        properties["at"] = [lat, lon]
    return properties


def _area(feature: Json) -> Json:
    inner = shapely.geometry.shape(feature["geometry"]).representative_point()
    properties: Json = dict(feature["properties"])
    return properties | {"colour": _colour(properties), "label": [inner.y, inner.x]}


def _colour(properties: Json) -> str:
    """The territory's colour if it is one: folium writes styles into its script as they are."""
    colour = str(properties.get("colour", ""))
    return colour if _PLAIN_COLOUR.fullmatch(colour) else _OTHER_COLOUR


def _casing_style(feature: Json) -> Json:
    return {"color": "#ffffff", "weight": 9, "opacity": 0.9}


def _route_style(feature: Json) -> Json:
    if feature["properties"]["estimate"]:
        return {"color": "#b45309", "weight": 3, "opacity": 0.95, "dashArray": "8 7"}
    return {"color": "#1d4ed8", "weight": 5, "opacity": 0.95}


def _area_style(feature: Json) -> Json:
    colour = _colour(feature["properties"])
    return {"color": colour, "weight": 3, "fillColor": colour, "fillOpacity": 0.14}
