"""Google's Routes API: ``computeRouteMatrix`` and ``computeRoutes``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maps.roads.built import Profile
from maps.roads.engine import Table
from maps.roads.remote.dialect import Json, Limits, Request, Trouble, http_trouble, line_of
from maps.roads.route import LegGeometry, Turn
from routing.geo import GeoPoint

_WORDS: dict[Profile, str] = {"car": "DRIVE", "bike": "BICYCLE", "foot": "WALK"}
_TABLE_FIELDS = "originIndex,destinationIndex,status,condition,distanceMeters,duration"
_LEG_FIELDS = ("distanceMeters", "duration", "polyline.geoJsonLinestring")
_STEP_FIELDS = ("distanceMeters", "staticDuration", "startLocation", "navigationInstruction")


class Google:
    """It takes 625 pairs a table and 25 places between start and end of a route."""

    limits = Limits(
        sources=25, destinations=25, cells=625, places=50, waypoints=27, requests_a_second=20.0
    )

    def __init__(self, profile: Profile, key: str) -> None:
        self._word, self._key = _WORDS[profile], key

    def table_request(
        self, sources: Sequence[GeoPoint], destinations: Sequence[GeoPoint]
    ) -> Request:
        """As ``Dialect``."""
        body = {
            "origins": [{"waypoint": _waypoint(point)} for point in sources],
            "destinations": [{"waypoint": _waypoint(point)} for point in destinations],
            "travelMode": self._word,
        }
        path = "/distanceMatrix/v2:computeRouteMatrix"
        return Request(path, json=body, headers=self._headers(_TABLE_FIELDS))

    def read_table(self, body: Json, shape: tuple[int, int]) -> Table:
        """As ``Dialect``: one element a pair in any order; zero values are left out."""
        seconds, metres = np.full(shape, np.nan), np.full(shape, np.nan)
        for element in body:
            at = element.get("originIndex", 0), element.get("destinationIndex", 0)
            if element.get("condition") == "ROUTE_EXISTS":
                seconds[at] = _seconds(element.get("duration", "0s"))
                metres[at] = element.get("distanceMeters", 0)
            elif not element.get("status"):
                seconds[at] = metres[at] = np.inf
        return Table(seconds, metres)

    def route_request(self, points: Sequence[GeoPoint], turns: bool) -> Request:
        """As ``Dialect``."""
        fields = [f"routes.legs.{name}" for name in _LEG_FIELDS]
        fields += [f"routes.legs.steps.{name}" for name in _STEP_FIELDS] if turns else []
        body = {
            "origin": _waypoint(points[0]),
            "destination": _waypoint(points[-1]),
            "intermediates": [_waypoint(point) for point in points[1:-1]],
            "travelMode": self._word,
            "polylineEncoding": "GEO_JSON_LINESTRING",
        }
        path = "/directions/v2:computeRoutes"
        return Request(path, json=body, headers=self._headers(",".join(fields)))

    def read_legs(self, body: Json, turns: bool) -> list[LegGeometry]:
        """As ``Dialect``."""
        return [
            LegGeometry(
                line_of(leg["polyline"]["geoJsonLinestring"]["coordinates"]),
                _seconds(leg.get("duration", "0s")),
                float(leg.get("distanceMeters", 0)),
                tuple(_turn(step) for step in leg.get("steps", ())) if turns else (),
            )
            for leg in body["routes"][0]["legs"]
        ]

    def trouble(self, status: int, body: Json) -> Trouble | None:
        """As ``Dialect``: an answer without a route is ``{}``; errors are an object with code."""
        if status == 200 and body == {}:
            return Trouble("no_way", "no route")
        wrapped = body[0] if isinstance(body, list) and body else body
        error = wrapped.get("error") if isinstance(wrapped, dict) else None
        text = str(error.get("message", "")) if isinstance(error, dict) else ""
        found = http_trouble(status, text)
        if found and found.kind == "wrong" and "API key" in text:
            return Trouble("refused", found.text)
        return found

    def _headers(self, fields: str) -> dict[str, str]:
        return {"X-Goog-Api-Key": self._key, "X-Goog-FieldMask": fields}


def _waypoint(point: GeoPoint) -> Json:
    return {"location": {"latLng": {"latitude": point.lat, "longitude": point.lon}}}


def _seconds(text: str) -> float:
    """``"165s"`` and ``"2.5s"``."""
    return float(text.removesuffix("s"))


def _turn(step: Json) -> Turn:
    said = step.get("navigationInstruction", {})
    at = step["startLocation"]["latLng"]
    return Turn(
        kind=said.get("maneuver", "").lower().replace("_", " "),
        side=said.get("instructions", ""),
        street="",
        metres=float(step.get("distanceMeters", 0)),
        seconds=_seconds(step.get("staticDuration", "0s")),
        point=GeoPoint(at["latitude"], at["longitude"]),
    )
