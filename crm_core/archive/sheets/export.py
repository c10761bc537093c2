"""Sheets out: outlets as CSV and XLSX, and an imported sheet again with a column of faults.

A cell that begins like a formula would run where the file is opened.  XLSX has cells that are
text; in CSV such a cell gets an apostrophe in front, which an import takes off again.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from crm_core.archive.sheets.fields import COLUMNS, Column
from crm_core.archive.sheets.grid import Cell
from crm_core.archive.sheets.judge import Judgement, Verdict
from crm_core.archive.sheets.rows import shown_value
from crm_core.archive.sheets.stored import Stored
from crm_core.archive.sheets.values import Value

Language = Literal["zh", "en"]

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_PHONE = re.compile(r"\+\d[\d ()./-]{4,24}")
_NOT_EXPORTED = frozenset({"place", "datum"})  # places go out as latitude and longitude in WGS-84
_MOST_CELL = 32_767  # characters that a cell of a workbook holds

EXPORTED: tuple[Column, ...] = tuple(c for c in COLUMNS if c.field not in _NOT_EXPORTED)


def guarded(text: str) -> str:
    """Text that no spreadsheet program takes for a formula; phone numbers stay as they are."""
    return f"'{text}" if _FORMULA.match(text) and not _PHONE.fullmatch(text) else text


def outlets_csv(rows: Iterable[Stored], language: Language = "en") -> Iterator[bytes]:
    """The outlets as CSV in UTF-8 with a byte order mark, line by line."""
    yield "\ufeff".encode()
    yield _line([column.zh if language == "zh" else column.en for column in EXPORTED])
    for row in rows:
        yield _line([guarded(shown_value(row.get(column.field))) for column in EXPORTED])


def outlets_xlsx(rows: Iterable[Stored], language: Language = "en") -> bytes:
    """The outlets as a workbook of one sheet: texts as text, numbers and dates as such."""
    book, sheet, target = _workbook("终端" if language == "zh" else "Outlets")
    head = book.add_format({"bold": True, "bg_color": "#E6F0ED", "border": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for index, column in enumerate(EXPORTED):
        sheet.write_string(0, index, column.zh if language == "zh" else column.en, head)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for index, column in enumerate(EXPORTED):
            _write(sheet, number, index, row.get(column.field), day)
    book.close()
    return target.getvalue()


def fault_sheet(judgement: Judgement) -> bytes:
    """The sheet that was imported, row for row, with a last column that says what is wrong.

    Cells with a fault are marked.  Mended, the file can be imported again as it is.
    """
    table = judgement.table
    book, sheet, target = _workbook(table.grid.sheet[:31] or "Sheet1")
    bad = book.add_format({"bg_color": "#F9D9D2"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    said = _said(judgement)
    marked = {(fault.row, fault.column) for fault in judgement.faults}
    width = max(map(len, table.grid.rows))
    for index, row in enumerate(table.grid.rows):
        for column, cell in enumerate(row):
            header = table.headers[column] if column < len(table.headers) else ""
            is_bad = (index + 1, header) in marked
            _write_cell(sheet, index, column, cell, bad if is_bad else None, day)
        if index + 1 == table.header_row:
            sheet.write_string(index, width, "错误 / Faults", bad)
        elif index + 1 in said:
            sheet.write_string(index, width, said[index + 1][:_MOST_CELL])
    book.close()
    return target.getvalue()


def _said(judgement: Judgement) -> dict[int, str]:
    lines: dict[int, list[str]] = defaultdict(list)
    for fault in judgement.faults:
        lines[fault.row].append(f"{fault.column}: {fault.cause} {fault.remedy}")
    for row in judgement.rows:
        if row.verdict is Verdict.DUPLICATE and row.twin is not None:
            where = f"row {row.twin.row}" if row.twin.row else "the archive"
            lines[row.number].append(f"Looks like {row.twin.name!r} in {where}.")
    return {row: "\n".join(texts) for row, texts in lines.items()}


def _line(cells: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()


def _workbook(title: str) -> tuple[xlsxwriter.Workbook, Worksheet, io.BytesIO]:
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    return (
        book,
        book.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", title).strip("'") or "Sheet1"),
        target,
    )


def _write(
    sheet: Worksheet, row: int, column: int, value: Value, day: xlsxwriter.format.Format
) -> None:
    if value is None:
        return
    if isinstance(value, bool | str | int | float | dt.date):
        _write_cell(sheet, row, column, value, None, day)
    else:
        sheet.write_string(row, column, shown_value(value)[:_MOST_CELL])


def _write_cell(
    sheet: Worksheet,
    row: int,
    column: int,
    cell: Cell,
    mark: xlsxwriter.format.Format | None,
    day: xlsxwriter.format.Format,
) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, mark)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell, mark)
    elif isinstance(cell, dt.date) and cell.year >= 1900:
        sheet.write_datetime(row, column, cell, mark or day)
    elif text := str(cell)[:_MOST_CELL]:
        sheet.write_string(row, column, text, mark)
    elif mark is not None:
        sheet.write_blank(row, column, None, mark)
