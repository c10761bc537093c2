from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from crm_core.db import AppendOnlyError, new_id, session_factory
from crm_core.people.model import AuditEntry, Department, Rep, RepShift
from crm_core.work.model import Event


def test_ids_are_version_7_and_sort_by_the_moment_they_were_made() -> None:
    ids = [new_id() for _ in range(100)]
    assert {one.version for one in ids} == {7}
    assert ids == sorted(ids)


def test_a_row_has_its_id_before_the_first_flush() -> None:
    assert Department(name="x").id.version == 7


def test_a_moment_comes_back_as_aware_utc(session: Session) -> None:
    shanghai = timezone(timedelta(hours=8))
    event = Event(kind="k", payload={}, created_at=datetime(2026, 3, 4, 8, 30, tzinfo=shanghai))
    session.add(event)
    session.flush()
    session.expire(event)
    assert event.created_at == datetime(2026, 3, 4, 0, 30, tzinfo=UTC)
    assert event.created_at.utcoffset() == timedelta(0)


def test_a_naive_moment_is_refused(session: Session) -> None:
    session.add(Event(kind="k", payload={}, created_at=datetime(2026, 3, 4)))  # noqa: DTZ001
    with pytest.raises(StatementError, match="no zone"):
        session.flush()


def test_a_foreign_key_to_nothing_is_refused(session: Session) -> None:
    session.add(Department(name="x", parent_id=new_id()))
    with pytest.raises(DBAPIError):
        session.flush()


def test_a_read_only_session_cannot_write(engine: Engine) -> None:
    with session_factory(engine, read_only=True)() as reader:
        reader.add(Department(name="x"))
        with pytest.raises(DBAPIError):
            reader.flush()


def test_a_writer_after_a_reader_on_one_connection_can_write(engine: Engine) -> None:
    with session_factory(engine, read_only=True)() as reader:
        assert reader.scalars(select(Department)).all() == []
    with session_factory(engine)() as writer:
        writer.add(Department(name="x"))
        writer.commit()
    with session_factory(engine, read_only=True)() as reader:
        assert len(reader.scalars(select(Department)).all()) == 1


def test_append_only_rows_cannot_be_changed_or_deleted(session: Session) -> None:
    session.add(Department(name="x"))
    session.flush()
    entry = session.scalars(select(AuditEntry)).one()
    entry.action = "nothing happened"
    with pytest.raises(AppendOnlyError):
        session.flush()
    session.refresh(entry)
    session.delete(entry)
    with pytest.raises(AppendOnlyError):
        session.flush()


def test_a_flush_inserts_rows_in_the_order_of_their_foreign_keys(session: Session) -> None:
    department = Department(name="x")
    rep = Rep(code="r", name="r", department_id=department.id, zone="UTC")
    rep.home_lat, rep.home_lon = 41.0, -8.0
    shifts = [
        RepShift(rep_id=rep.id, weekday=day, start_minute=1, end_minute=2, hard_end_minute=2)
        for day in range(5)
    ]
    session.add_all([*shifts, rep, department])
    session.flush()
    for row in (department, rep, *shifts):
        session.delete(row)
    session.flush()
