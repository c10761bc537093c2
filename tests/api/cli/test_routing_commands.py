from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli.main import app
from api.worker.warm import small_problem
from routing.files import plan_to_json, problem_to_json, read_plan, write_plan, write_problem
from routing.plan import Plan
from routing.problem import Problem


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def problem() -> Problem:
    return small_problem()


@pytest.fixture
def problem_file(tmp_path: Path, problem: Problem) -> Path:
    path = tmp_path / "problem.json"
    write_problem(problem, path, matrix="inline")
    return path


@pytest.fixture
def plan_file(tmp_path: Path, problem_file: Path) -> Path:
    path = tmp_path / "plan.json"
    result = run("plan", problem_file, "-o", path, "--iterations", 200, "--seed", 1)
    assert result.exit_code == 0, result.output
    return path


def test_the_same_seed_and_iterations_give_the_same_plan(
    tmp_path: Path, problem_file: Path, plan_file: Path
) -> None:
    again = tmp_path / "again.json"
    result = run("plan", problem_file, "-o", again, "--iterations", 200, "--json")
    assert again.read_bytes() == plan_file.read_bytes()
    summary = json.loads(result.stdout)
    assert summary["iterations"] == 200
    assert summary["visits_planned"] + summary["unserved"] == summary["visits_required"]


def test_a_right_plan_passes_the_check(problem_file: Path, plan_file: Path) -> None:
    result = run("check", problem_file, plan_file)
    assert (result.exit_code, result.stdout) == (0, "the plan is right\n")


def moved(plan: Plan) -> Plan:
    route = plan.routes[0]
    stop = replace(route.stops[0], start_minute=route.stops[0].start_minute - 60.0)
    return with_stops(plan, (stop, *route.stops[1:]))


def dropped(plan: Plan) -> Plan:
    return with_stops(plan, plan.routes[0].stops[1:])


def doubled(plan: Plan) -> Plan:
    return with_stops(plan, (plan.routes[0].stops[0], *plan.routes[0].stops))


def with_stops(plan: Plan, stops: tuple[Any, ...]) -> Plan:
    route = replace(plan.routes[0], stops=stops)
    return replace(plan, routes=(route, *plan.routes[1:]))


@pytest.mark.parametrize("spoil", [moved, dropped, doubled])
def test_a_spoilt_plan_fails_the_check_with_its_faults(
    spoil: Any, problem_file: Path, plan_file: Path
) -> None:
    write_plan(spoil(read_plan(plan_file)), plan_file)
    result = run("check", problem_file, plan_file, "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["right"] is False
    assert all(fault["code"] and fault["cause"] and fault["action"] for fault in found["faults"])


def test_every_fault_of_a_problem_is_listed_with_exit_code_2(
    tmp_path: Path, problem: Problem
) -> None:
    document = problem_to_json(problem)
    document["demands"][0]["minutes"] = -5
    document["demands"][1]["place"] = 999
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(document))
    result = run("plan", path, "-o", tmp_path / "plan.json")
    assert result.exit_code == 2
    assert "demands[0]" in result.stderr
    assert "demands[1]" in result.stderr
    assert not (tmp_path / "plan.json").exists()


def test_a_file_that_cannot_be_read_is_one_clear_line(tmp_path: Path) -> None:
    result = run("check", tmp_path / "missing.json", tmp_path / "plan.json")
    assert result.exit_code == 2
    assert result.stderr.startswith("file-missing:")
    assert len(result.stderr.splitlines()) == 1


def test_hand_made_routes_are_timed(tmp_path: Path, problem_file: Path) -> None:
    routes = tmp_path / "routes.json"
    document = {
        "schema": "roundsman/routes/1",
        "routes": [{"rep_id": "rep", "day": 0, "demand_ids": ["3", "6"]}],
    }
    routes.write_text(json.dumps(document))
    found = json.loads(run("evaluate", problem_file, routes, "--json").stdout)
    assert found["summary"]["visits_planned"] == 2
    assert [stop["demand_id"] for stop in found["plan"]["routes"][0]["stops"]] == ["3", "6"]


def test_a_plan_is_timed_as_it_was(problem_file: Path, plan_file: Path) -> None:
    result = run("evaluate", problem_file, plan_file, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)["plan"]
    assert found["routes"] == json.loads(json.dumps(plan_to_json(read_plan(plan_file))))["routes"]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"schema": "something/1"}, "schema-unknown"),
        ({"schema": "roundsman/routes/1"}, "routes-malformed"),
        ({"schema": "roundsman/routes/1", "routes": [{"day": "x"}, 3]}, "routes-malformed"),
    ],
)
def test_malformed_routes_are_refused(
    tmp_path: Path, problem_file: Path, document: dict[str, Any], code: str
) -> None:
    path = tmp_path / "routes.json"
    path.write_text(json.dumps(document))
    result = run("evaluate", problem_file, path)
    assert result.exit_code == 2
    assert result.stderr.startswith(code)


def test_or_tools_alone_plans_to_compare_with(tmp_path: Path, problem_file: Path) -> None:
    output = tmp_path / "plan.json"
    result = run(
        "plan", problem_file, "-o", output, "--iterations", 200, "--engine", "ortools", "--json"
    )
    assert json.loads(result.stdout)["engine"] == "ortools/1"
    assert run("check", problem_file, output).exit_code == 0
    refused = run("plan", problem_file, "-o", output, "--engine", "abacus")
    assert refused.exit_code == 2


@pytest.mark.parametrize("name", ["missing/x.json", "."])
def test_an_output_that_cannot_be_written_is_said_before_solving(
    name: str, tmp_path: Path, problem_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.cli.routing_commands.solve", None)
    output = tmp_path / name
    result = run("plan", problem_file, "-o", output)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"output-not-writable: {output} cannot be written")
    assert len(result.stderr.splitlines()) == 1
