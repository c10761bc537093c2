"""The data dictionary."""

from __future__ import annotations

from api.schemas.base import Shape
from api.schemas.forms import NamesOut


class ColumnOut(Shape):
    """A column: what it holds, whether it must, what it refers to."""

    name: str
    type: str
    required: bool
    key: bool
    unique: bool
    references: str | None
    labels: NamesOut | None


class TableOut(Shape):
    """A table and what one of its rows means."""

    table: str
    feature: str
    meaning: str
    audited: bool
    columns: list[ColumnOut]


class DictionaryOut(Shape):
    """All tables, generated from the schema."""

    tables: list[TableOut]
