"""Road servers elsewhere, against fakes on loopback that speak the real formats."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np
import osrm as osrm_package
import pytest

from maps.errors import NetworkError
from maps.places.outlets import OsmOutlet
from maps.roads.build import NETWORK_STEM
from maps.roads.engine import PartialTableError
from maps.roads.network import RoadNetwork, current_build
from maps.roads.remote.caller import Manners
from maps.roads.remote.dialect import Limits
from maps.roads.remote.engines import RemoteNetwork, RemoteServer, open_remote
from routing.geo import GeoPoint, great_circle_m
from tests.maps.roads.remote import fakes
from tests.maps.roads.remote.fakes import Answer, Fake, serving

KINDS: dict[str, Answer] = {
    "osrm": fakes.osrm,
    "valhalla": fakes.valhalla,
    "openrouteservice": fakes.openrouteservice,
    "google": fakes.google,
    "amap": fakes.amap,
}
TOWN = [GeoPoint(60.0 + at / 500, 25.0 + at % 7 / 300) for at in range(60)]
ISLAND = GeoPoint(60.0, 27.0)
SEA = GeoPoint(65.0, 25.0)
QUICK = Manners(timeout_s=5.0, attempts=3, first_wait_s=0.001)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    monkeypatch.setenv(f"ROUNDSMAN_{name.upper()}_KEY", "secret")
    return name


@pytest.fixture
def fake(kind: str) -> Iterator[Fake]:
    with serving(KINDS[kind]) as running:
        yield running


@pytest.fixture
def osrm_fake() -> Iterator[Fake]:
    with serving(fakes.osrm) as running:
        yield running


def engine(
    kind: str,
    url: str,
    manners: Manners = QUICK,
    limits: Limits | None = None,
    sleep: Callable[[float], None] = lambda seconds: None,
) -> RemoteNetwork:
    return open_remote(RemoteServer(kind, "car", url), manners, limits, sleep)


class TestEveryKind:
    def test_a_matrix_is_put_together_from_as_many_requests_as_limits_ask(
        self, kind: str, fake: Fake
    ) -> None:
        matrix = engine(kind, fake.url).matrix(TOWN)
        straight = great_circle_m(TOWN)
        assert np.abs(matrix.metres - straight).max() < 1.5
        assert np.abs(matrix.seconds - straight / fakes.SPEED).max() < 1.1
        assert len(fake.asked) > 1
        assert not matrix.estimate
        assert matrix.source.startswith(f"{kind}:car:")

    def test_places_without_a_way_are_infinitely_far_and_others_are_not(
        self, kind: str, fake: Fake
    ) -> None:
        matrix = engine(kind, fake.url).matrix([TOWN[0], ISLAND, TOWN[1], SEA, TOWN[2]])
        finite = np.isfinite(matrix.seconds)
        town = np.ix_([0, 2, 4], [0, 2, 4])
        assert finite[town].all()
        assert not finite[0, 1]
        assert not finite[3, [0, 1, 2, 4]].any()
        assert not finite[[0, 1, 2, 4], 3].any()
        assert (np.isfinite(matrix.metres) == finite).all()
        assert not np.isnan(matrix.seconds).any()

    def test_a_route_has_a_leg_between_each_two_places(self, kind: str, fake: Fake) -> None:
        places = TOWN[:45]
        route = engine(kind, fake.url).route(places)
        assert len(route.legs) == 44
        for leg, start, end in zip(route.legs, places, places[1:], strict=False):
            length = great_circle_m([start, end])[0, 1]
            assert leg.metres == pytest.approx(length, abs=1.0)
            assert leg.seconds == pytest.approx(length / fakes.SPEED, abs=0.6)
            assert leg.line[0] == pytest.approx(start, abs=2e-6)
            assert leg.line[-1] == pytest.approx(end, abs=2e-6)
            assert leg.turns == ()

    def test_turns_are_there_when_asked_for(self, kind: str, fake: Fake) -> None:
        [leg] = engine(kind, fake.url).route(TOWN[:2], turns=True).legs
        [turn] = leg.turns
        assert turn.metres > 0
        assert turn.point == pytest.approx(TOWN[0], abs=2e-6)
        assert turn.kind

    def test_a_route_without_a_way_says_so(self, kind: str, fake: Fake) -> None:
        with pytest.raises(NetworkError) as caught:
            engine(kind, fake.url).route([TOWN[0], ISLAND])
        assert caught.value.code == "no-road-route"

    def test_a_busy_server_is_asked_again(self, kind: str, fake: Fake) -> None:
        fake.mishaps += [(503, {}, "<html>busy</html>"), (429, {"Retry-After": "7"}, {})]
        waits: list[float] = []
        engine(kind, fake.url, sleep=waits.append).matrix(TOWN[:1])
        assert len(fake.asked) == 3
        assert 0 < waits[0] < 0.01
        assert waits[1] == 7.0

    def test_an_answer_of_another_kind_is_said_so(self, kind: str, fake: Fake) -> None:
        for said in ("<html>a login page</html>", {"surprise": 1}, [1, 2], {"durations": [[]]}):
            fake.mishaps = [(200, {}, said)]
            with pytest.raises(NetworkError) as caught:
                engine(kind, fake.url).matrix(TOWN[:3])
            assert caught.value.code == "remote-answer-invalid"

    def test_a_refused_key_is_not_tried_again(
        self, kind: str, fake: Fake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(f"ROUNDSMAN_{kind.upper()}_KEY", "wrong")
        if kind in ("osrm", "valhalla"):
            fake.mishaps = [(401, {}, {})]
        with pytest.raises(NetworkError) as caught:
            engine(kind, fake.url).matrix(TOWN)
        assert caught.value.code == "remote-refused"
        assert len(fake.asked) == 1
        assert "wrong" not in str(caught.value)


class TestTrouble:
    def test_a_server_that_never_answers_is_named(self, osrm_fake: Fake) -> None:
        osrm_fake.mishaps = [0.3, 0.3]
        manners = Manners(timeout_s=0.1, attempts=2, first_wait_s=0.001)
        with pytest.raises(NetworkError) as caught:
            engine("osrm", osrm_fake.url, manners).matrix(TOWN[:3])
        assert caught.value.code == "remote-unreachable"
        assert "0.1 s" in caught.value.cause

    def test_no_server_at_all_is_named(self) -> None:
        with pytest.raises(NetworkError) as caught:
            engine("osrm", "http://127.0.0.1:1").matrix(TOWN[:3])
        assert caught.value.code == "remote-unreachable"
        assert "127.0.0.1:1" in caught.value.cause

    def test_a_server_that_stays_busy_is_named(self, osrm_fake: Fake) -> None:
        osrm_fake.mishaps = [(503, {}, {})] * 3
        with pytest.raises(NetworkError) as caught:
            engine("osrm", osrm_fake.url).matrix(TOWN[:3])
        assert caught.value.code == "remote-busy"

    def test_what_failed_is_named_and_what_did_not_is_kept(
        self, osrm_fake: Fake, tmp_path: Path
    ) -> None:
        limits = Limits(sources=10, destinations=60, cells=600, places=100, waypoints=9)
        remote = engine("osrm", osrm_fake.url, limits=limits)
        asked = remote._caller.ask

        def failing(request: object) -> object:
            if len(osrm_fake.asked) == 2:
                osrm_fake.mishaps = [(500, {}, {})] * 3
            return asked(request)  # type: ignore[arg-type]

        remote._caller.ask = failing  # type: ignore[method-assign, assignment]
        with pytest.raises(PartialTableError) as caught:
            remote.matrix(TOWN, tmp_path)
        assert caught.value.code == "remote-partial"
        assert "1 of 6" in caught.value.cause
        assert "20, 21, 22" in caught.value.cause
        remote._caller.ask = asked  # type: ignore[method-assign]
        osrm_fake.asked.clear()
        whole = remote.matrix(TOWN, tmp_path)
        assert np.isfinite(whole.seconds).all()
        pairs = [
            len(asked.params["sources"].split(";")) * len(asked.params["destinations"].split(";"))
            for asked in osrm_fake.asked
        ]
        assert sum(pairs) == 10 * 60 + 50 * 10

    def test_a_server_that_dies_half_way_is_given_up(self, osrm_fake: Fake) -> None:
        limits = Limits(sources=5, destinations=5, cells=25, places=100, waypoints=9)
        remote = engine("osrm", osrm_fake.url, limits=limits)
        remote.matrix(TOWN[:5])
        osrm_fake.mishaps = [(500, {}, {})] * 1000
        with pytest.raises(NetworkError) as caught:
            remote.matrix(TOWN)
        assert caught.value.code == "remote-busy"
        assert len(osrm_fake.asked) == 1 + 3 * 3

    def test_requests_are_spaced(self, osrm_fake: Fake) -> None:
        waits: list[float] = []
        limits = Limits(sources=10, destinations=60, cells=600, places=100, waypoints=9)
        manners = Manners(requests_a_second=2.0)
        remote = engine("osrm", osrm_fake.url, manners, limits, waits.append)
        remote._caller._clock = lambda: 100.0
        remote.matrix(TOWN)
        assert waits == pytest.approx([0.5, 1.0, 1.5, 2.0, 2.5])

    @pytest.mark.parametrize(
        ("server", "code"),
        [
            (RemoteServer("tomtom", "car", "http://127.0.0.1"), "remote-unknown"),
            (RemoteServer("osrm", "car", ""), "remote-address-missing"),
            (RemoteServer("osrm", "car", "ftp://127.0.0.1"), "remote-address-missing"),
            (RemoteServer("amap", "bike", "http://127.0.0.1"), "profile-unknown"),
            (RemoteServer("google", "car"), "remote-key-missing"),
            (RemoteServer("osrm", "car", "http://127.0.0.1", "NO_KEY"), "remote-key-missing"),
        ],
    )
    def test_a_server_that_cannot_be_is_refused(self, server: RemoteServer, code: str) -> None:
        with pytest.raises(NetworkError) as caught:
            open_remote(server)
        assert caught.value.code == code


class TestAmap:
    def test_amap_is_asked_in_its_own_datum(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ROUNDSMAN_AMAP_KEY", "secret")
        shanghai = [GeoPoint(31.23 + at / 500, 121.47) for at in range(3)]
        with serving(fakes.amap) as fake:
            remote = engine("amap", fake.url)
            matrix = remote.matrix(shanghai)
            route = remote.route(shanghai)
        assert np.abs(matrix.metres - great_circle_m(shanghai)).max() < 1.0
        lon, lat = fake.asked[0].params["destination"].split(",")
        moved = great_circle_m([shanghai[0], GeoPoint(float(lat), float(lon))])[0, 1]
        assert 300 < moved < 700
        assert route.legs[0].line[0] == pytest.approx(shanghai[0], abs=2e-6)


@pytest.fixture
def routed(network: RoadNetwork, network_folder: Path) -> Iterator[str]:
    """The road engine's own server on the demo's network."""
    program = Path(osrm_package.__file__).parent / "bin" / "osrm-routed"
    port = 20_000 + (time.time_ns() // 1000) % 20_000
    stem = current_build(network_folder) / NETWORK_STEM
    arguments = ["--ip", "127.0.0.1", "--port", str(port), "--threads", "1", str(stem)]
    with subprocess.Popen([str(program), *arguments], stdout=subprocess.DEVNULL) as process:
        url = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 60.0
        while not answers(url):
            assert time.monotonic() < until
            time.sleep(0.05)
        yield url
        process.terminate()


def answers(url: str) -> bool:
    try:
        httpx.get(url)
    except httpx.TransportError:
        return False
    return True


def test_a_real_osrm_server_says_what_the_embedded_engine_says(
    routed: str, network: RoadNetwork, shops: list[OsmOutlet]
) -> None:
    points = [shop.point for shop in shops[:130]]
    remote = open_remote(RemoteServer("osrm", "foot", routed))
    matrix, embedded = remote.matrix(points), network.matrix(points)
    assert np.abs(matrix.seconds - embedded.seconds).max() < 0.25
    assert np.abs(matrix.metres - embedded.metres).max() <= 1.0
    assert matrix.snap_m == pytest.approx(embedded.snap_m, abs=0.5)
    there, here = remote.route(points[:12], turns=True), network.route(points[:12], turns=True)
    assert there.metres == pytest.approx(here.metres, abs=1.0)
    assert [leg.line for leg in there.legs] == [leg.line for leg in here.legs]
    for other, own in zip(there.legs, here.legs, strict=True):
        assert [turn.street for turn in other.turns] == [turn.street for turn in own.turns]
