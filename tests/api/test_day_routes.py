from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy.orm import Session

from api.schemas.day_route import DayRouteOut
from api.settings import Settings
from maps.roads.store import RoadStore
from tests.api.conftest import ClientOf
from tests.api.world import World
from tests.maps.roads.towns import one_way_square

MINE = "/api/v1/me/day-route"


def test_the_own_route_is_todays_or_the_next(client_of: ClientOf, world: World) -> None:
    answer = client_of("rep-north").get(MINE)
    route = DayRouteOut.model_validate_json(answer.content)
    assert route.requested_date == world.today
    assert route.is_next_working_day == (world.today.weekday() >= 5)
    assert route.plan is not None
    assert route.plan.id == str(world.published.id)
    assert [stop.sequence for stop in route.stops] == [*range(1, len(route.stops) + 1)]
    assert route.totals.stops == len(route.stops) > 0
    assert "OpenStreetMap" in route.attribution


def test_a_date_without_a_route_says_so(client_of: ClientOf, world: World) -> None:
    sunday = world.monday + dt.timedelta(days=6)
    answer = client_of("rep-north").get(MINE, params={"date": str(sunday)})
    route = DayRouteOut.model_validate_json(answer.content)
    assert (route.date, route.is_next_working_day) == (sunday, False)
    assert (route.plan, route.stops, route.return_leg) == (None, [], None)
    assert route.home.name == ""


def test_an_unchanged_route_is_not_sent_again(client_of: ClientOf, world: World) -> None:
    client = client_of("rep-north")
    etag = client.get(MINE).headers["etag"]
    again = client.get(MINE, headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag


def test_a_changed_route_is_sent_again(client_of: ClientOf, world: World) -> None:
    client = client_of("rep-north")
    first = client.get(MINE)
    etag, stop = first.headers["etag"], first.json()["stops"][0]
    event = {
        "client_id": str(world.run.id),
        "visit_key": str(world.draft.id),
        "kind": "check_in",
        "outlet_id": stop["outlet"]["id"],
        "planned_stop_id": stop["id"],
        "device_at": f"{first.json()['date']}T10:00:00Z",
    }
    client.post("/api/v1/visits", json={"events": [event]})
    again = client.get(MINE, headers={"If-None-Match": etag})
    assert again.status_code == 200
    assert again.json()["stops"][0]["visit"]["status"] == "open"


def test_a_supervisor_reads_the_route_of_a_rep(client_of: ClientOf, world: World) -> None:
    mine = client_of("rep-north").get(MINE).json()
    theirs = client_of("sup-north").get(f"/api/v1/reps/{world.rep.id}/day-route").json()
    assert theirs == mine


def test_without_roads_the_legs_are_estimates(client_of: ClientOf, world: World) -> None:
    answer = client_of("rep-north").get(MINE + ".geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    features = answer.json()["features"]
    kinds = [feature["properties"]["kind"] for feature in features]
    assert kinds.count("leg") == kinds.count("stop") + 1
    legs = [f for f in features if f["properties"]["kind"] == "leg"]
    assert all(leg["properties"]["estimate"] for leg in legs)
    assert "OpenStreetMap" in answer.json()["attribution"]


def test_with_roads_the_legs_follow_them_and_list_turns_when_asked(
    client_of: ClientOf, world: World, settings: Settings, tmp_path: Path, session: Session
) -> None:
    town = one_way_square(tmp_path / "town.osm", 41.15, -8.611)
    RoadStore(settings.roads).add(town, "town", "foot")
    world.rep.profile = "foot"
    session.commit()
    client = client_of("rep-north")
    for asked in (False, True):
        answer = client.get(MINE + ".geojson", params={"turns": asked})
        legs = [f for f in answer.json()["features"] if f["properties"]["kind"] == "leg"]
        assert not any(leg["properties"]["estimate"] for leg in legs)
        assert all(("turns" in leg["properties"]) == asked for leg in legs)
        assert len(answer.content) < 60_000
    assert legs[0]["properties"]["turns"][0][0] == "depart"


def test_an_exported_map_has_no_power_over_us(client_of: ClientOf, world: World) -> None:
    path = f"/api/v1/reps/{world.rep.id}/day-route.html"
    shown = client_of("sup-north").get(path)
    policy = shown.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts;")
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    kept = client_of("sup-north").get(path, params={"download": "true"})
    assert kept.headers["content-disposition"].startswith("attachment; filename=")
    assert "Outlet N" in kept.text


def test_the_first_and_the_last_date_there_is_have_no_route(
    client_of: ClientOf, world: World
) -> None:
    for date in (dt.date.min, dt.date.max):
        answer = client_of("rep-north").get(MINE, params={"date": str(date)})
        assert DayRouteOut.model_validate_json(answer.content).stops == []
