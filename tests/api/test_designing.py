from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api.settings import Settings
from api.worker.loop import Worker
from crm_core.archive.model import Outlet
from crm_core.territories.designing import DESIGN_JOB
from tests.api.conftest import ClientOf
from tests.api.world import World

TERRITORIES = "/api/v1/territories"


class Designer(Worker):
    """Leaves the plan that the world asks for alone."""

    kinds = (DESIGN_JOB,)


def worked_off(settings: Settings, is_done: Any) -> Any:
    """Let a worker run until something is true."""
    stop = threading.Event()
    thread = threading.Thread(target=Designer(settings, stop).run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 120
    try:
        while not (answer := is_done()) and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        stop.set()
        thread.join(timeout=20)
    return answer


def test_a_design_is_made_in_the_background_and_can_be_saved(
    client_of: ClientOf, world: World, settings: Settings
) -> None:
    client = client_of("director")
    reps = [str(world.rep.id), str(world.other_rep.id)]
    asked = client.post(f"{TERRITORIES}/designs", json={"rep_ids": reps, "tolerance": 0.3})
    assert (asked.status_code, asked.json()["k"]) == (202, 2)
    path = asked.headers["location"]

    def ended() -> Any:
        job = client.get(path).json()
        return job if job["status"] not in ("queued", "running") else None

    job = worked_off(settings, ended)
    assert job["status"] == "done", job["error"]
    made = job["result"]
    assert job["share"] == 1.0
    assert [one["rep_id"] for one in made["territories"]] == reps
    assert sum(one["outlets"] for one in made["territories"]) == 8
    assert made["estimate"]
    changes = [
        {
            "geometry": one["geometry"],
            "properties": {name: one[name] for name in ("name", "colour", "rep_id")},
        }
        for one in made["territories"]
    ]
    old = {"id": str(world.territory.id), "version": 1}
    body = {"territories": [*changes, old], "note": "Designed"}
    saved = client.put(TERRITORIES, json=body)
    assert saved.status_code == 200, saved.text
    proposed = client.get(f"{TERRITORIES}/proposal").json()
    assert proposed["in_none"] == proposed["in_several"] == []


def test_without_a_number_as_many_as_the_work_asks_for(client_of: ClientOf, world: World) -> None:
    asked = client_of("director").post(f"{TERRITORIES}/designs", json={})
    assert (asked.status_code, asked.json()["k"]) == (202, 1)


def test_a_design_can_be_stopped(client_of: ClientOf, world: World) -> None:
    client = client_of("sup-north")
    path = client.post(f"{TERRITORIES}/designs", json={"k": 2}).headers["location"]
    assert client.delete(path).json()["status"] == "cancelled"


@pytest.mark.parametrize(
    ("order", "codes"),
    [
        ({"k": 2, "home_is_centre": True}, ["design-without-homes"]),
        ({"k": 3, "rep_ids": ["{rep_id}"]}, ["design-reps-mismatch"]),
    ],
)
def test_orders_that_do_not_fit_are_refused(
    client_of: ClientOf, world: World, order: dict[str, Any], codes: list[str]
) -> None:
    if "rep_ids" in order:
        order = {**order, "rep_ids": [str(world.rep.id)]}
    answer = client_of("director").post(f"{TERRITORIES}/designs", json=order)
    assert answer.status_code == 409
    assert [fault["code"] for fault in answer.json()["faults"]] == codes


def test_somebody_elses_rep_cannot_be_designed_for(client_of: ClientOf, world: World) -> None:
    body = {"rep_ids": [str(world.other_rep.id)]}
    answer = client_of("sup-north").post(f"{TERRITORIES}/designs", json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "rep-unknown")


class TestSizing:
    def size(self, client_of: ClientOf, **changes: Any) -> dict[str, Any]:
        answer = client_of("director").post(f"{TERRITORIES}/sizing", json=changes)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def test_every_figure_is_there_and_they_add_up(self, client_of: ClientOf, world: World) -> None:
        found = self.size(client_of)
        assert {(row["grade"], row["channel"], row["outlets"]) for row in found["rows"]} == {
            ("A", "bar", 4),
            ("A", "cafe", 4),
        }
        minutes = sum(
            row["outlets"] * row["visits_each"] * (row["service_minutes"] + row["travel_minutes"])
            for row in found["rows"]
        )
        assert found["minutes"] == pytest.approx(minutes)
        capacity = found["working_days"] * found["field_minutes_a_day"]
        assert found["reps_exact"] == pytest.approx(minutes / capacity)
        assert found["reps_now"] == 2

    def test_a_changed_figure_replaces_the_archives(
        self, client_of: ClientOf, world: World
    ) -> None:
        row = {"grade": "A", "channel": "bar", "outlets": 400}
        new = {"grade": "Z", "channel": "*", "outlets": 10, "visits": 1, "service_minutes": 30}
        found = self.size(client_of, working_days=10, rows=[row, new])
        outlets = {row["grade"] + row["channel"]: row["outlets"] for row in found["rows"]}
        assert outlets == {"Abar": 400, "Acafe": 4, "Z*": 10}
        assert found["working_days"] == 10
        assert found["reps"] > self.size(client_of)["reps"]

    def test_sensitivity_is_what_the_change_does(self, client_of: ClientOf, world: World) -> None:
        found = self.size(client_of)
        (less,) = [
            one
            for one in found["sensitivity"]
            if (one["change"], one["channel"]) == ("one_visit_less", "bar")
        ]
        again = self.size(client_of, rows=[{"grade": "A", "channel": "bar", "visits": 3}])
        assert less["reps"] == pytest.approx(again["reps_exact"] - found["reps_exact"])
        assert less["reps"] < 0


def test_what_nobody_takes_care_of_is_listed(
    client_of: ClientOf, world: World, session: Session
) -> None:
    lost = Outlet(
        name="Lost",
        short_code="L1",
        channel="bar",
        grade_code="A",
        region="North",
        lat=41.9,
        lon=-8.6,
        department_id=world.territory.department_id,
    )
    session.add(lost)
    session.commit()
    client = client_of("director")
    feature = {
        "type": "Feature",
        "geometry": {
            "type": "Polygon",
            "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]],
        },
        "properties": {"name": "Moved", "rep_id": str(world.rep.id)},
    }
    path = f"{TERRITORIES}/{world.territory.id}"
    assert client.put(path, json=feature, headers={"If-Match": "1"}).status_code == 200
    found = client.get(f"{TERRITORIES}/completeness").json()
    assert [one["name"] for one in found["outlets_without_rep"]] == ["Lost"]
    assert found["regions"] == [{"region": "North", "outlets": 1, "without_rep": 1}]
    assert {one["outlet_name"] for one in found["outside"]} == {f"Outlet N{n}" for n in range(6)}
    assert found["reps_without_outlets"] == found["without_place"] == []
