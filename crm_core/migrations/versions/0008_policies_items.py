"""suggested grades, items, prices, must-stock lists"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("barcode", sa.String(length=20), nullable=False),
        sa.Column("pack_size", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("pack_size > 0", name=op.f("ck_item_pack")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("code", name=op.f("uq_item_code")),
    )
    op.create_index(op.f("ix_item_barcode"), "item", ["barcode"])
    op.create_index(op.f("ix_item_category"), "item", ["category"])
    op.create_index(op.f("ix_item_name"), "item", ["name"])

    op.create_table(
        "item_price",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_item_price_price")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_price_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_price")),
        sa.UniqueConstraint(
            "item_id",
            "channel",
            "currency",
            "valid_from",
            name=op.f("uq_item_price_item_id_channel_currency_valid_from"),
        ),
    )
    op.create_table(
        "must_stock",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_must_stock_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_must_stock")),
        sa.UniqueConstraint(
            "channel",
            "item_id",
            "valid_from",
            name=op.f("uq_must_stock_channel_item_id_valid_from"),
        ),
    )
    op.create_index(op.f("ix_must_stock_item_id"), "must_stock", ["item_id"])

    op.create_table(
        "grade_suggestion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("from_grade", sa.String(), nullable=False),
        sa.Column("to_grade", sa.String(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column(
            "parts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_grade_suggestion_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["from_grade"], ["grade.code"], name=op.f("fk_grade_suggestion_from_grade")
        ),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_grade_suggestion_outlet_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_grade"], ["grade.code"], name=op.f("fk_grade_suggestion_to_grade")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_suggestion")),
    )
    op.create_index(op.f("ix_grade_suggestion_outlet_id"), "grade_suggestion", ["outlet_id"])
    op.create_index(op.f("ix_grade_suggestion_status"), "grade_suggestion", ["status"])


def downgrade() -> None:
    op.drop_index(op.f("ix_grade_suggestion_status"), "grade_suggestion")
    op.drop_index(op.f("ix_grade_suggestion_outlet_id"), "grade_suggestion")

    op.drop_table("grade_suggestion")
    op.drop_index(op.f("ix_must_stock_item_id"), "must_stock")

    op.drop_table("must_stock")
    op.drop_table("item_price")
    op.drop_index(op.f("ix_item_name"), "item")
    op.drop_index(op.f("ix_item_category"), "item")
    op.drop_index(op.f("ix_item_barcode"), "item")

    op.drop_table("item")
