"""What a file holds once it is read: one grid of cells, whatever wrote the file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from crm_core.errors import Conflict

type Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
type Place = tuple[int, int]

MOST_FILE_BYTES = 64 * 2**20
MOST_UNPACKED_BYTES = 400 * 2**20  # 100,000 rows of 20 columns unpack to about 70 MB
MOST_CELLS = 12_000_000
MOST_COLUMNS = 500


class FileRefused(Conflict):
    """A file that is not imported at all; the code says why."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that the file shows as one, all ends included; the value stands in the first."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet, rows and columns counted from 0 as the file shows them.

    ``broken`` tells cells that have no value to take (formula-without-value, cell-error).
    ``formulas`` counts the cells whose stored result was taken.  ``encoding`` is that of a text.
    """

    sheet: str
    rows: list[list[Cell]]
    merged: tuple[Merged, ...] = ()
    broken: Mapping[Place, str] = field(default_factory=lambda: MappingProxyType({}))
    formulas: int = 0
    encoding: str = ""
    other_sheets: tuple[str, ...] = ()


def is_blank(cell: Cell) -> bool:
    """Whether a cell shows nothing."""
    return isinstance(cell, str) and not cell.strip("\u3000\xa0\ufeff \t\r\n")


def too_large(what: str) -> FileRefused:
    """The refusal of a file that would need more memory than an import may take."""
    return FileRefused(
        "file-too-large",
        f"The file holds {what}.",
        "Delete empty rows and columns at the end, or split it into several files.",
    )
