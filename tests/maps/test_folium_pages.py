from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from maps.basemap.archive import Ground
from maps.folium_pages import day_map, territory_map
from maps.geojson import HomePin, OutletPin, StopPin, TerritoryArea, day_route, territories
from maps.page_text import PAGE_TEXT
from maps.roads.network import RoadNetwork
from routing.geo import GeoPoint

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "${alert(1)}",
    "`${alert(1)}`",
    '"};alert(1);//',
    "'-alert(1)-'",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "{{ self.__init__.__globals__ }}",
    "<!--",
    "]]>\u2028\u2029&lt;b&gt;",
    "\\u003cb\\u003e",
]
HOME = HomePin("Home <b>", GeoPoint(60.165, 24.9456), 480, 1020)


class Resources(HTMLParser):
    """Every attribute of a page that makes a browser fetch something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [
            (tag, value or "")
            for key, value in attrs
            if key in {"src", "href", "srcset", "data", "action", "poster", "style"}
        ]


def stops(names: list[str]) -> list[StopPin]:
    return [
        StopPin(
            at,
            f"o{at}",
            name,
            GeoPoint(60.166 + at * 0.0008, 24.94 + at % 4 * 0.003),
            480 + at * 30,
            482 + at * 30,
            500 + at * 30,
            grade="A",
            properties={"address": name, "status": "done" if at == 1 else None},
        )
        for at, name in enumerate(names, start=1)
    ]


@pytest.fixture(scope="module")
def day_page(network: RoadNetwork, ground: Ground) -> str:
    pins = stops(HOSTILE)
    route = network.route([HOME.point, *(pin.point for pin in pins), HOME.point])
    return day_map(day_route(pins, HOME, route), ground, "Anna </title><b>", "en")


@pytest.fixture(scope="module")
def territory_page(ground: Ground) -> str:
    ring = [[24.94, 60.166], [24.95, 60.166], [24.95, 60.175], [24.94, 60.175], [24.94, 60.166]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    areas = [
        TerritoryArea(f"t{at}", name, name, polygon, name, {"outlets": 3})
        for at, name in enumerate(HOSTILE)
    ]
    areas.append(TerritoryArea("red", "Red", "#b91c1c", polygon))
    pins = [OutletPin("o", name, GeoPoint(60.17, 24.945), name, "t1") for name in HOSTILE]
    return territory_map(territories(areas, pins), ground, "Areas", "zh")


@pytest.mark.parametrize("page", ["day_page", "territory_page"])
def test_a_page_asks_no_other_host_for_anything(page: str, request: pytest.FixtureRequest) -> None:
    text = request.getfixturevalue(page)
    resources = Resources()
    resources.feed(text)
    assert resources.found == []
    assert "default-src 'none'" in text
    assert "@import" not in text
    assert "cdn." not in text


@pytest.mark.parametrize("page", ["day_page", "territory_page"])
def test_no_name_stands_in_a_page_as_code(page: str, request: pytest.FixtureRequest) -> None:
    text = request.getfixturevalue(page)
    for name in HOSTILE[:3]:
        assert name not in text
    assert text.count("{{ 7 * 7 }}") > 0
    assert text.count("</script>") == text.count("<script")


def test_the_title_is_text(day_page: str) -> None:
    assert "<title>Anna &lt;/title&gt;&lt;b&gt;</title>" in day_page


def test_a_colour_that_is_none_is_not_used(territory_page: str) -> None:
    scripts = territory_page.split("<body>")[1].split("</body>")[1]
    assert "alert" not in scripts
    assert "#b91c1c" in scripts


def test_the_page_says_its_language(day_page: str, territory_page: str) -> None:
    assert '<html lang="en" ' in day_page
    assert '<html lang="zh-CN" ' in territory_page
    assert PAGE_TEXT["zh"]["territories"] in territory_page


def test_the_same_day_gives_the_same_page(ground: Ground) -> None:
    day = day_route(stops(["One", "Two"]), HOME, None)
    pages = {day_map(day, ground, "Day", "en") for _ in range(2)}
    assert len(pages) == 1


def test_making_a_page_leaves_its_input_alone(ground: Ground) -> None:
    day = day_route(stops(["One"]), HOME, None)
    before = repr((day, ground))
    day_map(day, ground, "Day", "en")
    assert repr((day, ground)) == before


def test_both_languages_have_the_same_words() -> None:
    assert PAGE_TEXT["zh"].keys() == PAGE_TEXT["en"].keys()
    assert all(text for words in PAGE_TEXT.values() for text in words.values())


class Visit:
    """A page opened from a file, with the network blocked, and all that it tried to do."""

    def __init__(self, browser: Any, file: Path, width: int = 1280) -> None:
        self.trouble: list[str] = []
        context = browser.new_context(viewport={"width": width, "height": 800}, offline=True)
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("console", lambda said: self.trouble.append(said.text))
        self.page.on("dialog", self._refuse)
        self.page.on("request", self._note)
        self.file = file.as_uri()
        self.page.goto(self.file)

    def _refuse(self, dialog: Any) -> None:
        self.trouble.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _note(self, request: Any) -> None:
        if not request.url.startswith(("data:", "file:")) or request.url.endswith("/x"):
            self.trouble.append(f"asked for {request.url}")


@pytest.mark.browser
def test_a_day_shows_hostile_names_as_text(browser: Any, day_page: str, tmp_path: Path) -> None:
    (tmp_path / "day.html").write_text(day_page, "utf-8")
    visit = Visit(browser, tmp_path / "day.html")
    shown = visit.page.locator(".panel .row .name").all_text_contents()
    assert shown == [HOME.name, *HOSTILE, HOME.name]
    assert visit.page.locator(".leaflet-marker-icon .pin").count() == len(HOSTILE) + 1
    assert visit.page.locator(".leaflet-control-attribution").inner_text().startswith("© Open")
    for row in visit.page.locator(".panel .row").all():
        row.click()
        visit.page.wait_for_selector(".leaflet-popup .name")
    assert visit.trouble == []


@pytest.mark.browser
def test_the_base_map_and_the_route_are_drawn(browser: Any, day_page: str, tmp_path: Path) -> None:
    (tmp_path / "day.html").write_text(day_page, "utf-8")
    visit = Visit(browser, tmp_path / "day.html")
    visit.page.wait_for_function("document.querySelectorAll('.leaflet-tile-loaded').length > 6")
    ground = colours_of(visit.page, "canvas.leaflet-tile")
    assert {"255,255,255", "251,220,146", "166,205,230", "201,228,187"} <= ground
    assert any(_is_route_blue(one) for one in colours_of(visit.page, ".leaflet-zoom-animated"))
    assert visit.trouble == []


@pytest.mark.browser
def test_a_page_without_a_base_map_still_shows_its_route(browser: Any, tmp_path: Path) -> None:
    page = day_map(day_route(stops(["One"]), HOME, None), Ground(), "Day", "en")
    (tmp_path / "day.html").write_text(page, "utf-8")
    visit = Visit(browser, tmp_path / "day.html")
    assert visit.page.locator(".leaflet-marker-icon .pin").count() == 2
    assert visit.page.locator("canvas.leaflet-tile").count() == 0
    assert visit.trouble == []


def colours_of(page: Any, selector: str) -> set[str]:
    """The colours on all canvases of the page that ``selector`` names."""
    found: list[str] = page.evaluate(
        """(selector) => {
          const seen = new Set();
          for (const canvas of document.querySelectorAll(selector)) {
            if (!canvas.width || !canvas.getContext) continue;
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            for (let at = 0; at < data.length; at += 4)
              seen.add([data[at], data[at + 1], data[at + 2]].join());
          }
          return [...seen];
        }""",
        selector,
    )
    return set(found)


def _is_route_blue(colour: str) -> bool:
    red, green, blue = map(int, colour.split(","))
    return red < 60 and green < 100 and blue > 190


@pytest.mark.browser
def test_on_a_phone_the_list_opens_with_a_tap(browser: Any, day_page: str, tmp_path: Path) -> None:
    (tmp_path / "day.html").write_text(day_page, "utf-8")
    visit = Visit(browser, tmp_path / "day.html", width=390)
    assert not visit.page.locator(".panel .row").first.is_visible()
    visit.page.locator(".panel .head").click()
    assert visit.page.locator(".panel .row").first.is_visible()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_a_long_list_scrolls_to_its_legend(
    browser: Any, day_page: str, tmp_path: Path, width: int
) -> None:
    (tmp_path / "day.html").write_text(day_page, "utf-8")
    visit = Visit(browser, tmp_path / "day.html", width)
    if width == 390:
        visit.page.locator(".panel .head").click()
    visit.page.mouse.move(width - 100, 700)
    visit.page.mouse.wheel(0, 5000)
    legend = visit.page.locator(".legend li").last
    visit.page.wait_for_function("document.querySelector('.panel .body').scrollTop > 50")
    box = legend.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800


@pytest.mark.browser
def test_no_two_pins_hide_each_other(browser: Any, ground: Ground, tmp_path: Path) -> None:
    crowd = [
        StopPin(at, f"o{at}", f"Shop {at}", GeoPoint(60.17, 24.9432), 480, 480, 490)
        for at in range(1, 6)
    ]
    page = day_map(day_route(crowd, HOME, None), ground, "Crowd", "en")
    (tmp_path / "crowd.html").write_text(page, "utf-8")
    visit = Visit(browser, tmp_path / "crowd.html")
    boxes = [pin.bounding_box() for pin in visit.page.locator(".leaflet-marker-icon .pin").all()]
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            assert (one["x"] - other["x"]) ** 2 + (one["y"] - other["y"]) ** 2 > 20**2


@pytest.mark.browser
def test_territories_show_hostile_names_as_text(
    browser: Any, territory_page: str, tmp_path: Path
) -> None:
    (tmp_path / "areas.html").write_text(territory_page, "utf-8")
    visit = Visit(browser, tmp_path / "areas.html")
    assert visit.page.locator(".panel .row .name").all_text_contents() == [*HOSTILE, "Red"]
    assert visit.page.locator(".area-name").count() == len(HOSTILE) + 1
    assert visit.trouble == []
