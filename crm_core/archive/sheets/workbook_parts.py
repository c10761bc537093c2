"""What lies in the XML of a workbook beside the values: formulas without results, errors, size."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from posixpath import join, normpath

from crm_core.archive.sheets.grid import MOST_CELLS, Place, too_large

WITHOUT_VALUE = "formula-without-value"
ERROR = "cell-error"

_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^>]*?)/?>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^>]*?)/?>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')
_CELL = re.compile(rb"<(?:\w+:)?c ([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_PLACE = re.compile(rb'r="([A-Z]{1,3})(\d{1,7})"')
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is)[^>]*>[^<]|<(?:\w+:)?is>")
_ODS_TOKEN = re.compile(
    rb"<table:table (?P<table>[^>]*)>|<table:table-row(?P<row>[^>]*)>"
    rb"|<table:(?:covered-)?table-cell(?P<cell>[^>]*?)(?P<empty>/?)>|</table:table-row>"
)


@dataclass(slots=True)
class Looked:
    """The cells of one sheet that have no value to take, and how many results of formulas have."""

    broken: dict[Place, str] = field(default_factory=dict)
    formulas: int = 0


def look_at_xlsx(parts: zipfile.ZipFile) -> dict[str, Looked]:
    """By name of sheet.  Raises FileRefused (file-too-large) before anything big is built."""
    return {name: _look_at_sheet(parts.read(part)) for name, part in _sheet_parts(parts)}


def _sheet_parts(parts: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    relations = {
        found["Id"]: normpath(join("/xl", found["Target"])).lstrip("/")
        for found in _tags(_RELATION, parts.read("xl/_rels/workbook.xml.rels"))
    }
    for sheet in _tags(_SHEET, parts.read("xl/workbook.xml")):
        part = relations.get(sheet.get("r:id", ""), "")
        if part.startswith("xl/worksheets/"):
            yield sheet["name"], part


def _tags(tag: re.Pattern[str], xml: bytes) -> Iterator[dict[str, str]]:
    for found in tag.finditer(xml.decode("utf-8")):
        yield {name: unescape(value) for name, value in _ATTRIBUTE.findall(found[1])}


def _look_at_sheet(xml: bytes) -> Looked:
    _check_extent(xml)
    looked = Looked()
    if b"<f" not in xml and b":f>" not in xml and b't="e"' not in xml:
        return looked
    for found in _CELL.finditer(xml):
        attributes, inside = found[1], found[2] or b""
        has_formula = b"<f" in inside or b":f>" in inside
        is_error = b't="e"' in attributes
        has_value = _VALUE.search(inside) is not None or b't="str"' in attributes
        if is_error:
            looked.broken[_place(attributes)] = ERROR
        elif has_formula and not has_value:
            looked.broken[_place(attributes)] = WITHOUT_VALUE
        elif has_formula:
            looked.formulas += 1
    return looked


def _check_extent(xml: bytes) -> None:
    """Readers build the whole rectangle: one stray cell at the far corner would fill the memory."""
    columns = {_column(letters) for letters in {*re.findall(rb'<(?:\w+:)?c r="([A-Z]{1,3})', xml)}}
    rows = max(map(int, re.findall(rb'<(?:\w+:)?row [^>]*?\br="(\d{1,7})"', xml)), default=0)
    if rows * (max(columns, default=0) + 1) > MOST_CELLS:
        raise too_large(f"{rows:,} rows × {max(columns) + 1:,} columns")


def _place(attributes: bytes) -> Place:
    found = _PLACE.search(attributes)
    return (int(found[2]) - 1, _column(found[1])) if found else (-1, -1)


def _column(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def look_at_ods(parts: zipfile.ZipFile) -> dict[str, Looked]:
    """By name of sheet.  Raises FileRefused (file-too-large) before anything big is built."""
    found: dict[str, Looked] = {}
    looked, row, repeated_rows, column, widest = Looked(), 0, 1, 0, 0
    for token in _ODS_TOKEN.finditer(parts.read("content.xml")):
        if token["table"] is not None:
            looked, row, column, widest = Looked(), 0, 0, 0
            found[_ods_text(token["table"], b"table:name")] = looked
        elif token["row"] is not None:
            repeated_rows, column = _repeated(token["row"], b"rows"), 0
        elif token["cell"] is not None:
            repeated = _repeated(token["cell"], b"columns")
            if not token["empty"] or b"office:value-type" in token["cell"]:
                widest = max(widest, column + repeated)
                if (row + repeated_rows) * widest > MOST_CELLS:
                    raise too_large(f"{row + repeated_rows:,} rows × {widest:,} columns")
            _note_ods_cell(looked, token["cell"], (row, column))
            column += repeated
        else:
            row += repeated_rows
    return found


def _note_ods_cell(looked: Looked, attributes: bytes, place: Place) -> None:
    if b"table:formula=" not in attributes:
        return
    if b'calcext:value-type="error"' in attributes:
        looked.broken[place] = ERROR
    elif b"office:value-type=" not in attributes:
        looked.broken[place] = WITHOUT_VALUE
    else:
        looked.formulas += 1


def _repeated(attributes: bytes, what: bytes) -> int:
    return int(_ods_text(attributes, b"table:number-" + what + b"-repeated") or 1)


def _ods_text(attributes: bytes, name: bytes) -> str:
    found = re.search(re.escape(name) + rb'="([^"]*)"', attributes)
    return unescape(found[1].decode("utf-8")) if found else ""
