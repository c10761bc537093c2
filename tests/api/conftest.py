"""The application on a test's own database, and clients logged in as somebody."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from api.app import create_app
from api.demo.city import EXTRACT
from api.runtime import Runtime
from api.settings import Settings
from crm_core.people.service import issue_token
from maps.basemap.build import build_basemap
from tests.api.world import World, build_world
from tests.conftest import Company

BASE_URL = "http://127.0.0.1:8000"

type ClientOf = Callable[[str | None], TestClient]


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Commands choose where logs go: a stream that is closed by the time of the next test."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings of a data folder and database of the test's own."""
    return Settings(data=tmp_path / "data", database_url=database_url)


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    """An open runtime on them."""
    runtime = Runtime.open(settings)
    yield runtime
    runtime.close()


@pytest.fixture
def own_app(runtime: Runtime) -> FastAPI:
    """An application of the test's own, for tests that add routes."""
    return create_app(runtime)


_APPS: dict[str, FastAPI] = {}


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    """The application; put together once, as that takes longer than most tests."""
    host = runtime.settings.tile_host
    if host not in _APPS:
        _APPS[host] = create_app(runtime)
    _APPS[host].state.runtime = runtime
    return _APPS[host]


@pytest.fixture
def world(session: Session, company: Company) -> World:
    """See ``World``."""
    return build_world(session, company)


@pytest.fixture
def client_of(app: FastAPI, session: Session, company: Company) -> ClientOf:
    """Clients by login with a bearer token; ``None`` is anonymous."""

    def make(login: str | None) -> TestClient:
        client = TestClient(app, base_url=BASE_URL, raise_server_exceptions=False)
        if login is not None:
            token = issue_token(session, company.users[login].id)
            session.commit()
            client.headers["Authorization"] = f"Bearer {token.text}"
        return client

    return make


@pytest.fixture(scope="session")
def built_basemap(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo city's base map, built once."""
    target = tmp_path_factory.mktemp("basemap") / "basemap.pmtiles"
    build_basemap([EXTRACT], target)
    return target


@pytest.fixture
def basemap_file(settings: Settings, built_basemap: Path) -> Path:
    """The demo city's base map in its place."""
    settings.basemap.parent.mkdir(parents=True)
    settings.basemap.write_bytes(built_basemap.read_bytes())
    return settings.basemap


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """The application on a port of its own."""
    bound = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    server.should_exit = True
    thread.join()
