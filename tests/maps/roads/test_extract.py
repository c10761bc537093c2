import csv
import math
from pathlib import Path

import pytest

from maps.errors import ExtractError
from maps.roads.extract import FIELD_SALES_KINDS, OsmOutlet, outlets, trim_extract
from maps.roads.extract import write_outlets_csv as write_csv
from routing.geo import GeoPoint


def test_outlets_are_named_places_of_the_asked_kinds(shops: list[OsmOutlet]) -> None:
    assert len(shops) == 499
    assert all(shop.name and shop.category in FIELD_SALES_KINDS for shop in shops)


def test_outlets_of_other_kinds_are_left_out(extract: Path) -> None:
    assert {shop.category for shop in outlets(extract, {"pharmacy"})} == {"pharmacy"}


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
    trim_extract(extract, tmp_path / "small.osm.pbf", {"pharmacy"})
    assert len(outlets(tmp_path / "small.osm.pbf", {"pharmacy"})) == 6
    assert len(outlets(tmp_path / "small.osm.pbf", {"bar"})) < 22


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
        trim_extract(path, tmp_path / "out.osm.pbf", FIELD_SALES_KINDS)
    assert caught.value.code == "extract-unreadable"
