"""Where an imported file stands, and the grades of a company that has named none."""

from __future__ import annotations

from enum import StrEnum


class ImportStatus(StrEnum):
    """A file is uploaded, then applied, then perhaps undone."""

    UPLOADED = "uploaded"
    APPLIED = "applied"
    UNDONE = "undone"


#: Code, Chinese and English name, the most important first.
SHIPPED_GRADES = (
    ("A+", "核心终端", "Key outlet"),
    ("A", "重点终端", "Major outlet"),
    ("B", "一般终端", "Regular outlet"),
    ("C", "小型终端", "Small outlet"),
    ("D", "零散终端", "Occasional outlet"),
)
