import gzip
from pathlib import Path

import pytest

from maps.basemap.archive import Basemap, Ground
from maps.errors import BasemapError

CENTRE = (24.940, 60.168, 24.945, 60.171)


def test_an_area_holds_its_tiles_from_coarse_to_fine(basemap_file: Path) -> None:
    ground = Basemap.open(basemap_file).ground(CENTRE)
    assert ground.max_zoom == 14
    assert {"5/18/9", "14/9327/4741"} <= ground.tiles.keys()
    assert all(gzip.decompress(body) for body in ground.tiles.values())


def test_too_much_ground_is_held_coarser_but_whole(basemap_file: Path) -> None:
    basemap = Basemap.open(basemap_file)
    whole = basemap.ground(basemap.bounds)
    most = sum(len(body) for name, body in whole.tiles.items() if not name.startswith("14/"))
    coarse = basemap.ground(basemap.bounds, most)
    assert coarse.max_zoom == 13
    assert coarse.tiles.items() < whole.tiles.items()
    assert basemap.ground(basemap.bounds, 10) == Ground()


def test_far_away_there_is_no_ground(basemap_file: Path) -> None:
    assert Basemap.open(basemap_file).ground((100.0, 10.0, 100.1, 10.1)) == Ground()


def test_another_archive_has_another_version(basemap_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "basemap.pmtiles"
    copy.write_bytes(basemap_file.read_bytes())
    before = Basemap.open(copy).version
    assert Basemap.open(copy).version == before
    copy.write_bytes(basemap_file.read_bytes())
    assert Basemap.open(copy).version != before


@pytest.mark.parametrize("content", [b"", b"PMTiles", b"something else that is no archive" * 20])
def test_a_file_that_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.pmtiles").write_bytes(content)
    with pytest.raises(BasemapError) as caught:
        Basemap.open(tmp_path / "a.pmtiles")
    assert caught.value.code == "basemap-broken"


def test_a_missing_file_is_just_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Basemap.open(tmp_path / "a.pmtiles")
