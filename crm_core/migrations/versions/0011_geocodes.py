"""geocodes, and the place of an outlet as it was given"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outlet", sa.Column("given_lat", sa.Double(), nullable=True))
    op.add_column("outlet", sa.Column("given_lon", sa.Double(), nullable=True))
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "geocode",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("service", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("datum", sa.String(length=16), nullable=False),
        sa.Column("given_lat", sa.Double(), nullable=True),
        sa.Column("given_lon", sa.Double(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("apart_m", sa.Double(), nullable=True),
        sa.Column("answer", kind, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_geocode_decided_by")
        ),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_geocode_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_geocode")),
        sa.UniqueConstraint("outlet_id", name=op.f("uq_geocode_outlet_id")),
    )
    op.create_index(op.f("ix_geocode_outlet_id"), "geocode", ["outlet_id"])
    op.create_index(op.f("ix_geocode_status"), "geocode", ["status"])


def downgrade() -> None:
    op.drop_table("geocode")
    with op.batch_alter_table("outlet") as outlet:
        outlet.drop_column("given_lon")
        outlet.drop_column("given_lat")
