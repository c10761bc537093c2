"""the life of outlets and proposals"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outlet_life",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("season_start", sa.String(length=5), nullable=True),
        sa.Column("season_end", sa.String(length=5), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("successor_id", sa.Uuid(), nullable=True),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "valid_to is null or valid_from < valid_to", name=op.f("ck_outlet_life_dates")
        ),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_outlet_life_outlet_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["outlet.id"], name=op.f("fk_outlet_life_successor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_life")),
        sa.UniqueConstraint(
            "outlet_id", "valid_from", name=op.f("uq_outlet_life_outlet_id_valid_from")
        ),
    )
    op.create_index(op.f("ix_outlet_life_outlet_id"), "outlet_life", ["outlet_id"])

    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=True),
        sa.Column(
            "values", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("photo", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_proposal_decided_by")
        ),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_proposal_outlet_id")),
        sa.ForeignKeyConstraint(["rep_id"], ["rep.id"], name=op.f("fk_proposal_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("client_id", name=op.f("uq_proposal_client_id")),
    )
    op.create_index(op.f("ix_proposal_outlet_id"), "proposal", ["outlet_id"])
    op.create_index(op.f("ix_proposal_rep_id"), "proposal", ["rep_id"])
    op.create_index(op.f("ix_proposal_status"), "proposal", ["status"])


def downgrade() -> None:
    op.drop_index(op.f("ix_proposal_status"), "proposal")
    op.drop_index(op.f("ix_proposal_rep_id"), "proposal")
    op.drop_index(op.f("ix_proposal_outlet_id"), "proposal")

    op.drop_table("proposal")
    op.drop_index(op.f("ix_outlet_life_outlet_id"), "outlet_life")

    op.drop_table("outlet_life")
