"""Databases for tests: always migrated ones, on SQLite and, where it is named, on PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from crm_core.db import Base, make_engine, migrate, session_factory
from crm_core.people.model import Department, Rep, User
from crm_core.people.rules import Role, Scope
from crm_core.people.service import scope_of
from crm_core.people.staff import add_department, add_rep, add_user, give_role
from routing.geo import GeoPoint

# The gate draws the same examples every time; HYPOTHESIS_PROFILE=fuzz draws many new ones.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.register_profile("fuzz", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))

POSTGRES = os.environ.get("ROUNDSMAN_TEST_POSTGRES", "")
BACKENDS = ["sqlite"]
if POSTGRES:
    BACKENDS.append("postgresql")


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "migrated.db"
    migrate(f"sqlite:///{path}")
    return path


@contextmanager
def _new_postgres() -> Iterator[str]:
    name = f"roundsman_test_{uuid4().hex[:12]}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"create database {name}"))
    try:
        yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"drop database {name} with (force)"))
        server.dispose()


@pytest.fixture(scope="session")
def _migrated_postgres() -> Iterator[str]:
    with _new_postgres() as url:
        migrate(url)
        yield url


@pytest.fixture(params=BACKENDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of this test's own that has no tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with _new_postgres() as url:
        yield url


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database of this test's own."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("_migrated_file"), path)
        yield f"sqlite:///{path}"
        return
    url = request.getfixturevalue("_migrated_postgres")
    yield url
    engine = create_engine(url)
    with engine.begin() as connection:  # truncating empty tables takes ten times as long
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on the test's database."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on the test's database; what the test does not commit is rolled back."""
    with session_factory(engine)() as session:
        yield session


NOW = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
TODAY = date(2026, 3, 4)


@dataclass(frozen=True)
class Company:
    """Two departments under one head office, a rep and a supervisor in each, and a director."""

    session: Session
    head: Department
    north: Department
    south: Department
    rep_north: Rep
    rep_south: Rep
    users: dict[str, User]

    def scope(self, login: str) -> Scope:
        """The scope of a user on ``TODAY``."""
        return scope_of(self.session, self.users[login], as_of=TODAY)


@pytest.fixture
def company(session: Session) -> Company:
    """A small company; logins: rep-north, rep-south, sup-north, director, auditor, admin."""
    head = add_department(session, "Head office")
    north, south = (add_department(session, name, head.id) for name in ("North", "South"))
    users = {
        f"rep-{where}": add_user(session, f"rep-{where}", f"Rep {where}", roles=[Role.REP])
        for where in ("north", "south")
    }
    users["sup-north"] = add_user(session, "sup-north", "Sun", language="zh")
    give_role(session, users["sup-north"].id, Role.SUPERVISOR, north.id)
    for role in (Role.DIRECTOR, Role.AUDITOR, Role.ADMIN, Role.INTEGRATION):
        users[role.value] = add_user(session, role.value, role.value.title(), roles=[role])
    reps = [
        add_rep(
            session,
            code,
            f"Rep {code}",
            department_id=department.id,
            zone="Europe/Lisbon",
            home=GeoPoint(41.15, -8.61),
            user_id=users[login].id,
        )
        for code, department, login in (("N1", north, "rep-north"), ("S1", south, "rep-south"))
    ]
    return Company(session, head, north, south, *reps, users)


CHROMIUM = shutil.which("chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests need Debian's Chromium."""
    for item in items:
        if item.get_closest_marker("browser") and CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="no chromium is installed"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a process: Playwright's loop runs only once in it."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()
