"""folium's map and layers without its CDN assets.  Import it lazily: folium takes three seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import folium
from branca.element import Element, Figure, MacroElement
from jinja2 import Template

from maps.geojson import Json


class _BareMap(folium.Map):
    """folium's map, whose own links to scripts and styles on other hosts are taken out."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own attribute, never changed
    default_css: list[tuple[str, str]] = []  # noqa: RUF012


class _Policy(Element):
    """What the page may load, said before anything else in its head."""

    _template = Template(
        '<meta http-equiv="Content-Security-Policy" content="{{ this.policy }}" />\n'
        '    <meta name="viewport" content="width=device-width, initial-scale=1" />'
    )

    def __init__(self, policy: str) -> None:
        super().__init__()
        self.policy = policy


class PageScript(MacroElement):
    """Styles and scripts within the page, its data as inert JSON, and the call that draws it."""

    _template = Template(
        "{% macro header(this, kwargs) %}"
        "{% for text in this.styles %}<style>{{ text }}</style>\n{% endfor %}"
        "{% for text in this.scripts %}<script>{{ text }}</script>\n{% endfor %}"
        "{% endmacro %}"
        "{% macro html(this, kwargs) %}"
        '<script type="application/json" id="page-data">{{ this.data }}</script>'
        "{% endmacro %}"
        "{% macro script(this, kwargs) %}"
        'const page = JSON.parse(document.getElementById("page-data").textContent);\n'
        "{{ this.call }};"
        "{% endmacro %}"
    )

    def __init__(
        self, *, policy: str, styles: Sequence[str], scripts: Sequence[str], data: str, call: str
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "page_script", "page"
        self.policy, self.styles, self.scripts = policy, styles, scripts
        self.data, self.call = data, call

    def render(self, **kwargs: object) -> str:
        """Put the policy first into the page's head, then the rest where it belongs."""
        figure = self.get_root()
        assert isinstance(figure, Figure)
        figure.header.add_child(_Policy(self.policy), name="policy", index=0)
        super().render(**kwargs)  # type: ignore[no-untyped-call]
        return ""


def plain_map(title: str, attribution: str) -> folium.Map:
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
    _Attribution(attribution).add_to(drawn)
    return drawn


class _Attribution(MacroElement):
    """Who made the map data, at the foot of the map."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "{{ this._parent.get_name() }}.attributionControl.setPrefix(false)"
        ".addAttribution({{ this.text|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, text: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "attribution", "page"
        self.text = text


def geo_layer(
    name: str, features: Sequence[Json], style: Callable[[Json], Json], smooth: float
) -> folium.GeoJson:
    """Features as one layer, known to the page's script as ``layer_<name>``; it takes no clicks."""
    copies = [dict(feature) for feature in features]  # folium writes ids into what it is given
    layer = folium.GeoJson(
        {"type": "FeatureCollection", "features": copies},
        style_function=style if copies else None,
        smooth_factor=smooth,
        interactive=False,
    )
    layer._name, layer._id = "layer", name
    return layer
