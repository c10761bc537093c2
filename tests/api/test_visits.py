from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from tests.api.conftest import ClientOf
from tests.api.world import World

VISITS = "/api/v1/visits"


def event(outlet_id: Any, **said: Any) -> dict[str, Any]:
    return {
        "client_id": str(uuid4()),
        "visit_key": str(uuid4()),
        "kind": "check_in",
        "outlet_id": str(outlet_id),
        "device_at": "2026-03-02T09:00:00Z",
        **said,
    }


def test_sending_an_event_again_answers_as_before(client_of: ClientOf, world: World) -> None:
    client, sent = client_of("rep-north"), {"events": [event(world.outlets[0].id)]}
    first, second = (client.post(VISITS, json=sent).json()["results"][0] for _ in range(2))
    assert (first["status"], second["status"]) == ("recorded", "repeated")
    assert first["visit"] == second["visit"]
    assert first["visit"]["outlet_name"] == "Outlet N0"


def test_one_refused_event_takes_no_others_with_it(client_of: ClientOf, world: World) -> None:
    good = event(world.outlets[0].id)
    reused = {**good, "kind": "check_out"}
    results = client_of("rep-north").post(VISITS, json={"events": [good, reused]}).json()["results"]
    assert [result["status"] for result in results] == ["recorded", "refused"]
    assert results[1]["problem"]["code"] == "client-id-reused"
    assert results[1]["problem"]["status"] == 409


def test_a_rep_cannot_visit_for_another(client_of: ClientOf, world: World) -> None:
    sent = {"events": [event(world.outlets[0].id)]}
    result = client_of("rep-south").post(VISITS, json=sent).json()["results"][0]
    assert (result["status"], result["problem"]["code"]) == ("refused", "outlet-unknown")


def test_visits_are_listed_by_period_and_rep(client_of: ClientOf, world: World) -> None:
    client_of("rep-north").post(VISITS, json={"events": [event(world.outlets[0].id)]})
    for login, period, count in (
        ("sup-north", ("2026-03-01", "2026-03-02"), 1),
        ("sup-north", ("2026-03-03", "2026-03-09"), 0),
        ("rep-south", ("2026-03-01", "2026-03-02"), 0),
    ):
        query = {"date_from": period[0], "date_to": period[1]}
        assert len(client_of(login).get(VISITS, params=query).json()["items"]) == count


def test_a_moment_without_zone_is_the_wrong_shape(client_of: ClientOf, world: World) -> None:
    sent = {"events": [event(world.outlets[0].id, device_at="2026-03-02T09:00:00", lat=91)]}
    answer = client_of("rep-north").post(VISITS, json=sent)
    where = {fault["where"] for fault in answer.json()["faults"]}
    assert answer.status_code == 422
    assert where == {"body.events.0.device_at", "body.events.0.lat"}


def test_an_odd_event_is_refused_and_stops_no_other(client_of: ClientOf, world: World) -> None:
    outlet_id = world.outlets[0].id
    odd = [
        event(outlet_id, device_at="0001-01-01T00:00:00+14:00"),
        event(outlet_id, kind="skip", payload={"reason": {"why": "closed"}}),
        event(outlet_id, payload={"currency": {"code": "EUR"}}),
        event(outlet_id, payload={"note": "half a character \ud83d"}),
    ]
    answer = client_of("rep-north").post(
        VISITS,
        content=json.dumps({"events": [*odd, event(outlet_id)]}),  # httpx sends no half characters
        headers={"Content-Type": "application/json"},
    )
    results = answer.json()["results"]
    assert [result["status"] for result in results] == ["refused"] * 4 + ["recorded"]
    assert {result["problem"]["code"] for result in results[:4]} == {"event-not-right"}
