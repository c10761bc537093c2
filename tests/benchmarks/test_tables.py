"""Results into pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.ablation import summary
from benchmarks.table import read_rows, write_rows
from benchmarks.tables import TABLES, filled

DOCS = Path(__file__).parents[2] / "docs"
PAGE = "Before.\n<!-- table: pvrp_60s -->\nold\n<!-- end -->\nAfter.\n"


def test_a_table_without_results_says_so(tmp_path: Path) -> None:
    assert "No results yet" in filled(PAGE, tmp_path)


def test_a_table_is_made_from_its_results_and_the_rest_stays(tmp_path: Path) -> None:
    rows = [
        {
            "instance": "p01",
            "seed": seed,
            "seconds": 60,
            "cost": cost,
            "best_known": 100,
            "gap": gap,
        }
        for seed, cost, gap in ((1, 101.0, 1.0), (2, 100.5, 0.5))
    ]
    write_rows(tmp_path / "pvrp_60s.csv", rows)
    page = filled(PAGE, tmp_path)
    assert "| p01 | 100 | 100.50 | 1.00 | 0.50 | 0.75 |" in page
    assert page.startswith("Before.\n")
    assert page.endswith("\nAfter.\n")
    assert "old" not in page
    assert filled(page, tmp_path) == page


def test_an_unknown_table_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        filled("<!-- table: nonsense -->\n\n<!-- end -->", tmp_path)


def test_the_page_has_every_table_and_its_pictures_are_there() -> None:
    page = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
    assert set(re.findall(r"<!-- table: (\w+) -->", page)) == set(TABLES)
    for name in ("benchmarks.md", "engine.md"):
        for picture in re.findall(r"!\[.*?\]\((.*?)\)", (DOCS / name).read_text(encoding="utf-8")):
            assert (DOCS / picture).exists(), picture


def test_the_page_shows_the_results_that_are_stored() -> None:
    page = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
    assert filled(page, DOCS.parent / "benchmarks" / "results") == page


def test_rows_read_back(tmp_path: Path) -> None:
    write_rows(tmp_path / "new" / "rows.csv", [{"a": 1, "b": "x,y"}])
    assert read_rows(tmp_path / "new" / "rows.csv") == [{"a": "1", "b": "x,y"}]
    assert read_rows(tmp_path / "none.csv") == []


def test_an_ablation_compares_the_same_runs_only() -> None:
    rows = [
        {"change": change, "instance": name, "seed": 1, "gap": gap}
        for change, name, gap in (
            ("shipped", "a", 0.2),
            ("shipped", "b", 0.4),
            ("one-day", "a", 1.2),
            ("one-day", "b", 1.4),
            ("one-day", "c", 9.0),
        )
    ]
    assert "+1.000 ± 0.000 against shipped" in summary(rows)[1]
