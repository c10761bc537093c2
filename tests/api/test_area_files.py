from __future__ import annotations

import json

from sqlalchemy.orm import Session

from tests.api.conftest import ClientOf
from tests.api.world import SQUARE, World

TERRITORIES = "/api/v1/territories"


def test_what_is_exported_is_read_as_the_same_territories(
    client_of: ClientOf, world: World
) -> None:
    client = client_of("sup-north")
    for ending in ("geojson", "kml"):
        file = client.get(f"{TERRITORIES}.{ending}")
        assert file.headers["content-disposition"] == f'attachment; filename="territories.{ending}"'
        read = client.post(f"{TERRITORIES}/read-file", content=file.content).json()
        assert (read["kind"], read["skipped"], read["unknown_reps"]) == (ending, 0, [])
        (area,) = read["areas"]
        assert area["geometry"] == SQUARE
        assert area["territory_id"] == str(world.territory.id)
        assert (area["rep_id"], area["version"]) == (str(world.rep.id), 1)


def test_a_file_of_others_is_new_and_its_reps_are_told(client_of: ClientOf, world: World) -> None:
    feature = {"type": "Feature", "geometry": SQUARE, "properties": {"name": "New", "rep": "Z9"}}
    read = client_of("sup-north").post(f"{TERRITORIES}/read-file", content=json.dumps(feature))
    assert read.json()["unknown_reps"] == ["Z9"]
    (area,) = read.json()["areas"]
    assert (area["territory_id"], area["rep_id"], area["name"]) == (None, None, "New")


def test_bad_geometry_is_refused_with_ring_and_point(
    client_of: ClientOf, world: World, session: Session
) -> None:
    ring = [[-8.63, 41.14], [-8.6, 41.14], [-8.6, 41.2]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    answer = client_of("sup-north").post(f"{TERRITORIES}/read-file", content=json.dumps(shape))
    assert (answer.status_code, answer.json()["code"]) == (409, "areas-not-right")
    assert answer.json()["faults"][1]["where"] == "areas[0].ring[0].point[2]"
    empty = client_of("sup-north").post(f"{TERRITORIES}/read-file", content=b"")
    assert (empty.status_code, empty.json()["code"]) == (422, "upload-empty")
