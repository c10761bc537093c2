"""Workbooks (.xlsx, .xlsm, .xls, .ods): checked before they are opened, then their cells."""

from __future__ import annotations

import io
import zipfile
import zlib

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from crm_core.archive.sheets.grid import (
    MOST_CELLS,
    MOST_UNPACKED_BYTES,
    Cell,
    FileRefused,
    Grid,
    Merged,
    is_blank,
    too_large,
)
from crm_core.archive.sheets.workbook_parts import Looked, look_at_ods, look_at_xlsx

_ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")


def read_workbook(content: bytes, sheet: str = "") -> list[Grid]:
    """The visible sheets, in their order.  Raises FileRefused; see ``read.read_grids``.

    Formulas are never computed and macros never run: the results that the file stores are taken.
    """
    looked = _look(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return _grids(book, sheet, looked)
    except PasswordError as error:
        raise _encrypted() from error
    except CalamineError as error:
        raise _damaged(str(error)) from error


def _grids(book: CalamineWorkbook, sheet: str, looked: dict[str, Looked]) -> list[Grid]:
    names = [
        meta.name
        for meta in book.sheets_metadata
        if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible
    ]
    if sheet and sheet not in book.sheet_names:
        listing = ", ".join(repr(name) for name in names)
        cause = f"The file has no sheet {sheet!r}."
        raise FileRefused("sheet-unknown", cause, f"Choose one of: {listing}.")
    wanted = [sheet] if sheet else names
    return [
        _grid(book.get_sheet_by_name(name), looked.get(name, Looked()), [*names]) for name in wanted
    ]


def _grid(sheet: CalamineSheet, looked: Looked, names: list[str]) -> Grid:
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise too_large(f"{sheet.total_height:,} rows × {sheet.total_width:,} columns")
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    while rows and all(map(is_blank, rows[-1])):
        rows.pop()
    return Grid(
        sheet.name,
        rows,
        tuple(Merged(*first, *last) for first, last in sheet.merged_cell_ranges or ()),
        looked.broken,
        looked.formulas,
        other_sheets=tuple(name for name in names if name != sheet.name),
    )


def _look(content: bytes) -> dict[str, Looked]:
    """What calamine does not tell, by sheet; refuses what would do harm to open."""
    if not content.startswith(b"PK"):
        if _ENCRYPTED_PART in content:
            raise _encrypted()
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _check_parts(parts)
            names = {*parts.namelist()}
            if "xl/workbook.xml" in names:
                return look_at_xlsx(parts)
            if "content.xml" in names:
                return look_at_ods(parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError) as error:
        raise _damaged(str(error)) from error
    raise FileRefused(
        "file-kind-unknown",
        "The file is an archive that holds no spreadsheet.",
        "Unpack it and give the .xlsx, .ods or .csv file.",
    )


def _check_parts(parts: zipfile.ZipFile) -> None:
    entries = parts.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise _encrypted()
    if "META-INF/manifest.xml" in parts.namelist():
        size = parts.getinfo("META-INF/manifest.xml").file_size
        if size < 2**20 and b"encryption-data" in parts.read("META-INF/manifest.xml"):
            raise _encrypted()
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED_BYTES:
        raise FileRefused(
            "file-unpacks-too-large",
            f"It unpacks to {unpacked / 2**20:,.0f} MB; {MOST_UNPACKED_BYTES >> 20} are taken.",
            "Split it into several files, or save it as CSV.",
        )
    # Also catches a part that holds more than it says: its checksum is then wrong.
    if damaged := parts.testzip():
        raise _damaged(f"the part {damaged} is not whole")


def _encrypted() -> FileRefused:
    return FileRefused(
        "file-encrypted",
        "The file is protected by a password.",
        "Open it, save it without a password, and import that.",
    )


def _damaged(reason: str) -> FileRefused:
    return FileRefused(
        "file-damaged",
        f"The file is cut off or damaged ({reason}).",
        "Get it again, or open it in a spreadsheet program and save it anew.",
    )
