"""complaints and rules of care"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_rules",
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column(
            "values", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("part", name=op.f("pk_stored_rules")),
    )
    op.create_table(
        "complaint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("owner_rep_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("demand_id", sa.Uuid(), nullable=True),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_back_due", sa.Date(), nullable=True),
        sa.Column("called_back_on", sa.Date(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_complaint_contact_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["visit_demand.id"], name=op.f("fk_complaint_demand_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["user_account.id"], name=op.f("fk_complaint_opened_by")
        ),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_complaint_outlet_id")),
        sa.ForeignKeyConstraint(
            ["owner_rep_id"], ["rep.id"], name=op.f("fk_complaint_owner_rep_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_complaint_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    op.create_index(op.f("ix_complaint_due"), "complaint", ["due"])
    op.create_index(op.f("ix_complaint_outlet_id"), "complaint", ["outlet_id"])
    op.create_index(op.f("ix_complaint_owner_rep_id"), "complaint", ["owner_rep_id"])
    op.create_index(op.f("ix_complaint_status"), "complaint", ["status"])


def downgrade() -> None:
    op.drop_index(op.f("ix_complaint_status"), "complaint")
    op.drop_index(op.f("ix_complaint_owner_rep_id"), "complaint")
    op.drop_index(op.f("ix_complaint_outlet_id"), "complaint")
    op.drop_index(op.f("ix_complaint_due"), "complaint")

    op.drop_table("complaint")
    op.drop_table("stored_rules")
