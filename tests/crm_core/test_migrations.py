from __future__ import annotations

from datetime import date, datetime
from typing import Any

from alembic import command
from sqlalchemy import Connection, MetaData, create_engine, inspect, text

from crm_core.db import Base, alembic_config, load_models, migrate, new_id
from tests.conftest import NOW


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


def test_a_complaint_keeps_owner_and_dates_when_they_move_into_its_tasks(empty_url: str) -> None:
    config = alembic_config(empty_url)
    command.upgrade(config, "0012")
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        complaint = _add_complaint(connection)
    command.upgrade(config, "0013")
    with engine.connect() as connection:
        tasks = connection.execute(
            text("select kind, state, rep_id, due, complaint_id from task order by kind desc")
        ).all()
    rep_id, own_id = complaint["owner_rep_id"], complaint["id"]
    assert [(t.kind, t.state, str(t.due)) for t in tasks] == [
        ("complaint", "done", "2026-03-05"),
        ("call_back", "open", "2026-03-08"),
    ]
    assert {(t.rep_id, t.complaint_id) for t in tasks} == {(rep_id, own_id)}
    command.downgrade(config, "0012")
    with engine.connect() as connection:
        row = connection.execute(text("select * from complaint")).mappings().one()
        kept = ("id", "owner_rep_id", "subject", "status")
        assert {name: row[name] for name in kept} == {name: complaint[name] for name in kept}
        assert [str(row[name]) for name in ("due", "call_back_due")] == ["2026-03-05", "2026-03-08"]
    engine.dispose()


def _add_complaint(connection: Connection) -> dict[str, Any]:
    """A closed complaint of one outlet, its rows with whatever their columns need."""
    tables = MetaData()
    tables.reflect(connection, only=["department", "rep", "grade", "outlet", "complaint"])
    ids = {name: new_id() for name in ("department", "rep", "outlet", "complaint")}
    if connection.dialect.name == "sqlite":
        ids = {name: row_id.hex for name, row_id in ids.items()}  # type: ignore[misc]
    known = {
        "department": {"name": "North"},
        "rep": {"department_id": ids["department"], "code": "N1"},
        "grade": {"code": "A", "rank": 1},
        "outlet": {"grade_code": "A", "short_code": "N1"},
        "complaint": {
            "outlet_id": ids["outlet"],
            "owner_rep_id": ids["rep"],
            "subject": "Broken",
            "status": "closed",
            "due": date(2026, 3, 5),
            "call_back_due": date(2026, 3, 8),
        },
    }
    fill: dict[type, Any] = {str: "", float: 1.0, int: 1, bool: False, datetime: NOW}
    for name, values in known.items():
        row = {"id": ids[name], **values} if name in ids else values
        table = tables.tables[name]
        for column in table.columns:
            if not column.nullable and column.name not in row:
                row[column.name] = fill[column.type.python_type]
        connection.execute(table.insert(), row)
    return row
