"""territories as they were: revisions"""

from __future__ import annotations

import sqlalchemy as sa
import uuid_utils.compat
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_COPIED = ("name", "colour", "rep_id", "department_id")


def upgrade() -> None:
    with op.batch_alter_table("territory_version") as table:
        table.add_column(sa.Column("revision_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("name", sa.String(), nullable=True))
        table.add_column(sa.Column("colour", sa.String(), nullable=True))
        table.add_column(sa.Column("rep_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("department_id", sa.Uuid(), nullable=True))
        closed: sa.Column[bool] = sa.Column(
            "closed", sa.Boolean(), nullable=False, server_default=sa.false()
        )
        table.add_column(closed)
    op.execute("update territory_version set revision_id = id")
    for name in _COPIED:
        op.execute(
            f"update territory_version set {name} = (select t.{name} from territory t "  # noqa: S608
            "where t.id = territory_version.territory_id)"
        )
    _write_ends()
    with op.batch_alter_table("territory_version") as table:
        for name in ("revision_id", "name", "colour", "department_id"):
            table.alter_column(name, nullable=False)
        table.alter_column("closed", server_default=None)
        table.create_foreign_key("fk_territory_version_rep_id", "rep", ["rep_id"], ["id"])
        key = "fk_territory_version_department_id"
        table.create_foreign_key(key, "department", ["department_id"], ["id"])
        table.create_index("ix_territory_version_revision_id", ["revision_id"])


def _write_ends() -> None:
    """Closing now leaves a version of its own; those closed before get theirs."""
    connection = op.get_bind()
    meta = sa.MetaData()
    versions = sa.Table("territory_version", meta, autoload_with=connection)
    heads = sa.Table("territory", meta, autoload_with=connection)
    last = sa.select(versions, heads.c.closed_at).join(
        heads,
        sa.and_(heads.c.id == versions.c.territory_id, heads.c.version == versions.c.version),
    )
    for row in connection.execute(last.where(heads.c.closed_at.is_not(None))).mappings():
        values = {name: row[name] for name in row if name in versions.c}
        made = uuid_utils.compat.uuid7()
        key = made.hex if isinstance(row["id"], str) else made
        values |= {"id": key, "revision_id": key, "version": row["version"] + 1}
        values |= {"closed": True, "created_at": row["closed_at"], "note": "", "author_id": None}
        connection.execute(versions.insert().values(values))
        head = heads.c.id == row["territory_id"]
        connection.execute(heads.update().where(head).values(version=row["version"] + 1))


def downgrade() -> None:
    ended = "select id from territory where closed_at is not null"
    newest = "(select t.version from territory t where t.id = territory_version.territory_id)"
    op.execute(
        f"delete from territory_version where closed and territory_id in ({ended}) "  # noqa: S608
        f"and version = {newest}"
    )
    op.execute("update territory set version = version - 1 where closed_at is not null")
    with op.batch_alter_table("territory_version") as table:
        table.drop_constraint("fk_territory_version_rep_id", type_="foreignkey")
        table.drop_constraint("fk_territory_version_department_id", type_="foreignkey")
        table.drop_index("ix_territory_version_revision_id")
        for name in ("revision_id", *_COPIED, "closed"):
            table.drop_column(name)
