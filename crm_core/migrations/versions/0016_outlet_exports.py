"""who exported which outlets"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outlet_export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column(
            "wanted", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_outlet_export_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_export")),
    )
    op.create_index(op.f("ix_outlet_export_at"), "outlet_export", ["at"])
    op.create_index(op.f("ix_outlet_export_user_id"), "outlet_export", ["user_id"])


def downgrade() -> None:
    op.drop_table("outlet_export")
