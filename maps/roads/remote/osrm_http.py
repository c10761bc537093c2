"""OSRM over HTTP (``osrm-routed``): ``/table/v1`` and ``/route/v1``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maps.roads.built import Profile
from maps.roads.engine import Table
from maps.roads.remote.dialect import Json, Limits, Request, Trouble, grid, http_trouble, line_of
from maps.roads.route import LegGeometry, Turn
from routing.geo import GeoPoint

_WORDS: dict[Profile, str] = {"car": "driving", "bike": "cycling", "foot": "walking"}


class OsrmHttp:
    """A server takes 100 places a table unless it was started with another ``--max-table-size``."""

    limits = Limits(sources=50, destinations=50, cells=2500, places=100, waypoints=100)

    def __init__(self, profile: Profile, key: str) -> None:
        self._word = _WORDS[profile]

    def table_request(
        self, sources: Sequence[GeoPoint], destinations: Sequence[GeoPoint]
    ) -> Request:
        """As ``Dialect``: places of both kinds are named once."""
        first = len(sources)
        numbers = range(first + len(destinations))
        return Request(
            f"/table/v1/{self._word}/{_places([*sources, *destinations])}",
            {
                "sources": ";".join(map(str, numbers[:first])),
                "destinations": ";".join(map(str, numbers[first:])),
                "annotations": "duration,distance",
                "generate_hints": "false",
            },
        )

    def read_table(self, body: Json, shape: tuple[int, int]) -> Table:
        """As ``Dialect``."""
        snaps = [place["distance"] for place in body["destinations"]]
        return Table(
            grid(body["durations"], shape),
            grid(body["distances"], shape),
            np.array(snaps, dtype=np.float64),
        )

    def route_request(self, points: Sequence[GeoPoint], turns: bool) -> Request:
        """As ``Dialect``."""
        return Request(
            f"/route/v1/{self._word}/{_places(points)}",
            {
                "geometries": "geojson",
                "overview": "false",
                "steps": "true",
                "continue_straight": "false",
                "generate_hints": "false",
            },
        )

    def read_legs(self, body: Json, turns: bool) -> list[LegGeometry]:
        """As ``Dialect``."""
        return [
            LegGeometry(
                line_of([at for step in leg["steps"] for at in step["geometry"]["coordinates"]]),
                float(leg["duration"]),
                float(leg["distance"]),
                tuple(_turn(step) for step in leg["steps"]) if turns else (),
            )
            for leg in body["routes"][0]["legs"]
        ]

    def trouble(self, status: int, body: Json) -> Trouble | None:
        """As ``Dialect``: errors are HTTP 400 with a code."""
        code = body.get("code") if isinstance(body, dict) else None
        if code in ("NoRoute", "NoTable", "NoSegment"):
            return Trouble("no_way", f"{code}: {body.get('message', '')}")
        if code not in (None, "Ok"):
            return Trouble("wrong", f"{code}: {body.get('message', '')}")
        return http_trouble(status, "")


def _turn(step: Json) -> Turn:
    manoeuvre = step["maneuver"]
    lon, lat = manoeuvre["location"]
    return Turn(
        manoeuvre["type"],
        manoeuvre.get("modifier", ""),
        step["name"],
        float(step["distance"]),
        float(step["duration"]),
        GeoPoint(lat, lon),
    )


def _places(points: Sequence[GeoPoint]) -> str:
    return ";".join(f"{point.lon:.6f},{point.lat:.6f}" for point in points)
