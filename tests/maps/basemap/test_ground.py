from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest
import shapely

from maps.basemap.ground import Feature, features
from maps.basemap.kinds import MAX_ZOOM, area_zoom, house_number, line_kind, names
from maps.errors import ExtractError

type Tags = dict[str, str]


def of_layer(found: Sequence[Feature], layer: str) -> list[Feature]:
    return [one for one in found if one.layer == layer]


@pytest.fixture(scope="module")
def city(extract: Path) -> list[Feature]:
    return [*features(extract)]


def test_streets_have_their_names_and_kinds(city: list[Feature]) -> None:
    kinds = {one.properties.get("name"): one.properties["kind"] for one in of_layer(city, "road")}
    assert kinds["Mannerheimintie"] == "primary"
    assert kinds["Yrjönkatu"] == "minor"


@pytest.mark.parametrize(
    ("lat", "lon", "wet"),
    [(60.1770, 24.9455, True), (60.1752, 24.9500, False), (60.1699, 24.9384, False)],
    ids=["Eläintarhanlahti bay", "Kaisaniemi shore", "city centre"],
)
def test_the_sea_is_water_and_the_shore_is_not(
    city: list[Feature], lat: float, lon: float, wet: bool
) -> None:
    spot = shapely.Point(lon, lat)
    assert any(one.shape.covers(spot) for one in of_layer(city, "water")) is wet


def test_nothing_of_the_map_but_kinds_and_names_is_kept(city: list[Feature]) -> None:
    kept = {key for one in city for key in one.properties}
    assert kept <= {"kind", "name", "name_en", "name_zh", "ref", "tunnel", "ramp"}


def test_a_street_cut_into_ways_is_one_line_for_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a.osm"
    path.write_text(
        '<osm version="0.6"><node id="1" lat="60.0" lon="25.0" version="1"/>'
        '<node id="2" lat="60.0" lon="25.01" version="1"/>'
        '<node id="3" lat="60.0" lon="25.02" version="1"/>'
        + "".join(
            f'<way id="{at}" version="1"><nd ref="{at}"/><nd ref="{at + 1}"/>'
            '<tag k="highway" v="residential"/><tag k="name" v="Long street"/></way>'
            for at in (1, 2)
        )
        + "</osm>"
    )
    [street] = features(path)
    assert shapely.get_coordinates(street.shape)[:, 0].tolist() == [25.0, 25.01, 25.02]


def test_a_way_that_the_edge_of_the_extract_cuts_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "a.osm"
    path.write_text(
        '<osm version="0.6"><node id="1" lat="60.0" lon="25.0" version="1"/>'
        '<node id="2" lat="60.01" lon="25.02" version="1"/>'
        '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><nd ref="99"/>'
        '<tag k="highway" v="primary_link"/></way></osm>'
    )
    [ramp] = features(path)
    assert (ramp.properties, ramp.min_zoom) == ({"kind": "primary", "ramp": "yes"}, 11)
    assert ramp.shape.length == pytest.approx(0.02236, abs=1e-5)


def test_names_in_the_languages_of_the_pages_stand_beside_the_local_one() -> None:
    tags = {"name": "Katu", "name:zh": "街", "name:en": "Katu", "name:sv": "Gata"}
    assert names(tags) == {"name": "Katu", "name_zh": "街"}
    assert names({"name:en": "Street"}) == {}


def test_hostile_names_are_only_ever_text(tmp_path: Path) -> None:
    hostile = "&lt;/script&gt;\u2028&quot;,&quot;tippecanoe&quot;:{&quot;layer&quot;:&quot;x"
    path = tmp_path / "a.osm"
    path.write_text(
        '<osm version="0.6"><node id="1" lat="60.0" lon="25.0" version="1"/>'
        '<node id="2" lat="60.01" lon="25.02" version="1"/><way id="1" version="1">'
        '<nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/>'
        f'<tag k="name" v="{hostile}"/></way></osm>',
        "utf-8",
    )
    [street] = features(path)
    line = street.line()
    assert line.count(b"\n") == 1
    assert orjson.loads(line)["tippecanoe"]["layer"] == "road"
    assert orjson.loads(line)["properties"]["name"].startswith("</script>")


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"highway": "trunk"}, "motorway"),
        ({"highway": "footway"}, "path"),
        ({"highway": "proposed"}, None),
        ({"highway": "pedestrian", "area": "yes"}, None),
        ({"railway": "tram"}, "tram"),
        ({"waterway": "stream"}, "stream"),
        ({"barrier": "fence"}, None),
    ],
)
def test_a_way_is_drawn_as_its_kind(tags: Tags, kind: str | None) -> None:
    drawn = line_kind(tags)
    assert (drawn.kind if drawn else None) == kind


def test_large_areas_are_seen_from_afar_and_specks_only_from_near() -> None:
    assert area_zoom(1.0) < area_zoom(0.001) < area_zoom(1e-9) == MAX_ZOOM


def test_a_house_number_that_is_no_number_is_left_out() -> None:
    assert house_number({"addr:housenumber": "12B"}) == "12B"
    assert house_number({"addr:housenumber": "12 behind the church"}) == ""


def test_buildings_numbers_and_places_are_there(tmp_path: Path) -> None:
    path = tmp_path / "a.osm"
    corners = [(0, 0), (0, 1), (1, 1), (1, 0)]
    nodes = "".join(
        f'<node id="{at + 1}" lat="{60 + y / 1000}" lon="{25 + x / 1000}" version="1"/>'
        for at, (x, y) in enumerate(corners)
    )
    ring = "".join(f'<nd ref="{at}"/>' for at in (1, 2, 3, 4, 1))
    path.write_text(
        f'<osm version="0.6">{nodes}<node id="9" lat="60" lon="25" version="1">'
        '<tag k="place" v="village"/><tag k="name" v="Kylä"/></node>'
        f'<way id="1" version="1">{ring}<tag k="building" v="yes"/>'
        '<tag k="addr:housenumber" v="7"/></way></osm>'
    )
    found = {one.layer: one for one in features(path)}
    assert found.keys() == {"building", "house", "place"}
    assert found["house"].properties == {"name": "7"}
    assert found["house"].shape.distance(shapely.Point(25.0005, 60.0005)) < 1e-6


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "extract-missing"), (b"", "extract-empty"), (b"not a map", "extract-unreadable")],
)
def test_a_file_that_is_no_extract_is_refused(
    tmp_path: Path, content: bytes | None, code: str
) -> None:
    path = tmp_path / "some.osm.pbf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ExtractError) as caught:
        list(features(path))
    assert caught.value.code == code
