from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from crm_core.archive.sheets.grid import FileRefused, Grid
from crm_core.archive.sheets.read import read_grids
from tests.crm_core.archive.sheets.sheet_files import (
    csv_bytes,
    encrypted,
    ods_bytes,
    ods_row,
    replaced,
    xls_bytes,
    xlsx_bytes,
    zip_bytes,
)

ROWS = [["客户名称", "电话"], ["好友便利店", "021-1234567"]]
SHEET = "xl/worksheets/sheet1.xml"


def only(content: bytes, **said: str) -> Grid:
    (grid,) = read_grids(content, **said)
    return grid


def refusal(content: bytes, **said: str) -> str:
    with pytest.raises(FileRefused) as caught:
        read_grids(content, **said)
    assert caught.value.cause
    assert caught.value.action
    return caught.value.code


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_texts_are_read_whatever_wrote_them(encoding: str, separator: str) -> None:
    grid = only(csv_bytes(ROWS, encoding=encoding, separator=separator))
    assert grid.rows == ROWS


def test_the_user_may_say_the_encoding() -> None:
    content = csv_bytes([["名稱", "電話"], ["好友", "1"]], encoding="big5")
    assert only(content, encoding="big5").rows[0] == ["名稱", "電話"]
    assert refusal(content, encoding="utf-8") == "encoding-wrong"
    assert refusal(content, encoding="no-such") == "encoding-wrong"


@pytest.mark.parametrize("make", [xlsx_bytes, xls_bytes, lambda rows: ods_bytes(_ods(rows))])
def test_workbooks_are_told_by_their_bytes(make: Callable[[list[list[str]]], bytes]) -> None:
    assert only(make(ROWS)).rows == ROWS


def _ods(rows: list[list[str]]) -> str:
    return "".join(ods_row(*row) for row in rows)


def test_numbers_and_dates_keep_their_kind() -> None:
    (row,) = only(xlsx_bytes([[13800138000, date(2026, 1, 5), "x"]])).rows
    assert row == [13800138000.0, date(2026, 1, 5), "x"]


def test_a_formula_gives_its_stored_result() -> None:
    grid = only(xlsx_bytes([["a", ("=A1", "a")], ["b", ("=A2", "b")]]))
    assert [row[1] for row in grid.rows] == ["a", "b"]
    assert (grid.formulas, grid.broken) == (2, {})


def test_a_formula_without_a_result_and_an_error_are_noted() -> None:
    grid = only(xlsx_bytes([["a", ("=1/0", "")], ["b", ("=1/0", "#DIV/0!")]]))
    assert grid.broken == {(0, 1): "formula-without-value", (1, 1): "cell-error"}


def test_a_formula_of_ods_without_a_result_is_noted() -> None:
    cells = (
        '<table:table-row><table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell table:formula="of:=A1"/><table:table-cell office:value-type="string" '
        'table:formula="of:=A1"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    grid = only(ods_bytes(ods_row("a") + cells))
    assert (grid.broken, grid.formulas) == ({(1, 2): "formula-without-value"}, 1)


def test_macros_are_ignored() -> None:
    plain = xlsx_bytes(ROWS)
    macro = replaced(
        plain,
        "[Content_Types].xml",
        b"spreadsheetml.sheet.main+xml",
        b"ms-excel.sheet.macroEnabled.main+xml",
    )
    assert only(macro).rows == ROWS


class TestRefused:
    def test_nothing(self) -> None:
        assert refusal(b"") == "file-empty"
        assert refusal(xlsx_bytes([])) == "file-empty"

    def test_truncated(self) -> None:
        content = xlsx_bytes(ROWS)
        assert refusal(content[: len(content) // 2]) == "file-damaged"
        assert refusal(xls_bytes(ROWS)[:700]) == "file-damaged"

    def test_damaged_inside(self) -> None:
        content = bytearray(xlsx_bytes([[str(n) * 30] for n in range(500)]))
        content[400:420] = b"x" * 20
        assert refusal(bytes(content)) == "file-damaged"

    def test_password(self) -> None:
        assert refusal(encrypted(xlsx_bytes(ROWS))) == "file-encrypted"

    def test_zip_bomb(self) -> None:
        bomb = zip_bytes({"xl/workbook.xml": b"0" * (401 * 2**20)})
        assert len(bomb) < 2**20
        assert refusal(bomb) == "file-unpacks-too-large"

    def test_one_stray_cell_far_away(self) -> None:
        far = replaced(xlsx_bytes(ROWS), SHEET, b'r="B2"', b'r="XFD1048576"')
        far = replaced(far, SHEET, b'<row r="2"', b'<row r="1048576"')
        assert refusal(far) == "file-too-large"

    def test_one_repeated_cell_of_ods(self) -> None:
        cell = (
            '<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
            'office:value-type="float" office:value="1" table:number-columns-repeated="1000">'
            "<text:p>1</text:p></table:table-cell></table:table-row>"
        )
        assert refusal(ods_bytes(cell)) == "file-too-large"

    def test_no_spreadsheet(self) -> None:
        assert refusal(zip_bytes({"a.txt": "a"})) == "file-kind-unknown"
        assert refusal(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00") == "file-kind-unknown"
        assert refusal(b"<html><table><tr><td>a</td></tr></table>") == "file-kind-unknown"

    def test_a_quote_that_never_closes_loses_no_rows_silently(self) -> None:
        assert refusal(b'name,phone\n"A,1\nB,2\n') == "quotes-open"

    def test_a_sheet_that_is_not_there(self) -> None:
        assert refusal(xlsx_bytes(ROWS), sheet="x") == "sheet-unknown"
