"""Reading a file of any origin: what it is is told from its bytes, never from its name."""

from __future__ import annotations

from crm_core.archive.sheets.delimited import read_text
from crm_core.archive.sheets.grid import MOST_FILE_BYTES, FileRefused, Grid, too_large
from crm_core.archive.sheets.workbook import read_workbook

_ZIP = b"PK"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def read_grids(content: bytes, *, sheet: str = "", encoding: str = "") -> list[Grid]:
    """The visible sheets of a workbook that hold anything, or the one grid of a text.

    ``sheet`` wants only the sheet of that name; ``encoding`` says how a text is written where the
    guess (byte order mark, UTF-16, UTF-8, GB18030) is wrong.  Raises FileRefused: file-empty,
    file-too-large, file-encrypted, file-damaged, file-kind-unknown, sheet-unknown,
    encoding-wrong, quotes-open.
    """
    if len(content) > MOST_FILE_BYTES:
        raise too_large(f"{len(content) / 2**20:.0f} MB, and {MOST_FILE_BYTES >> 20} are taken")
    is_workbook = content.startswith((_ZIP, _OLE))
    grids = read_workbook(content, sheet) if is_workbook else [read_text(content, encoding)]
    found = [grid for grid in grids if grid.rows]
    if not found:
        cause = "The file holds no rows."
        raise FileRefused("file-empty", cause, "Choose the file that holds the outlets.")
    return found
