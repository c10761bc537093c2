"""road networks of reps and plans"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PLAN_COLUMNS = ("network", "profile", "extract_sha256")


def upgrade() -> None:
    op.add_column("rep", sa.Column("network", sa.String(), nullable=False, server_default=""))
    for name in _PLAN_COLUMNS:
        column = sa.Column(name, sa.String(), nullable=False, server_default="")
        op.add_column("journey_plan", column)


def downgrade() -> None:
    with op.batch_alter_table("journey_plan") as plan:
        for name in _PLAN_COLUMNS:
            plan.drop_column(name)
    with op.batch_alter_table("rep") as rep:
        rep.drop_column("network")
