"""The demo end to end on real roads, with little time to plan."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli.main import app
from api.demo.city import OUTLETS
from api.demo.company import category_policies
from api.demo.links import demo_links
from api.runtime import Runtime
from api.settings import Settings
from crm_core.archive.queries import OutletFilter, outlets
from crm_core.clock import utc_now
from crm_core.people.rules import Scope
from routing.check import check
from routing.files import read_plan, read_problem

KEYS = {
    "outlets",
    "reps",
    "territories",
    "visits_required",
    "visits_planned",
    "unserved",
    "travel_minutes",
    "service_minutes",
    "utilisation",
    "seconds_by_step",
}


def run_demo(data: Path) -> dict[str, Any]:
    arguments = ["demo", "--data", str(data), "--seconds", "2", "--no-serve", "--json"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.stderr
    summary: dict[str, Any] = json.loads(result.stdout)
    return summary


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The data folder and the summary of a first run."""
    data = tmp_path_factory.mktemp("demo") / "data"
    return data, run_demo(data)


def test_the_summary_is_one_object(first: tuple[Path, dict[str, Any]]) -> None:
    _, summary = first
    assert set(summary) == KEYS
    assert (summary["outlets"], summary["reps"], summary["territories"]) == (499, 3, 3)
    assert summary["visits_planned"] + summary["unserved"] == summary["visits_required"]
    assert 0.8 <= summary["utilisation"] <= 0.95


def test_every_kept_plan_passes_the_checker(first: tuple[Path, dict[str, Any]]) -> None:
    data, _ = first
    plans = sorted((data / "problems").glob("*/*.plan.json"))
    assert len(plans) == 6
    for plan in plans:
        assert check(read_problem(plan.parent / "problem.json"), read_plan(plan)) == []


def test_what_is_simulated_says_so(first: tuple[Path, dict[str, Any]]) -> None:
    data, _ = first
    with sqlite3.connect(data / "roundsman.sqlite3") as database:
        for table in ("visit", "visit_event", "opportunity"):
            count, simulated = database.execute(
                f"select count(*), sum(simulated) from {table}"
            ).fetchone()
            assert count == simulated > 0
        plans = database.execute("select simulated, count(*) from journey_plan group by 1")
        assert dict(plans.fetchall()) == {0: 3, 1: 3}


def test_a_second_run_changes_nothing(first: tuple[Path, dict[str, Any]]) -> None:
    data, summary = first
    scope = Scope.of_everything(utc_now().date())
    runtime = Runtime.open(Settings(data=data))
    with runtime.sessions.begin() as session:
        outlet = outlets(session, scope, OutletFilter(), limit=1).items[0]
        outlet.name, outlet.grade_code = "Renamed by a user", "C"
    runtime.close()
    before = contents(data)
    again = run_demo(data)
    assert contents(data) == before
    del summary["seconds_by_step"], again["seconds_by_step"]
    assert again == summary


def contents(data: Path) -> str:
    with sqlite3.connect(data / "roundsman.sqlite3") as database:
        return hashlib.sha256("\n".join(database.iterdump()).encode()).hexdigest()


def test_the_links_log_in_once_and_lead_somewhere(first: tuple[Path, dict[str, Any]]) -> None:
    settings = Settings(data=first[0])
    client = TestClient(create_app(Runtime.open(settings)), base_url="http://127.0.0.1:8000")
    links = demo_links(settings)
    assert len({link.url for link in links}) == 4
    for link in links:
        code, _, page = link.url.partition("#code=")[2].partition("&next=")
        client.cookies.clear()
        assert client.post("/api/v1/auth/token", json={"code": code}).status_code == 200
        assert client.get(page).status_code == 200
        assert client.post("/api/v1/auth/token", json={"code": code}).status_code == 401


def test_every_category_of_the_city_has_a_policy() -> None:
    named = [policy.category for policy in category_policies()]
    with OUTLETS.open(encoding="utf-8", newline="") as file:
        found = {row["category"] for row in csv.DictReader(file)}
    assert found <= set(named)
    assert len(set(named)) == len(named)
