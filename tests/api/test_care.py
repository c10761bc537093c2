from __future__ import annotations

from tests.api.conftest import ClientOf
from tests.api.world import World


def test_a_complaint_runs_from_opening_to_call_back(client_of: ClientOf, world: World) -> None:
    client, path = client_of("rep-north"), f"/api/v1/outlets/{world.outlets[0].id}/complaints"
    made = client.post(path, json={"severity": "high", "subject": "Late delivery"}).json()
    assert (made["status"], made["late"], made["demand_id"] is None) == ("open", False, False)
    base = f"/api/v1/complaints/{made['id']}"
    closed = client.post(base + "/close", json={"resolution": "Delivered"}).json()
    assert closed["status"] == "closed"
    done = client.post(base + "/call-back", json={"satisfaction": 4, "on": str(world.today)})
    assert done.json()["status"] == "called_back"
    listed = client.get("/api/v1/complaints", params={"status": "called_back"}).json()["items"]
    assert [row["id"] for row in listed] == [made["id"]]
    assert client_of("rep-south").get("/api/v1/complaints").json()["items"] == []


def test_rules_of_care_are_read_by_all_and_changed_by_supervisors(
    client_of: ClientOf, world: World
) -> None:
    client = client_of("sup-north")
    changed = client.patch("/api/v1/care/rules", json={"rules": {"pool_limit": 7}}).json()
    assert changed["rules"]["pool_limit"] == 7
    assert client_of("rep-north").get("/api/v1/care/rules").json() == changed
    wrong = client.patch("/api/v1/care/rules", json={"rules": {"pool_limit": "many"}})
    assert wrong.json()["faults"][0]["code"] == "rule-figure"


def test_reports_and_the_pool_answer(client_of: ClientOf, world: World) -> None:
    client = client_of("sup-north")
    report = client.get("/api/v1/completeness").json()
    assert (report["outlets"], report["missing"]["phone"]) == (6, 6)
    assert client.get("/api/v1/pool").json()["items"] == []
    assert client.get("/api/v1/care/at-risk").status_code == 200
    moved = {"rep_id": str(world.rep.id), "outlet_ids": [str(world.outlets[0].id)]}
    assert client.post("/api/v1/outlets/assign", json=moved).json() == {"count": 1}
