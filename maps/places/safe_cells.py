"""Cells that a spreadsheet program takes for text, whatever somebody has named an outlet."""

from __future__ import annotations

import re

_STARTS_FORMULA = ("=", "+", "-", "@")
_PHONE = re.compile(r"\+[0-9][0-9 ()/.-]*")


def safe_cell(text: str) -> str:
    """The text, behind an apostrophe where it would otherwise be run as a formula.

    A phone number (``+358 9 1234``) stays as it is: it is no formula that calls anything.  A
    carriage return becomes a space: it would end the line of some readers.
    """
    plain = text.replace("\r", " ")
    if plain.lstrip().startswith(_STARTS_FORMULA) and not _PHONE.fullmatch(plain):
        return f"'{plain}"
    return plain
