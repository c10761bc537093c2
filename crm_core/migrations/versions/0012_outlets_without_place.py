"""outlets whose place nobody knows yet"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_COLUMNS = ("lat", "lon")


def upgrade() -> None:
    _nullable(True)


def downgrade() -> None:
    for name in _COLUMNS:
        column: sa.ColumnClause[float] = sa.column(name, sa.Double())
        nowhere = sa.table("outlet", column).update().where(column.is_(None))
        op.execute(nowhere.values({name: 0.0}))
    _nullable(False)


def _nullable(allowed: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        for name in _COLUMNS:
            op.alter_column("outlet", name, existing_type=sa.Double(), nullable=allowed)
        return
    old, new = (" NOT NULL", "") if allowed else ("", " NOT NULL")
    _rewrite(rf"^(\s*)(lat|lon) DOUBLE{old},", rf"\1\2 DOUBLE{new},")


def _rewrite(pattern: str, replacement: str) -> None:
    """Change the text of the table as https://www.sqlite.org/lang_altertable.html says (7.).

    Making the table anew would drop it, which the foreign keys of a million visits forbid.
    """
    connection = op.get_bind()
    read = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'outlet'"
    sql = str(connection.exec_driver_sql(read).scalar())
    changed, count = re.subn(pattern, replacement, sql, flags=re.MULTILINE)
    if count != len(_COLUMNS):
        raise RuntimeError("the outlet table is not as the migrations before this one leave it")
    version = int(connection.exec_driver_sql("PRAGMA schema_version").scalar_one())
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    write = "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = 'outlet'"
    connection.exec_driver_sql(write, (changed,))
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
