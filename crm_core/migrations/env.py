"""Alembic's entry point: one connection, every feature's tables.

The address of the database comes from ``crm_core.db.alembic_config`` or, on Alembic's own command
line, from ``ROUNDSMAN_DATABASE_URL``.
"""

from __future__ import annotations

import os
from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON

from crm_core.db import Base, UtcDateTime, load_models, make_engine


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our column types with SQLAlchemy's names only: a migration outlives our classes."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def belongs(item: Any, name: str | None, kind: str, *_: object) -> bool:
    """Leave out an index that is for another database than this one."""
    only = item.info.get("only") if kind == "index" else None
    return only in (None, context.get_context().dialect.name)


def run() -> None:
    url = context.config.attributes.get("url") or os.environ["ROUNDSMAN_DATABASE_URL"]
    load_models()
    engine = make_engine(url)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            render_item=render_item,
            include_object=belongs,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
