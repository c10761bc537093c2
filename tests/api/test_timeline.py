"""The timeline of a record: changes and visits in one order; and where an outlet stands."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from crm_core.visits.model import Visit
from tests.api.conftest import ClientOf
from tests.api.world import World


def visit(world: World, days_ago: int, hour: int | None, **more: Any) -> Visit:
    """A visit of the first outlet, in Lisbon; without an hour one that was skipped."""
    date = world.today - dt.timedelta(days=days_ago)
    at = None if hour is None else dt.datetime.combine(date, dt.time(hour), dt.UTC)
    status = {"status": "done" if at else "skipped", "outcome": "on_day"}
    fields = {"local_date": date, "zone": "Europe/Lisbon", "checked_in_at": at} | status | more
    owner = {"visit_key": uuid4(), "rep_id": world.rep.id, "outlet_id": world.outlets[0].id}
    return Visit(**owner, **fields)


@pytest.fixture
def visited(session: Session, world: World) -> World:
    """Three visits on one day, one of them skipped and one with an order, and one earlier."""
    order = {"order_value_minor": 5000, "currency": "EUR", "order_lines": 2}
    session.add_all(
        [
            visit(world, 3, None, skip_reason="closed"),
            visit(world, 3, 9),
            visit(world, 3, 15, **order),
            visit(world, 40, 10),
        ]
    )
    session.commit()
    return world


def path(world: World) -> str:
    return f"/api/v1/outlets/{world.outlets[0].id}"


def read(client: TestClient, world: World, **params: Any) -> dict[str, Any]:
    answer = client.get(path(world) + "/timeline", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_changes_and_visits_come_in_one_order_newest_first(
    client_of: ClientOf, visited: World
) -> None:
    client = client_of("sup-north")
    complaint = {"severity": "high", "subject": "Late"}
    assert client.post(path(visited) + "/complaints", json=complaint).status_code == 201
    items = read(client, visited, limit=200)["items"]
    assert [item["at"] for item in items] == sorted((item["at"] for item in items), reverse=True)
    kinds = [item["kind"] for item in items]
    assert {"complaint", "follow_up", "visit", "order", "rep", "change"} == {*kinds}
    assert kinds[-4:] == ["order", "visit", "visit", "visit"]
    assert [item["visit"]["status"] for item in items[-4:]] == ["done", "done", "skipped", "done"]
    assert items[0]["user_name"] == "Sun"


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_hold_every_entry_once(client_of: ClientOf, visited: World, limit: int) -> None:
    client = client_of("sup-north")
    whole = [item["id"] for item in read(client, visited, limit=200)["items"]]
    paged, cursor = [], None
    while True:
        page = read(client, visited, limit=limit, **({"cursor": cursor} if cursor else {}))
        paged += [item["id"] for item in page["items"]]
        if not (cursor := page["next_cursor"]):
            break
    assert paged == whole


@pytest.mark.parametrize(
    ("of", "found"),
    [
        ("order", {"order"}),
        ("visit", {"visit", "order"}),
        ("rep", {"rep"}),
        ("change", {"change"}),
        ("complaint", set()),
    ],
)
def test_a_timeline_of_one_kind(
    client_of: ClientOf, visited: World, of: str, found: set[str]
) -> None:
    items = read(client_of("sup-north"), visited, of=of, limit=200)["items"]
    assert {item["kind"] for item in items} == found


def test_ids_in_changes_are_named(client_of: ClientOf, visited: World) -> None:
    page = read(client_of("sup-north"), visited, of="rep")
    (given,) = page["items"]
    assert page["names"][given["change"]["after"]["rep_id"]] == visited.rep.name


def test_a_cursor_of_something_else_is_refused(client_of: ClientOf, visited: World) -> None:
    for cursor in ("x", "2026-01-01|x", f"2026-01-01|{uuid4()}"):
        answer = client_of("sup-north").get(path(visited) + "/timeline", params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (422, "timeline-cursor")


def test_the_timeline_of_an_account_tells_its_own_changes(
    client_of: ClientOf, visited: World
) -> None:
    client = client_of("sup-north")
    account = f"/api/v1/accounts/{visited.account.id}"
    client.patch(account, json={"remarks": "Pays late"}, headers={"If-Match": '"1"'})
    newest = client.get(account + "/timeline").json()["items"][0]["change"]
    assert (newest["before"], newest["after"]) == ({"remarks": ""}, {"remarks": "Pays late"})


def test_an_outlet_stands_with_its_rep_territory_and_visits(
    client_of: ClientOf, visited: World
) -> None:
    found = client_of("sup-north").get(path(visited) + "/standing").json()
    assert found["rep"]["name"] == visited.rep.name
    assert [one["name"] for one in found["territories"]] == ["North"]
    assert found["last_visit"]["date"] == str(visited.today - dt.timedelta(days=3))
    assert found["next_visit"] is None or found["next_visit"]["date"] >= str(visited.today)


def test_an_outlet_nobody_was_at_stands_without_a_last_visit(
    client_of: ClientOf, world: World
) -> None:
    found = client_of("sup-north").get(path(world) + "/standing").json()
    assert found["last_visit"] is None
    assert found["radius_m"] == 150


def test_who_receives_an_outlet_reads_what_others_did_there(
    client_of: ClientOf, visited: World
) -> None:
    boss, receiver = client_of("director"), client_of("rep-south")
    outlet_id = str(visited.outlets[0].id)
    call = {"kind": "call", "at": "2026-03-02T09:00:00Z", "outlet_id": outlet_id, "note": "Rang"}
    assert client_of("rep-north").post("/api/v1/follow-ups", json=call).status_code == 201
    moved = {"to_rep_id": str(visited.other_rep.id)}
    path = f"/api/v1/reps/{visited.rep.id}/hand-over"
    assert boss.post(path, json=moved).status_code == 200
    kinds = [entry["kind"] for entry in read(receiver, visited)["items"]]
    assert kinds.count("visit") == 3
    assert kinds.count("order") == 1
    assert "follow_up" in kinds
