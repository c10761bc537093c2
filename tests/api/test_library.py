from __future__ import annotations

from typing import Any

import pytest

from routing.evaluate import Sequenced, evaluate
from routing.files import plan_to_json, problem_to_json
from tests.api.conftest import ClientOf
from tests.api.world import World
from tests.routing.builders import build_problem, outlet, rep

LIBRARY = "/api/v1/routing"
PROBLEM = build_problem([outlet("a", 10), outlet("b", 20), outlet("c", 15, 500.0)], [rep()])
BODY = problem_to_json(PROBLEM)


def plan_of(*ids: str) -> dict[str, Any]:
    return plan_to_json(evaluate(PROBLEM, [Sequenced("R1", 0, ids)]))


def test_a_right_plan_is_right_and_a_wrong_one_has_its_faults(
    client_of: ClientOf, world: World
) -> None:
    client = client_of("auditor")
    right = client.post(f"{LIBRARY}/check", json={"problem": BODY, "plan": plan_of("a")}).json()
    assert right == {"right": True, "faults": []}
    wrong = client.post(f"{LIBRARY}/check", json={"problem": BODY, "plan": plan_of("a", "c")})
    assert not wrong.json()["right"]
    assert [fault["code"] for fault in wrong.json()["faults"]] == ["shift-end"]


def test_routes_by_hand_are_timed_with_what_they_break(client_of: ClientOf, world: World) -> None:
    routes = [{"rep_id": "R1", "day": 0, "demand_ids": ["a", "c"]}]
    answer = client_of("rep-north").post(
        f"{LIBRARY}/evaluate", json={"problem": BODY, "routes": routes}
    )
    said = answer.json()
    assert said["plan"]["routes"][0]["stops"][0]["arrival_minute"] == pytest.approx(490.0)
    assert [fault["code"] for fault in said["faults"]] == ["shift-end"]
    assert [missing["demand_id"] for missing in said["plan"]["unserved"]] == ["b"]


def test_missing_visits_are_explained(client_of: ClientOf, world: World) -> None:
    answer = client_of("rep-north").post(
        f"{LIBRARY}/explain", json={"problem": BODY, "plan": plan_of("a")}
    )
    reasons = {each["demand_id"]: each["reason"] for each in answer.json()["unserved"]}
    assert reasons == {"b": "room", "c": "room"}


def test_the_best_slots_come_cheapest_first(client_of: ClientOf, world: World) -> None:
    asked = {"problem": BODY, "plan": plan_of("b"), "demand_id": "a", "count": 2}
    items = client_of("rep-north").post(f"{LIBRARY}/slots", json=asked).json()["items"]
    assert [(slot["day"], slot["added_cost"]) for slot in items] == [(0, 0.0), (1, 20.0)]
    unknown = client_of("rep-north").post(f"{LIBRARY}/slots", json=asked | {"demand_id": "z"})
    assert (unknown.status_code, unknown.json()["faults"][0]["code"]) == (
        409,
        "stop-unknown-demand",
    )


@pytest.mark.parametrize("what", ["check", "explain"])
def test_a_wrong_problem_is_told_with_every_fault(
    what: str, client_of: ClientOf, world: World
) -> None:
    broken = BODY | {"zone": "Nowhere"}
    broken["reps"] = [*BODY["reps"], BODY["reps"][0]]
    answer = client_of("rep-north").post(
        f"{LIBRARY}/{what}", json={"problem": broken, "plan": plan_of("a")}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "problem-invalid")
    assert {f["code"] for f in answer.json()["faults"]} == {"zone-unknown", "id-doubled"}


def test_a_matrix_file_of_the_server_cannot_be_read(client_of: ClientOf, world: World) -> None:
    outside = BODY | {"travel": {"source": "x", "file": "/etc/passwd", "sha256": "0"}}
    answer = client_of("rep-north").post(
        f"{LIBRARY}/check", json={"problem": outside, "plan": plan_of("a")}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "matrix-missing")
