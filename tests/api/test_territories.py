from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from crm_core.archive.service import assign
from crm_core.people.rules import Scope
from tests.api.conftest import ClientOf
from tests.api.world import SQUARE, World

TERRITORIES = "/api/v1/territories"


def feature(world: World, geometry: dict[str, Any] = SQUARE, **said: Any) -> dict[str, Any]:
    properties = {"name": "North", "colour": "#112233", "rep_id": str(world.rep.id), **said}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def test_territories_come_with_counts(client_of: ClientOf, world: World) -> None:
    found = client_of("sup-north").get(TERRITORIES).json()
    properties = found["features"][0]["properties"]
    assert (properties["rep_name"], properties["version"]) == ("Rep N1", 1)
    assert properties["counts"] == {"outlets": 6, "visits": 24, "minutes": 480}
    assert "OpenStreetMap" in found["attribution"]


def test_saving_makes_the_next_version_and_tells_what_would_change(
    client_of: ClientOf, world: World
) -> None:
    path = f"{TERRITORIES}/{world.territory.id}"
    client = client_of("director")
    answer = client.put(
        path, json=feature(world, rep_id=str(world.other_rep.id)), headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'
    saved = answer.json()
    assert saved["properties"]["version"] == 2
    gained = saved["proposal"]["gained"]
    assert {change["outlet_name"] for change in gained} == {f"Outlet N{n}" for n in range(6)}
    assert {change["rep_name"] for change in gained} <= {"Rep N1"}


def test_assignments_by_hand_are_kept_when_territories_are_applied(
    client_of: ClientOf, world: World, session: Session
) -> None:
    by_hand = {world.outlets[0].id: world.rep.id}
    assign(session, Scope.of_everything(world.today), by_hand, on=world.today)
    session.commit()
    client = client_of("director")
    body = feature(world, rep_id=str(world.other_rep.id))
    client.put(f"{TERRITORIES}/{world.territory.id}", json=body, headers={"If-Match": "1"})
    assert client.post(f"{TERRITORIES}/apply").json() == {"assigned": 5, "kept": 1}
    given_up = client.post(f"{TERRITORIES}/apply", json={"by_hand": True})
    assert given_up.json() == {"assigned": 1, "kept": 0}


def test_somebody_elses_newer_version_is_not_overwritten(client_of: ClientOf, world: World) -> None:
    path, client = f"{TERRITORIES}/{world.territory.id}", client_of("sup-north")
    statuses = [
        client.put(path, json=feature(world), headers={"If-Match": "1"}).status_code
        for _ in range(2)
    ]
    assert statuses == [200, 412]


def test_the_version_must_be_named(client_of: ClientOf, world: World) -> None:
    answer = client_of("sup-north").put(f"{TERRITORIES}/{world.territory.id}", json=feature(world))
    assert (answer.status_code, answer.json()["code"]) == (428, "if-match-missing")


def test_all_faults_of_a_shape_come_together(client_of: ClientOf, world: World) -> None:
    ring = [[-8.63, 41.14], [-200.0, 41.14], [-8.59, 95.0]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    answer = client_of("sup-north").post(TERRITORIES, json=feature(world, shape))
    assert (answer.status_code, answer.json()["code"]) == (409, "territory-not-right")
    assert len(answer.json()["faults"]) > 1


def test_a_new_territory_has_an_address(client_of: ClientOf, world: World) -> None:
    answer = client_of("sup-north").post(TERRITORIES, json=feature(world, name="Second"))
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{TERRITORIES}/{answer.json()['id']}"


def test_a_colour_is_a_colour(client_of: ClientOf, world: World) -> None:
    body = feature(world, colour="red; background: url(x)")
    assert client_of("sup-north").post(TERRITORIES, json=body).status_code == 422


def test_saving_tells_of_outlets_in_several_territories_and_in_none(
    client_of: ClientOf, world: World
) -> None:
    half = {
        "type": "Polygon",
        "coordinates": [
            [[-8.63, 41.153], [-8.59, 41.153], [-8.59, 41.18], [-8.63, 41.18], [-8.63, 41.153]]
        ],
    }
    client = client_of("director")
    saved = client.post(TERRITORIES, json=feature(world, half, name="Second")).json()["proposal"]
    in_two = [f"Outlet N{n}" for n in range(2, 6)]
    assert sorted(overlap["outlet_name"] for overlap in saved["overlaps"]) == in_two
    assert sorted(saved["overlaps"][0]["territories"]) == ["North", "Second"]
    assert saved["overlaps_count"] == 4
    assert sorted(one["outlet_name"] for one in saved["uncovered"]) == ["Outlet S0", "Outlet S1"]
    assert saved["uncovered_count"] == 2


def test_a_closed_territory_is_gone_and_its_outlets_stay(
    client_of: ClientOf, world: World, session: Session
) -> None:
    path, client = f"{TERRITORIES}/{world.territory.id}", client_of("sup-north")
    answer = client.delete(path, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(TERRITORIES).json()["features"] == []
    outlet = client.get(f"/api/v1/outlets/{world.outlets[0].id}").json()
    assert outlet["rep_id"] == str(world.rep.id)
    assert client.post(f"{TERRITORIES}/apply").json() == {"assigned": 0, "kept": 0}
    again = client.delete(path, headers={"If-Match": '"1"'})
    assert (again.status_code, again.json()["code"]) == (404, "territory-unknown")


def test_closing_needs_the_newest_version(client_of: ClientOf, world: World) -> None:
    path, client = f"{TERRITORIES}/{world.territory.id}", client_of("sup-north")
    assert client.delete(path).status_code == 428
    assert client.delete(path, headers={"If-Match": "2"}).status_code == 412
    assert len(client.get(TERRITORIES).json()["features"]) == 1
