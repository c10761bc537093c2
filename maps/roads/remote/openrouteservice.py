"""openrouteservice: ``/v2/matrix`` and ``/v2/directions``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maps.roads.built import Profile
from maps.roads.engine import Floats, Table
from maps.roads.remote.dialect import (
    Json,
    Limits,
    Request,
    Trouble,
    grid,
    http_trouble,
    line_of,
    lon_lat,
)
from maps.roads.route import LegGeometry, Turn
from routing.geo import GeoPoint

_WORDS: dict[Profile, str] = {
    "car": "driving-car",
    "bike": "cycling-regular",
    "foot": "foot-walking",
}
#: Codes that say that no way leads there (2009, 2010: directions; 6010: matrix).
_NO_WAY = (2009, 2010, 6010)


class OpenRouteService:
    """The public service takes 2500 pairs a table, 40 tables a minute and 50 places a route."""

    limits = Limits(
        sources=50,
        destinations=50,
        cells=2500,
        places=100,
        waypoints=50,
        requests_a_second=40 / 60,
    )

    def __init__(self, profile: Profile, key: str) -> None:
        self._word = _WORDS[profile]
        self._headers = {"Authorization": key} if key else {}

    def table_request(
        self, sources: Sequence[GeoPoint], destinations: Sequence[GeoPoint]
    ) -> Request:
        """As ``Dialect``."""
        numbers = list(range(len(sources) + len(destinations)))
        body = {
            "locations": lon_lat([*sources, *destinations]),
            "sources": numbers[: len(sources)],
            "destinations": numbers[len(sources) :],
            "metrics": ["duration", "distance"],
            "units": "m",
        }
        return Request(f"/v2/matrix/{self._word}", json=body, headers=self._headers)

    def read_table(self, body: Json, shape: tuple[int, int]) -> Table:
        """As ``Dialect``."""
        return Table(
            grid(body["durations"], shape),
            grid(body["distances"], shape),
            _snaps(body["destinations"]),
        )

    def route_request(self, points: Sequence[GeoPoint], turns: bool) -> Request:
        """As ``Dialect``."""
        body = {"coordinates": lon_lat(points), "instructions": True, "units": "m"}
        return Request(f"/v2/directions/{self._word}/geojson", json=body, headers=self._headers)

    def read_legs(self, body: Json, turns: bool) -> list[LegGeometry]:
        """As ``Dialect``: one line for all legs, cut at ``way_points``."""
        [feature] = body["features"]
        line, properties = feature["geometry"]["coordinates"], feature["properties"]
        cuts = properties["way_points"]
        return [
            LegGeometry(
                line_of(line[first : last + 1]),
                float(leg.get("duration", 0.0)),
                float(leg.get("distance", 0.0)),
                tuple(_turn(step, line) for step in leg["steps"]) if turns else (),
            )
            for leg, first, last in zip(properties["segments"], cuts, cuts[1:], strict=False)
        ]

    def trouble(self, status: int, body: Json) -> Trouble | None:
        """As ``Dialect``: ``error`` is a text or an object with code and message."""
        error = body.get("error") if isinstance(body, dict) else None
        code = error.get("code") if isinstance(error, dict) else None
        text = str(error.get("message", "")) if isinstance(error, dict) else str(error or "")
        if code in _NO_WAY:
            return Trouble("no_way", f"{code}: {text}")
        return http_trouble(status, text)


def _snaps(places: Sequence[Json | None]) -> Floats:
    """A place that no road is near is ``null``: infinitely far."""
    snaps = [place.get("snapped_distance", 0.0) if place else np.inf for place in places]
    return np.array(snaps, dtype=np.float64)


def _turn(step: Json, line: Sequence[Sequence[float]]) -> Turn:
    lon, lat, *_ = line[step["way_points"][0]]
    street = "" if step["name"] == "-" else step["name"]
    return Turn(
        "turn",
        step["instruction"],
        street,
        float(step["distance"]),
        float(step["duration"]),
        GeoPoint(lat, lon),
    )
