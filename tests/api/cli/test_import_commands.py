from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli.main import app
from crm_core.archive.sheets.read import read_grids

MESSY = """客户档案登记表,,,,,,,,
,,,,,,,,
序号,客户编号,客户名称,联系电话,客户等级,地址,经度,纬度,建档日期
1,K001,上海好友便利店,１３８００１３８０００,A级,南京路1号,121.4737,31.2304,2026年1月5日
2,K002,新华超市有限公司,021-62345678;13900001111,B,人民路2号,121.48,31.24,46025
,,,,,,,,
3,K003,,123,Z,,121.5,31.25,2026-13-01
4,K004,好友便利店（上海）,+86 138 0013 8000,A,南京路1号,121.4738,31.2305,
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["import", "outlets", *map(str, arguments)])


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("ROUNDSMAN_DATABASE_URL", raising=False)
    return tmp_path / "data"


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    path = tmp_path / "messy.csv"
    path.write_text(MESSY, encoding="gb18030")
    return path


def test_a_dry_run_prints_exactly_one_object(messy: Path, data: Path) -> None:
    answer = run(messy, "--dry-run", "--json", "--data", data)
    assert answer.exit_code == 0
    found = json.loads(answer.stdout)
    assert {name: value for name, value in found.items() if name != "faults"} == {
        **{"rows": 4, "new": 2, "changed": 0, "duplicates": 1, "faulty": 1}
    }
    told = {"row", "column", "value", "code", "remedy"}
    assert all(set(fault) == told for fault in found["faults"])
    faults = {(f["row"], f["column"], f["value"], f["code"]) for f in found["faults"]}
    assert faults == {
        (7, "客户名称", "", "name-missing"),
        (7, "联系电话", "123", "phone-broken"),
        (7, "客户等级", "Z", "grade-unknown"),
        (7, "建档日期", "2026-13-01", "date-broken"),
    }


def test_a_dry_run_writes_nothing(messy: Path, data: Path) -> None:
    for _ in range(2):
        found = json.loads(run(messy, "--dry-run", "--json", "--data", data).stdout)
        assert found["new"] == 2


def test_faulty_rows_stop_an_import_with_exit_1(messy: Path, data: Path) -> None:
    answer = run(messy, "--data", data)
    assert answer.exit_code == 1
    assert "row 7, 联系电话 '123': phone-broken" in answer.stderr
    assert json.loads(run(messy, "--dry-run", "--json", "--data", data).stdout)["new"] == 2


def test_good_rows_alone_are_written_once(messy: Path, data: Path) -> None:
    assert run(messy, "--good-only", "--data", data).exit_code == 0
    again = json.loads(run(messy, "--dry-run", "--json", "--data", data).stdout)
    assert (again["new"], again["changed"], again["rows"]) == (0, 0, 4)


def test_columns_and_defaults_are_said(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,叫什么,经度,纬度\n1,好友,121.4,31.2\n", encoding="utf-8")
    said = ("--map", "叫什么=name", "--set", "grade_code=B", "--data", data)
    assert run(path, *said).exit_code == 0
    again = json.loads(run(path, "--dry-run", "--json", "--data", data).stdout)
    assert (again["new"], again["changed"], again["faulty"]) == (0, 0, 0)


def test_the_sheet_with_its_faults_is_written(messy: Path, data: Path, tmp_path: Path) -> None:
    target = tmp_path / "faults.xlsx"
    assert run(messy, "--dry-run", "--faults", target, "--data", data).exit_code == 0
    (grid,) = read_grids(target.read_bytes())
    assert "联系电话" in str(grid.rows[6][-1])
    assert grid.rows[2][-1] == "错误 / Faults"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"PK\x03\x04 cut off", "file-damaged"),
        (b"a,b\n1,2\n", "header-missing"),
        (b"\x00\x01\x02\xff\x00", "file-kind-unknown"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    content: bytes, code: str, tmp_path: Path, data: Path
) -> None:
    path = tmp_path / "bad.xlsx"
    path.write_bytes(content)
    answer = run(path, "--dry-run", "--json", "--data", data)
    assert answer.exit_code == 2
    assert answer.stderr.startswith(f"{code}: ")
    assert answer.stdout == ""


def test_a_file_that_is_not_there_is_refused(data: Path) -> None:
    assert run("/no/such.csv", "--dry-run", "--data", data).exit_code == 2
