from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from tests.api.conftest import ClientOf
from tests.api.world import World

ITEMS = "/api/v1/items"


def make(client: TestClient, code: str, **more: Any) -> Any:
    return client.put(f"{ITEMS}/{code}", json={"name": f"Item {code}", "unit": "box"} | more)


def test_items_are_saved_by_code_listed_and_found(client_of: ClientOf, world: World) -> None:
    client = client_of("sup-north")
    for code in ("C-1", "C-2", "D-1"):
        assert make(client, code, barcode=f"69{code[-1]}").status_code == 200
    changed = client.put(f"{ITEMS}/C-1", json={"category": "Tea"}).json()
    assert (changed["name"], changed["category"]) == ("Item C-1", "Tea")
    page = client.get(ITEMS, params={"limit": 2}).json()
    rest = client.get(ITEMS, params={"cursor": page["next_cursor"]}).json()
    assert [i["code"] for i in page["items"] + rest["items"]] == ["C-1", "C-2", "D-1", "TEA"]
    assert [i["code"] for i in client.get(ITEMS, params={"q": "692"}).json()["items"]] == ["C-2"]
    make(client, "C-2", active=False)
    assert len(client.get(ITEMS).json()["items"]) == 3


def test_what_an_item_lacks_is_told(client_of: ClientOf, world: World) -> None:
    client = client_of("sup-north")
    wrong = client.put(f"{ITEMS}/X", json={"pack_size": 0}).json()
    told = {(fault["code"], fault["where"]) for fault in wrong["faults"]}
    assert told == {
        ("name-missing", "name"),
        ("name-missing", "unit"),
        ("pack-not-right", "pack_size"),
    }
    assert client.get(f"{ITEMS}/X").json()["code"] == "item-unknown"


def test_prices_follow_each_other_whatever_order_they_are_sent_in(
    client_of: ClientOf, world: World
) -> None:
    client = client_of("sup-north")
    make(client, "T")
    for start, price in (("2026-03-01", 110), ("2026-01-01", 100), ("2026-02-01", 105)):
        told = {"currency": "CNY", "price_minor": price, "valid_from": start}
        item = client.post(f"{ITEMS}/T/prices", json=told).json()
    assert [(p["price_minor"], p["valid_to"]) for p in item["prices"]] == [
        (100, "2026-02-01"),
        (105, "2026-03-01"),
        (110, None),
    ]
    wrong = {"currency": "yen", "price_minor": -1, "valid_from": "2026-01-01"}
    answer = client.post(f"{ITEMS}/T/prices", json=wrong).json()
    assert {f["code"] for f in answer["faults"]} == {"amount-negative", "currency-unknown"}


def test_a_must_stock_list_holds_from_its_date_on(client_of: ClientOf, world: World) -> None:
    client = client_of("sup-north")
    for code in ("A", "B", "C"):
        make(client, code)

    def put(channel: str, items: list[str], start: str) -> Any:
        path = f"/api/v1/must-stock/{channel}"
        return client.put(path, json={"items": items, "valid_from": start})

    def on(channel: str, day: str) -> list[str]:
        answer = client.get(f"/api/v1/must-stock/{channel}", params={"on": day})
        codes: list[str] = answer.json()["items"]
        return codes

    put("*", ["A"], "2026-01-01")
    put("bar", ["B", "C"], "2026-01-01")
    put("bar", ["C"], "2026-03-01")
    assert on("bar", "2026-02-28") == ["A", "B", "C"]
    assert on("bar", "2026-03-01") == ["A", "C"]
    assert on("cafe", "2026-03-01") == ["A"]
    assert on("bar", "2025-12-31") == []
    assert put("bar", ["Z"], "2026-03-01").json()["code"] == "item-unknown"
