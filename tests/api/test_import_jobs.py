"""Imports in the background, and the log of exports."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from api.runtime import Runtime
from api.settings import Settings
from api.worker.import_job import ImportWorker
from crm_core.archive.model import Outlet
from crm_core.archive.sheets import jobs
from crm_core.clock import utc_now
from tests.api.conftest import ClientOf
from tests.api.test_imports import BAD, GOOD, URL, bring, names
from tests.api.world import World


@pytest.fixture
def client(client_of: ClientOf, world: World) -> TestClient:
    return client_of("director")


@pytest.fixture
def _worker(settings: Settings) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=ImportWorker(settings, stop).run, daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join(timeout=30)


def start(client: TestClient, file: dict[str, Any], **said: bool) -> dict[str, Any]:
    answer = client.post(f"{URL}/{file['id']}/jobs", json=said)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"{URL}/jobs/{found['id']}"
    return found


def ended(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    for _ in range(1200):
        found: dict[str, Any] = client.get(f"{URL}/jobs/{job['id']}").json()
        if found["status"] in ("done", "failed", "cancelled"):
            return found
        time.sleep(0.1)
    raise AssertionError("it never ended")


@pytest.mark.usefixtures("_worker")
class TestJobs:
    def test_a_file_is_tried_and_then_written(self, client: TestClient) -> None:
        file = bring(client, GOOD, BAD)
        job = ended(client, start(client, file))
        assert (job["status"], job["tried"]["new"], job["tried"]["faulty"]) == ("done", 1, 1)
        assert "=好友便利店" not in names(client)
        job = ended(client, start(client, file, write=True, good_only=True))
        assert (job["status"], job["written"]["new"]) == ("done", 1)
        assert "=好友便利店" in names(client)
        (listed,) = client.get(URL).json()["items"]
        assert (listed["status"], listed["counts"]["new"]) == ("applied", 1)

    def test_faulty_rows_stop_it_and_nothing_is_written(self, client: TestClient) -> None:
        job = ended(client, start(client, bring(client, GOOD, BAD), write=True))
        assert (job["status"], job["error"]["code"]) == ("failed", "rows-faulty")
        assert "=好友便利店" not in names(client)

    def test_it_judges_again_when_outlets_were_changed_meanwhile(
        self, client: TestClient, runtime: Runtime, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        known = jobs.judged_is_stale
        seen: list[bool] = []

        def look(session: Any, at: Any) -> bool:
            seen.append(True)
            return len(seen) < 2 or known(session, at)

        monkeypatch.setattr("api.worker.import_job.judged_is_stale", look)
        job = ended(client, start(client, bring(client, GOOD), write=True))
        assert (job["status"], len(seen) > 1) == ("done", True)


def test_a_file_has_one_job_at_a_time_and_a_queued_one_is_stopped(client: TestClient) -> None:
    file = bring(client, GOOD)
    job = start(client, file, write=True)
    again = client.post(f"{URL}/{file['id']}/jobs", json={})
    assert (again.status_code, again.json()["code"]) == (409, "import-running")
    assert client.delete(f"{URL}/jobs/{job['id']}").json()["status"] == "cancelled"
    assert start(client, file)["status"] == "queued"


def test_a_change_after_the_judgement_is_noticed(
    client: TestClient, runtime: Runtime, world: World
) -> None:
    later = utc_now() + timedelta(seconds=5)
    with runtime.sessions.begin() as session:
        assert not jobs.judged_is_stale(session, later)
        session.get_one(Outlet, UUID(str(world.outlets[0].id))).remarks = "seen"
        session.flush()
        assert jobs.judged_is_stale(session, utc_now())


class TestExportLog:
    def test_it_says_who_took_what(self, client_of: ClientOf, client: TestClient) -> None:
        assert client.get("/api/v1/outlets.csv", params={"channel": "bar"}).status_code == 200
        client_of("sup-north").get("/api/v1/outlets.xlsx")
        found = client.get("/api/v1/outlet-exports").json()["items"]
        assert [(one["login"], one["kind"]) for one in found] == [
            ("sup-north", "xlsx"),
            ("director", "csv"),
        ]
        assert found[1]["wanted"] == {"channel": "bar"}
        assert found[1]["rows"] >= 0

    def test_others_see_their_own_only(self, client_of: ClientOf, client: TestClient) -> None:
        client.get("/api/v1/outlets.csv")
        mine = client_of("sup-north").get("/api/v1/outlet-exports").json()["items"]
        assert mine == []

    def test_a_refused_export_is_not_logged(self, client_of: ClientOf, client: TestClient) -> None:
        assert client_of("rep-north").get("/api/v1/outlets.csv").status_code == 403
        assert client.get("/api/v1/outlet-exports").json()["items"] == []
