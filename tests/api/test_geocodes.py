"""Lookups of addresses over the API, carried out by a worker against a service on loopback."""

import importlib.util
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy.orm import Session

from api.app import create_app
from api.runtime import Runtime
from api.settings import Settings
from api.worker.geocode_job import GeocodeWorker
from crm_core.archive.model import Outlet
from crm_core.work.model import Job
from tests.api.conftest import BASE_URL, ClientOf
from tests.api.world import World

FAKES = Path(__file__).parents[1] / "maps" / "places" / "fake_geocoders.py"


def fakes() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fake_geocoders", FAKES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fake_geocoders"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def fake() -> Iterator[Any]:
    made = fakes().FakeGeocoders()
    server = made.start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def chosen(settings: Settings, fake: Any) -> Settings:
    """Settings with a geocoding service."""
    return settings.model_copy(
        update={
            "geocoder": "photon",
            "geocoder_url": fake.url,
            "geocoder_per_second": 500.0,
            "geocoder_key": SecretStr("k-secret"),
        }
    )


@pytest.fixture
def client(chosen: Settings, client_of: ClientOf, world: World, session: Session) -> TestClient:
    """The supervisor of the north, whose outlets have addresses."""
    for number, outlet in enumerate(world.outlets):
        outlet.address = f"Mikonkatu {number}"
    session.commit()
    made = TestClient(create_app(Runtime.open(chosen)), base_url=BASE_URL)
    made.headers["Authorization"] = client_of("sup-north").headers["Authorization"]
    return made


@contextmanager
def working(settings: Settings) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=GeocodeWorker(settings, stop).run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=30)
        assert not thread.is_alive()


def ended(client: TestClient, address: str) -> dict[str, Any]:
    for _ in range(600):
        job: dict[str, Any] = client.get(address).json()
        if job["status"] in ("done", "failed", "cancelled"):
            return job
        time.sleep(0.1)
    raise AssertionError("the job never ended")


def looked_up(client: TestClient, settings: Settings) -> dict[str, Any]:
    asked = client.post("/api/v1/geocodes", json={})
    assert asked.status_code == 202
    with working(settings):
        return ended(client, asked.headers["location"])


def test_addresses_are_looked_up_and_nobody_is_moved(
    client: TestClient, chosen: Settings, world: World, fake: Any
) -> None:
    count = len(world.outlets)
    before = client.get(f"/api/v1/outlets/{world.outlets[0].id}").json()
    job = looked_up(client, chosen)
    assert (job["status"], job["done"], job["of"]) == ("done", count, count)
    assert job["counts"] == {"doubtful": count}
    after = client.get(f"/api/v1/outlets/{world.outlets[0].id}").json()
    assert (after["lat"], after["lon"]) == (before["lat"], before["lon"])
    queue = client.get("/api/v1/geocodes").json()
    assert queue["counts"] == {"doubtful": count}
    assert queue["job"]["id"] == job["id"]
    [first, *_] = queue["items"]
    assert first["found"]["lat"] == pytest.approx(60.169)
    assert first["answer"]["properties"]["type"] == "house"
    assert "k-secret" not in str(queue)


def test_a_doubtful_outlet_is_decided_about(
    client: TestClient, chosen: Settings, world: World
) -> None:
    looked_up(client, chosen)
    take, keep, correct = (
        f"/api/v1/geocodes/{item['outlet_id']}"
        for item in client.get("/api/v1/geocodes").json()["items"][:3]
    )
    taken = client.put(take, json={"decision": "take"}).json()
    assert (taken["status"], taken["lat"]) == ("taken", pytest.approx(60.169))
    assert client.put(keep, json={"decision": "keep"}).json()["status"] == "kept"
    place = {"decision": "correct", "lat": 60.17, "lon": 24.94}
    assert client.put(correct, json=place).json()["lat"] == 60.17
    again = client.put(keep, json={"decision": "take"})
    assert (again.status_code, again.json()["code"]) == (409, "geocode-decided")
    counts = client.get("/api/v1/geocodes").json()["counts"]
    assert {counts[name] for name in ("taken", "kept", "corrected")} == {1}


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "correct"},
        {"decision": "correct", "lat": 60.0},
        {"decision": "keep", "lat": 60.0, "lon": 25.0},
        {"decision": "guess"},
        {"decision": "correct", "lat": 91.0, "lon": 25.0},
    ],
)
def test_a_decision_of_another_shape_is_refused(client: TestClient, body: dict[str, Any]) -> None:
    assert client.put(f"/api/v1/geocodes/{uuid4()}", json=body).status_code == 422


def test_a_worker_goes_on_where_another_stopped(
    client: TestClient, chosen: Settings, world: World, fake: Any, session: Session
) -> None:
    """The first worker is stopped by a service that is away; what it found is not asked again."""
    fake.statuses = [200, 200, *[503] * 3]
    address = client.post("/api/v1/geocodes", json={}).headers["location"]
    with working(chosen):
        failed = ended(client, address)
    assert (failed["status"], failed["error"]["code"]) == ("failed", "geocoder-unreachable")
    assert failed["done"] == 2
    job = session.get_one(Job, UUID(failed["id"]))
    job.status, job.error, job.worker = "queued", None, None
    session.commit()
    with working(chosen):
        done = ended(client, address)
    assert (done["status"], done["done"]) == ("done", len(world.outlets))
    asked = [one["q"] for one in fake.asked]
    assert len(asked) == len(set(asked)) + 3  # the one that failed was asked three times more


def test_a_lookup_can_be_stopped_and_keeps_what_it_found(
    client: TestClient, chosen: Settings, world: World
) -> None:
    slow = chosen.model_copy(update={"geocoder_per_second": 0.2})
    address = client.post("/api/v1/geocodes", json={}).headers["location"]
    with working(slow):
        while client.get(address).json()["done"] < 1:
            time.sleep(0.1)
        client.delete(address)
        job = ended(client, address)
    assert job["status"] == "cancelled"
    assert 1 <= job["done"] < len(world.outlets)
    assert sum(client.get("/api/v1/geocodes").json()["counts"].values()) == job["done"]


def test_without_a_service_nothing_is_queued(
    client_of: ClientOf, world: World, session: Session
) -> None:
    session.get_one(Outlet, world.outlets[0].id).address = "Mikonkatu 1"
    session.commit()
    client = client_of("sup-north")
    answer = client.post("/api/v1/geocodes", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "geocoder-missing")
    assert client.get("/api/v1/geocodes").json()["job"] is None


def test_only_who_asked_sees_a_lookup(client: TestClient, client_of: ClientOf) -> None:
    address = client.post("/api/v1/geocodes", json={}).headers["location"]
    assert client.get(address).status_code == 200
    assert client_of("rep-north").get(address).status_code == 404
