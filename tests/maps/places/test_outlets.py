import csv
import math
from pathlib import Path

import pytest

from maps.errors import ExtractError
from maps.places.kinds import FIELD_SALES, kinds_of
from maps.places.outlets import OsmOutlet, languages_of, outlets
from maps.places.outlets import write_outlets_csv as write_csv
from maps.places.safe_cells import safe_cell
from maps.places.trim import trim_extract
from routing.geo import GeoPoint


def test_outlets_are_named_places_of_the_asked_kinds(shops: list[OsmOutlet]) -> None:
    assert len(shops) == 499
    assert all(shop.name and FIELD_SALES.category({"shop": shop.category}) for shop in shops)


def test_outlets_of_other_kinds_are_left_out(extract: Path) -> None:
    assert {shop.category for shop in outlets(extract, kinds_of("amenity=pharmacy"))} == {
        "pharmacy"
    }


def test_buildings_and_compounds_are_outlets_at_their_middle(shops: list[OsmOutlet]) -> None:
    malls = {shop.osm_id: shop for shop in shops if shop.category == "mall"}
    assert {"w", "r"} <= {osm_id[0] for osm_id in malls}
    assert malls["w289767497"].point == pytest.approx((60.1692415, 24.9382245), abs=1e-6)


def test_one_name_stands_once_at_one_place(shops: list[OsmOutlet]) -> None:
    by_name: dict[str, list[OsmOutlet]] = {}
    for shop in shops:
        by_name.setdefault(shop.name.casefold(), []).append(shop)
    for namesakes in by_name.values():
        for at, one in enumerate(namesakes):
            assert all(_metres(one, other) > 40 for other in namesakes[at + 1 :])


def _metres(one: OsmOutlet, other: OsmOutlet) -> float:
    east = (one.point.lon - other.point.lon) * math.cos(math.radians(60.17))
    return math.hypot(one.point.lat - other.point.lat, east) * 111_195


def test_the_list_keeps_commas_quotes_and_other_scripts(tmp_path: Path) -> None:
    shop = OsmOutlet("n1", 'A, "B"\n酒', "bar", GeoPoint(60.0, 25.0), {"zh": "酒吧"})
    write_csv([shop], tmp_path / "one.csv")
    with (tmp_path / "one.csv").open(encoding="utf-8", newline="") as stream:
        [row] = csv.DictReader(stream)
    assert (row["name"], row["name_zh"], row["lat"]) == ('A, "B"\n酒', "酒吧", "60.0")


def test_trimming_to_fewer_kinds_drops_the_other_outlets(extract: Path, tmp_path: Path) -> None:
    trim_extract(extract, tmp_path / "small.osm.pbf", kinds_of("amenity=pharmacy"))
    assert len(outlets(tmp_path / "small.osm.pbf", kinds_of("amenity=pharmacy"))) == 6
    assert len(outlets(tmp_path / "small.osm.pbf", kinds_of("amenity=bar"))) < 22


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "extract-missing"), (b"", "extract-empty"), (b"not a map", "extract-unreadable")],
)
def test_a_file_that_is_no_extract_is_refused_by_code(
    tmp_path: Path, content: bytes | None, code: str
) -> None:
    path = tmp_path / "some.osm.pbf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ExtractError) as caught:
        outlets(path)
    assert caught.value.code == code
    assert caught.value.action


def test_a_truncated_extract_is_refused(extract: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(extract.read_bytes()[:100_000])
    with pytest.raises(ExtractError) as caught:
        trim_extract(path, tmp_path / "out.osm.pbf", FIELD_SALES)
    assert caught.value.code == "extract-unreadable"


def test_a_key_alone_means_all_its_values(extract: Path) -> None:
    found = {one.category for one in outlets(extract, kinds_of("shop"))}
    assert len(found) > 5
    assert found.isdisjoint({one.category for one in outlets(extract, kinds_of("amenity=bar"))})


def test_kinds_are_written_as_tags_and_read_back() -> None:
    kinds = kinds_of(" shop, amenity=bar,amenity=cafe ")
    assert kinds.category({"shop": "bakery"}) == "bakery"
    assert kinds.category({"amenity": "cafe"}) == "cafe"
    assert kinds.category({"amenity": "pharmacy"}) is None
    assert kinds.category({"shop": "no"}) is None
    assert str(kinds) == "shop,amenity=bar,amenity=cafe"
    assert kinds_of("shop=tea,shop").of_key == kinds_of("shop,shop=tea").of_key == {"shop": None}


@pytest.mark.parametrize("text", ["", " , ", "Shop", "amenity=", "=bar", "shop,amenity=B A R;rm"])
def test_kinds_that_are_none_are_named(text: str) -> None:
    with pytest.raises(ExtractError) as caught:
        kinds_of(text)
    assert caught.value.code == "kinds-unreadable"
    assert text.split(",")[-1].strip() in caught.value.cause


@pytest.mark.parametrize(
    "name", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "+358 9;A1"]
)
def test_a_name_that_a_spreadsheet_would_run_is_only_text(name: str, tmp_path: Path) -> None:
    shop = OsmOutlet("n1", name, "bar", GeoPoint(60.0, 25.0), {"en": name}, name, name, name)
    write_csv([shop], tmp_path / "one.csv")
    with (tmp_path / "one.csv").open(encoding="utf-8", newline="") as stream:
        [row] = csv.DictReader(stream)
    cells = ("name", "name_en", "address", "opening_hours", "phone")
    assert [row[cell] for cell in cells] == ["'" + name.replace("\r", " ")] * 5


@pytest.mark.parametrize("text", ["", "Bar", "+358 9 1234; +358 9 1235", "24/7", "A=B", "'quoted"])
def test_what_no_spreadsheet_runs_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


def test_names_come_in_the_languages_that_the_area_speaks(shops: list[OsmOutlet]) -> None:
    assert languages_of(shops)[:3] == ["en", "fi", "sv"]
    assert languages_of(shops, most=1) == ["en"]
