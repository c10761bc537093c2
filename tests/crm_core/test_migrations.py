from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, inspect

from crm_core.db import Base, alembic_config, load_models, migrate


def _tables(url: str) -> set[str]:
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    return names


def test_the_schema_goes_up_down_and_up_again(empty_url: str) -> None:
    load_models()
    migrate(empty_url)
    assert _tables(empty_url) == set(Base.metadata.tables)
    command.downgrade(alembic_config(empty_url), "base")
    assert _tables(empty_url) == set()
    migrate(empty_url)
    assert _tables(empty_url) == set(Base.metadata.tables)


def test_the_migrations_give_exactly_the_tables_of_the_models(empty_url: str) -> None:
    migrate(empty_url)
    command.check(alembic_config(empty_url))


def test_migrating_twice_changes_nothing(empty_url: str) -> None:
    migrate(empty_url)
    migrate(empty_url)
    assert _tables(empty_url) == set(Base.metadata.tables)
