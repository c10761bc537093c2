"""imported files and pairs of duplicates"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _json() -> sa.JSON:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "column_choice",
        sa.Column("header", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("header", name=op.f("pk_column_choice")),
    )
    op.create_table(
        "outlet_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("encoding", sa.String(), nullable=False),
        sa.Column("mapping", _json(), nullable=False),
        sa.Column("defaults", _json(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("counts", _json(), nullable=True),
        sa.Column("made", _json(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        _moment("created_at", nullable=False),
        _moment("applied_at"),
        _moment("undone_at"),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_outlet_import_created_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_import")),
    )
    op.create_index(op.f("ix_outlet_import_created_by"), "outlet_import", ["created_by"])
    op.create_index(
        op.f("ix_outlet_import_sha256_created_by"), "outlet_import", ["sha256", "created_by"]
    )
    op.create_table(
        "import_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.Column("before", _json(), nullable=True),
        sa.Column("after", _json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["outlet_import.id"], name=op.f("fk_import_change_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_change")),
    )
    op.create_index(op.f("ix_import_change_import_id"), "import_change", ["import_id"])
    op.create_table(
        "duplicate_pair",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("parts", _json(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        _moment("found_at", nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=True),
        sa.Column("undo", _json(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        _moment("decided_at"),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_duplicate_pair_order")),
        *(
            sa.ForeignKeyConstraint([name], [target], name=op.f(f"fk_duplicate_pair_{name}"))
            for name, target in (
                ("first_id", "outlet.id"),
                ("second_id", "outlet.id"),
                ("kept_id", "outlet.id"),
                ("decided_by", "user_account.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pair")),
        sa.UniqueConstraint(
            "first_id", "second_id", name=op.f("uq_duplicate_pair_first_id_second_id")
        ),
    )
    for name in ("score", "second_id", "status"):
        op.create_index(op.f(f"ix_duplicate_pair_{name}"), "duplicate_pair", [name])


def downgrade() -> None:
    for table in ("duplicate_pair", "import_change", "outlet_import", "column_choice"):
        op.drop_table(table)
