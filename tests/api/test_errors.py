from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from api.schemas.base import ProblemOut
from api.security import MOST_BODY_BYTES
from crm_core.errors import Conflict, Fault, Forbidden, Invalid, NotFound, Stale, Unauthenticated
from maps.errors import NetworkError
from routing.errors import InvalidProblem
from tests.api.conftest import ClientOf

SAID = ("some-code", "A cause.", "An action.")


def problem(answer: Any) -> ProblemOut:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    found = ProblemOut.model_validate(answer.json())
    assert found.status == answer.status_code
    return found


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Unauthenticated(*SAID), 401),
        (Forbidden(*SAID), 403),
        (NotFound(*SAID), 404),
        (Conflict(*SAID), 409),
        (Stale(*SAID), 412),
        (Invalid(*SAID), 409),
        (NetworkError(*SAID), 503),
    ],
)
def test_errors_of_the_packages_keep_code_cause_and_action(
    own_app: FastAPI, error: Exception, status: int
) -> None:
    found = problem(raising(own_app, error))
    assert (found.status, found.code, found.cause, found.action) == (status, *SAID)


def test_all_faults_come_together(own_app: FastAPI) -> None:
    faults = [Fault("a", "b", "c", "demands[0]"), Fault("d", "e", "f")]
    found = problem(raising(own_app, InvalidProblem(faults)))
    assert found.status == 409
    assert [(fault.code, fault.where) for fault in found.faults] == [("a", "demands[0]"), ("d", "")]


def test_an_unexpected_error_tells_nothing_of_the_inside(own_app: FastAPI) -> None:
    found = problem(raising(own_app, RuntimeError("secret of the inside")))
    assert (found.status, found.code) == (500, "internal-error")
    assert "secret" not in found.model_dump_json()


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (IntegrityError("insert", {}, Exception("unique")), 409, "write-conflict"),
        (DataError("insert", {}, Exception("NUL")), 422, "value-not-storable"),
        (OperationalError("select", {}, Exception("locked")), 503, "database-busy"),
    ],
)
def test_trouble_of_the_database_is_told_plainly(
    own_app: FastAPI, error: Exception, status: int, code: str
) -> None:
    found = problem(raising(own_app, error))
    assert (found.status, found.code) == (status, code)


def raising(own_app: FastAPI, error: Exception) -> Any:
    @own_app.get("/raises")
    def raises() -> None:
        raise error

    return TestClient(own_app, raise_server_exceptions=False).get("/raises")


def test_an_unknown_address_is_a_problem_too(client_of: ClientOf) -> None:
    for path in ("/nowhere", "/api/v1/nowhere", "/static/vendor/nothing.js"):
        assert problem(client_of(None).get(path)).code == "not-found"


def test_a_wrong_method_is_a_problem_too(client_of: ClientOf) -> None:
    answer = client_of(None).put("/api/v1/me")
    assert problem(answer).code == "method-not-allowed"
    assert answer.headers["allow"] == "GET"


def test_a_wrong_shape_lists_every_fault(client_of: ClientOf) -> None:
    body = {"weeks": 99, "seconds": "soon", "surprise": 1}
    found = problem(client_of("sup-north").post("/api/v1/planning-runs", json=body))
    assert (found.status, found.code) == (422, "payload-invalid")
    assert {fault.where for fault in found.faults} == {
        "body.weeks",
        "body.seconds",
        "body.surprise",
    }


def test_a_body_that_is_no_json_is_a_problem_too(client_of: ClientOf) -> None:
    client = client_of("sup-north")
    answer = client.post(
        "/api/v1/planning-runs", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert problem(answer).status == 422


def test_a_body_that_is_too_long_is_not_read(client_of: ClientOf) -> None:
    def parts() -> Iterator[bytes]:
        yield b'{"login": "'
        for _ in range(MOST_BODY_BYTES // 2**20):
            yield b"a" * 2**20
        yield b'"}'

    headers = {"Content-Type": "application/json"}
    found = problem(client_of(None).post("/api/v1/auth/token", content=parts(), headers=headers))
    assert (found.status, found.code) == (413, "payload-too-large")
