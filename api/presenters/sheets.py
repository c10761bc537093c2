"""Imports as JSON."""

from __future__ import annotations

from typing import Any

from crm_core.archive.sheets.faults import RowFault
from crm_core.archive.sheets.files import counts_of
from crm_core.archive.sheets.judge import Judgement

type Json = dict[str, Any]


def dry_run_json(judgement: Judgement) -> Json:
    """What an import would do, in the words of the command line."""
    counts = counts_of(judgement)
    shown = ("rows", "new", "changed", "duplicates", "faulty")
    return {name: counts[name] for name in shown} | {
        "faults": [fault_json(fault) for fault in judgement.faults]
    }


def fault_json(fault: RowFault) -> Json:
    """One fault of one cell."""
    return {
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
        "code": fault.code,
        "remedy": fault.remedy,
    }
