"""Imported files and pairs of look-alikes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import Payload, Shape

Text = Annotated[str, Field(max_length=200)]
Choices = Annotated[dict[Text, Text], Field(max_length=500)]


class FieldOut(Shape):
    """A field that a column may mean."""

    field: str
    names: dict[str, str]


class FieldsOut(Shape):
    """All fields, in the order of an export."""

    items: list[FieldOut]


class CountsOut(Shape):
    """Rows of a file, and how many of them do what."""

    rows: int
    new: int
    changed: int
    same: int
    duplicates: int
    faulty: int
    without_place: int = 0


class ImportOut(Shape):
    """A file that was brought."""

    id: str
    file_name: str
    size_bytes: int
    status: str
    counts: CountsOut | None
    created_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None


class ImportsOut(Shape):
    """One's own files, the newest first."""

    items: list[ImportOut]


class ColumnOut(Shape):
    """A column: its header, what it is taken for ("": nothing), and its first values."""

    header: str
    field: str
    samples: list[str]


class ImportReadOut(ImportOut):
    """How a file is read."""

    sheet: str
    sheets: list[str]
    encoding: str
    header_row: int
    formulas: int
    columns: list[ColumnOut]


class ReadingIn(Payload):
    """How a file is to be read; ``mapping`` gives the field of a header ("": not imported)."""

    sheet: Text = ""
    encoding: Text = ""
    mapping: Choices = Field(default_factory=dict)
    defaults: Choices = Field(default_factory=dict)


class RowFaultOut(Shape):
    """What is wrong with a cell."""

    row: int
    column: str
    value: str
    code: str
    cause: str
    remedy: str


class TwinOut(Shape):
    """A row that looks like an earlier row or an outlet; ``score`` None: they have one code."""

    row: int
    name: str
    twin_name: str
    twin_row: int | None
    twin_id: str | None
    score: float | None


class ChangeOut(Shape):
    """What a row would change: field → value before and after."""

    row: int
    name: str
    fields: dict[str, tuple[str, str]]


class DryRunOut(CountsOut):
    """What an import would do; the lists hold the first of each, ``counts`` tell all."""

    faults: list[RowFaultOut]
    fault_count: int
    twins: list[TwinOut]
    changes: list[ChangeOut]
    not_imported: list[str]


class ApplyIn(Payload):
    """Which rows are written besides the new and changed ones, or in spite of the faulty ones."""

    good_only: bool = False
    add_duplicates: bool = False


class JobIn(ApplyIn):
    """What a job does with a file: try it, or with ``write`` write it."""

    write: bool = False


class JobErrorOut(Shape):
    """Why a job failed."""

    code: str
    cause: str
    action: str


class ImportJobOut(Shape):
    """How far a job is; ``tried`` and ``written`` are what came of it."""

    id: str
    status: str
    phase: str
    done: int
    of: int
    tried: DryRunOut | None
    written: CountsOut | None
    error: JobErrorOut | None


class UndoneOut(Shape):
    """Outlets removed and restored; ``kept`` are rows whose outlet was used since."""

    removed: int
    restored: int
    kept: list[int]


class PairSideOut(Shape):
    """One outlet of a pair."""

    id: str
    short_code: str
    name: str
    lat: float
    lon: float
    rep: str
    status: str


class ChoiceOut(Shape):
    """One thing to choose between the two, as text."""

    choice: str
    first: str
    second: str


class PairOut(Shape):
    """Two outlets that may be one, and why; parts from 0 to 1, None: one has no phone."""

    id: str
    status: Literal["open", "merged", "different"]
    score: float
    parts: dict[str, float | None]
    first: PairSideOut
    second: PairSideOut
    choices: list[ChoiceOut]
    kept_id: str | None
    can_undo: bool
    decided_at: datetime | None


class PairsOut(Shape):
    """A page of the queue; ``total`` counts all."""

    items: list[PairOut]
    total: int


class FoundOut(Shape):
    """How many pairs are new in the queue."""

    added: int


class MergeIn(Payload):
    """Which outlet stays, and what it takes from the other."""

    keep_id: UUID
    take: list[Text] = Field(default_factory=list, max_length=50)
    rep_of_other: bool = False


class ExportOut(Shape):
    """An export: who, when, what was asked for, and how many rows it gave."""

    id: str
    at: datetime
    login: str
    kind: str
    wanted: dict[str, str]
    rows: int


class ExportsOut(Shape):
    """The newest exports first."""

    items: list[ExportOut]
