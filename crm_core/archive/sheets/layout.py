"""Where the table lies in a grid: title rows, the header, merged cells, which column is what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from crm_core.archive.duplicates.script import simplified
from crm_core.archive.sheets.fields import COLUMNS
from crm_core.archive.sheets.grid import Cell, FileRefused, Grid, is_blank
from crm_core.archive.sheets.values import cleaned, shown

_HEADER_WITHIN = 30  # rows in which a header is looked for
_NOTE = re.compile(r"[(（【\[].*?[)）】\]]")
_PUNCTUATION = re.compile(r"[\s*:：_\-/.·,，\"'’?？#]+")
NOT_IMPORTED = ""
_COUNTERS = frozenset({"序号", "序", "行号", "项次", "no", "nr", "sn", "seq", "index"})
_TOTAL = re.compile(
    r"(合\s*计|总\s*计|小\s*计|共\s*计|grand total|sub-?total|total\s*:)\s*[:：]?", re.I
)
_FOOTNOTE = re.compile(r"(填表|制表|制单|审核|审批|统计|打印|备注|说明|注)[^:：]{0,8}[:：]")


@dataclass(frozen=True, slots=True)
class Table:
    """The data of a grid below its header.

    ``headers`` by column, made different from each other; ``rows`` are (row number as the file
    shows it, from 1; cells) without blank rows, titles, totals and headers printed again.
    """

    grid: Grid
    header_row: int
    headers: tuple[str, ...]
    rows: Sequence[tuple[int, Sequence[Cell]]]

    def broken(self, row: int, column: int) -> str:
        """The code of a cell that has no value to take, else ""."""
        return self.grid.broken.get((row - 1, column), "") if self.grid.broken else ""


def pick_table(grids: Sequence[Grid], known: Mapping[str, str] | None = None) -> Table:
    """The table of the sheet whose header is recognised best, of the first where none is.

    ``known`` are headers that somebody has mapped before.  Raises FileRefused (header-missing).
    """
    chosen = {folded_header(header) for header in known or ()}
    scored = [(grid, *_header_of(grid, chosen)) for grid in grids]
    grid, row, score = max(scored, key=lambda found: found[2])
    if score < 1:
        raise FileRefused(
            "header-missing",
            "No row of the file names its columns.",
            "Put one row of headers such as 客户名称, 地址, 电话 or name, address above the data.",
        )
    return _table(grid, row, chosen)


def guess_mapping(
    headers: Sequence[str], remembered: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Which field each header means, "" for none; what somebody chose before goes first."""
    chosen = {folded_header(header): field for header, field in (remembered or {}).items()}
    mapping = {h: chosen[folded_header(h)] for h in headers if folded_header(h) in chosen}
    taken = {field for field in mapping.values() if field}
    for column in COLUMNS:
        if column.field in taken:
            continue
        ranks = {folded_header(name): rank for rank, name in reversed([*enumerate(column.headers)])}
        free = [h for h in headers if h not in mapping and folded_header(h) in ranks]
        if free:
            best = min(free, key=lambda header: ranks[folded_header(header)])
            mapping[best] = column.field
    return {header: mapping.get(header, NOT_IMPORTED) for header in headers}


def folded_header(text: str) -> str:
    """A header without notes in brackets, punctuation, case, width and traditional characters."""
    plain = unicodedata.normalize("NFKC", simplified(text)).casefold()
    without_note = _PUNCTUATION.sub("", _NOTE.sub("", plain))
    return without_note or _PUNCTUATION.sub("", plain)


_KNOWN = {folded_header(name) for column in COLUMNS for name in column.headers}


def _header_of(grid: Grid, known: set[str]) -> tuple[int, int]:
    """The row that is most likely the header, and how many of its cells are known."""
    best, most = 0, 0
    for index, row in enumerate(grid.rows[:_HEADER_WITHIN]):
        texts = {folded_header(cell) for cell in row if isinstance(cell, str) and cell.strip()}
        score = len(texts & (_KNOWN | known))
        if score > most:
            best, most = index, score
    return best, most


def _table(grid: Grid, header_row: int, known: set[str]) -> Table:
    blank = {index for index, row in enumerate(grid.rows) if all(map(is_blank, row))}
    sections = _sections(grid)
    rows = _unmerged(grid, header_row)
    width = max(map(len, rows))
    top = [_header_text(rows[header_row], c) for c in range(width)]
    first_data = header_row + 1
    if _is_second_header(grid, header_row, known):
        below = [_header_text(grid.rows[first_data], c) for c in range(width)]
        top = [_joined(t, b) for t, b in zip(top, below, strict=True)]
        first_data += 1
    headers = _different(top)
    counters = {i for i, header in enumerate(headers) if folded_header(header) in _COUNTERS}
    data = [
        (index + 1, rows[index])
        for index in range(first_data, len(rows))
        if index not in blank
        and index not in sections
        and not _repeats(rows[index], headers)
        and not _is_no_data(rows[index], counters)
    ]
    return Table(grid, header_row + 1, headers, data)


def _unmerged(grid: Grid, header_row: int) -> list[list[Cell]]:
    """Rows in which every row of a cell merged downwards has its value.

    Cells merged to the right are filled in the header only: below it they are one value.
    """
    rows = grid.rows
    for cells in grid.merged:
        if cells.top >= len(rows) or cells.left >= len(rows[cells.top]):
            continue
        value = rows[cells.top][cells.left]
        right = cells.right if cells.top <= header_row else cells.left
        for row in range(cells.top, min(cells.bottom + 1, len(rows))):
            for column in range(cells.left, min(right + 1, len(rows[row]))):
                rows[row][column] = value
    return rows


def _is_second_header(grid: Grid, header_row: int, known: set[str]) -> bool:
    """Whether a group such as 联系人 over 姓名 and 电话 makes the header two rows high."""
    if header_row + 1 >= len(grid.rows):
        return False
    groups = [m for m in grid.merged if m.top == header_row and m.bottom == header_row]
    under = [
        grid.rows[header_row + 1][column]
        for group in groups
        for column in range(group.left, min(group.right + 1, len(grid.rows[header_row + 1])))
    ]
    names = [folded_header(cell) for cell in under if isinstance(cell, str) and cell.strip()]
    return bool(names) and all(name in _KNOWN | known for name in names)


def _joined(group: str, name: str) -> str:
    if not name or name == group:
        return group
    together = f"{group}{name}"
    return together if folded_header(together) in _KNOWN else name


def _header_text(row: Sequence[Cell], column: int) -> str:
    return cleaned(shown(row[column])) if column < len(row) else ""


def _different(headers: Sequence[str]) -> tuple[str, ...]:
    """Headers with a letter for the nameless ones and a number for the repeated ones."""
    made: dict[str, None] = {}
    for index, header in enumerate(headers):
        name = header or f"[{column_letters(index)}]"
        number, unique = 2, name
        while unique in made:
            unique, number = f"{name} ({number})", number + 1
        made[unique] = None
    return tuple(made)


def column_letters(index: int) -> str:
    """How a spreadsheet calls a column counted from 0: A, B, …, Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _repeats(row: Sequence[Cell], headers: Sequence[str]) -> bool:
    """A header that is printed again on every page."""
    said = 0
    for cell, header in zip(row, headers, strict=False):
        text = cleaned(shown(cell))
        if text and text != header:
            return False
        said += bool(text)
    return said > 1


def _is_no_data(row: Sequence[Cell], counters: Collection[int]) -> bool:
    """A row that is numbered beforehand and left empty, a line of totals, a note below a table."""
    filled = [cell for cell in row if not is_blank(cell)]
    if filled and _TOTAL.fullmatch(cleaned(shown(filled[0]))):
        return all(_is_amount(cell) for cell in filled[1:])
    said = [cell for index, cell in enumerate(row) if index not in counters and not is_blank(cell)]
    return not said or (len(said) == 1 and _FOOTNOTE.match(cleaned(shown(said[0]))) is not None)


def _is_amount(cell: Cell) -> bool:
    return isinstance(cell, int | float) or re.fullmatch(r"[\d.,%\s]+", str(cell)) is not None


def _sections(grid: Grid) -> set[int]:
    """Titles between the data: rows of one cell that is merged over at least half of the row."""
    return {
        cells.top
        for cells in grid.merged
        if cells.top == cells.bottom < len(grid.rows)
        and (cells.right - cells.left + 1) * 2 > max(2, len(grid.rows[cells.top]))
        and sum(not is_blank(cell) for cell in grid.rows[cells.top]) == 1
    }
