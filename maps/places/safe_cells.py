"""Cells that a spreadsheet program takes for text, whatever somebody has named an outlet."""

from __future__ import annotations

import re

_STARTS_FORMULA = ("=", "+", "-", "@")
_PHONES = re.compile(r"\+[0-9 ()/.,;+-]*")


def safe_cell(text: str) -> str:
    """The text, behind an apostrophe where it would otherwise be run as a formula.

    Phone numbers (``+358 9 1234``) stay as they are: they are no formula that calls anything.  A
    carriage return becomes a space: it would end the line of some readers.
    """
    plain = text.replace("\r", " ")
    if plain.lstrip().startswith(_STARTS_FORMULA) and not _PHONES.fullmatch(plain):
        return f"'{plain}"
    return plain
