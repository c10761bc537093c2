from __future__ import annotations

from tests.api.conftest import ClientOf
from tests.api.world import World

SALES = "/api/v1/sales:upsert"
OUTLET = {"key": "K1", "name": "Tea house", "short_code": "T1", "channel": "bar", "grade_code": "A"}


def test_months_of_another_system_are_taken_once(client_of: ClientOf, world: World) -> None:
    system = client_of("integration")
    place = {"lat": 41.15, "lon": -8.61}
    sent = {"system": "erp", "items": [OUTLET | place]}
    made = system.post("/api/v1/outlets:upsert", json=sent).json()["items"][0]
    month = {"outlet_key": "K1", "month": "2026-02-01", "currency": "EUR", "amount_minor": 900}
    wrong = month | {"outlet_key": "K9"}
    body = {"system": "erp", "items": [month, wrong]}
    dry = system.post(SALES, json=body | {"dry_run": True}).json()
    assert dry["counts"] == {"created": 1, "updated": 0, "unchanged": 0, "refused": 1}
    first = system.post(SALES, json=body).json()
    assert first["counts"] == dry["counts"]
    assert [fault["where"] for fault in first["items"][1]["faults"]] == ["outlet_key"]
    again = system.post(SALES, json={"system": "erp", "items": [month]}).json()
    assert again["counts"]["unchanged"] == 1
    more = month | {"amount_minor": 1000, "month": "2026-02-28"}
    assert system.post(SALES, json={"system": "erp", "items": [more]}).json()["counts"]["updated"]
    twice = system.post(SALES, json={"system": "erp", "items": [month, more]}).json()
    assert twice["counts"]["refused"] == 2
    (stored,) = system.get(f"/api/v1/outlets/{made['id']}").json()["sales"]
    assert (stored["month"], stored["amount_minor"]) == ("2026-02-01", 1000)
