import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import shape

from maps.attribution import ATTRIBUTION
from maps.errors import ExtractError
from maps.roads.coast import sea
from maps.roads.extract import streets

SQUARE = shapely.box(0, 0, 10, 10)


def test_the_layer_is_small_enough_for_a_phone(street_layer: dict[str, Any]) -> None:
    raw = json.dumps(street_layer, separators=(",", ":"), ensure_ascii=False).encode()
    assert len(raw) < 700_000
    assert len(gzip.compress(raw)) < 200_000


def test_the_layer_names_its_source_and_extent(street_layer: dict[str, Any]) -> None:
    assert street_layer["attribution"] == ATTRIBUTION
    assert street_layer["bbox"] == [24.93518, 60.16416, 24.95341, 60.17911]


def test_the_ground_lies_beneath_the_streets_and_paths_beneath_roads(
    street_layer: dict[str, Any],
) -> None:
    kinds = [
        feature["properties"].get("class", feature["properties"]["kind"])
        for feature in street_layer["features"]
    ]
    order = ["green", "water", "square", "path", "service", "minor", "major"]
    assert list(dict.fromkeys(kinds)) == order


def test_coordinates_have_five_decimals_within_the_extract(street_layer: dict[str, Any]) -> None:
    west, south, east, north = street_layer["bbox"]
    for feature in street_layer["features"]:
        for lon, lat in shapely.get_coordinates(shape(feature["geometry"])):
            assert west - 1e-4 <= lon <= east + 1e-4
            assert south - 1e-4 <= lat <= north + 1e-4
            assert round(lon, 5) == lon


def test_streets_keep_their_names(street_layer: dict[str, Any]) -> None:
    names = {feature["properties"].get("name") for feature in street_layer["features"]}
    assert {"Mannerheimintie", "Aleksanterinkatu"} <= names


@pytest.mark.parametrize(
    ("lat", "lon", "wet"),
    [(60.1770, 24.9455, True), (60.1752, 24.9500, False), (60.1699, 24.9384, False)],
    ids=["Eläintarhanlahti bay", "Kaisaniemi shore", "city centre"],
)
def test_the_sea_is_water_and_the_shore_is_not(
    street_layer: dict[str, Any], lat: float, lon: float, wet: bool
) -> None:
    [water] = [one for one in street_layer["features"] if one["properties"]["kind"] == "water"]
    assert shape(water["geometry"]).buffer(0).covers(shapely.Point(lon, lat)) is wet


def test_water_lies_to_the_right_of_a_coast() -> None:
    [right] = sea([shapely.LineString([(4, 0), (4, 10)])], SQUARE)
    assert right.equals(shapely.box(4, 0, 10, 10))


def test_a_coast_the_other_way_round_has_water_on_its_other_side() -> None:
    [left] = sea([shapely.LineString([(4, 10), (4, 0)])], SQUARE)
    assert left.equals(shapely.box(0, 0, 4, 10))


def test_an_island_is_not_sea() -> None:
    shore = shapely.LineString([(4, 4), (6, 4), (6, 6), (4, 6), (4, 4)])
    [around] = sea([shore], SQUARE)
    assert around.area == pytest.approx(100 - 4)


def test_a_coast_cut_short_is_led_to_the_edge() -> None:
    [right] = sea([shapely.LineString([(4, 0.5), (4, 9.5)])], SQUARE)
    assert right.area == pytest.approx(60)


def test_without_a_coast_there_is_no_sea() -> None:
    assert sea([], SQUARE) == []


def test_an_extract_that_states_no_extent_takes_that_of_its_streets(tmp_path: Path) -> None:
    (tmp_path / "a.osm").write_text(
        '<osm version="0.6"><node id="1" lat="60.0" lon="25.0" version="1"/>'
        '<node id="2" lat="60.01" lon="25.02" version="1"/>'
        '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><nd ref="99"/>'
        '<tag k="highway" v="primary_link"/></way></osm>'
    )
    layer = streets(tmp_path / "a.osm")
    assert layer["bbox"] == [25.0, 60.0, 25.02, 60.01]
    [street] = layer["features"]
    assert street["properties"] == {"kind": "street", "class": "major"}


def test_a_broken_extract_is_refused(extract: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.osm.pbf").write_bytes(extract.read_bytes()[:50_000])
    with pytest.raises(ExtractError) as caught:
        streets(tmp_path / "cut.osm.pbf")
    assert caught.value.code == "extract-unreadable"
