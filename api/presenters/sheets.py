"""Imports as JSON."""

from __future__ import annotations

from typing import Any

from crm_core.archive.model import OutletImport
from crm_core.archive.sheets.faults import RowFault
from crm_core.archive.sheets.fields import COLUMNS
from crm_core.archive.sheets.files import counts_of
from crm_core.archive.sheets.judge import JudgedRow, Judgement, Verdict
from crm_core.archive.sheets.layout import Table
from crm_core.archive.sheets.rows import shown_value
from crm_core.archive.sheets.values import cleaned, shown
from crm_core.work.model import Job

type Json = dict[str, Any]

_SAMPLES = 3  # values shown of a column
_MOST_SHOWN = 200  # faults, twins and changes listed; the sheet with faults has all
_LONGEST = 80


def dry_run_json(judgement: Judgement) -> Json:
    """What an import would do, in the words of the command line."""
    counts = counts_of(judgement)
    shown_counts = ("rows", "new", "changed", "duplicates", "faulty")
    return {name: counts[name] for name in shown_counts} | {
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


def fields_json() -> Json:
    """The body of ``FieldsOut``."""
    return {"items": [{"field": c.field, "names": {"zh": c.zh, "en": c.en}} for c in COLUMNS]}


def import_json(file: OutletImport) -> Json:
    """The body of ``ImportOut``."""
    names = ("file_name", "size_bytes", "status", "counts", "created_at", "applied_at", "undone_at")
    return {"id": str(file.id), **{name: getattr(file, name) for name in names}}


def reading_json(file: OutletImport, table: Table, mapping: dict[str, str]) -> Json:
    """The body of ``ImportReadOut``."""
    grid = table.grid
    return {
        **import_json(file),
        "sheet": grid.sheet,
        "sheets": [name for name in (grid.sheet, *grid.other_sheets) if name],
        "encoding": grid.encoding,
        "header_row": table.header_row,
        "formulas": grid.formulas,
        "columns": [
            {"header": header, "field": mapping[header], "samples": _samples(table, index)}
            for index, header in enumerate(table.headers)
        ],
    }


def _samples(table: Table, column: int) -> list[str]:
    found: list[str] = []
    for _, row in table.rows[:200]:
        text = cleaned(shown(row[column]))[:_LONGEST] if column < len(row) else ""
        if text:
            found.append(text)
        if len(found) == _SAMPLES:
            break
    return found


def judgement_json(judgement: Judgement) -> Json:
    """The body of ``DryRunOut``."""
    twins = [row for row in judgement.rows if row.verdict is Verdict.DUPLICATE]
    changed = [row for row in judgement.rows if row.verdict is Verdict.CHANGED]
    return {
        **counts_of(judgement),
        "faults": [fault_json(f) | {"cause": f.cause} for f in judgement.faults[:_MOST_SHOWN]],
        "fault_count": len(judgement.faults),
        "twins": [_twin(row) for row in twins[:_MOST_SHOWN]],
        "changes": [_change(judgement, row) for row in changed[:_MOST_SHOWN]],
        "not_imported": judgement.not_imported,
    }


def _twin(row: JudgedRow) -> Json:
    twin = row.twin
    return {
        "row": row.number,
        "name": str(row.values.get("name") or ""),
        "twin_name": twin.name if twin else "",
        "twin_row": twin.row if twin else None,
        "twin_id": str(twin.outlet_id) if twin and twin.outlet_id else None,
        "score": round(twin.parts.score, 4) if twin and twin.parts else None,
    }


def _change(judgement: Judgement, row: JudgedRow) -> Json:
    stored = judgement.known.outlets[row.outlet_id] if row.outlet_id else {}
    return {
        "row": row.number,
        "name": shown_value(stored.get("name")),
        "fields": {
            name: (shown_value(stored.get(name))[:_LONGEST], shown_value(value)[:_LONGEST])
            for name, value in row.values.items()
        },
    }


def import_job_json(job: Job) -> Json:
    """The body of ``api.schemas.imports.ImportJobOut``."""
    said, result, error = job.progress or {}, job.result or {}, job.error
    return {
        "id": str(job.id),
        "status": job.status,
        "phase": said.get("phase", ""),
        "done": said.get("done", 0),
        "of": said.get("of", 0),
        "tried": result.get("tried"),
        "written": result.get("written"),
        "error": error and {name: error[name] for name in ("code", "cause", "action")},
    }
