from __future__ import annotations

from tests.api.conftest import ClientOf
from tests.api.world import World


def test_a_hand_over_is_told_done_and_planned_again(client_of: ClientOf, world: World) -> None:
    client, path = client_of("director"), f"/api/v1/reps/{world.rep.id}/hand-over"
    wanted = {"to_rep_id": str(world.other_rep.id), "replan": True, "leaves": True}
    told = client.post(path + "/preview", json=wanted).json()
    received = {"outlets": 6, "opportunities": 1, "complaints": 0, "tasks": 0}
    assert told["received"] == [{"rep_id": str(world.other_rep.id), **received}]
    assert (told["plan_ids"], told["run_id"]) == ([str(world.published.id)], None)
    assert told["replan_advised"] is True
    done = client.post(path, json=wanted).json()
    assert done["replan_advised"] is False
    assert done["received"] == told["received"]
    run = client.get(f"/api/v1/planning-runs/{done['run_id']}").json()
    assert run["status"] == "queued"
    outlet = client.get(f"/api/v1/outlets/{world.outlets[0].id}").json()
    assert outlet["rep_id"] == str(world.other_rep.id)
