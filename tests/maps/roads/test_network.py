import json
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely

from maps.errors import ExtractError, MapsError, NetworkError
from maps.places.outlets import OsmOutlet
from maps.roads.built import BuildProgress
from maps.roads.network import RoadNetwork, build_network, far_snaps
from routing.geo import GeoPoint, great_circle_m
from routing.travel import TravelMatrix, estimate_matrix
from tests.maps.roads.towns import ROADLESS, one_way_square


@pytest.fixture
def places(shops: list[OsmOutlet]) -> list[GeoPoint]:
    return [shop.point for shop in shops[:30]]


def test_every_place_reaches_every_other_on_the_demo_streets(
    network: RoadNetwork, shops: list[OsmOutlet]
) -> None:
    matrix = network.matrix([shop.point for shop in shops])
    assert matrix.size == len(shops)
    assert not matrix.estimate
    assert np.isfinite(matrix.seconds).all()
    assert far_snaps(matrix) == []


def test_walking_is_never_shorter_than_the_straight_line(
    network: RoadNetwork, places: list[GeoPoint]
) -> None:
    matrix = network.matrix(places)
    assert matrix.snap_m is not None
    reach = matrix.metres + matrix.snap_m[:, None] + matrix.snap_m[None, :]
    assert (reach >= great_circle_m(places) * 0.99 - 1.0).all()


def test_a_far_place_is_reported_with_its_distance(
    network: RoadNetwork, places: list[GeoPoint]
) -> None:
    matrix = network.matrix([*places, GeoPoint(60.3, 25.2)])
    [(index, metres)] = far_snaps(matrix)
    assert index == len(places)
    assert metres > 10_000


def test_an_estimate_has_no_far_snaps(places: list[GeoPoint]) -> None:
    assert far_snaps(estimate_matrix(places, speed_kmh=5)) == []


def test_a_one_way_street_makes_the_matrix_asymmetric(tmp_path: Path) -> None:
    network = build_network(one_way_square(tmp_path / "a.osm"), "car", tmp_path / "net")
    matrix = network.matrix([GeoPoint(60.0, 25.003), GeoPoint(60.0, 25.007)])
    assert matrix.seconds[0, 1] * 3 < matrix.seconds[1, 0]


def test_a_place_without_a_way_there_is_infinitely_far(tmp_path: Path) -> None:
    network = build_network(one_way_square(tmp_path / "a.osm"), "foot", tmp_path / "net")
    block, island = GeoPoint(60.0, 25.005), GeoPoint(60.105, 25.1)
    matrix = network.matrix([block, island])
    assert np.isinf(matrix.seconds[0, 1])
    assert np.isinf(matrix.metres[1, 0])
    with pytest.raises(NetworkError) as caught:
        network.route([block, island])
    assert caught.value.code == "no-road-route"


def test_a_route_has_a_leg_between_each_two_places_as_the_matrix_says(
    network: RoadNetwork, places: list[GeoPoint]
) -> None:
    matrix, route = network.matrix(places), network.route(places)
    assert len(route.legs) == len(places) - 1
    for at, leg in enumerate(route.legs):
        assert leg.seconds == pytest.approx(matrix.seconds[at, at + 1], abs=0.2)
        assert leg.metres == pytest.approx(matrix.metres[at, at + 1], abs=1.0)
        assert len(leg.line) >= 2
    assert route.seconds == pytest.approx(sum(leg.seconds for leg in route.legs))
    assert route.metres > 0


def test_legs_meet_where_they_join(network: RoadNetwork, places: list[GeoPoint]) -> None:
    legs = network.route(places).legs
    for one, other in pairwise(legs):
        assert one.line[-1] == pytest.approx(other.line[0], abs=1e-4)


def test_staying_where_one_is_takes_no_time(network: RoadNetwork, places: list[GeoPoint]) -> None:
    [leg] = network.route([places[0], places[0]]).legs
    assert (leg.seconds, leg.metres, len(leg.line)) == (0.0, 0.0, 2)


def test_few_places_need_no_roads(network: RoadNetwork, places: list[GeoPoint]) -> None:
    assert network.matrix([]).size == 0
    assert network.matrix(places[:1]).seconds.tolist() == [[0.0]]
    assert network.route(places[:1]).legs == ()


def test_coordinates_off_the_earth_are_named(network: RoadNetwork, places: list[GeoPoint]) -> None:
    with pytest.raises(NetworkError) as caught:
        network.matrix([places[0], GeoPoint(120.0, 24.9), GeoPoint(float("nan"), 24.9)])
    assert caught.value.code == "coordinates-invalid"
    assert "1, 2" in caught.value.cause


def test_a_kept_matrix_is_the_same_matrix(
    network: RoadNetwork, places: list[GeoPoint], tmp_path: Path
) -> None:
    fresh = network.matrix(places, tmp_path)
    kept = network.matrix(places, tmp_path)
    assert kept == fresh == network.matrix(places)
    assert kept.snap_m is not None
    assert fresh.snap_m is not None
    assert (kept.snap_m == fresh.snap_m).all()
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("spoil", ["cut", "emptied", "garbled", "of another size"])
def test_a_spoilt_cache_file_is_made_anew(
    network: RoadNetwork, places: list[GeoPoint], tmp_path: Path, spoil: str
) -> None:
    fresh = network.matrix(places, tmp_path)
    [file] = tmp_path.iterdir()
    whole = file.read_bytes()
    content = {"cut": whole[: len(whole) // 2], "emptied": b"", "garbled": b"\x00" * 999}
    if spoil in content:
        file.write_bytes(content[spoil])
    else:
        np.savez_compressed(file, seconds=np.zeros((2, 2)), source=np.array(network.key))
    assert network.matrix(places, tmp_path) == fresh
    assert file.stat().st_size == pytest.approx(len(whole), rel=0.01)


def test_a_cache_folder_that_cannot_be_is_said_so(
    network: RoadNetwork, places: list[GeoPoint], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NetworkError) as caught:
        network.matrix(places, tmp_path / "file" / "cache")
    assert caught.value.code == "folder-unwritable"


def test_progress_runs_from_start_to_ready(tmp_path: Path) -> None:
    seen: list[BuildProgress] = []
    road = one_way_square(tmp_path / "a.osm")
    build_network(road, "foot", tmp_path / "net", seen.append)
    assert seen[0].step == "extract"
    assert {one.step for one in seen} == {"extract", "contract", "ready"}
    assert [one.fraction for one in seen] == sorted(one.fraction for one in seen)
    assert seen[-1].fraction == 1.0
    assert seen[-1].memory_bytes > 1_000_000


def test_the_same_extract_and_profile_are_not_built_twice(
    network: RoadNetwork, extract: Path, network_folder: Path
) -> None:
    steps: list[str] = []
    again = build_network(extract, "foot", network_folder, lambda now: steps.append(now.step))
    assert steps == ["ready"]
    assert again.key == network.key
    assert again.key.startswith("osrm:foot:")


def test_a_new_network_replaces_the_old_and_one_before_it_stays(tmp_path: Path) -> None:
    road, folder = one_way_square(tmp_path / "a.osm"), tmp_path / "net"
    keys = [build_network(road, profile, folder).key for profile in ("foot", "bike", "car")]
    assert RoadNetwork.open(folder).key == keys[-1]
    kept = {path.name.split("-")[0] for path in folder.iterdir() if path.is_dir()}
    assert kept == {"bike", "car"}


def test_a_failed_build_leaves_the_old_network_in_use(tmp_path: Path) -> None:
    folder = tmp_path / "net"
    key = build_network(one_way_square(tmp_path / "a.osm"), "foot", folder).key
    (tmp_path / "b.osm").write_bytes(ROADLESS)
    with pytest.raises(ExtractError):
        build_network(tmp_path / "b.osm", "foot", folder)
    assert RoadNetwork.open(folder).key == key
    assert not list(folder.glob(".building-*"))


def test_a_build_that_its_caller_stops_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop(now: BuildProgress) -> None:
        if now.step == "contract":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_network(one_way_square(tmp_path / "a.osm"), "foot", tmp_path / "net", stop)
    assert list((tmp_path / "net").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("none.osm.pbf", None, "extract-missing"),
        ("empty.osm.pbf", b"", "extract-empty"),
        ("junk.osm.pbf", b"this is not a map at all", "extract-unreadable"),
        ("broken.osm", b"<osm version='0.6'><node", "extract-unreadable"),
        ("roadless.osm", ROADLESS, "extract-no-roads"),
    ],
)
def test_an_extract_that_cannot_be_used_is_refused_by_code(
    tmp_path: Path, name: str, content: bytes | None, code: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ExtractError) as caught:
        build_network(tmp_path / name, "foot", tmp_path / "net")
    assert caught.value.code == code
    assert caught.value.cause
    assert caught.value.action


def test_a_truncated_extract_is_refused(extract: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.osm.pbf").write_bytes(extract.read_bytes()[:100_000])
    with pytest.raises(ExtractError) as caught:
        build_network(tmp_path / "cut.osm.pbf", "foot", tmp_path / "net")
    assert caught.value.code == "extract-unreadable"


def test_a_folder_that_cannot_be_written_to_is_said_so(extract: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NetworkError) as caught:
        build_network(extract, "foot", tmp_path / "file")
    assert caught.value.code == "folder-unwritable"


def test_a_disk_without_room_is_said_before_anything_is_built(
    extract: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(NetworkError) as caught:
        build_network(extract, "foot", tmp_path / "net")
    assert caught.value.code == "disk-full"
    assert list((tmp_path / "net").iterdir()) == []


def test_a_disk_that_fills_up_while_building_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage, asked = shutil.disk_usage(tmp_path), []

    def fuller(folder: Path) -> object:
        asked.append(folder)
        return usage if len(asked) == 1 else usage._replace(free=1000)

    monkeypatch.setattr(shutil, "disk_usage", fuller)
    (tmp_path / "b.osm").write_bytes(b"<osm version='0.6'><node")
    with pytest.raises(NetworkError) as caught:
        build_network(tmp_path / "b.osm", "foot", tmp_path / "net")
    assert caught.value.code == "disk-full"


def test_a_network_that_is_refused_leaves_the_old_one_in_use(tmp_path: Path) -> None:
    road, folder = one_way_square(tmp_path / "a.osm"), tmp_path / "net"
    key = build_network(road, "foot", folder).key
    before = sorted(folder.iterdir())

    def refuse(network: RoadNetwork) -> None:
        assert network.key != key
        raise NetworkError("refused", "No.", "Do not.")

    with pytest.raises(NetworkError):
        build_network(road, "car", folder, accept=refuse)
    assert sorted(folder.iterdir()) == before
    assert RoadNetwork.open(folder).key == key


def test_what_another_process_built_and_accepted_meanwhile_is_not_taken_away(
    tmp_path: Path,
) -> None:
    road, folder = one_way_square(tmp_path / "a.osm"), tmp_path / "net"

    def refuse_late(_: RoadNetwork) -> None:
        build_network(road, "foot", folder)
        raise NetworkError("refused", "No.", "Do not.")

    with pytest.raises(NetworkError):
        build_network(road, "foot", folder, accept=refuse_late)
    assert RoadNetwork.open(folder).about.profile == "foot"


def test_two_processes_build_the_same_network_at_once(tmp_path: Path) -> None:
    road, folder = one_way_square(tmp_path / "a.osm"), tmp_path / "net"
    started = []

    def build_it_too(now: BuildProgress) -> None:
        if now.step == "contract" and not started:
            started.append(True)
            build_network(road, "foot", folder)

    build_network(road, "foot", folder, build_it_too)
    assert started
    assert RoadNetwork.open(folder).about.profile == "foot"
    assert {path.name.split("-")[0] for path in folder.iterdir()} == {"foot", "current.json"}


def test_a_switch_that_fails_leaves_the_old_network_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    road, folder = one_way_square(tmp_path / "a.osm"), tmp_path / "net"
    key = build_network(road, "foot", folder).key
    before = sorted(folder.iterdir())
    write = Path.write_text

    def full(path: Path, *text: str) -> int:
        if path.name.startswith("current.json"):
            write(path, "half")
            raise OSError(28, "No space left on device")
        return write(path, *text)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(NetworkError) as caught:
        build_network(road, "car", folder)
    assert caught.value.code == "disk-full"
    assert sorted(folder.iterdir()) == before
    assert RoadNetwork.open(folder).key == key


def test_a_build_writes_down_what_it_took(network: RoadNetwork, extract: Path) -> None:
    about = network.about
    assert about.extract == extract.name
    assert len(about.extract_sha256) == 64
    south, west, north, east = about.bounds
    assert 60.1 < south < north < 60.2
    assert 24.8 < west < east < 25.1
    assert about.seconds > 0
    assert about.memory_bytes > 1_000_000
    assert about.size_bytes > 1_000_000


def test_big_matrices_are_asked_in_blocks(
    network: RoadNetwork, places: list[GeoPoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = network.matrix(places)
    monkeypatch.setattr("maps.roads.network._CELLS_A_CALL", 100)
    assert network.matrix(places) == whole


def test_turns_name_the_streets(network: RoadNetwork, places: list[GeoPoint]) -> None:
    [leg] = network.route(places[:2], turns=True).legs
    assert [leg.turns[0].kind, leg.turns[-1].kind] == ["depart", "arrive"]
    assert sum(turn.metres for turn in leg.turns) == pytest.approx(leg.metres, abs=2.0)
    assert any(turn.street for turn in leg.turns)


def test_a_day_on_a_phone_keeps_near_its_streets(
    network: RoadNetwork, shops: list[OsmOutlet]
) -> None:
    route = network.route([shop.point for shop in shops[:120]])
    for most in (60_000, 12_000):
        thin = route.simplified(most)
        assert sum(len(leg.line) for leg in thin.legs) * 22 <= most
        for whole, leg in zip(route.legs, thin.legs, strict=True):
            assert (leg.seconds, leg.metres) == (whole.seconds, whole.metres)
            assert (leg.line[0], leg.line[-1]) == (whole.line[0], whole.line[-1])


def test_a_simplified_line_is_near_the_whole(network: RoadNetwork, places: list[GeoPoint]) -> None:
    route = network.route(places)
    for whole, thin in zip(route.legs, route.simplified().legs, strict=True):
        line = shapely.LineString([(p.lon * 0.5, p.lat) for p in thin.line])
        apart = [line.distance(shapely.Point(p.lon * 0.5, p.lat)) for p in whole.line]
        assert max(apart) * 111_195 < 4.0


def test_any_file_name_does(tmp_path: Path) -> None:
    folder = tmp_path / "a & b"
    folder.mkdir()
    road = one_way_square(folder / 'town "of" streets.osm')
    assert build_network(road, "car", folder / "net work").about.extract == road.name


def test_an_unknown_profile_is_refused(extract: Path, tmp_path: Path) -> None:
    with pytest.raises(NetworkError) as caught:
        build_network(extract, "boat", tmp_path)  # type: ignore[arg-type]
    assert caught.value.code == "profile-unknown"


def test_opening_a_folder_without_a_network_says_so(tmp_path: Path) -> None:
    with pytest.raises(MapsError) as caught:
        RoadNetwork.open(tmp_path)
    assert caught.value.code == "network-missing"


@pytest.mark.parametrize("pointer", ["{", "[]", '{"folder": "gone"}', None])
def test_opening_a_broken_network_says_so(tmp_path: Path, pointer: str | None) -> None:
    about = {"folder": "gone"}
    (tmp_path / "current.json").write_text(json.dumps(about) if pointer is None else pointer)
    with pytest.raises(MapsError) as caught:
        RoadNetwork.open(tmp_path)
    assert caught.value.code == "network-broken"


@pytest.mark.parametrize("pointer", ["{", "[]", '{"folder": "FOLDER"}'])
def test_a_network_with_a_spoilt_pointer_is_mended_by_building(
    tmp_path: Path, pointer: str
) -> None:
    road, folder = one_way_square(tmp_path / "a.osm"), tmp_path / "net"
    key = build_network(road, "foot", folder).key
    [built] = [path.name for path in folder.iterdir() if path.is_dir()]
    (folder / "current.json").write_text(pointer.replace("FOLDER", built))
    assert build_network(road, "foot", folder).key == key


def test_a_network_that_lost_its_graph_is_built_again(tmp_path: Path) -> None:
    road, folder = one_way_square(tmp_path / "a.osm"), tmp_path / "net"
    key = build_network(road, "foot", folder).key
    [graph] = folder.glob("*/*.hsgr")
    graph.unlink()
    assert build_network(road, "foot", folder).key == key


def test_the_matrix_names_its_network(network: RoadNetwork, places: list[GeoPoint]) -> None:
    matrix: TravelMatrix = network.matrix(places)
    assert matrix.source == network.key
