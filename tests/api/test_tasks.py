from __future__ import annotations

import datetime as dt
from uuid import uuid4

from tests.api.conftest import ClientOf
from tests.api.world import World

TASKS = "/api/v1/tasks"
DAY = dt.timedelta(days=1)


def test_a_task_goes_from_the_desk_to_the_phone_and_back(client_of: ClientOf, world: World) -> None:
    boss, rep = client_of("sup-north"), client_of("rep-north")
    outlet_id = str(world.outlets[0].id)
    new = {"title": "Bring prices", "outlet_id": outlet_id, "due": world.today.isoformat()}
    made = boss.post(TASKS, json=new).json()
    assert (made["rep_id"], made["user_id"]) == (str(world.rep.id), None)
    assert (made["outlet_name"], made["state"]) == (world.outlets[0].name, "open")
    (listed,) = rep.get(TASKS, params={"mine": True}).json()["items"]
    assert listed == made
    done = rep.post(f"{TASKS}/{made['id']}/done", json={"result": "Given"}).json()
    assert (done["state"], done["result"]) == ("done", "Given")
    assert rep.get(TASKS).json()["items"] == []
    found = boss.get(TASKS, params={"every_state": True, "outlet_id": outlet_id}).json()
    assert [one["id"] for one in found["items"]] == [made["id"]]
    assert rep.post(f"{TASKS}/{made['id']}/reopen").json()["state"] == "open"
    changed = rep.patch(f"{TASKS}/{made['id']}", json={"priority": "high"}).json()
    assert (changed["priority"], changed["title"]) == ("high", "Bring prices")
    assert rep.post(f"{TASKS}/{made['id']}/cancel", json={}).json()["state"] == "cancelled"


def test_faults_come_together(client_of: ClientOf, world: World) -> None:
    wrong = {"title": "", "kind": "visit", "not_before": "2026-03-02", "due": "2026-03-01"}
    answer = client_of("rep-north").post(TASKS, json=wrong)
    assert (answer.status_code, answer.json()["code"]) == (409, "task-not-right")
    assert {fault["code"] for fault in answer.json()["faults"]} == {
        "title-missing",
        "visit-nowhere",
        "task-dates",
    }


def test_the_day_route_has_tasks_at_stops_and_those_without(
    client_of: ClientOf, world: World
) -> None:
    rep = client_of("rep-north")
    day = next(
        world.monday + n * DAY
        for n in range(14)
        if rep.get("/api/v1/me/day-route", params={"date": str(world.monday + n * DAY)}).json()[
            "stops"
        ]
    )
    at = rep.get("/api/v1/me/day-route", params={"date": str(day)}).json()["stops"][0]["outlet"][
        "id"
    ]
    for title, more in (
        ("Here", {"outlet_id": at}),
        ("Late", {"due": str(day - DAY)}),
        ("Later", {"due": str(day + DAY)}),
    ):
        assert rep.post(TASKS, json={"title": title, **more}).status_code == 201
    route = rep.get("/api/v1/me/day-route", params={"date": str(day)}).json()
    assert [task["title"] for task in route["stops"][0]["tasks"]] == ["Here"]
    assert [(task["title"], task["late"]) for task in route["tasks"]] == [("Late", True)]
    assert all(stop["tasks"] == [] for stop in route["stops"][1:])


def test_a_follow_up_with_its_next_step_is_listed(client_of: ClientOf, world: World) -> None:
    rep, outlet_id = client_of("rep-north"), str(world.outlets[0].id)
    told = {
        "id": str(uuid4()),
        "kind": "message",
        "at": "2026-03-02T09:00:00+08:00",
        "note": "Sent prices",
        "outlet_id": outlet_id,
        "next_step": {"title": "Ask again", "due": "2026-03-09"},
    }
    made = rep.post("/api/v1/follow-ups", json=told)
    assert made.status_code == 201
    assert rep.post("/api/v1/follow-ups", json=told).json() == made.json()
    (listed,) = rep.get("/api/v1/follow-ups", params={"outlet_id": outlet_id}).json()["items"]
    assert listed["next_task"]["title"] == "Ask again"
    assert listed["at"].startswith("2026-03-02T01:00:00")
    assert client_of("rep-south").get("/api/v1/follow-ups").json()["items"] == []


def test_tasks_of_another_system_are_taken_once(client_of: ClientOf, world: World) -> None:
    system = client_of("integration")
    items = [
        {"key": "1", "title": "Collect", "rep_code": world.rep.code, "due": "2026-03-09"},
        {"key": "2", "title": "", "rep_code": "nobody"},
    ]
    sent = {"system": "erp", "items": items}
    dry = system.post(TASKS + ":upsert", json={**sent, "dry_run": True}).json()
    assert dry["counts"] == {"created": 1, "updated": 0, "unchanged": 0, "refused": 1}
    assert system.get(TASKS).json()["items"] == []
    first = system.post(TASKS + ":upsert", json=sent).json()
    assert [fault["where"] for fault in first["items"][1]["faults"]] == ["rep_code"]
    again = system.post(TASKS + ":upsert", json={**sent, "items": items[:1]}).json()
    assert again["counts"]["unchanged"] == 1
    ended = {**items[0], "state": "done"}
    assert system.post(TASKS + ":upsert", json={**sent, "items": [ended]}).status_code == 200
    (task,) = system.get(TASKS, params={"state": "done"}).json()["items"]
    assert (task["title"], task["rep_id"]) == ("Collect", str(world.rep.id))
