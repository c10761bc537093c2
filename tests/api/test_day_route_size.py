"""A whole day on a phone: 60 KB, whatever the roads are like."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from itertools import pairwise
from uuid import UUID

import orjson
import pytest

from api.presenters.day_routes import day_route_geojson
from crm_core.planning.day_route import DayRoute, RouteRep, RouteStop
from maps.roads.route import PHONE_BYTES, LegGeometry, RouteGeometry, Turn
from routing.geo import GeoPoint
from routing.travel import TravelMatrix

DAY = dt.date(2026, 1, 5)


class WindingRoads:
    """Roads of so many bends and steps a leg; every other step only changes the street's name."""

    key = "winding"

    def __init__(self, bends: int, steps: int) -> None:
        self._bends, self._steps = bends, steps

    def matrix(self, points: Sequence[GeoPoint]) -> TravelMatrix:
        raise NotImplementedError

    def route(self, points: Sequence[GeoPoint], *, turns: bool = False) -> RouteGeometry:
        return RouteGeometry(tuple(self._leg(a, b, turns) for a, b in pairwise(points)))

    def _leg(self, here: GeoPoint, there: GeoPoint, turns: bool) -> LegGeometry:
        line = [
            GeoPoint(
                here.lat + (there.lat - here.lat) * share + 0.004 * math.sin(90 * share),
                here.lon + (there.lon - here.lon) * share + 0.004 * math.sin(70 * share),
            )
            for share in (at / self._bends for at in range(self._bends + 1))
        ]
        said = tuple(self._turn(at, here) for at in range(self._steps if turns else 0))
        return LegGeometry((here, *line[1:-1], there), 900.0, 8000.0, said)

    def _turn(self, at: int, here: GeoPoint) -> Turn:
        kind, side = ("new name", "straight") if at % 2 else ("turn", "slight right")
        return Turn(kind, side, f"Carretera de l'Obac {at}", 100.0, 10.0, here)


def long_day(stops: int = 25) -> DayRoute:
    rep = RouteRep(UUID(int=1), "R1", "陈伟", "Europe/Andorra", "car", "家", 42.5, 1.5)
    return DayRoute(rep, DAY, DAY, stops=tuple(a_stop(at) for at in range(1, stops + 1)))


def a_stop(at: int) -> RouteStop:
    return RouteStop(
        windows=((540, 1080),),
        id=UUID(int=at),
        sequence=at,
        outlet_id=UUID(int=1000 + at),
        name=f"和平路便利店第{at}分店",
        short_code=f"O{at}",
        channel="convenience",
        grade_code="A+",
        lat=42.5 + 0.01 * at,
        lon=1.5 + 0.03 * (at % 3),
        address="Avinguda Meritxell 120, Andorra la Vella",
        phone="+376 800 000",
        arrival_minute=500.5,
        start_minute=501.5,
        leave_minute=520.5,
        leg_seconds=900.1,
        leg_metres=8000.1,
        reason="",
    )


@pytest.mark.parametrize(
    ("bends", "steps", "left"),
    [(40, 4, "all"), (2000, 4, "all"), (2000, 20, "those that matter"), (2000, 200, "none")],
)
def test_a_whole_day_fits_a_phone(bends: int, steps: int, left: str) -> None:
    day = day_route_geojson(long_day(), WindingRoads(bends, steps), turns=True)
    assert len(orjson.dumps(day)) <= PHONE_BYTES
    legs = [one for one in day["features"] if one["properties"]["kind"] == "leg"]
    assert len(legs) == 26
    assert sum(len(leg["geometry"]["coordinates"]) for leg in legs) > 10 * len(legs)
    listed = {len(leg["properties"].get("turns", ())) for leg in legs}
    assert listed == {{"all": steps, "those that matter": steps // 2, "none": 0}[left]}
    assert day.get("turns_left_out", False) == (left == "none")


def test_the_way_of_a_step_that_is_no_turn_counts_to_the_turn_before() -> None:
    [leg] = WindingRoads(9, 4).route([GeoPoint(0, 0), GeoPoint(0, 1)], turns=True).legs
    [short] = RouteGeometry((leg,)).with_turns_that_matter().legs
    assert [turn.metres for turn in short.turns] == [200.0, 200.0]
    assert [turn.seconds for turn in short.turns] == [20.0, 20.0]


def test_as_many_stops_as_nobody_makes_still_have_their_lines() -> None:
    day = day_route_geojson(long_day(stops=60), WindingRoads(500, 30), turns=True)
    assert len(orjson.dumps(day)) <= PHONE_BYTES
