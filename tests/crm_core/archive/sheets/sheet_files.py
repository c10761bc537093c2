"""Messy files as customers send them, made by hand: seeds S1 and S4 say what they look like."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile

type Rows = Sequence[Sequence[Any]]

HEADER = ("客户编号", "客户名称", "联系电话", "客户等级", "经度", "纬度", "建档日期")


def csv_bytes(rows: Rows, *, encoding: str = "utf-8", separator: str = ",") -> bytes:
    return "\r\n".join(separator.join(map(str, row)) for row in rows).encode(encoding)


def xlsx_bytes(rows: Rows, *, merged: Sequence[tuple[int, int, int, int, Any]] = ()) -> bytes:
    """A workbook; a text that begins with "=" is a formula, ("=…", result) has its result."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("客户")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for top, left, bottom, right, value in merged:
        sheet.merge_range(top, left, bottom, right, value)
    for index, row in enumerate(rows):
        for column, cell in enumerate(row):
            _write(sheet, index, column, cell, day)
    book.close()
    return target.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Any, day: Any) -> None:
    if isinstance(cell, tuple):
        sheet.write_formula(row, column, cell[0], None, cell[1])
    elif isinstance(cell, date | datetime):
        sheet.write_datetime(row, column, cell, day)
    elif isinstance(cell, str):
        if cell:
            sheet.write_string(row, column, cell)
    elif cell is not None:
        sheet.write_number(row, column, cell)


def xls_bytes(rows: Rows) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("客户")
    for index, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(index, column, cell)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def ods_bytes(cells: str) -> bytes:
    """An OpenDocument sheet around the XML of its rows."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}>'
        f'<office:body><office:spreadsheet><table:table table:name="客户">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:manifest"/>'
    parts = {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}
    return zip_bytes(parts)


def ods_row(*texts: str) -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    )
    return f"<table:table-row>{cells}</table:table-row>"


def zip_bytes(parts: dict[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def replaced(workbook: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The workbook with some bytes of one of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    return zip_bytes({**parts, part: parts[part].replace(old, new)})


def encrypted(workbook: bytes) -> bytes:
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(workbook)).encrypt("secret", target)
    return target.getvalue()
