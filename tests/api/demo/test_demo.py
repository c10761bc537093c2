"""The demo end to end on real roads, with little time to plan."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import sqlite3
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from rich.console import Console
from typer.testing import CliRunner

from api.app import create_app
from api.cli.main import app
from api.demo.city import OUTLETS
from api.demo.company import category_policies
from api.demo.links import demo_links
from api.demo.run import STEPS, prepare_demo
from api.demo.steps import Steps
from api.runtime import Runtime
from api.settings import Settings
from crm_core.archive.queries import OutletFilter, outlets
from crm_core.clock import utc_now
from crm_core.metrics.service import figures
from crm_core.people.rules import Scope
from routing.check import check
from routing.files import read_plan, read_problem

# one process plans the city for all of them
pytestmark = pytest.mark.xdist_group("demo")

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


def test_a_run_in_a_later_cycle_plans_it_and_logs_the_days_gone_by(
    first: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(first[0], data)
    with sqlite3.connect(data / "roundsman.sqlite3") as database:
        (cycle,) = database.execute("select max(cycle_start) from journey_plan").fetchone()
        database.execute("update territory set name = 'Renamed by a user'")
    start = date.fromisoformat(cycle) + timedelta(weeks=4)
    wednesday = start + timedelta(days=9)
    for _ in range(2):
        run_at(data, wednesday)
        with sqlite3.connect(data / "roundsman.sqlite3") as database:
            found = database.execute(
                "select rep_id, status, published_at, simulated from journey_plan"
                f" where cycle_start = '{start}'"
            ).fetchall()
            visits = database.execute(
                f"select distinct local_date from visit where local_date >= '{cycle}'"
            ).fetchall()
            names = database.execute("select distinct name from territory").fetchall()
        assert len({rep_id for rep_id, *_ in found}) == len(found) == 3
        midnight = datetime.combine(start, time(), ZoneInfo("Europe/Helsinki")).astimezone(UTC)
        for _, status, published_at, simulated in found:
            assert (status, simulated) == ("published", 0)
            assert datetime.fromisoformat(published_at).replace(tzinfo=UTC) == midnight
        gone = (date.fromisoformat(cycle) + timedelta(days=offset) for offset in range(37))
        assert {day for (day,) in visits} == {str(day) for day in gone if day.weekday() < 5}
        assert names == [("Renamed by a user",)]


def test_adherence_of_the_days_gone_by_is_true(
    first: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(first[0], data)
    with sqlite3.connect(data / "roundsman.sqlite3") as database:
        (cycle,) = database.execute("select max(cycle_start) from journey_plan").fetchone()
    monday = date.fromisoformat(cycle)
    friday = monday + timedelta(days=4)
    run_at(data, friday + timedelta(days=1))
    runtime = Runtime.open(Settings(data=data))
    with runtime.readers() as session:
        found = figures(session, Scope.of_everything(friday), monday, friday)
    runtime.close()
    strict = next(figure for figure in found if figure.definition.key == "adherence_strict")
    assert strict.denominator > 200
    assert 0.8 < (strict.value or 0.0) < 0.95
    assert strict.simulated


def run_at(data: Path, on: date) -> None:
    """Run the demo as if it were noon of a date."""
    steps = Steps(Console(stderr=True), STEPS)
    prepare_demo(Settings(data=data), steps, 1.0, now=datetime.combine(on, time(12), UTC))


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
