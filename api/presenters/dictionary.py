"""The data dictionary, generated from the schema: every table, what a row is, every column."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Table

from api.presenters.archive import Json
from crm_core.archive.sheets.fields import COLUMNS
from crm_core.db import Base, UtcDateTime, load_models

_WORDS: dict[type, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "yes or no",
    date: "date",
    UUID: "id",
    dict: "JSON",
}
_LABELS = {column.field: {"zh": column.zh, "en": column.en} for column in COLUMNS}


def dictionary() -> list[Json]:
    """All tables by name; ``feature`` is the part of the archive, planning … they belong to."""
    load_models()
    mappers = sorted(Base.registry.mappers, key=lambda mapper: mapper.local_table.description)
    return [_table(mapper.class_) for mapper in mappers]


def _table(model: type[Any]) -> Json:
    table: Table = model.__table__
    return {
        "table": table.name,
        "feature": model.__module__.split(".")[1],
        "meaning": " ".join((model.__doc__ or "").split()),
        "audited": model.__audited__,
        "columns": [_column(column) for column in table.columns],
    }


def _column(column: Column[Any]) -> Json:
    keys = [key.target_fullname for key in column.foreign_keys]
    return {
        "name": column.name,
        "type": _type(column),
        "required": not column.nullable,
        "key": column.primary_key,
        "unique": bool(column.unique),
        "references": keys[0] if keys else None,
        "labels": _LABELS.get(column.name) if column.table.name == "outlet" else None,
    }


def _type(column: Column[Any]) -> str:
    """What a column holds, in words that all databases share."""
    if column.name.endswith("_minor"):
        return "money (minor units)"
    if isinstance(column.type, UtcDateTime):
        return "moment (UTC)"
    python = dict if isinstance(column.type, JSON) else column.type.python_type
    return _WORDS.get(python, python.__name__)
