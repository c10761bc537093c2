"""Alembic's entry point: one connection, every feature's tables.

The address of the database comes from ``crm_core.db.alembic_config`` or, on Alembic's own command
line, from ``ROUNDSMAN_DATABASE_URL``.
"""

from __future__ import annotations

import os

from alembic import context

from crm_core.db import Base, load_models, make_engine


def run() -> None:
    url = context.config.attributes.get("url") or os.environ["ROUNDSMAN_DATABASE_URL"]
    load_models()
    engine = make_engine(url)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
