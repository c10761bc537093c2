"""daily runs and outlets at risk"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "daily_run",
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("steps", kind, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_daily_run_job_id")),
        sa.PrimaryKeyConstraint("date", name=op.f("pk_daily_run")),
    )
    op.create_table(
        "outlet_risk",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("factor", sa.Double(), nullable=False),
        sa.Column("signals", kind, nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_outlet_risk_outlet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_risk")),
        sa.UniqueConstraint("outlet_id", name=op.f("uq_outlet_risk_outlet_id")),
    )
    op.create_index(op.f("ix_outlet_risk_outlet_id"), "outlet_risk", ["outlet_id"])


def downgrade() -> None:
    op.drop_table("outlet_risk")
    op.drop_table("daily_run")
