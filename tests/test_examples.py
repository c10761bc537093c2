"""The examples of the tutorial: each is read, checked or run here."""

from __future__ import annotations

import csv
import re
import runpy
from pathlib import Path

import pytest

from api.cli.route_files import read_routes
from crm_core.archive.queries import OutletFilter, outlets
from crm_core.db import make_engine, session_factory
from crm_core.people.rules import Scope
from routing.check import check
from routing.evaluate import evaluate
from routing.explain import explain
from routing.files import read_plan, read_problem
from routing.validate import validate

DOCS = Path(__file__).parents[1] / "docs"
EXAMPLES = DOCS / "examples"


def test_the_problem_has_no_faults() -> None:
    assert validate(read_problem(EXAMPLES / "problem.json")) == []


def test_the_plan_is_right_for_the_problem_and_says_why_a_visit_is_missing() -> None:
    problem, plan = read_problem(EXAMPLES / "problem.json"), read_plan(EXAMPLES / "plan.json")
    assert check(problem, plan) == []
    assert explain(problem, plan) == plan
    assert [(missing.demand_id, missing.reason) for missing in plan.unserved] == [("bar", "window")]


def test_the_routes_by_hand_break_the_one_rule_that_the_tutorial_names() -> None:
    problem = read_problem(EXAMPLES / "problem.json")
    plan = evaluate(problem, read_routes(EXAMPLES / "routes.json"))
    assert [fault.code for fault in check(problem, plan)] == ["pattern-broken"]


def test_own_outlets_are_imported_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROUNDSMAN_DATABASE_URL", raising=False)
    run = runpy.run_path(str(EXAMPLES / "own_outlets.py"))["main"]
    file = EXAMPLES / "outlets.csv"
    with file.open(encoding="utf-8") as lines:
        count = len(list(csv.DictReader(lines)))
    first, second = run(tmp_path, file), run(tmp_path, file)
    assert (first.created, first.faults) == (count, [])
    assert (second.created, second.unchanged) == (0, count)
    engine = make_engine(f"sqlite:///{tmp_path / 'roundsman.sqlite3'}")
    with session_factory(engine)() as session:
        everything = Scope.of_everything(run.__globals__["SINCE"])
        assert outlets(session, everything, OutletFilter(), limit=1).total == count
    engine.dispose()


@pytest.mark.parametrize(
    "page", ["README.md", "docs/tutorial.md", "docs/contributing.md", "docs/problem.md"]
)
def test_every_file_that_a_page_links_to_is_there(page: str) -> None:
    path = DOCS.parent / page
    linked = re.findall(r"(?<!!)\[[^\]]*\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
    assert linked
    assert [link for link in linked if not (path.parent / link).exists()] == []
