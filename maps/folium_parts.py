"""folium's map and layers without its CDN assets.  Import it lazily: folium takes three seconds."""

from __future__ import annotations

from collections.abc import Sequence

import folium
from branca.element import Element, Figure, MacroElement
from jinja2 import Template
from shapely.geometry.base import BaseGeometry

from maps.geojson import Json


class _BareMap(folium.Map):
    """folium's map, whose own links to scripts and styles on other hosts are taken out."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own attribute, never changed
    default_css: list[tuple[str, str]] = []  # noqa: RUF012


class _Verbatim(Element):
    """Text that goes into the page as it is.

    folium's own elements are templates whose *output* is run as a template again: an outlet called
    ``{{ ... }}`` would run code on the server.  So text of others only ever stands in one of these.
    """

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class PageScript(MacroElement):
    """The page's policy, styles and scripts, its data as inert JSON, and the call that draws it.

    ``data`` is JSON that is safe within a script element; ``call`` may use it as ``page``.
    """

    def __init__(
        self, *, policy: str, styles: Sequence[str], scripts: Sequence[str], data: str, call: str
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "page_script", "page"
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}" />'
        self.first = f'{meta}<meta name="viewport" content="width=device-width, initial-scale=1" />'
        self.head = "\n".join(
            [f"<style>{text}</style>" for text in styles]
            + [f"<script>{text}</script>" for text in scripts]
        )
        self.body = f'<script type="application/json" id="page-data">{data}</script>'
        read = 'JSON.parse(document.getElementById("page-data").textContent)'
        self.call = f"const page = {read};\n{call};"

    def render(self, **kwargs: object) -> str:
        """Put each part where it belongs in the page; the policy before all else."""
        figure = self.get_root()
        assert isinstance(figure, Figure)
        figure.header.add_child(_Verbatim(self.first), name="policy", index=0)
        figure.header.add_child(_Verbatim(self.head), name="page-head")
        figure.html.add_child(_Verbatim(self.body), name="page-data")
        figure.script.add_child(_Verbatim(self.call), name="page-call")
        return ""


def plain_map(title: str) -> folium.Map:
    """An empty map without tiles in a figure of its own; ``title`` must be escaped already."""
    drawn = _BareMap(
        tiles=None,
        prefer_canvas=True,
        min_zoom=3,
        max_zoom=19,
        zoom_snap=0.25,
    )
    drawn._name, drawn._id = "map", "page"
    figure = drawn.get_root()
    assert isinstance(figure, Figure)
    figure.title = title
    return drawn


def geo_layer(
    name: str, shapes: Sequence[tuple[BaseGeometry, Json]], smooth: float
) -> folium.GeoJson:
    """Shapes with their styles as one layer, known to the page's script as ``layer_<name>``.

    Only numbers and styles go to folium, never a text of others (see ``_Verbatim``).
    """
    features = [
        {"type": "Feature", "properties": {"style": style}, "geometry": shape.__geo_interface__}
        for shape, style in shapes
    ]
    layer = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        smooth_factor=smooth,
        interactive=False,
    )
    layer._name, layer._id = "layer", name
    return layer
