"""Standalone map pages: one HTML file that holds its script, styles, streets and route.

folium draws the ground, the route and the territories.  Pins, lists and popups are drawn by our
own script, because folium's popups and tooltips are raw HTML, and an outlet's name is not to be
trusted.  The page forbids itself to load anything (``Content-Security-Policy``).
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping

import shapely
from shapely.geometry.base import BaseGeometry

from maps.attribution import ATTRIBUTION
from maps.geojson import Json
from maps.page_text import HTML_LANGUAGE, PAGE_TEXT, Language
from maps.vendored import STATIC, script, stylesheet

_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
_PLAIN_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_OTHER_COLOUR = "#57534e"
_CLASS_STYLES: Mapping[str, Json] = {
    "path": {"color": "#d8cfc0", "weight": 1.2, "opacity": 1},
    "service": {"color": "#ffffff", "weight": 2, "opacity": 1},
    "minor": {"color": "#ffffff", "weight": 5, "opacity": 1},
    "major": {"color": "#fbe3a6", "weight": 7, "opacity": 1},
}
_AREA_FILLS = {"green": "#cfe5c1", "water": "#a9d0ea", "square": "#e6e1d8"}

type _Styled = tuple[BaseGeometry, Json]


def day_map(geojson: Json, streets: Json, title: str, language: Language) -> str:
    """A page with one day's route, as ``maps.geojson.day_route`` gives it, above the streets.

    ``streets`` is the layer of ``maps.roads.extract.streets``.  Opens from a file, without network.
    """
    legs = [one for one in geojson["features"] if one["properties"]["kind"] == "leg"]
    line = [[lat, lon] for leg in legs for lon, lat in leg["geometry"]["coordinates"]]
    page = {"line": line, "features": [_flat(one) for one in geojson["features"]]}
    layers = {
        "casing": _styled(legs, _casing_style),
        "route": _styled(legs, _route_style),
    }
    return _render(streets, layers, "showDay(map_page, layer_streets, page)", page, title, language)


def territory_map(geojson: Json, streets: Json, title: str, language: Language) -> str:
    """A page with territories and outlets, as ``maps.geojson.territories`` gives them."""
    of_kind: dict[str, list[Json]] = {"territory": [], "outlet": []}
    for one in geojson["features"]:
        of_kind.setdefault(one["properties"]["kind"], []).append(one)
    page = {
        "areas": [_area(one) for one in of_kind["territory"]],
        "outlets": [_flat(one) for one in of_kind["outlet"]],
    }
    call = "showTerritories(map_page, layer_streets, layer_areas, page)"
    layers = {"areas": _styled(of_kind["territory"], _area_style)}
    return _render(streets, layers, call, page, title, language)


def _render(
    streets: Json,
    layers: Mapping[str, list[_Styled]],
    call: str,
    page: Json,
    title: str,
    language: Language,
) -> str:
    from maps.folium_parts import PageScript, geo_layer, plain_map  # folium takes 3 s to import

    drawn = plain_map(title=html.escape(title))
    geo_layer("streets", _styled(streets["features"], _ground_style), smooth=1.0).add_to(drawn)
    for name, shapes in layers.items():
        geo_layer(name, shapes, smooth=0.5).add_to(drawn)
    PageScript(
        policy=_POLICY,
        styles=[stylesheet("leaflet/leaflet.css"), _own("map_page.css")],
        scripts=[script("leaflet/leaflet.js"), _own("map_page.js")],
        data=_safe_json(
            page
            | {"title": title, "labels": PAGE_TEXT[language], "attribution": ATTRIBUTION}
            | {"streetNames": [one["properties"].get("name", "") for one in streets["features"]]}
        ),
        call=call,
    ).add_to(drawn)
    text: str = drawn.get_root().render()
    return text.replace("<html>", f'<html lang="{HTML_LANGUAGE[language]}">', 1)


def _styled(features: list[Json], style: Callable[[Json], Json]) -> list[_Styled]:
    return [(shapely.geometry.shape(one["geometry"]), style(one)) for one in features]


def _own(name: str) -> str:
    return (STATIC / "standalone" / name).read_text("utf-8")


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


def _ground_style(feature: Json) -> Json:
    properties = feature["properties"]
    if properties["kind"] == "street":
        return dict(_CLASS_STYLES[properties["class"]])
    fill = _AREA_FILLS[properties["kind"]]
    return {"stroke": False, "fill": True, "fillColor": fill, "fillOpacity": 1}


def _casing_style(feature: Json) -> Json:
    return {"color": "#ffffff", "weight": 9, "opacity": 0.9}


def _route_style(feature: Json) -> Json:
    if feature["properties"]["estimate"]:
        return {"color": "#b45309", "weight": 3, "opacity": 0.95, "dashArray": "8 7"}
    return {"color": "#1d4ed8", "weight": 5, "opacity": 0.95}


def _area_style(feature: Json) -> Json:
    colour = _colour(feature["properties"])
    return {"color": colour, "weight": 3, "fillColor": colour, "fillOpacity": 0.14}
