from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import ClientOf
from tests.api.world import World

GRADES = [
    {"code": code, "rank": rank, "name_zh": code, "name_en": code}
    for rank, code in enumerate("ABC", start=1)
]
BANDS = [{"grade": "A", "share": 0.4}, {"grade": "B", "share": 0.6}]


def policy(**more: Any) -> dict[str, Any]:
    base = {"grade": "A", "channel": "*", "visits": 1, "weeks": 1, "minutes": 20}
    return base | {"valid_from": "2026-01-01"} | more


def codes(answer: Any) -> set[tuple[str, str]]:
    return {(fault["code"], fault["where"]) for fault in answer.json()["faults"]}


def test_a_preview_tells_the_load_before_and_after_and_saves_nothing(
    client_of: ClientOf, world: World
) -> None:
    client = client_of("sup-north")
    wanted = {"policies": [policy(channel="bar", visits=2, minutes=40)], "on": str(world.today)}
    load = client.post("/api/v1/policies/preview", json=wanted).json()
    assert (load["reps_now"], load["working_days"], load["field_minutes_a_day"]) == (1, 20, 510)
    assert load["travel_measured"] is True
    travel = load["travel_minutes_a_visit"]
    assert (load["before"]["visits"], load["after"]["visits"]) == (24, 3 * 4 + 3 * 8)
    assert load["before"]["hours"] == pytest.approx(24 * (20 + travel) / 60)
    assert load["after"]["hours"] == pytest.approx((12 * (20 + travel) + 24 * (40 + travel)) / 60)
    assert load["after"]["reps_exact"] == pytest.approx(load["after"]["hours"] * 60 / (20 * 510))
    assert len(client.get("/api/v1/policies").json()["items"]) == 1


def test_saved_policies_hold_from_their_date_and_the_past_stays(
    client_of: ClientOf, world: World
) -> None:
    client = client_of("sup-north")
    assert client.put("/api/v1/grades", json={"grades": GRADES}).status_code == 200
    wanted = [policy(visits=2), policy(grade="B", weeks=2)]
    assert client.put("/api/v1/policies", json={"policies": wanted}).status_code == 200
    told = [
        (p["grade"], p["visits"], p["valid_from"], p["valid_to"])
        for p in client.get("/api/v1/policies").json()["items"]
    ]
    assert told == [
        ("A", 1, "2020-01-01", "2026-01-01"),
        ("A", 2, "2026-01-01", None),
        ("B", 1, "2026-01-01", None),
    ]


def test_every_fault_of_the_policies_is_told_and_none_is_saved(
    client_of: ClientOf, world: World
) -> None:
    client = client_of("sup-north")
    wrong = [policy(visits=3), policy(grade="Z", visits=8, weeks=1), policy(minutes=0, weeks=53)]
    for path, send in (("", client.put), ("/preview", client.post)):
        answer = send("/api/v1/policies" + path, json={"policies": wrong})
        assert codes(answer) == {
            ("grade-unknown", "policies.1.grade"),
            ("policy-frequency", "policies.1.visits"),
            ("policy-frequency", "policies.2.visits"),
            ("policy-minutes", "policies.2.minutes"),
        }
    assert client.get("/api/v1/policies").json()["items"][0]["visits"] == 1


def sell(client: TestClient, world: World) -> None:
    client.put("/api/v1/grades", json={"grades": GRADES})
    month = str(world.today.replace(day=1))
    for index, outlet in enumerate(world.outlets):
        sold = {"month": month, "currency": "EUR", "amount_minor": 100 * index}
        client.put(f"/api/v1/outlets/{outlet.id}/sales", json={"months": [sold]})


def suggest(client: TestClient, **more: Any) -> Any:
    asked = {"method": "value", "currency": "EUR", "bands": BANDS} | more
    return client.post("/api/v1/grade-suggestions", json=asked)


def test_suggested_grades_are_accepted_one_by_one_or_together_and_refused_ones_stay_away(
    client_of: ClientOf, world: World
) -> None:
    client, decide = client_of("sup-north"), "/api/v1/grade-suggestions/decide"
    sell(client, world)
    made = suggest(client).json()
    assert [(s["outlet_name"], s["to_grade"]) for s in made["items"]] == [
        (f"Outlet N{index}", "B") for index in (2, 1, 0)
    ]
    first, second, _ = (s["id"] for s in made["items"])
    assert client.post(decide, json={"ids": [first], "accept": True}).json()["done"] == 1
    assert client.get(f"/api/v1/outlets/{world.outlets[2].id}").json()["grade"] == "B"
    assert client.post(decide, json={"ids": [second], "accept": False}).json()["done"] == 1
    again = suggest(client).json()
    assert [s["outlet_name"] for s in again["items"]] == ["Outlet N0"]
    assert client.post(decide, json={"accept": True}).json() == {"done": 1, "outdated": []}
    assert client.get("/api/v1/grade-suggestions").json()["total"] == 0
    gone = client.post(decide, json={"ids": [first], "accept": True})
    assert gone.json()["code"] == "suggestion-unknown"


def test_a_suggestion_for_an_outlet_with_another_grade_by_now_is_told(
    client_of: ClientOf, world: World
) -> None:
    client = client_of("sup-north")
    sell(client, world)
    (one, *_) = suggest(client).json()["items"]
    path = f"/api/v1/outlets/{one['outlet_id']}"
    etag = client.get(path).headers["ETag"]
    client.patch(path, json={"grade_code": "C"}, headers={"If-Match": etag})
    done = client.post(
        "/api/v1/grade-suggestions/decide", json={"ids": [one["id"]], "accept": True}
    )
    assert done.json() == {"done": 0, "outdated": [one["id"]]}
    assert client.get(path).json()["grade"] == "C"


def test_sales_in_another_currency_do_not_count(client_of: ClientOf, world: World) -> None:
    client = client_of("sup-north")
    sell(client, world)
    assert suggest(client, currency="CNY").json()["total"] == 0


def test_bands_and_weights_that_cannot_be_are_refused(client_of: ClientOf, world: World) -> None:
    wrong = {
        "bands": [{"grade": "A", "share": 0.5}, {"grade": "Z", "share": 0.4}],
        "weights": {"amount": 0, "profit": 0, "potential": 0},
    }
    assert codes(suggest(client_of("sup-north"), **wrong)) == {
        ("grade-unknown", "bands.1.grade"),
        ("bands-not-right", "bands"),
        ("weights-not-right", "weights"),
    }
