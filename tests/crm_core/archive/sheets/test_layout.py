from __future__ import annotations

from typing import Any

import pytest

from crm_core.archive.sheets.fields import COLUMNS
from crm_core.archive.sheets.grid import FileRefused
from crm_core.archive.sheets.layout import Table, column_letters, guess_mapping, pick_table
from crm_core.archive.sheets.read import read_grids
from tests.crm_core.archive.sheets.sheet_files import csv_bytes, xlsx_bytes


def table(content: bytes) -> Table:
    return pick_table(read_grids(content))


def fields(*headers: str) -> list[str]:
    return [*guess_mapping(headers).values()]


def test_title_and_blank_rows_are_no_data() -> None:
    rows = [["客户档案登记表", "", ""], ["", "", ""], ["序号", "客户名称", "电话"], ["1", "A", "5"]]
    found = table(csv_bytes([*rows, ["", "", ""], ["2", "B", "6"], ["", "", ""]]))
    assert found.header_row == 3
    assert [(number, row[1]) for number, row in found.rows] == [(4, "A"), (6, "B")]


def test_numbered_empty_rows_totals_and_notes_are_no_data() -> None:
    head = ["序号", "客户名称", "电话"]
    notes = [["2", "", ""], ["合 计", "1", ""], ["", "合计：", "12"], ["填表人：张三", "", ""]]
    found = table(csv_bytes([head, ["1", "A", "5"], *notes]))
    assert [number for number, _ in found.rows] == [2]


def test_outlets_that_are_called_like_totals_and_notes_are_data() -> None:
    rows = [["Total", "912345678"], ["合计烟酒店", "5"], ["注册", "6"], ["合计", "南京路1号"]]
    found = table(csv_bytes([["客户名称", "电话"], *rows]))
    assert [row[0] for _, row in found.rows] == ["Total", "合计烟酒店", "注册", "合计"]


def test_a_header_that_is_printed_on_every_page_is_no_data() -> None:
    head = ["客户名称", "电话"]
    found = table(csv_bytes([head, ["A", "1"], head, ["B", "2"]]))
    assert [row[0] for _, row in found.rows] == ["A", "B"]


def test_cells_merged_downwards_hold_for_each_row() -> None:
    rows: list[list[Any]] = [["区域", "客户名称"], ["", "A"], ["", "B"], ["", ""]]
    found = table(xlsx_bytes(rows, merged=[(1, 0, 3, 0, "浦东")]))
    assert [[*row] for _, row in found.rows] == [["浦东", "A"], ["浦东", "B"]]


def test_a_merged_title_between_the_data_is_no_row() -> None:
    rows: list[list[Any]] = [["客户名称", "电话", "地址"], ["A", "1", "x"], [], ["B", "2", "y"]]
    found = table(xlsx_bytes(rows, merged=[(2, 0, 2, 2, "二组")]))
    assert [row[0] for _, row in found.rows] == ["A", "B"]


def test_a_header_of_two_rows_is_joined() -> None:
    rows: list[list[Any]] = [["", "", "", ""], ["", "姓名", "电话", ""], ["A", "王", "123456", "x"]]
    merged = [(0, 0, 1, 0, "客户名称"), (0, 1, 0, 2, "联系人"), (0, 3, 1, 3, "地址")]
    found = table(xlsx_bytes(rows, merged=merged))
    assert [*guess_mapping(found.headers).values()] == [
        "name",
        "contact_name",
        "contact_phone",
        "address",
    ]
    assert len(found.rows) == 1


def test_the_sheet_with_the_better_header_is_taken() -> None:
    content = csv_bytes([["a", "b"], ["c", "d"]])
    with pytest.raises(FileRefused, match="header-missing"):
        table(content)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.field)
def test_the_headers_of_an_export_are_understood(column: Any) -> None:
    for header in (column.field, column.zh, column.en):
        assert fields(header) == [column.field]


def test_headers_are_guessed_in_chinese_and_english() -> None:
    assert fields(
        "序号", "客户名称 *", "公司名称", "联系方式(手机)", "備註", "客户等级(A/B/C)"
    ) == [*("", "name", "account", "phone", "remarks", "grade_code")]
    assert fields("公司名称", "详细地址") == ["name", "address"]
    assert fields("Store Name", "Lat", "LNG", "Phone Number", "Tier") == [
        *("name", "lat", "lon", "phone", "grade_code")
    ]


def test_no_field_is_guessed_twice() -> None:
    found = [f for f in fields("电话", "手机", "联系电话", "phone", "联系人电话") if f]
    assert len(found) == len(set(found))


def test_what_was_chosen_before_goes_first() -> None:
    found = guess_mapping(["甲", "名称"], {"甲": "name", "没有": "phone"})
    assert found == {"甲": "name", "名称": ""}


def test_nameless_and_repeated_headers_stay_apart() -> None:
    found = table(csv_bytes([["客户名称", "", "电话", "电话"], ["A", "x", "1", "2"]]))
    assert found.headers == ("客户名称", "[B]", "电话", "电话 (2)")
    assert [column_letters(i) for i in (0, 25, 26, 701)] == ["A", "Z", "AA", "ZZ"]
