import json
from typing import Any

import pytest

from maps.geojson import (
    ATTRIBUTION,
    HomePin,
    OutletPin,
    StopPin,
    TerritoryArea,
    day_route,
    territories,
)
from maps.places.outlets import OsmOutlet
from maps.roads.network import RoadNetwork
from maps.roads.route import LegGeometry, RouteGeometry
from routing.geo import GeoPoint

HOME = HomePin("Home", GeoPoint(60.165, 24.9456), 480, 1020, 300.0, 400.0)
AREA: dict[str, Any] = {
    "type": "Polygon",
    "coordinates": [[[24.94, 60.16], [24.95, 60.16], [24.95, 60.17], [24.94, 60.16]]],
}


def stop(sequence: int, lat: float, lon: float, **more: Any) -> StopPin:
    start = 480.0 + 30 * sequence
    point = GeoPoint(lat, lon)
    return StopPin(sequence, f"o{sequence}", "Shop", point, start, start, start + 20, **more)


STOPS = [stop(1, 60.17, 24.94, grade="A"), stop(2, 60.175, 24.95)]


def of_kind(collection: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in collection["features"] if one["properties"]["kind"] == kind]


def test_a_day_has_home_stops_in_order_and_a_leg_to_each_and_back() -> None:
    day = day_route(STOPS, HOME, None)
    assert [one["properties"]["sequence"] for one in of_kind(day, "stop")] == [1, 2]
    assert [one["properties"]["sequence"] for one in of_kind(day, "leg")] == [1, 2, 3]
    [home] = of_kind(day, "home")
    assert home["geometry"] == {"type": "Point", "coordinates": [24.9456, 60.165]}
    assert day["attribution"] == ATTRIBUTION


def test_a_stop_carries_its_times_and_what_its_maker_adds() -> None:
    day = day_route([stop(1, 60.17, 24.94, properties={"address": "Main 1"})], HOME, None)
    [one] = of_kind(day, "stop")
    assert one["geometry"]["coordinates"] == [24.94, 60.17]
    about = one["properties"]
    assert (about["start_minute"], about["leave_minute"]) == (510.0, 530.0)
    assert (about["outlet_id"], about["address"]) == ("o1", "Main 1")


def test_added_properties_cannot_hide_the_stop_s_own() -> None:
    day = day_route([stop(1, 60.17, 24.94, properties={"kind": "leg", "name": "x"})], HOME, None)
    assert of_kind(day, "stop")[0]["properties"]["name"] == "Shop"


def test_legs_follow_the_streets(network: RoadNetwork) -> None:
    places = [HOME.point, *(one.point for one in STOPS), HOME.point]
    day = day_route(STOPS, HOME, network.route(places))
    for leg in of_kind(day, "leg"):
        assert len(leg["geometry"]["coordinates"]) > 5
        assert leg["properties"]["estimate"] is False
        assert leg["properties"]["seconds"] > 0


def test_without_geometry_legs_are_straight_and_marked_as_estimate() -> None:
    legs = of_kind(day_route(STOPS, HOME, None), "leg")
    assert all(len(leg["geometry"]["coordinates"]) == 2 for leg in legs)
    assert all(leg["properties"]["estimate"] for leg in legs)
    assert legs[0]["properties"]["seconds"] is None


def test_the_plan_s_own_figures_are_shown_before_measured_ones() -> None:
    planned = [stop(1, 60.17, 24.94, leg_seconds=120.0, leg_metres=150.0)]
    line = (HOME.point, planned[0].point)
    geometry = RouteGeometry((LegGeometry(line, 1.0, 2.0), LegGeometry(line[::-1], 1.0, 2.0)))
    there, back = of_kind(day_route(planned, HOME, geometry), "leg")
    assert (there["properties"]["seconds"], there["properties"]["metres"]) == (120.0, 150.0)
    assert (back["properties"]["seconds"], back["properties"]["metres"]) == (300.0, 400.0)


def test_a_day_without_stops_is_home_alone() -> None:
    day = day_route([], HOME, None)
    assert [one["properties"]["kind"] for one in day["features"]] == ["home"]


def test_geometry_of_another_route_is_refused() -> None:
    with pytest.raises(ValueError, match="0 legs do not join 2 stops"):
        day_route(STOPS, HOME, RouteGeometry(()))


def test_a_day_is_plain_json() -> None:
    far = RouteGeometry(tuple(LegGeometry((HOME.point,) * 2, float("inf"), 1.0) for _ in range(3)))
    text = json.dumps(day_route(STOPS, HOME, far), allow_nan=False)
    assert json.loads(text)["type"] == "FeatureCollection"


def test_territories_carry_counts_and_outlets_their_territory() -> None:
    area = TerritoryArea("t1", "West", "#b91c1c", AREA, "Anna", {"outlets": 3})
    pin = OutletPin("o1", "Shop", GeoPoint(60.165, 24.945), "A", "t1")
    drawn = territories([area], [pin])
    [territory], [outlet] = of_kind(drawn, "territory"), of_kind(drawn, "outlet")
    assert territory["geometry"] == AREA
    assert territory["properties"]["counts"] == {"outlets": 3}
    assert outlet["properties"]["territory_id"] == "t1"
    assert drawn["attribution"] == ATTRIBUTION


def test_a_day_of_a_city_keeps_its_turns(network: RoadNetwork, shops: list[OsmOutlet]) -> None:
    some = [shop.point for shop in shops[:25]]
    home = HomePin("Home", some[0], 480, 1020)
    stops = [stop(at, *point) for at, point in enumerate(some, start=1)]
    geometry = network.route([home.point, *some, home.point], turns=True).simplified(20_000)
    day = day_route(stops, home, geometry)
    assert all(leg["properties"]["turns"] for leg in of_kind(day, "leg"))
    assert len(day["turn_fields"]) == len(of_kind(day, "leg")[0]["properties"]["turns"][0])
    lines = [leg["geometry"]["coordinates"] for leg in of_kind(day, "leg")]
    assert len(json.dumps(lines, separators=(",", ":"))) < 20_000
