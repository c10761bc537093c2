"""One request is one transaction, and it is over before the answer leaves."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from api.deps import SessionDep
from api.runtime import Runtime
from crm_core.errors import Conflict
from crm_core.people.queries import departments
from crm_core.people.rules import Scope
from crm_core.people.staff import add_department
from tests.conftest import TODAY


def names(runtime: Runtime) -> list[str]:
    with runtime.readers() as session:
        return [row.name for row in departments(session, Scope.of_everything(TODAY))]


def test_a_request_that_fails_leaves_nothing_behind(own_app: FastAPI, runtime: Runtime) -> None:
    @own_app.post("/adds-and-fails")
    def adds_and_fails(session: SessionDep) -> None:
        add_department(session, "Half done")
        raise Conflict("too-late", "It is too late.", "Come earlier.")

    assert TestClient(own_app).post("/adds-and-fails").status_code == 409
    assert names(runtime) == []


def test_a_commit_that_fails_is_never_answered_with_success(
    own_app: FastAPI, runtime: Runtime
) -> None:
    @own_app.post("/adds")
    def adds(session: SessionDep) -> None:
        add_department(session, "Never committed")
        event.listen(session, "before_commit", fail)

    def fail(_: Session) -> None:
        raise RuntimeError("the disk is full")

    client = TestClient(own_app, raise_server_exceptions=False)
    assert client.post("/adds").status_code == 500
    assert names(runtime) == []


def test_a_committed_request_is_seen_as_soon_as_it_is_answered(
    own_app: FastAPI, runtime: Runtime
) -> None:
    @own_app.post("/adds")
    def adds(session: SessionDep) -> None:
        add_department(session, "New")

    assert TestClient(own_app).post("/adds").status_code == 200
    assert names(runtime) == ["New"]


def test_a_reading_request_cannot_write(own_app: FastAPI, runtime: Runtime) -> None:
    @own_app.get("/writes-in-a-read")
    def writes_in_a_read(session: SessionDep) -> None:
        add_department(session, "Sneaked in")

    client = TestClient(own_app, raise_server_exceptions=False)
    assert client.get("/writes-in-a-read").status_code >= 500
    assert names(runtime) == []
