from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet, OutletAssignment
from crm_core.archive.service import bulk as service
from crm_core.people.model import AuditEntry
from tests.api.conftest import ClientOf
from tests.api.world import World
from tests.conftest import Company

BULK = "/api/v1/outlets/bulk"
OUTLETS = "/api/v1/outlets"


@pytest.fixture
def client(client_of: ClientOf, world: World) -> TestClient:
    return client_of("sup-north")


def asked(world: World, change: dict[str, Any], *indexes: int) -> dict[str, Any]:
    """A change of some of the world's outlets."""
    return {"outlet_ids": [str(world.outlets[i].id) for i in indexes], "change": change}


def test_a_preview_writes_nothing_and_the_change_does_what_it_said(
    client: TestClient, world: World, session: Session
) -> None:
    change = {"add_tags": ["warm"], "frequency": {"visits": 2, "weeks": 1, "reason": "Festival"}}
    body = asked(world, change, 0, 1)
    said = client.post(f"{BULK}/preview", json=body).json()
    assert (said["changed"], said["same"], said["refused"]) == (2, 0, [])
    assert client.get(OUTLETS, params={"tag": "warm"}).json()["total"] == 0

    done = client.post(BULK, json=body | {"expected": 2}).json()
    assert done["changed"] == 2
    assert client.get(OUTLETS, params={"tag": "warm"}).json()["total"] == 2
    record = client.get(f"{OUTLETS}/{world.outlets[0].id}").json()
    assert (record["policy"]["visits"], record["override_reason"]) == (2, "Festival")
    audited = select(AuditEntry).where(AuditEntry.record_id == world.outlets[0].id)
    written = {(entry.table, entry.action) for entry in session.scalars(audited)}
    assert {("outlet", "update"), ("tagging", "insert")} <= written
    session.rollback()  # a session that reads keeps writers waiting

    again = client.post(BULK, json=body).json()
    assert (again["changed"], again["same"]) == (0, 2)


def test_all_that_a_query_means_are_changed_and_no_others(client: TestClient, world: World) -> None:
    body = {"change": {"add_tags": ["cafes"]}}
    assert client.post(BULK, params={"channel": "cafe"}, json=body).json()["changed"] == 3
    found = client.get(OUTLETS, params={"tag": "cafes"}).json()["items"]
    assert {row["channel"] for row in found} == {"cafe"}
    off = {"change": {"drop_tags": ["cafes"]}}
    assert client.post(BULK, json=off).json() | {"examples": []} == {
        "changed": 3,
        "same": 3,
        "refused": [],
        "examples": [],
    }
    assert client.get(OUTLETS, params={"tag": "cafes"}).json()["total"] == 0


def test_a_status_is_dated_and_refused_where_it_may_not_follow(
    client: TestClient, world: World
) -> None:
    moved = {"status": {"status": "moved", "on": "2026-01-01"}}
    client.post(BULK, json=asked(world, moved, 0))
    on = world.today.isoformat()
    change = {"status": {"status": "suspended", "on": on, "reason": "Flood"}}
    found = client.post(BULK, json=asked(world, change, 0, 1)).json()
    assert found["changed"] == 1
    (refused,) = found["refused"]
    assert (refused["code"], refused["count"]) == ("status-order", 1)
    assert refused["examples"][0]["short_code"] == "N0"
    life = client.get(f"{OUTLETS}/{world.outlets[1].id}/life").json()
    assert (life["status"], life["spans"][-1]["reason"]) == ("suspended", "Flood")
    assert client.get(f"{OUTLETS}/{world.outlets[0].id}/life").json()["status"] == "moved"


def test_a_territory_gives_its_rep_to_the_outlets_inside(
    client: TestClient, world: World, session: Session, company: Company
) -> None:
    far = world.outlets[1]
    far.lat = 45.0
    served = select(OutletAssignment).where(OutletAssignment.outlet_id == world.outlets[0].id)
    session.scalars(served).one().rep_id = company.rep_south.id
    session.commit()
    rep = {"territory_id": str(world.territory.id), "on": world.today.isoformat()}
    found = client.post(BULK, json=asked(world, {"rep": rep}, 0, 1, 2)).json()
    assert (found["changed"], found["same"]) == (1, 1)
    assert [(one["code"], one["count"]) for one in found["refused"]] == [("outlet-outside", 1)]
    assert client.get(f"{OUTLETS}/{world.outlets[0].id}").json()["rep_id"] == str(world.rep.id)


def test_a_rep_of_another_department_is_unknown(
    client: TestClient, world: World, company: Company
) -> None:
    rep = {"rep_id": str(company.rep_south.id), "on": world.today.isoformat()}
    answer = client.post(BULK, json=asked(world, {"rep": rep}, 0))
    assert (answer.status_code, answer.json()["code"]) == (404, "rep-unknown")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, "bulk-nothing"),
        ({"grade": "Z"}, "record-not-right"),
        ({"frequency": {"visits": 3}}, "record-not-right"),
        ({"rep": {"on": "2026-01-01"}}, "bulk-no-rep"),
    ],
)
def test_what_no_outlet_may_have_is_refused_as_a_whole(
    change: dict[str, Any], code: str, client: TestClient, world: World
) -> None:
    for path in (BULK, f"{BULK}/preview"):
        assert client.post(path, json=asked(world, change, 0)).json()["code"] == code


def test_nothing_is_changed_where_the_preview_is_outdated(client: TestClient, world: World) -> None:
    body = asked(world, {"add_tags": ["warm"]}, 0, 1) | {"expected": 3}
    assert client.post(BULK, json=body).json()["code"] == "bulk-outdated"
    assert client.get(OUTLETS, params={"tag": "warm"}).json()["total"] == 0


def test_outlets_of_others_are_not_there(
    client: TestClient, world: World, session: Session
) -> None:
    south = session.scalars(select(Outlet.id).where(Outlet.short_code == "S0")).one()
    session.rollback()
    body = {"outlet_ids": [str(south)], "change": {"add_tags": ["warm"]}}
    assert client.post(BULK, json=body).json()["code"] == "outlet-unknown"
    everything = {"change": {"add_tags": ["warm"]}}
    assert client.post(BULK, params={"status": "any"}, json=everything).json()["changed"] == 6


def test_too_many_outlets_are_told_before_anything_is_read(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST", 5)
    body = {"change": {"add_tags": ["warm"]}}
    answer = client.post(f"{BULK}/preview", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "bulk-too-many")
