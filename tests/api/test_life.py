from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import ClientOf
from tests.api.world import World

PROPOSALS = "/api/v1/proposals"
PHOTO = {"name": "Front", "url": "https://files.example/1.jpg", "sha256": "b" * 64}
NEW = {"name": "新店", "channel": "bar", "lat": 41.17, "lon": -8.6, "grade_code": "A"}


def proposal(kind: str, **more: Any) -> dict[str, Any]:
    base = {"client_id": str(uuid4()), "kind": kind, "proposed_at": "2026-03-02T09:00:00Z"}
    return base | more


def codes(answer: Any) -> set[str]:
    return {fault["code"] for fault in answer.json()["faults"]}


def test_a_status_with_dates_is_told_with_its_spans(client_of: ClientOf, world: World) -> None:
    client, path = client_of("sup-north"), f"/api/v1/outlets/{world.outlets[0].id}"
    change = {"status": "seasonal", "on": "2020-01-01", "season": ["01-01", "12-31"]}
    life = client.post(path + "/life", json=change | {"reason": "Beach"}).json()
    assert [span["status"] for span in life["spans"]] == ["active", "seasonal"]
    assert client.get(path + "/life").json() == life
    assert client.get(path).json()["status"] == "seasonal"
    assert client.get("/api/v1/outlets").json()["total"] == 5
    assert client.get("/api/v1/outlets", params={"status": "any"}).json()["total"] == 6
    assert client.get("/api/v1/outlets", params={"status": "seasonal"}).json()["total"] == 1
    wrong = client.post(path + "/life", json={"status": "prospect", "on": "2026-01-01"})
    assert codes(wrong) == {"status-order"}


def test_a_new_outlet_from_the_field_is_accepted_and_served_by_who_proposed_it(
    client_of: ClientOf, world: World
) -> None:
    rep, office = client_of("rep-north"), client_of("sup-north")
    new = proposal("new_outlet", values=NEW, photo=PHOTO, note="Opened last week")
    first, again = (rep.post(PROPOSALS, json=new).json() for _ in "12")
    assert first["id"] == again["id"]
    assert [p["id"] for p in office.get(PROPOSALS, params={"status": "open"}).json()["items"]] == [
        first["id"]
    ]
    path = f"{PROPOSALS}/{first['id']}/accept"
    done = office.post(path, json={"changes": {"phone": "1"}, "short_code": "NEW-1"}).json()
    assert (done["status"], done["outlet_name"]) == ("accepted", "新店")
    outlet = rep.get(f"/api/v1/outlets/{done['outlet_id']}").json()
    assert (outlet["short_code"], outlet["phone"]) == ("NEW-1", "1")
    assert (outlet["rep_id"], outlet["status"]) == (str(world.rep.id), "active")
    assert (outlet["first_contact"], outlet["attachments"][0]["kind"]) == ("2026-03-02", "photo")
    assert office.post(path, json={}).json()["code"] == "proposal-decided"


def test_what_an_incomplete_proposal_lacks_is_told_when_it_is_accepted(
    client_of: ClientOf, world: World
) -> None:
    new = proposal("new_outlet", values={"name": "X", "lat": 41.1, "lon": -8.6})
    made = client_of("rep-north").post(PROPOSALS, json=new).json()
    answer = client_of("sup-north").post(f"{PROPOSALS}/{made['id']}/accept", json={})
    assert codes(answer) == {"name-missing", "grade-unknown"}


def test_a_better_pin_moves_the_outlet_and_the_old_place_stays_in_the_history(
    client_of: ClientOf, world: World
) -> None:
    rep, path = client_of("rep-north"), f"/api/v1/outlets/{world.outlets[0].id}"
    pin = proposal("pin", outlet_id=str(world.outlets[0].id), values={"lat": 41.2, "lon": -8.6})
    made = rep.post(PROPOSALS, json=pin).json()
    assert rep.get(path).json()["lat"] != 41.2
    client_of("sup-north").post(f"{PROPOSALS}/{made['id']}/accept", json={})
    assert rep.get(path).json()["lat"] == 41.2
    history = rep.get(path + "/history").json()["items"]
    change = next(one for one in history if one["table"] == "outlet")
    assert change["before"] == {"lat": world.outlets[0].lat, "lon": -8.61}


def test_closed_and_moved_end_a_life_from_today(client_of: ClientOf, world: World) -> None:
    rep, office = client_of("rep-north"), client_of("sup-north")
    shut, gone = (str(world.outlets[index].id) for index in (1, 2))
    told = (
        proposal("closed", outlet_id=shut),
        proposal("moved", outlet_id=gone, values={"lat": 41.2, "lon": -8.6, "address": "New"}),
    )
    done = [
        office.post(
            f"{PROPOSALS}/{rep.post(PROPOSALS, json=p).json()['id']}/accept", json={}
        ).json()
        for p in told
    ]
    assert rep.get(f"/api/v1/outlets/{shut}").json()["status"] == "closed"
    old = rep.get(f"/api/v1/outlets/{gone}/life").json()
    successor = old["spans"][-1]["successor_id"]
    assert (old["status"], successor) == ("moved", done[1]["outlet_id"])
    new = rep.get(f"/api/v1/outlets/{successor}").json()
    assert (new["address"], new["short_code"], new["rep_id"]) == ("New", "N2-M", str(world.rep.id))


def test_a_refusal_says_why_and_changes_nothing(client_of: ClientOf, world: World) -> None:
    rep, office = client_of("rep-north"), client_of("sup-north")
    made = rep.post(PROPOSALS, json=proposal("closed", outlet_id=str(world.outlets[0].id))).json()
    path = f"{PROPOSALS}/{made['id']}/refuse"
    assert office.post(path, json={"note": " "}).json()["code"] == "note-required"
    assert office.post(path, json={"note": "It is open"}).json()["status"] == "refused"
    (seen,) = rep.get(PROPOSALS).json()["items"]
    assert seen["decision_note"] == "It is open"
    assert rep.get(f"/api/v1/outlets/{world.outlets[0].id}").json()["status"] == "active"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "new_outlet", "values": {"lat": 1, "lon": 1}}, "name-missing"),
        ({"kind": "new_outlet", "values": {"name": "X"}}, "place-missing"),
        ({"kind": "pin", "values": {"lat": 1, "lon": 1}}, "proposal-outlet"),
        ({"kind": "closed", "values": {"phone": "1"}}, "proposal-field"),
        ({"kind": "pin", "values": {"lat": 0, "lon": 0}}, "place-impossible"),
    ],
)
def test_what_a_proposal_may_not_be(
    wrong: dict[str, Any], code: str, client_of: ClientOf, world: World
) -> None:
    answer = client_of("rep-north").post(PROPOSALS, json=proposal(**wrong))
    assert code in codes(answer)


def test_the_id_of_another_reps_proposal_is_refused(client_of: ClientOf, world: World) -> None:
    new = proposal("new_outlet", values=NEW)
    assert client_of("rep-north").post(PROPOSALS, json=new).status_code == 201
    assert client_of("rep-south").post(PROPOSALS, json=new).json()["code"] == "client-id-reused"
    assert client_of("rep-south").get(PROPOSALS).json()["items"] == []
