"""Benchmark files as problems: the bit order, windows, JSON, and the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.cordeau import MINUTES, read_cordeau
from benchmarks.pvrp import main, table
from routing.check import check
from routing.files import read_problem
from routing.params import SearchParams
from routing.solve import solve
from routing.stop import Iterations

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "pvrp"

#: Four customers, two days, one vehicle, windows; day 1 is the most significant bit.
PVRPTW = """\
5 1 4 2
0 10
0 10
0 0 0 0 0 0 0 0 100
1 3 4 5 1 1 1 2 10 20
2 0 6 5 1 1 1 1 0 100
3 6 0 5 1 2 1 3 0 100
4 -3 4 5 1 1 2 1 2 50 60
"""


@pytest.fixture
def windows_file(tmp_path: Path) -> Path:
    path = tmp_path / "tw.txt"
    path.write_text(PVRPTW)
    return path


def test_the_leftmost_bit_is_the_first_day(windows_file: Path) -> None:
    problem = read_cordeau(windows_file)
    assert [d.patterns for d in problem.demands] == [((0,),), ((1,),), ((0, 1),), ((1,), (0,))]


def test_a_window_for_the_start_becomes_one_for_the_whole_visit(windows_file: Path) -> None:
    first = read_cordeau(windows_file).demands[0]
    assert first.windows is not None
    window = first.windows[0][0]
    assert window.start_minute == pytest.approx(10 * MINUTES)
    assert window.end_minute == pytest.approx((20 + 5) * MINUTES)


def test_a_file_with_windows_is_planned_and_kept(windows_file: Path) -> None:
    problem = read_cordeau(windows_file)
    plan = solve(problem, stop=Iterations(300), params=SearchParams(finish_days=False)).plan
    assert check(problem, plan) == []
    assert not plan.unserved
    late = next(s for r in plan.routes for s in r.stops if s.demand_id == "4")
    assert 50 * MINUTES - 1e-6 <= late.start_minute <= 60 * MINUTES + 1e-6


def test_a_file_without_periods_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mdvrp.txt"
    path.write_text("2 1 1 1\n0 0\n0 0 0 0 0 0 0\n1 1 1 0 1 1 1 1\n")
    with pytest.raises(ValueError, match="type 2"):
        read_cordeau(path)


def test_problems_are_written_as_json_that_reads_back(windows_file: Path, tmp_path: Path) -> None:
    main(["--instances", str(windows_file.parent), "--json", str(tmp_path / "json")])
    read = read_problem(tmp_path / "json" / "tw.json")
    assert read.demands == read_cordeau(windows_file).demands


def test_the_table_has_a_line_an_instance_and_the_means() -> None:
    rows = [
        {"instance": "a", "seed": 1, "gap": 0.5},
        {"instance": "a", "seed": 2, "gap": 0.1},
        {"instance": "b", "seed": 1, "gap": "0.0"},
        {"instance": "c", "seed": 1, "gap": None},
    ]
    lines = table(rows)
    assert len(lines) == 3
    assert "mean gap 0.200 %" in lines[-1]
    assert "worst instance a 0.30 %" in lines[-1]


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the benchmark data are not beside the project")
@pytest.mark.parametrize("name", ["p03", "p11", "pr01"])
def test_published_solutions_visit_on_days_that_the_files_allow(name: str) -> None:
    problem = read_cordeau(SHARED / f"{name}.txt")
    days: dict[str, set[int]] = {}
    for line in (SHARED / f"{name}.res").read_text().splitlines()[1:]:
        words = line.split()
        for stop in words[4:]:
            days.setdefault(stop, set()).add(int(words[0]) - 1)
    for demand in problem.demands:
        assert tuple(sorted(days[demand.id])) in (demand.patterns or ()), demand.id
