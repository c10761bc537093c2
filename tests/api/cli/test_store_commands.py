from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from api.app import create_app
from api.cli.main import app
from api.runtime import Runtime
from api.settings import Settings
from crm_core.people.model import Rep
from tests.api.world import World
from tests.conftest import Company


def run(*arguments: object, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=typed)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("ROUNDSMAN_DATABASE_URL", raising=False)
    return tmp_path / "data"


def test_a_new_user_logs_in_with_the_printed_code(data: Path) -> None:
    arguments = ("user", "add", "li", "--name", "Li", "--role", "supervisor", "--data", data)
    code = json.loads(run(*arguments, "--json").stdout)["code"]
    runtime = Runtime.open(Settings(data=data))
    answer = TestClient(create_app(runtime)).post("/api/v1/auth/token", json={"code": code})
    assert answer.json()["user"]["roles"] == ["supervisor"]


def test_a_password_comes_from_standard_input(data: Path) -> None:
    arguments = ("user", "add", "li", "--name", "Li", "--role", "admin", "--data", data)
    assert run(*arguments, "--password-stdin", typed="long enough\n").exit_code == 0
    runtime = Runtime.open(Settings(data=data))
    answer = TestClient(create_app(runtime)).post(
        "/api/v1/auth/token", json={"login": "li", "password": "long enough"}
    )
    assert answer.status_code == 200


def test_a_taken_login_is_one_clear_line(data: Path) -> None:
    arguments = ("user", "add", "li", "--name", "Li", "--role", "rep", "--data", data)
    run(*arguments)
    again = run(*arguments)
    assert again.exit_code == 2
    assert again.stderr.startswith("login-taken:")


def test_a_supervisor_and_a_rep_added_see_something(
    world: World, company: Company, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    with Runtime.open(Settings()).sessions.begin() as session:
        session.get_one(Rep, company.rep_north.id).user_id = None
    add = ("user", "add", "--name", "Li", "--json", "--password-stdin")
    north = ("--role", "supervisor", "--department", company.north.name)
    for arguments in (("chief", *north), ("walker", "--role", "rep", "--rep", "N1")):
        assert run(*add, *arguments, typed="long enough\n").exit_code == 0
    client = TestClient(create_app(Runtime.open(Settings())))
    for login in ("chief", "walker"):
        said = {"login": login, "password": "long enough"}
        token = client.post("/api/v1/auth/token", json=said).json()["access_token"]
        client.cookies.clear()
        answer = client.get("/api/v1/outlets", headers={"Authorization": f"Bearer {token}"})
        assert answer.json()["total"] > 0


@pytest.mark.parametrize(
    ("option", "value", "code", "said"),
    [
        ("--department", "Nowhere", "department-unknown", "Choose one of: "),
        ("--rep", "X9", "rep-unknown", "'X9'"),
        ("--rep", "N1", "rep-taken", "has a user already"),
    ],
)
def test_a_user_of_nothing_known_is_one_clear_line_and_not_added(
    option: str,
    value: str,
    code: str,
    said: str,
    world: World,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    add = ("user", "add", "li", "--name", "Li", "--role", "rep")
    result = run(*add, option, value)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{code}:")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert run(*add).exit_code == 0


def test_upgrading_twice_does_no_harm(data: Path) -> None:
    assert [run("db", "upgrade", "--data", data).exit_code for _ in range(2)] == [0, 0]


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("db", "upgrade", "--data", tmp_path / "file" / "data")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_one_clear_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    result = run("db", "upgrade", "--data", tmp_path / "data")
    assert result.exit_code == 2
    assert result.stderr.startswith("not-writable:")


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_in_use_is_said_before_any_work(command: str, data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run(command, "--data", data, "--port", port)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"port-in-use: Another program uses port {port}.")
    assert not (data / "roads").exists()


def test_routes_are_exported(
    world: World, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    geojson, page = tmp_path / "route.geojson", tmp_path / "route.html"
    assert run("export", "geojson", "--rep", "N1", "-o", geojson).exit_code == 0
    kinds = {f["properties"]["kind"] for f in json.loads(geojson.read_bytes())["features"]}
    assert kinds == {"home", "leg", "stop"}
    assert run("export", "map", "--rep", "N1", "-o", page, "--language", "zh").exit_code == 0
    assert "Outlet N" in page.read_text(encoding="utf-8")


def test_exporting_an_unknown_rep_is_one_clear_line(
    world: World, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROUNDSMAN_DATABASE_URL", database_url)
    result = run("export", "geojson", "--rep", "X9", "-o", tmp_path / "x")
    assert result.exit_code == 2
    assert result.stderr.startswith("rep-unknown:")


@pytest.mark.parametrize("kind", ["geojson", "map"])
def test_exporting_from_a_folder_without_data_is_one_clear_line(
    kind: str, data: Path, tmp_path: Path
) -> None:
    result = run("export", kind, "--rep", "N1", "-o", tmp_path / "x", "--data", data)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"data-missing: There is no Roundsman data in {data}.")
    assert len(result.stderr.splitlines()) == 1
    assert not data.exists()
