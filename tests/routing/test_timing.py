"""The day clock against the judge of the benchmark instances."""

from __future__ import annotations

import importlib.util
import random
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from routing.evaluate import time_route
from tests.routing.builders import build_problem, lunch, minute, open_from, outlet, rep

JUDGE = Path(__file__).parents[3] / "shared" / "tools" / "fieldsales_evaluate.py"


@pytest.fixture
def judge() -> ModuleType:
    """The benchmark's own timing, which shares no code with ours."""
    if not JUDGE.exists():
        pytest.skip("the benchmark judge is not beside the project")
    spec = importlib.util.spec_from_file_location("fieldsales_evaluate", JUDGE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.shared
@pytest.mark.parametrize("seed", range(150))
def test_a_day_is_timed_as_the_benchmark_judge_times_it(judge: ModuleType, seed: int) -> None:
    chance = random.Random(seed)
    outlets = []
    for number in range(chance.randint(1, 9)):
        opens = chance.randint(8, 15)
        windows = open_from(f"{opens}:00", f"{opens + chance.randint(1, 8)}:00")
        outlets.append(
            outlet(
                f"o{number}",
                chance.randint(0, 60),
                chance.randint(5, 60),
                windows=windows if chance.random() < 0.6 else None,
            )
        )
    limit = float(chance.choice([300, 480]))
    worker = rep(breaks=(lunch("12:00", "13:15", 45.0),), hard_end="23:00")
    worker = replace(worker, shift=replace(worker.shift, work_limit_minutes=limit))
    problem = build_problem(outlets, [worker])
    timed = time_route(problem, "R1", 0, [each.demand.id for each in outlets])
    instance = {
        "day_start": minute("8:00"),
        "day_end": minute("17:00"),
        "day_limit": limit,
        "lunch": {"minutes": 45.0, "earliest": minute("12:00"), "latest": minute("13:15")},
    }
    stops = [
        {
            "minutes": each.demand.minutes,
            "windows": each.demand.windows
            and [(w.start_minute, w.end_minute) for w in each.demand.windows[0]],
        }
        for each in outlets
    ]
    due = judge.schedule_day(instance, stops, [leg.seconds / 60 for leg in timed.route.legs])
    codes = [fault.code for fault in timed.violations]
    assert codes.count("visit-outside-window") == due["window_violations"]
    assert ("break-missing" in codes) == bool(due["lunch_violations"])
    assert timed.overtime_minutes == pytest.approx(due["overtime"], abs=1e-4)
    assert timed.route.end_minute == pytest.approx(due["end"], abs=1e-4)
    assert timed.route.load_minutes == pytest.approx(due["load"], abs=1e-4)
