from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings

from routing.errors import BadFile, InvalidPlan, InvalidProblem
from routing.evaluate import Sequenced, evaluate
from routing.files import (
    plan_from_json,
    plan_to_json,
    problem_from_json,
    problem_to_json,
    read_plan,
    read_problem,
    write_plan,
    write_problem,
)
from routing.plan import Plan
from routing.problem import (
    Problem,
)
from tests.routing.builders import build_problem, lunch, open_from, outlet, rep, without_road
from tests.routing.strategies import plans, problems


def assert_same(a: Problem, b: Problem) -> None:
    for field in fields(Problem):
        assert getattr(a, field.name) == getattr(b, field.name)
    assert (a.travel.snap_m is None) == (b.travel.snap_m is None)
    if a.travel.snap_m is not None:
        assert np.array_equal(a.travel.snap_m, b.travel.snap_m)


@given(problems())
@settings(max_examples=60, deadline=None)
def test_a_problem_comes_back_from_json_as_it_went(problem: Problem) -> None:
    text = json.dumps(problem_to_json(problem), allow_nan=False)
    assert_same(problem_from_json(json.loads(text)), problem)


@given(plans)
@settings(max_examples=60, deadline=None)
def test_a_plan_comes_back_from_json_as_it_went(plan: Plan) -> None:
    assert plan_from_json(json.loads(json.dumps(plan_to_json(plan), allow_nan=False))) == plan


def sample() -> Problem:
    problem = build_problem(
        [outlet("店 a", 10, windows=open_from("09:00", "12:00", closed=(6,))), outlet("b", 20)],
        [rep(breaks=(lunch(),), hard_end="18:00")],
    )
    return without_road(problem, "b", "店 a")


@pytest.mark.parametrize("matrix", ["npz", "inline"])
def test_files_come_back_as_they_went(tmp_path: Path, matrix: Literal["npz", "inline"]) -> None:
    problem = sample()
    problem = replace(problem, travel=replace(problem.travel, snap_m=np.array([1.0, 2.0, 3.0])))
    write_problem(problem, tmp_path / "p.json", matrix)
    assert_same(read_problem(tmp_path / "p.json"), problem)
    assert (tmp_path / "p.npz").exists() == (matrix == "npz")
    plan = evaluate(problem, [Sequenced("R1", 0, ("b",))])
    write_plan(plan, tmp_path / "plan.json")
    assert read_plan(tmp_path / "plan.json") == plan


def test_wrong_fields_are_named_all_at_once() -> None:
    value = problem_to_json(sample())
    value["demands"][0]["minutes"] = "long"
    value["demands"][1]["vists"] = 2
    value["days"][0]["date"] = "Monday"
    del value["reps"][0]["id"]
    value["travel"]["seconds"][1] = [0.0]
    with pytest.raises(InvalidProblem) as caught:
        problem_from_json(value)
    assert {(fault.where, fault.code) for fault in caught.value.faults} == {
        ("demands[0].minutes", "json-type"),
        ("demands[1].vists", "json-unknown-field"),
        ("days[0].date", "json-type"),
        ("reps[0].id", "json-missing-field"),
        ("travel.seconds", "matrix-shape"),
    }


def test_files_of_the_first_version_are_read() -> None:
    problem, plan = sample(), Plan("sample")
    old = {**problem_to_json(problem), "schema": "roundsman/problem/1"}
    assert_same(problem_from_json(old), problem)
    assert plan_from_json({**plan_to_json(plan), "schema": "roundsman/plan/1"}) == plan


def test_a_plan_with_wrong_fields_is_refused() -> None:
    with pytest.raises(InvalidPlan) as caught:
        plan_from_json({"schema": "roundsman/plan/1", "routes": 1})
    wheres = {fault.where for fault in caught.value.faults}
    assert wheres == {"routes", "problem_name"}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"schema": "roundsman/problem/3"}, "schema-version"),
        ({"schema": "roundsman/problem/0"}, "schema-version"),
        ({"schema": "roundsman/plan/1"}, "schema-unknown"),
        ({}, "schema-unknown"),
        ([], "schema-unknown"),
    ],
)
def test_another_schema_is_refused_by_name(value: Any, code: str) -> None:
    with pytest.raises(BadFile) as caught:
        problem_from_json(value)
    assert caught.value.code == code


@pytest.mark.parametrize("text", ["{", "\x00", '{"a": NaN}', "[" * 100_000])
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.json").write_text(text)
    with pytest.raises(BadFile) as caught:
        read_problem(tmp_path / "p.json")
    assert caught.value.code == "file-not-json"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile) as caught:
        read_plan(tmp_path / "none.json")
    assert caught.value.code == "file-missing"


def spoil(folder: Path, name: str, matrix: bytes | None, digest: str | None = None) -> str:
    """The code of the error that reading a spoilt pair of files gives."""
    write_problem(sample(), folder / "p.json")
    value = json.loads((folder / "p.json").read_text())
    value["travel"]["file"] = name
    if digest:
        value["travel"]["sha256"] = digest
    if matrix is not None:
        (folder / "p.npz").write_bytes(matrix)
    (folder / "p.json").write_text(json.dumps(value))
    with pytest.raises(BadFile) as caught:
        read_problem(folder / "p.json")
    return caught.value.code


def test_matrix_files_must_be_the_ones_written(tmp_path: Path) -> None:
    assert spoil(tmp_path, "other.npz", None) == "matrix-missing"
    assert spoil(tmp_path, "../p.npz", None) == "matrix-missing"
    assert spoil(tmp_path, "p.npz", b"other") == "matrix-changed"
    hash_of_other = "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa"
    assert spoil(tmp_path, "p.npz", b"other", hash_of_other) == "matrix-unreadable"


def test_a_number_that_is_none_is_not_written(tmp_path: Path) -> None:
    problem = build_problem([outlet("a", 10, minutes=float("nan"))])
    with pytest.raises(BadFile) as caught:
        write_problem(problem, tmp_path / "p.json")
    assert caught.value.code == "number-not-finite"
    assert not (tmp_path / "p.json").exists()
