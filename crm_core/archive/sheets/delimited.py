"""Text files: which encoding, which separator, then the cells."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter

from crm_core.archive.sheets.grid import MOST_COLUMNS, FileRefused, Grid, too_large

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = ",\t;|"
_MOST_FIELD = 100_000  # characters; more means a quote that is never closed
_SAMPLE_LINES = 30


def read_text(content: bytes, encoding: str = "") -> Grid:
    """The cells of a text with separators.  Raises FileRefused; see ``read.read_grids``."""
    text, found = decoded(content, encoding)
    if text.lstrip()[:200].lower().startswith(("<html", "<!doctype", "<table", "<?xml", "<meta")):
        raise FileRefused(
            "file-kind-unknown",
            "The file is a web page, whatever its name says.",
            "Open it in a spreadsheet program and save it as .xlsx.",
        )
    rows = _rows(text, separator_of(text))
    if any(len(row) > MOST_COLUMNS for row in rows):
        raise too_large(f"more than {MOST_COLUMNS} columns")
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    return Grid("", [[*row] for row in rows], encoding=found)


def decoded(content: bytes, encoding: str = "") -> tuple[str, str]:
    """The text and the encoding it was read with."""
    if encoding:
        return _decode(content, encoding), encoding
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _decode(content, name), name
    guessed = _unmarked_utf16(content)
    try:
        return content.decode(guessed or "utf-8"), guessed or "utf-8"
    except UnicodeDecodeError:
        if guessed:
            raise _not_a_table("bytes that no text has") from None
        return _decode(content, "gb18030"), "gb18030"


def separator_of(text: str) -> str:
    """The separator that splits the first lines most evenly."""
    lines = [line for line in text.splitlines()[:_SAMPLE_LINES] if line.strip()]

    def evenness(separator: str) -> tuple[int, int]:
        counts = Counter(line.count(separator) for line in lines)
        counts.pop(0, None)
        usual, lines_with_it = max(counts.items(), key=lambda item: item[1], default=(0, 0))
        return lines_with_it, usual

    return max(_SEPARATORS, key=evenness)


def _unmarked_utf16(content: bytes) -> str:
    """UTF-16 has a zero byte in every separator and line end; other texts have none."""
    sample = content[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if not even and not odd:
        return ""
    if min(even, odd) * 4 > max(even, odd):
        raise _not_a_table("bytes that no text has")
    return "utf-16-le" if odd > even else "utf-16-be"


def _decode(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except LookupError as error:
        cause = f"There is no encoding {encoding!r}."
        raise FileRefused("encoding-wrong", cause, "Name one such as utf-8 or gb18030.") from error
    except UnicodeError as error:
        cause = f"The file is not written in {encoding}."
        action = "Name its encoding, or save it as CSV UTF-8 or as .xlsx."
        raise FileRefused("encoding-wrong", cause, action) from error
    if "\0" in text:
        raise _not_a_table("bytes that no text has")
    return text


def _rows(text: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    old_limit = csv.field_size_limit(_MOST_FIELD)
    try:
        return [*reader]
    except csv.Error as error:
        raise FileRefused(
            "quotes-open",
            f"Near line {reader.line_num} a quotation mark opens a cell and does not close it.",
            'Write a quotation mark inside a cell twice (""), or save the file as .xlsx.',
        ) from error
    finally:
        csv.field_size_limit(old_limit)


def _not_a_table(what: str) -> FileRefused:
    return FileRefused(
        "file-kind-unknown",
        f"The file holds {what}.",
        "Give a file of .xlsx, .xls, .ods, .csv or .tsv.",
    )
