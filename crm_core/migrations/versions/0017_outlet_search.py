"""An index that holds what a search reads of every outlet.

Without one on the status alone, which nearly all outlets share: SQLite took it for a shortcut and
read every outlet by itself.
"""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_outlet_status"), "outlet")
    if op.get_bind().dialect.name == "sqlite":
        op.create_index("ix_outlet_search", "outlet", ["short_code", "status", "search_text", "id"])


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_outlet_search", "outlet")
    op.create_index(op.f("ix_outlet_status"), "outlet", ["status"])
