"""facts of unserved visits"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("unserved_visit", sa.Column("facts", kind, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("unserved_visit") as unserved_visit:
        unserved_visit.drop_column("facts")
