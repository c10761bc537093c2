import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from api.demo.city import EXTRACT

runner = CliRunner()


def test_a_base_map_is_built_and_told_of(tmp_path: Path) -> None:
    said = runner.invoke(app, ["roads", "basemap", str(EXTRACT), "--data", str(tmp_path), "--json"])
    assert said.exit_code == 0
    about = json.loads(said.stdout)
    assert Path(about["file"]).stat().st_size == about["bytes"] > 10_000
    assert about["features"] > 1000


def test_an_extract_that_is_missing_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    said = runner.invoke(app, ["roads", "basemap", "/none.osm.pbf", "--data", str(tmp_path)])
    assert said.exit_code == 2
    assert "extract-missing" in said.stderr
    assert list((tmp_path / "basemap").iterdir()) == []


def test_outlets_are_written_with_the_languages_of_the_area(tmp_path: Path) -> None:
    target = tmp_path / "outlets.csv"
    kinds = ["--kinds", "amenity=bar,amenity=pub", "-o", str(target), "--json"]
    said = runner.invoke(app, ["roads", "outlets", str(EXTRACT), *kinds])
    assert said.exit_code == 0
    with target.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert json.loads(said.stdout)["outlets"] == len(rows) > 50
    assert {row["category"] for row in rows} == {"bar", "pub"}
    assert "name_et" in rows[0]


@pytest.mark.parametrize(
    ("kinds", "code"), [("=x", "kinds-unreadable"), ("aeroway=terminal", "outlets-none")]
)
def test_nothing_is_written_where_there_is_nothing(tmp_path: Path, kinds: str, code: str) -> None:
    target = tmp_path / "outlets.csv"
    said = runner.invoke(
        app, ["roads", "outlets", str(EXTRACT), "--kinds", kinds, "-o", str(target)]
    )
    assert said.exit_code == 2
    assert code in said.stderr
    assert not target.exists()
