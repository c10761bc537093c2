from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from tests.api.conftest import ClientOf
from tests.api.world import World


def send(client: TestClient, what: str, items: list[dict[str, Any]], **more: Any) -> Any:
    body = {"system": "erp", "items": items} | more
    return client.post(f"/api/v1/{what}:upsert", json=body)


def results(answer: Any) -> list[str]:
    return [item["result"] for item in answer.json()["items"]]


def outlet(key: str, **more: Any) -> dict[str, Any]:
    base = {"key": key, "name": f"Shop {key}", "short_code": key, "channel": "bar"}
    return base | {"grade_code": "A", "lat": 41.15, "lon": -8.61} | more


def test_good_items_are_taken_faulty_ones_are_told_and_again_changes_nothing(
    client_of: ClientOf, world: World
) -> None:
    client = client_of("integration")
    sent = [
        outlet("E1", phone="1"),
        outlet("E2", grade_code="Z", lat=0, lon=0),
        outlet("N1"),
        outlet("E3"),
        outlet("E3"),
        {"key": "E4", "name": "No place"},
    ]
    first = send(client, "outlets", sent)
    assert results(first) == ["created", *["refused"] * 5]
    assert first.json()["counts"] == {"created": 1, "updated": 0, "unchanged": 0, "refused": 5}
    told = [{fault["code"] for fault in item["faults"]} for item in first.json()["items"]]
    assert told[1:] == [
        {"reference-unknown", "place-impossible"},
        {"short-code-taken"},
        {"key-repeated"},
        {"key-repeated"},
        {"value-missing"},
    ]
    assert results(send(client, "outlets", sent))[0] == "unchanged"


def test_a_dry_run_tells_the_same_and_writes_nothing(client_of: ClientOf, world: World) -> None:
    client, sent = client_of("integration"), [outlet("E1"), outlet("E2", grade_code="Z")]
    tried = send(client, "outlets", sent, dry_run=True)
    assert (results(tried), tried.json()["items"][0]["id"]) == (["created", "refused"], None)
    assert client.get("/api/v1/outlets", params={"q": "Shop"}).json()["total"] == 0
    assert results(send(client, "outlets", sent)) == ["created", "refused"]


def test_what_people_edited_here_stays_unless_it_is_overwritten(
    client_of: ClientOf, world: World
) -> None:
    client = client_of("integration")
    send(client, "outlets", [outlet("E1", phone="1", remarks="a")])
    row = send(client, "outlets", [outlet("E1", phone="1", remarks="a")]).json()["items"][0]
    path = f"/api/v1/outlets/{row['id']}"
    etag = client.get(path).headers["ETag"]
    client.patch(path, json={"phone": "mine"}, headers={"If-Match": etag})
    changed = [outlet("E1", phone="2", remarks="b")]
    answer = send(client, "outlets", changed).json()["items"][0]
    assert (answer["result"], answer["kept"]) == ("updated", ["phone"])
    now = client.get(path).json()
    assert (now["phone"], now["remarks"]) == ("mine", "b")
    assert results(send(client, "outlets", changed, overwrite=True)) == ["updated"]
    assert client.get(path).json()["phone"] == "2"


def test_payer_and_rep_are_named_by_their_keys(client_of: ClientOf, world: World) -> None:
    client = client_of("integration")
    assert results(send(client, "accounts", [{"key": "A1", "name": "Payer 1"}])) == ["created"]
    served = outlet("E1", account_key="A1", rep_code="N1", opening_hours="Mo-Fr 09:00-12:00")
    made = send(client, "outlets", [served, outlet("E2", account_key="A2", rep_code="X9")]).json()
    assert [fault["where"] for fault in made["items"][1]["faults"]] == ["rep_code", "account_key"]
    read = client.get(f"/api/v1/outlets/{made['items'][0]['id']}").json()
    assert (read["account"]["name"], read["rep_id"]) == ("Payer 1", str(world.rep.id))
    assert read["windows"][0] == [[540, 720]]
    assert results(send(client, "outlets", [served])) == ["unchanged"]


def test_reps_and_items_are_upserted_by_key(client_of: ClientOf, world: World) -> None:
    client = client_of("integration")
    rep = {
        "key": "R1",
        "code": "N7",
        "name": "Seven",
        "zone": "Europe/Lisbon",
        "department_id": str(world.rep.department_id),
        "home_lat": 41.1,
        "home_lon": -8.6,
    }
    assert results(send(client, "reps", [rep, rep | {"key": "R2"}])) == ["created", "refused"]
    wrong = {"key": "R3", "code": "N8", "zone": "Moon/Sea"}
    told = send(client, "reps", [wrong]).json()["items"][0]["faults"]
    assert {fault["code"] for fault in told} == {"value-missing", "zone-unknown"}
    assert results(send(client, "reps", [rep | {"name": "Eight"}])) == ["updated"]
    item = {"key": "I1", "code": "I-1", "name": "Tea", "unit": "box"}
    assert results(send(client, "items", [item, {"key": "I2", "code": "I-2"}])) == [
        "created",
        "refused",
    ]
    assert client.get("/api/v1/items/I-1").json()["name"] == "Tea"


def test_more_than_ten_thousand_items_are_refused(client_of: ClientOf, world: World) -> None:
    items = [{"key": str(n), "name": "x"} for n in range(10_001)]
    assert send(client_of("integration"), "accounts", items).status_code == 422
