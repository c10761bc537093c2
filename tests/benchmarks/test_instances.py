"""Instances as problems: reps alone, teams, territories of any size; days for other routers."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from benchmarks.anytime import territory
from benchmarks.capacity import overfull, served_value
from benchmarks.instances import Instance, problem_of, read_instance, team_problem_of
from benchmarks.peer_days import refilled, starts
from routing.evaluate import evaluate
from routing.patterns import required_visits
from routing.problem import Problem, Weights
from routing.validate import validate

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "fieldsales"


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """Two reps, twelve outlets on a line five minutes apart, four weeks of five days."""
    outlets = [
        {
            "id": f"o{k}",
            "name": f"Outlet {k}",
            "rep": "R1" if k < 8 else "R2",
            "lat": 41.0,
            "lon": -8.0 + 0.01 * k,
            "grade": "A" if k % 2 else "C",
            "visits": 1,
            "per_weeks": 1 if k % 2 else 4,
            "minutes": 20,
            "windows": None,
            "index": k + 2,
        }
        for k in range(12)
    ]
    document = {
        "weeks": 4,
        "days_per_week": 5,
        "day_limit": 480,
        "day_start": 540,
        "day_end": 1020,
        "lunch": None,
        "matrix": "line.npz",
        "patterns": {
            "A": [[d, d + 5, d + 10, d + 15] for d in range(5)],
            "C": [[d] for d in range(20)],
        },
        "reps": [{"id": f"R{k + 1}", "lat": 41.0, "lon": -8.0, "index": k} for k in range(2)],
        "outlets": outlets,
    }
    seconds = 300.0 * np.abs(np.subtract.outer(np.arange(14), np.arange(14)))
    np.savez(tmp_path / "line.npz", seconds=seconds, metres=seconds * 10.0)
    (tmp_path / "line.json").write_text(json.dumps(document))
    return read_instance(tmp_path / "line.json")


def test_a_rep_has_the_outlets_of_the_file(instance: Instance) -> None:
    problem = problem_of(instance, "R2", Weights())
    assert validate(problem) == []
    assert [demand.id for demand in problem.demands] == ["o8", "o9", "o10", "o11"]
    assert problem.travel.seconds[0, 1] == 300.0 * 9


def test_in_a_team_everybody_may_visit_every_outlet(instance: Instance) -> None:
    problem = team_problem_of(instance, Weights())
    assert validate(problem) == []
    assert [rep.id for rep in problem.reps] == ["R1", "R2"]
    assert len(problem.demands) == 12
    assert all(demand.rep_ids == () for demand in problem.demands)
    assert [r.shifts[0].start_place for r in problem.reps if r.shifts[0]] == [0, 1]


def _required(problem: Problem) -> int:
    return sum(required_visits(problem, demand) for demand in problem.demands)


def test_days_fixed_by_rules_keep_the_patterns_and_balance_the_work(instance: Instance) -> None:
    problem = problem_of(instance, "R1", Weights())
    for days in islice(starts(problem, 1), 6):
        plan = evaluate(problem, days)
        assert sum(len(route.stops) for route in plan.routes) == _required(problem)
        for demand in problem.demands:
            assert plan.days_of(demand.id) in (demand.patterns or ())


def test_an_outlet_without_its_days_gets_some_back(instance: Instance) -> None:
    problem = problem_of(instance, "R1", Weights())
    assert sum(len(day.demand_ids) for day in refilled(problem, [])) == _required(problem)


def test_the_value_served_counts_priorities(instance: Instance) -> None:
    problem = overfull(instance, "R1")
    assert validate(problem) == []
    shift = problem.reps[0].shifts[0]
    assert shift is not None
    assert shift.end_minute == 540.0 + 0.75 * 480.0
    plan = evaluate(problem, refilled(problem, []))
    assert served_value(problem, plan) == 4 * 4 * 3.0 + 4 * 1.0


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the benchmark data are not beside the project")
@pytest.mark.parametrize("outlets", [100, 1000])
def test_territories_of_any_size_have_days_that_are_nearly_full(outlets: int) -> None:
    problem = territory(read_instance(SHARED / "porto1000.json"), outlets)
    assert validate(problem) == []
    service = sum(demand.minutes * required_visits(problem, demand) for demand in problem.demands)
    assert 0.3 < service / (20 * 480) < 0.9
