from __future__ import annotations

from sqlalchemy.orm import Session

from api.schemas.planning import PlanDetailOut
from crm_core.work.model import Job
from tests.api.conftest import ClientOf
from tests.api.world import World

RUNS, PLANS = "/api/v1/planning-runs", "/api/v1/plans"


def test_a_run_is_accepted_and_polled(client_of: ClientOf, world: World) -> None:
    client = client_of("sup-north")
    answer = client.post(RUNS, json={"seconds": 3})
    assert answer.status_code == 202
    run = client.get(answer.headers["location"]).json()
    assert run == answer.json()
    assert (run["status"], run["cycle_start"]) == ("queued", str(world.monday))
    assert [task["rep_id"] for task in run["tasks"]] == [str(world.rep.id)]


def test_a_forced_run_tells_its_jobs(client_of: ClientOf, world: World, session: Session) -> None:
    run = client_of("sup-north").post(RUNS, json={"force": True}).json()
    jobs = [job for job in session.query(Job) if job.payload["run_id"] == run["id"]]
    assert [job.payload["force"] for job in jobs] == [True]


def test_a_cycle_begins_on_a_monday(client_of: ClientOf, world: World) -> None:
    answer = client_of("sup-north").post(RUNS, json={"cycle_start": "2026-03-03"})
    assert (answer.status_code, answer.json()["code"]) == (409, "cycle-start-not-monday")


def test_a_rep_out_of_scope_cannot_be_planned(client_of: ClientOf, world: World) -> None:
    answer = client_of("sup-north").post(RUNS, json={"rep_ids": [str(world.other_rep.id)]})
    assert (answer.status_code, answer.json()["code"]) == (404, "rep-unknown")


def test_a_stopped_run_is_cancelled(client_of: ClientOf, world: World) -> None:
    client = client_of("sup-north")
    assert client.delete(f"{RUNS}/{world.run.id}").json()["status"] == "cancelled"
    assert client.get(f"{RUNS}/{world.run.id}").json()["tasks"][0]["status"] == "cancelled"


def test_a_plan_tells_days_stops_and_what_is_left_out(client_of: ClientOf, world: World) -> None:
    answer = client_of("sup-north").get(f"{PLANS}/{world.draft.id}")
    plan = PlanDetailOut.model_validate_json(answer.content)
    planned = sum(len(day.stops) for day in plan.days)
    assert planned == plan.summary.visits_planned == plan.summary.visits_required == 12
    assert plan.rep_name == "Rep N1"


def test_plans_are_filtered(client_of: ClientOf, world: World) -> None:
    client = client_of("sup-north")
    for query, count in (
        ({"status": "published"}, 1),
        ({"status": "draft", "rep_id": str(world.rep.id)}, 1),
        ({"cycle_start": "2020-01-06"}, 0),
    ):
        assert len(client.get(PLANS, params=query).json()["items"]) == count


def test_publishing_supersedes_and_happens_once(client_of: ClientOf, world: World) -> None:
    client = client_of("sup-north")
    path = f"{PLANS}/{world.draft.id}/publish"
    assert client.post(path).json()["status"] == "published"
    assert client.get(f"{PLANS}/{world.published.id}").json()["status"] == "superseded"
    again = client.post(path)
    assert (again.status_code, again.json()["code"]) == (409, "plan-not-draft")


def test_routes_of_a_plan_carry_their_date(client_of: ClientOf, world: World) -> None:
    client, path = client_of("sup-north"), f"{PLANS}/{world.draft.id}/routes.geojson"
    every = client.get(path).json()["features"]
    dates = {feature["properties"]["date"] for feature in every}
    assert len(dates) > 1
    one = client.get(path, params={"date": min(dates)}).json()["features"]
    assert {feature["properties"]["date"] for feature in one} == {min(dates)}
