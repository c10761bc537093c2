from __future__ import annotations

import datetime as dt

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from api.runtime import Runtime
from api.settings import Settings
from crm_core.people.rules import TokenKind
from crm_core.people.service import issue_token
from crm_core.people.staff import set_password
from tests.api.conftest import ClientOf
from tests.conftest import Company

TOKEN = "/api/v1/auth/token"
PASSWORD = "a long password"


@pytest.fixture
def sun(session: Session, company: Company) -> dict[str, str]:
    """What the supervisor Sun logs in with."""
    set_password(session, company.users["sup-north"].id, PASSWORD)
    session.commit()
    return {"login": "sup-north", "password": PASSWORD}


def one_time_code(session: Session, company: Company) -> str:
    token = issue_token(session, company.users["rep-north"].id, TokenKind.ONE_TIME)
    session.commit()
    return token.text


def test_a_password_gives_a_bearer_token(client_of: ClientOf, sun: dict[str, str]) -> None:
    client = client_of(None)
    answer = client.post(TOKEN, json=sun).json()
    assert answer["token_type"] == "bearer"
    assert answer["user"]["roles"] == ["supervisor"]
    client.cookies.clear()
    bearer = {"Authorization": f"Bearer {answer['access_token']}"}
    assert client.get("/api/v1/me", headers=bearer).json() == answer["user"]


def test_the_session_cookie_is_out_of_reach_of_scripts(
    client_of: ClientOf, sun: dict[str, str]
) -> None:
    client = client_of(None)
    cookie = client.post(TOKEN, json=sun).headers["set-cookie"].lower()
    assert cookie.startswith("roundsman_session=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie  # on loopback
    assert client.get("/api/v1/me").status_code == 200


def test_the_cookie_is_secure_on_any_other_address() -> None:
    assert Settings(host="0.0.0.0").cookie_is_secure
    assert not Settings(host="localhost").cookie_is_secure
    assert not Settings(host="0.0.0.0", secure_cookie=False).cookie_is_secure


def test_a_change_with_the_cookie_needs_the_proving_header(
    client_of: ClientOf, sun: dict[str, str]
) -> None:
    client = client_of(None)
    client.post(TOKEN, json=sun)
    refused = client.post("/api/v1/territories/apply")
    assert (refused.status_code, refused.json()["code"]) == (403, "proof-header-missing")
    allowed = client.post("/api/v1/territories/apply", headers={"X-Roundsman": "1"})
    assert allowed.status_code == 200


@pytest.mark.parametrize(
    "credentials", [{"login": "sup-north", "password": "wrong"}, {"login": "x", "password": "y"}]
)
def test_a_wrong_login_or_password_is_refused_alike(
    client_of: ClientOf, sun: dict[str, str], credentials: dict[str, str]
) -> None:
    answer = client_of(None).post(TOKEN, json=credentials)
    assert (answer.status_code, answer.json()["code"]) == (401, "login-refused")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "set-cookie" not in answer.headers


def test_a_one_time_code_works_once(
    client_of: ClientOf, session: Session, company: Company
) -> None:
    code = one_time_code(session, company)
    first, second = (client_of(None).post(TOKEN, json={"code": code}) for _ in range(2))
    assert first.json()["user"]["rep_id"] == str(company.rep_north.id)
    assert (second.status_code, second.json()["code"]) == (401, "code-refused")


def test_logging_out_ends_the_token(client_of: ClientOf, company: Company) -> None:
    client = client_of("rep-north")
    assert client.delete(TOKEN).status_code == 204
    answer = client.get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "token-refused")


def test_an_expired_token_is_refused(
    client_of: ClientOf, session: Session, company: Company
) -> None:
    token = issue_token(session, company.users["rep-north"].id, lifetime=dt.timedelta(seconds=-1))
    session.commit()
    bearer = {"Authorization": f"Bearer {token.text}"}
    assert client_of(None).get("/api/v1/me", headers=bearer).status_code == 401


def test_guessing_a_password_is_braked(client_of: ClientOf, sun: dict[str, str]) -> None:
    client = client_of(None)
    wrong = {"login": "sup-north", "password": "guess"}
    statuses = [client.post(TOKEN, json=wrong).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    refused = client.post(TOKEN, json=sun)
    assert (refused.status_code, refused.json()["code"]) == (429, "too-many-attempts")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_guessing_codes_is_braked_by_address(app: FastAPI, runtime: Runtime) -> None:
    client = TestClient(app)
    statuses = {client.post(TOKEN, json={"code": str(n)}).status_code for n in range(61)}
    assert statuses == {401, 429}


@pytest.mark.parametrize("body", [{}, {"login": "x"}, {"code": "x", "login": "y", "password": "z"}])
def test_half_a_login_is_the_wrong_shape(client_of: ClientOf, body: dict[str, str]) -> None:
    assert client_of(None).post(TOKEN, json=body).status_code == 422
