"""Files that were imported, what they changed, and how their columns were understood."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.archive.rules.sheets import ImportStatus
from crm_core.clock import utc_now
from crm_core.db import Base, JsonObject, Row
from crm_core.people.model import OpenToAll
from crm_core.people.rules import Scope


class OutletImport(Row):
    """One file of outlets: its bytes, how its columns are read, and what came of it.

    ``mapping`` gives the field of each header ("": not imported); ``defaults`` are for new
    outlets.  ``counts`` are rows by verdict, of the last dry run or of what was applied.
    ``made`` names the accounts and tags that it added, for undoing.
    """

    __tablename__ = "outlet_import"
    __audited__ = False
    __table_args__ = (Index(None, "sha256", "created_by"),)

    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size_bytes: Mapped[int]
    sheet: Mapped[str] = mapped_column(default="")
    encoding: Mapped[str] = mapped_column(default="")
    mapping: Mapped[JsonObject] = mapped_column(default=dict)
    defaults: Mapped[JsonObject] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(default=ImportStatus.UPLOADED.value)
    counts: Mapped[JsonObject | None]
    made: Mapped[JsonObject | None]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Files one brought oneself."""
        return cls.created_by == scope.user_id if scope.user_id else false()


class OutletExport(Row):
    """Who took which outlets away as a sheet: the filter asked for, and how many rows it gave."""

    __tablename__ = "outlet_export"
    __audited__ = False
    __append_only__ = True

    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    wanted: Mapped[JsonObject]
    rows: Mapped[int]

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """One's own; who sees the whole company sees all."""
        return cls.user_id == scope.user_id if scope.user_id else false()


class ImportChange(Row):
    """What one row of a file did to one outlet: values by field; ``before`` None: it was added."""

    __tablename__ = "import_change"
    __audited__ = False

    import_id: Mapped[UUID] = mapped_column(ForeignKey("outlet_import.id"), index=True)
    row_number: Mapped[int]
    outlet_id: Mapped[UUID]
    before: Mapped[JsonObject | None]
    after: Mapped[JsonObject]

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Read with the import only."""
        return false()


class ColumnChoice(OpenToAll, Base):
    """Which field a header means ("": none), as somebody chose it the last time."""

    __tablename__ = "column_choice"

    header: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str]
