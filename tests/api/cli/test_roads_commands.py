"""``roundsman roads``: networks added, shown, checked, given to reps, and refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from api.cli.main import app
from api.roads import network_of
from api.runtime import Runtime
from api.settings import Settings
from crm_core.people.rules import Scope
from crm_core.planning.day_route import route_rep
from tests.api.world import World
from tests.maps.roads.towns import ROADLESS, one_way_square

NEAR_OUTLETS = 41.15, -8.611


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["roads", *(str(argument) for argument in arguments)])


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder without a database."""
    monkeypatch.delenv("ROUNDSMAN_DATABASE_URL", raising=False)
    return tmp_path / "data"


@pytest.fixture
def live(tmp_path: Path, world: World, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose database has outlets and reps."""
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    return tmp_path / "data"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Streets round the world's outlets."""
    return one_way_square(tmp_path / "North Town.osm", *NEAR_OUTLETS)


def listed(data: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("list", "--data", data, "--json").stdout)
    return found


class TestAdd:
    def test_builds_several_profiles_and_says_what_it_took(self, data: Path, town: Path) -> None:
        result = run("add", town, "--profile", "car", "--profile", "foot", "--data", data)
        assert result.exit_code == 0
        assert "north-town (car): osrm:car:" in result.stderr
        assert "MB of memory" in result.stderr
        assert [(e["name"], e["profile"]) for e in listed(data)] == [
            ("north-town", "car"),
            ("north-town", "foot"),
        ]
        assert len(listed(data)[0]["extract_sha256"]) == 64

    def test_the_table_shows_them(self, data: Path, town: Path) -> None:
        run("add", town, "--name", "t", "--data", data)
        assert "North Town.osm" in run("list", "--data", data).stdout

    def test_without_roads_near_any_outlet_is_refused(self, live: Path, tmp_path: Path) -> None:
        elsewhere = one_way_square(tmp_path / "far.osm")
        result = run("add", elsewhere, "--data", live)
        assert result.exit_code == 2
        assert result.stderr.strip().startswith("extract-elsewhere")
        assert listed(live) == []
        assert run("add", elsewhere, "--force", "--data", live).exit_code == 0

    def test_that_loses_outlets_is_refused_by_name(
        self, live: Path, town: Path, tmp_path: Path
    ) -> None:
        run("add", town, "--name", "town", "--data", live)
        before = listed(live)
        south, west = NEAR_OUTLETS
        shifted = one_way_square(tmp_path / "b.osm", south + 0.008, west)
        result = run("add", shifted, "--name", "town", "--data", live)
        assert result.exit_code == 2
        assert "network-loses-outlets" in result.stderr
        assert "Outlet N0" in result.stderr
        assert listed(live) == before

    @pytest.mark.parametrize(
        ("content", "code"),
        [(None, "extract-missing"), (b"", "extract-empty"), (ROADLESS, "extract-no-roads")],
    )
    def test_what_is_no_extract_is_one_line(
        self, data: Path, tmp_path: Path, content: bytes | None, code: str
    ) -> None:
        if content is not None:
            (tmp_path / "x.osm").write_bytes(content)
        result = run("add", tmp_path / "x.osm", "--data", data)
        assert result.exit_code == 2
        assert result.stderr.strip().startswith(code)
        assert listed(data) == []


def test_show_names_extract_hash_and_bounds(data: Path, town: Path) -> None:
    run("add", town, "--name", "t", "--data", data)
    figures = json.loads(run("show", "t", "--data", data, "--json").stdout)
    assert figures["extract"] == "North Town.osm"
    assert figures["bounds"] == pytest.approx([41.15, -8.611, 41.26, -8.511])
    assert "no peak hours" in run("show", "t", "--data", data).stdout


def test_an_unknown_network_names_those_there_are(data: Path, town: Path) -> None:
    run("add", town, "--name", "t", "--data", data)
    for command in ("show", "check", "remove", "peaks"):
        result = run(command, "u", "--data", data)
        assert result.exit_code == 2
        assert "network-unknown" in result.stderr
        assert "t (car)" in result.stderr


def test_check_names_outlets_far_from_roads_and_without_a_way(
    live: Path, town: Path, world: World, session: Session
) -> None:
    run("assign", world.rep.code, "--profile", "car", "--data", live)
    world.outlets[0].lat, world.outlets[0].lon = 41.25, -8.511  # on the street that nothing joins
    world.outlets[1].lat, world.outlets[1].lon = 41.2, -8.55  # in the fields
    session.commit()
    run("add", town, "--name", "t", "--data", live)
    result = run("check", "t", "--data", live, "--json")
    assert result.exit_code == 1
    faults = {(fault["code"], fault["where"]) for fault in json.loads(result.stdout)["faults"]}
    assert ("outlet-far-from-road", str(world.outlets[1].id)) in faults
    assert ("outlet-unreachable", str(world.outlets[0].id)) in faults
    assert not any(where == str(world.outlets[2].id) for _, where in faults), faults


def test_check_of_a_good_network_finds_nothing(data: Path, town: Path) -> None:
    run("add", town, "--name", "t", "--data", data)
    result = run("check", "t", "--data", data)
    assert (result.exit_code, result.stdout.strip()) == (0, "0 outlets, 0 faults")


def test_peak_hours_are_set_shown_and_cleared(data: Path, town: Path, tmp_path: Path) -> None:
    run("add", town, "--name", "t", "--data", data)
    (tmp_path / "p.csv").write_text("weekdays,from,to,speed\nmon-fri,07:30,09:00,0.6\n")
    assert "07:30,09:00,0.6" in run("peaks", "t", tmp_path / "p.csv", "--data", data).stdout
    assert "mon tue wed thu fri" in run("peaks", "t", "--data", data).stdout
    (tmp_path / "p.csv").write_text("weekdays,from,to,speed\nmon,09:00,07:30,0.6\nx,1,2,3\n")
    result = run("peaks", "t", tmp_path / "p.csv", "--data", data)
    assert result.exit_code == 2
    assert "line 3" in result.stderr
    assert "07:30,09:00,0.6" in run("peaks", "t", "--data", data).stdout
    assert "no peak hours" in run("peaks", "t", "--clear", "--data", data).stdout


class TestReps:
    def test_a_rep_is_given_a_profile_and_a_network(
        self, live: Path, town: Path, world: World, database_url: str
    ) -> None:
        run("add", town, "--name", "t", "--profile", "bike", "--data", live)
        code = world.rep.code
        assert run("assign", code, "--profile", "bike", "--network", "t", "--data", live)
        runtime = Runtime.open(Settings(data=live, database_url=database_url))
        with runtime.readers() as session:
            rep = route_rep(session, Scope.of_everything(world.today), world.rep.id)
        assert (rep.profile, rep.network) == ("bike", "t")
        network = network_of(runtime, rep)
        assert network is not None
        assert network.entry.name == "t"
        runtime.close()

    def test_a_network_in_use_is_not_removed(self, live: Path, town: Path, world: World) -> None:
        run("add", town, "--name", "t", "--data", live)
        run("assign", world.rep.code, "--profile", "car", "--network", "t", "--data", live)
        result = run("remove", "t", "--data", live)
        assert result.exit_code == 2
        assert result.stderr.startswith("network-in-use")
        assert world.rep.code in result.stderr
        assert run("remove", "t", "--force", "--data", live).exit_code == 0
        assert listed(live) == []

    def test_a_rep_or_network_that_is_not_there_is_refused(self, live: Path) -> None:
        unknown = run("assign", "nobody", "--profile", "car", "--data", live)
        assert "rep-unknown" in unknown.stderr
        missing = run("assign", "nobody", "--profile", "car", "--network", "t", "--data", live)
        assert "network-unknown" in missing.stderr


class TestRemote:
    def test_a_server_is_listed_without_its_key(
        self, data: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ROUNDSMAN_AMAP_KEY", "secret")
        assert run("remote", "cn", "--engine", "amap", "--data", data).exit_code == 0
        [entry] = listed(data)
        assert entry["engine"] == "amap"
        assert "secret" not in json.dumps(entry)

    def test_a_server_without_its_key_is_refused(
        self, data: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("ROUNDSMAN_GOOGLE_KEY", raising=False)
        result = run("remote", "g", "--engine", "google", "--data", data)
        assert result.exit_code == 2
        assert "remote-key-missing" in result.stderr
        assert listed(data) == []


def test_a_network_built_again_is_opened_again(
    live: Path, town: Path, tmp_path: Path, world: World, database_url: str
) -> None:
    run("add", town, "--name", "t", "--data", live)
    run("assign", world.rep.code, "--profile", "car", "--data", live)
    runtime = Runtime.open(Settings(data=live, database_url=database_url))
    with runtime.readers() as session:
        rep = route_rep(session, Scope.of_everything(world.today), world.rep.id)
    first = network_of(runtime, rep)
    assert first is not None
    assert network_of(runtime, rep) is first
    south, west = NEAR_OUTLETS
    bigger = one_way_square(tmp_path / "b.osm", south, west - 0.0001)
    run("add", bigger, "--name", "t", "--data", live)
    second = network_of(runtime, rep)
    assert second is not None
    assert second.key != first.key
    runtime.close()
