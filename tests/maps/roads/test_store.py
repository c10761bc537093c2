"""Road networks side by side: added, chosen, replaced, removed, with their peak hours."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps.errors import ExtractError, MapsError, NetworkError
from maps.roads.network import RoadNetwork
from maps.roads.peaks_table import peaks_text, read_peaks
from maps.roads.remote.engines import RemoteServer
from maps.roads.store import RoadStore, open_entry, uncovered
from routing.geo import GeoPoint
from routing.travel import SpeedBand
from tests.maps.roads.towns import ROADLESS, one_way_square

BLOCK = GeoPoint(60.005, 25.005)
TABLE = """weekdays,from,to,speed
mon-fri,07:30,09:00,0.6
mon wed sat,16:00,24:00,0.55
"""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return one_way_square(tmp_path / "town.osm")


@pytest.fixture
def store(tmp_path: Path) -> RoadStore:
    return RoadStore(tmp_path / "roads")


def test_networks_live_side_by_side(store: RoadStore, town: Path) -> None:
    for name, profile in (("town", "foot"), ("town", "car"), ("town.east", "car")):
        store.add(town, name, profile)
    entries = store.entries()
    assert [(e.name, e.profile) for e in entries] == [
        ("town", "car"),
        ("town", "foot"),
        ("town.east", "car"),
    ]
    assert entries[0].key.startswith("osrm:car:")
    assert len(entries[0].extract_sha256) == 64
    assert open_entry(entries[1]).matrix([BLOCK]).source == entries[1].key


def test_a_failed_addition_leaves_no_trace(store: RoadStore, tmp_path: Path) -> None:
    (tmp_path / "none.osm").write_bytes(ROADLESS)
    with pytest.raises(ExtractError):
        store.add(tmp_path / "none.osm", "town", "car")
    assert not (tmp_path / "roads" / "town").exists()
    assert store.entries() == []


def test_a_refused_network_keeps_the_old_one(store: RoadStore, town: Path, tmp_path: Path) -> None:
    key = store.add(town, "town", "car").key
    other = tmp_path / "other.osm"
    other.write_text(town.read_text().replace("60.1", "60.2"))

    def refuse(network: RoadNetwork) -> None:
        raise NetworkError("refused", "No.", "Do not.")

    with pytest.raises(NetworkError):
        store.add(other, "town", "car", accept=refuse)
    assert store.entry("town", "car").key == key


@pytest.mark.parametrize("name", ["", "..", "a/b", "Town", "town hall", "x" * 64, ".town"])
def test_names_that_are_no_folders_are_refused(store: RoadStore, town: Path, name: str) -> None:
    with pytest.raises(NetworkError) as caught:
        store.add(town, name, "car")
    assert caught.value.code == "network-name-invalid"


def test_the_network_of_a_home_is_the_smallest_that_covers_it(
    store: RoadStore, town: Path, tmp_path: Path
) -> None:
    country = tmp_path / "country.osm"
    country.write_text(town.read_text().replace('lat="60.1100"', 'lat="61.5"'))
    store.add(country, "a-country", "car")
    store.add(town, "town", "car")
    chosen = store.choose("car", BLOCK)
    assert chosen is not None
    assert chosen.name == "town"
    further = store.choose("car", GeoPoint(61.0, 25.05))
    assert further is not None
    assert further.name == "a-country"
    assert store.choose("car", GeoPoint(40.0, 25.0)) is None
    assert store.choose("bike", BLOCK) is None


def test_a_network_named_is_the_one(store: RoadStore, town: Path) -> None:
    store.add(town, "town", "car")
    entry = store.choose("car", GeoPoint(0.0, 0.0), "town")
    assert entry is not None
    assert entry.name == "town"
    with pytest.raises(NetworkError) as caught:
        store.choose("foot", BLOCK, "town")
    assert caught.value.code == "network-unknown"
    assert "town (car)" in caught.value.action


def test_a_removed_network_is_gone(store: RoadStore, town: Path, tmp_path: Path) -> None:
    store.add(town, "town", "car")
    store.remove("town", "car")
    assert store.entries() == []
    assert not (tmp_path / "roads" / "town").exists()
    with pytest.raises(NetworkError):
        store.remove("town", "car")


def test_a_broken_network_is_listed_and_can_be_removed(store: RoadStore, town: Path) -> None:
    folder = store.add(town, "town", "car").folder
    store.add(town, "town", "foot")
    (folder / "current.json").write_text("{")
    broken, whole = store.entries()
    assert broken.broken
    assert not whole.broken
    with pytest.raises(NetworkError) as caught:
        store.choose("car", BLOCK)
    assert caught.value.code == "network-broken"
    store.remove("town", "car")
    assert [entry.profile for entry in store.entries()] == ["foot"]


def test_a_server_elsewhere_is_remembered_without_its_key(
    store: RoadStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "secret")
    server = RemoteServer("google", "car", key_variable="MY_KEY")
    entry = store.add_remote("city", server)
    assert entry.server == server
    assert entry.covers(BLOCK)
    written = (tmp_path / "roads" / "city" / "car" / "remote.json").read_text()
    assert "secret" not in written
    assert open_entry(entry).key == entry.key


def test_a_network_built_here_takes_the_place_of_a_server(store: RoadStore, town: Path) -> None:
    store.add_remote("town", RemoteServer("osrm", "car", "http://127.0.0.1:5000"))
    assert store.add(town, "town", "car").server is None
    store.add_remote("town", RemoteServer("osrm", "car", "http://127.0.0.1:5000"))
    assert store.entry("town", "car").server is not None


def test_peak_hours_stay_when_a_network_is_built_again(
    store: RoadStore, town: Path, tmp_path: Path
) -> None:
    store.add(town, "town", "car")
    store.set_peaks("town", "car", read_peaks(TABLE))
    other = tmp_path / "other.osm"
    other.write_text(town.read_text().replace("60.1", "60.2"))
    entry = store.add(other, "town", "car")
    assert entry.peaks == read_peaks(TABLE)
    assert open_entry(entry).matrix([BLOCK]).bands == entry.peaks
    assert store.set_peaks("town", "car", ()).peaks == ()


def test_far_places_are_named_with_their_distance(store: RoadStore, town: Path) -> None:
    network = open_entry(store.add(town, "town", "car"))
    [(index, metres)] = uncovered(network, [GeoPoint(60.0, 25.003), GeoPoint(60.05, 25.0)])
    assert index == 1
    assert 4000 < metres < 6000


class TestPeaksTable:
    def test_is_read(self) -> None:
        assert read_peaks(TABLE) == (
            SpeedBand((0, 1, 2, 3, 4), 450.0, 540.0, 0.6),
            SpeedBand((0, 2, 5), 960.0, 1440.0, 0.55),
        )

    def test_is_written_as_it_is_read(self) -> None:
        assert read_peaks(peaks_text(read_peaks(TABLE))) == read_peaks(TABLE)

    def test_names_every_fault_by_line(self) -> None:
        text = TABLE + "someday,07:00,08:00,0.5\nmon,7am,08:00,0.5\nmon,07:00,08:00,slow\nmon,1\n"
        with pytest.raises(MapsError) as caught:
            read_peaks(text)
        assert caught.value.code == "peaks-invalid"
        lines = [fault.where for fault in caught.value.faults]
        assert lines == ["line 4", "line 5", "line 6", "line 7"]

    @pytest.mark.parametrize(
        "row",
        [
            "mon,08:00,07:00,0.5",
            "mon,08:00,09:00,0",
            "mon,08:00,09:00,1.1",
            "mon,08:00,09:00,nan",
            "fri-mon,08:00,09:00,0.5",
            "mon,08:30,10:00,0.5",
            "mon,08:00,24:30,0.5",
        ],
    )
    def test_refuses_what_is_no_band(self, row: str) -> None:
        with pytest.raises(MapsError):
            read_peaks(TABLE + row + "\n")

    def test_refuses_another_table(self) -> None:
        with pytest.raises(MapsError):
            read_peaks("from,to\n1,2\n")
