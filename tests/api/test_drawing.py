from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from api.schemas.drawing import PreviewOut
from tests.api.conftest import ClientOf
from tests.api.world import SQUARE, World

TERRITORIES = "/api/v1/territories"


def band(south: float, north: float) -> dict[str, Any]:
    """The square of the world between two latitudes; outlet n lies at 41.15 + 0.002 n."""
    west, east = -8.63, -8.59
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


LOW, HIGH = band(41.14, 41.155), band(41.155, 41.18)


def saved(geometry: dict[str, Any], name: str, **more: Any) -> dict[str, Any]:
    rep_id = more.pop("rep_id", None)
    properties = {"name": name, "colour": "#112233", "rep_id": rep_id}
    return {"geometry": geometry, "properties": properties, **more}


def preview(client: TestClient, *areas: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"{TERRITORIES}/preview", json={"areas": [*areas]})
    assert answer.status_code == 200, answer.text
    PreviewOut.model_validate(answer.json())
    return answer.json()


def test_a_preview_tells_gained_and_lost_outlets_hours_and_balance(
    client_of: ClientOf, world: World
) -> None:
    north, other = str(world.rep.id), str(world.other_rep.id)
    key = str(world.territory.id)
    found = preview(
        client_of("director"),
        {"key": key, "geometry": LOW, "rep_id": north},
        {"key": "new", "geometry": HIGH, "rep_id": other},
    )
    old, new = found["areas"]
    assert (old["before"]["outlets"], old["after"]["outlets"]) == (6, 3)
    assert old["after"]["visits"] == 12
    assert old["after"]["minutes"] > old["after"]["service_minutes"] == 240
    assert set(old["lost"]) == set(new["gained"]) == {str(o.id) for o in world.outlets[3:]}
    assert new["before"] is None
    assert found["imbalance_before"] == 0 <= found["imbalance_after"] < 0.05
    changes = {one["rep_id"]: (one["gained"], one["lost"]) for one in found["reps"]}
    assert changes == {other: (3, 0), north: (0, 3)}
    assert len(found["in_none"]) == 2
    assert found["faults"] == found["overlaps"] == found["gaps"] == found["in_several"] == []


def test_a_preview_writes_nothing(client_of: ClientOf, world: World) -> None:
    client = client_of("director")
    before = client.get(TERRITORIES).json()
    preview(client, {"key": str(world.territory.id), "geometry": None})
    assert client.get(TERRITORIES).json() == before


def test_a_preview_of_a_territory_taken_away_leaves_its_outlets_in_none(
    client_of: ClientOf, world: World
) -> None:
    found = preview(client_of("sup-north"), {"key": str(world.territory.id), "geometry": None})
    assert found["areas"][0]["after"] is None
    assert len(found["in_none"]) == 6


def test_overlaps_gaps_and_crossing_rings_are_shown_with_their_places(
    client_of: ClientOf, world: World
) -> None:
    bow = band(41.14, 41.18)
    bow["coordinates"][0][1], bow["coordinates"][0][2] = (
        bow["coordinates"][0][2],
        bow["coordinates"][0][1],
    )
    found = preview(
        client_of("sup-north"),
        {"key": str(world.territory.id), "geometry": LOW},
        {"key": "over", "geometry": band(41.1535, 41.16)},
        {"key": "gap", "geometry": band(41.1602, 41.18)},
        {"key": "bow", "geometry": bow},
    )
    (overlap,), (gap,), (fault,) = found["overlaps"], found["gaps"], found["faults"]
    assert sorted(overlap["keys"]) == sorted([str(world.territory.id), "over"])
    assert sorted(gap["keys"]) == ["gap", "over"]
    assert overlap["m2"] > gap["m2"] > 0
    assert (fault["key"], fault["code"]) == ("bow", "ring-crosses-itself")
    assert fault["at"] in bow["coordinates"][0]
    assert found["in_several"] == [str(world.outlets[2].id)]


def test_what_was_assigned_by_hand_is_told_as_kept(client_of: ClientOf, world: World) -> None:
    client = client_of("director")
    lasso = {"geometry": LOW, "rep_id": str(world.rep.id)}
    given = client.post(f"{TERRITORIES}/lasso", json=lasso).json()["outlet_ids"]
    assert set(given) == {str(outlet.id) for outlet in world.outlets[:3]}
    sketch = {"key": str(world.territory.id), "geometry": SQUARE, "rep_id": str(world.other_rep.id)}
    assert set(preview(client, sketch)["kept"]) == set(given)


def test_a_lasso_is_not_undone_by_redrawing(
    client_of: ClientOf, world: World, session: Session
) -> None:
    client = client_of("director")
    mine = str(world.rep.id)
    client.post(f"{TERRITORIES}/lasso", json={"geometry": LOW, "rep_id": mine, "fixed": True})
    change = saved(SQUARE, "All", rep_id=str(world.other_rep.id), id=str(world.territory.id))
    assert client.put(TERRITORIES, json={"territories": [change]}).status_code == 200
    whole = client.get(f"{TERRITORIES}/proposal").json()
    assert (len(whole["moves"]), len(whole["kept"])) == (3, 3)
    only = [whole["moves"][0]["outlet_id"]]
    applied = client.post(f"{TERRITORIES}/apply", json={"outlet_ids": only}).json()
    assert applied == {"assigned": 1, "kept": 3}
    reps = [client.get(f"/api/v1/outlets/{outlet.id}").json()["rep_id"] for outlet in world.outlets]
    assert reps.count(mine) == 5


def test_a_broken_lasso_is_refused(client_of: ClientOf, world: World) -> None:
    line = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}
    body = {"geometry": line, "rep_id": str(world.rep.id)}
    answer = client_of("director").post(f"{TERRITORIES}/lasso", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "territory-not-right")


class TestSave:
    def test_several_are_saved_as_one_revision(self, client_of: ClientOf, world: World) -> None:
        client = client_of("sup-north")
        body = {
            "note": "Halved",
            "territories": [
                saved(LOW, "Low", id=str(world.territory.id), version=1, rep_id=str(world.rep.id)),
                saved(HIGH, "High", rep_id=str(world.rep.id)),
            ],
        }
        answer = client.put(TERRITORIES, json=body)
        assert answer.status_code == 200, answer.text
        assert {f["properties"]["version"] for f in answer.json()["features"]} == {1, 2}
        newest, first = client.get(f"{TERRITORIES}/revisions").json()["items"]
        assert (newest["note"], newest["author_name"]) == ("Halved", "Sun")
        kinds = {one["name"]: one["kind"] for one in newest["territories"]}
        assert kinds == {"Low": "changed", "High": "added"}
        assert [one["kind"] for one in first["territories"]] == ["added"]

    def test_all_or_none_are_saved_and_all_faults_come_together(
        self, client_of: ClientOf, world: World
    ) -> None:
        open_ring = {"type": "Polygon", "coordinates": [LOW["coordinates"][0][:-1]]}
        body = {
            "territories": [
                saved(HIGH, "High", rep_id=str(world.rep.id)),
                saved(open_ring, "Low", rep_id=str(world.rep.id)),
                saved({"type": "Point"}, "No", rep_id=str(world.rep.id)),
            ]
        }
        client = client_of("sup-north")
        answer = client.put(TERRITORIES, json=body)
        assert answer.status_code == 409
        assert [(f["code"], f["where"]) for f in answer.json()["faults"]] == [
            ("ring-not-closed", "territories[1].ring[0].point[3]"),
            ("geometry-type", "territories[2].geometry"),
        ]
        assert len(client.get(TERRITORIES).json()["features"]) == 1

    def test_a_stale_version_stops_the_whole_save(self, client_of: ClientOf, world: World) -> None:
        client = client_of("sup-north")
        change = saved(LOW, "Low", id=str(world.territory.id), version=7, rep_id=str(world.rep.id))
        other = saved(HIGH, "High", rep_id=str(world.rep.id))
        answer = client.put(TERRITORIES, json={"territories": [other, change]})
        assert answer.status_code == 412
        assert len(client.get(TERRITORIES).json()["features"]) == 1

    @pytest.mark.parametrize("change", [{}, {"geometry": SQUARE}, {"version": 2}])
    def test_half_a_change_is_no_change(
        self, client_of: ClientOf, world: World, change: dict[str, Any]
    ) -> None:
        answer = client_of("sup-north").put(TERRITORIES, json={"territories": [change]})
        assert answer.status_code == 422


class TestRevisions:
    @pytest.fixture
    def redrawn(self, client_of: ClientOf, world: World) -> TestClient:
        """The square halved: its upper half is another rep's."""
        client = client_of("director")
        body = {
            "territories": [
                saved(LOW, "Low", id=str(world.territory.id), version=1, rep_id=str(world.rep.id)),
                saved(HIGH, "High", rep_id=str(world.other_rep.id)),
            ]
        }
        assert client.put(TERRITORIES, json=body).status_code == 200
        return client

    def test_two_revisions_side_by_side(self, redrawn: TestClient, world: World) -> None:
        path = f"{TERRITORIES}/revisions/{world.revision_id}/diff"
        found = redrawn.get(path).json()
        kinds = {one["kind"]: one for one in found["territories"]}
        assert set(kinds) == {"added", "changed"}
        changed = kinds["changed"]
        assert (changed["before"]["name"], changed["after"]["name"]) == ("North", "Low")
        assert changed["tally_before"]["outlets"] == 6
        assert changed["tally_after"]["minutes"] < changed["tally_before"]["minutes"]
        assert {(h["from_rep_name"], h["to_rep_name"]) for h in found["hands"]} == {
            ("Rep N1", "Rep S1")
        }
        assert found["hands_share"] == pytest.approx(3 / 8)
        nothing = redrawn.get(path, params={"to": str(world.revision_id)}).json()
        assert nothing["territories"] == nothing["hands"] == []

    def test_a_restored_revision_is_a_new_one(self, redrawn: TestClient, world: World) -> None:
        path = f"{TERRITORIES}/revisions/{world.revision_id}"
        answer = redrawn.post(f"{path}/restore", json={"note": "Back"})
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["closed"]) == 1
        (feature,) = redrawn.get(TERRITORIES).json()["features"]
        assert feature["properties"]["name"] == "North"
        assert feature["properties"]["version"] == 3
        assert feature["geometry"] == SQUARE
        assert redrawn.get(f"{path}/diff").json()["territories"] == []
        newest, middle, _first = redrawn.get(f"{TERRITORIES}/revisions").json()["items"]
        assert newest["note"] == "Back"
        again = redrawn.post(f"{TERRITORIES}/revisions/{middle['id']}/restore", json={})
        assert again.status_code == 200
        names = {f["properties"]["name"] for f in redrawn.get(TERRITORIES).json()["features"]}
        assert names == {"Low", "High"}

    def test_lists_go_on_behind_the_last(self, redrawn: TestClient, world: World) -> None:
        page = redrawn.get(f"{TERRITORIES}/revisions", params={"limit": 1}).json()
        rest = redrawn.get(
            f"{TERRITORIES}/revisions", params={"limit": 5, "before": page["next_before"]}
        ).json()
        assert [one["id"] for one in rest["items"]] == [str(world.revision_id)]
        assert rest["next_before"] is None
        assert dt.datetime.fromisoformat(page["next_before"]).tzinfo is not None


class TestEdit:
    def edit(self, client: TestClient, operation: str, **more: Any) -> Any:
        return client.post(f"{TERRITORIES}/edit", json={"operation": operation, **more})

    def test_each_step_gives_areas_that_can_be_saved(
        self, client_of: ClientOf, world: World
    ) -> None:
        client = client_of("sup-north")
        merged = self.edit(client, "merge", areas=[LOW, HIGH]).json()["areas"]
        assert len(merged) == 1
        line = [[-8.7, 41.15], [-8.5, 41.15]]
        assert len(self.edit(client, "split", areas=merged, line=line).json()["areas"]) == 2
        cut = self.edit(client, "cut", areas=[SQUARE], others=[LOW]).json()["areas"]
        snapped = self.edit(client, "snap", areas=cut, others=[LOW]).json()["areas"]
        body = {"territories": [saved(snapped[0], "Cut", rep_id=str(world.rep.id))]}
        assert client.put(TERRITORIES, json=body).status_code == 200

    def test_what_cannot_be_done_says_why(self, client_of: ClientOf, world: World) -> None:
        client = client_of("sup-north")
        answer = self.edit(client, "split", areas=[SQUARE], line=[[0, 0], [1, 1]])
        assert answer.status_code == 409
        assert answer.json()["faults"][0]["code"] == "split-misses"
        broken = self.edit(client, "merge", areas=[SQUARE, {"type": "Point"}])
        assert broken.json()["faults"][0]["where"] == "areas[1].geometry"
