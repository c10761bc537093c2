"""``docs/problem.md``: its examples can be read, no field is left out or has another default."""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest

from routing.calendar import Day
from routing.errors import Fault
from routing.files import problem_from_json, problem_to_json
from routing.json_codec import decode
from routing.problem import Break, Pin, Place, Problem, Rep, Shift, VisitDemand, Weights, Window
from tests.routing.builders import build_problem, outlet

PAGE = (Path(__file__).parents[2] / "docs" / "problem.md").read_text(encoding="utf-8")
KINDS: dict[str, Any] = {
    "day": Day,
    "shift": Shift,
    "demand": VisitDemand,
    "weights": Weights,
    "place": Place,
}
EXAMPLES = re.findall(r"```json (\w+)\n(.*?)```", PAGE, re.DOTALL)
OF_A_PAGE = [Problem, Day, Rep, Shift, Break, VisitDemand, Pin, Window, Weights, Place]


@pytest.mark.parametrize(("kind", "text"), EXAMPLES)
def test_an_example_can_be_read(kind: str, text: str) -> None:
    value = json.loads(text)
    if kind == "problem":
        whole = problem_to_json(build_problem([outlet("a", 10)]))
        assert problem_from_json({**whole, **value}).frozen_until == 7
        return
    faults: list[Fault] = []
    decode(KINDS[kind], value, kind, faults)
    assert faults == []


def test_every_kind_has_an_example() -> None:
    assert {kind for kind, _ in EXAMPLES} == {*KINDS, "problem"}


@pytest.mark.parametrize("kind", OF_A_PAGE)
def test_every_field_is_described(kind: Any) -> None:
    rows = "\n".join(line for line in PAGE.splitlines() if line.startswith("| `"))
    assert [f.name for f in fields(kind) if f"`{f.name}`" not in rows] == []


def test_the_numbers_in_the_tables_are_the_defaults() -> None:
    stated = {}
    for names, defaults in re.findall(r"^\| (`[^|]*`) \| ([-\d., ]+) \|", PAGE, re.MULTILINE):
        numbers = [float(each) for each in defaults.split(",")]
        stated.update(zip(re.findall(r"`(\w+)`", names), numbers, strict=True))
    due = {
        field.name: field.default
        for kind in (Problem, Shift, VisitDemand, Weights)
        for field in fields(kind)
        if isinstance(field.default, int | float)
        and not isinstance(field.default, bool)
        and field.default is not MISSING
    }
    assert stated == due
