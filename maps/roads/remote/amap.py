"""Amap (高德): ``/v3/distance`` and ``/v3/direction``, in GCJ-02; our points are WGS-84."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maps.roads.built import Profile
from maps.roads.engine import Table
from maps.roads.remote.dialect import Json, Limits, Request, Trouble, http_trouble, line_of
from maps.roads.route import LegGeometry, Turn
from routing.datum import Datum, from_wgs84, to_wgs84
from routing.geo import GeoPoint

_TABLE_TYPES: dict[Profile, str] = {"car": "1", "foot": "3"}
_PATHS: dict[Profile, str] = {"car": "/v3/direction/driving", "foot": "/v3/direction/walking"}
#: Too many requests, a second or at once: 10004, 10014, 10015, 10019 to 10023; 10016: overloaded.
_AGAIN = ("10004", "10014", "10015", "10016", "10019", "10020", "10021", "10022", "10023")
#: Key wrong, not for this service, used up: 10001 to 10013, 40000 and up.
_REFUSED = ("10001", "10002", "10003", "10005", "10006", "10007", "10009", "10012", "40000")
#: 20801 to 20803: no road near by, no way, too far.
_NO_WAY = ("20801", "20802", "20803")


class Amap:
    """It takes 100 origins to one destination, and is asked for one leg at a time."""

    limits = Limits(
        sources=100, destinations=1, cells=100, places=101, waypoints=2, requests_a_second=3.0
    )

    def __init__(self, profile: Profile, key: str) -> None:
        self._type, self._path, self._key = _TABLE_TYPES[profile], _PATHS[profile], key

    def table_request(
        self, sources: Sequence[GeoPoint], destinations: Sequence[GeoPoint]
    ) -> Request:
        """As ``Dialect``."""
        [destination] = destinations
        params = {
            "origins": "|".join(_place(point) for point in sources),
            "destination": _place(destination),
            "type": self._type,
            "output": "JSON",
            "key": self._key,
        }
        return Request("/v3/distance", params)

    def read_table(self, body: Json, shape: tuple[int, int]) -> Table:
        """As ``Dialect``: texts; a pair without a way has ``info`` and ``code`` instead."""
        seconds, metres = np.full(shape, np.nan), np.full(shape, np.nan)
        for result in body["results"]:
            at = int(result["origin_id"]) - 1, int(result["dest_id"]) - 1
            has_way = "code" not in result
            seconds[at] = float(result["duration"]) if has_way else np.inf
            metres[at] = float(result["distance"]) if has_way else np.inf
        return Table(seconds, metres)

    def route_request(self, points: Sequence[GeoPoint], turns: bool) -> Request:
        """As ``Dialect``."""
        origin, destination = points
        params = {
            "origin": _place(origin),
            "destination": _place(destination),
            "output": "JSON",
            "key": self._key,
        }
        return Request(self._path, params)

    def read_legs(self, body: Json, turns: bool) -> list[LegGeometry]:
        """As ``Dialect``."""
        path = body["route"]["paths"][0]
        lines = [_line(step["polyline"]) for step in path["steps"]]
        said = [_turn(step, line) for step, line in zip(path["steps"], lines, strict=True)]
        return [
            LegGeometry(
                line_of([(at.lon, at.lat) for line in lines for at in line]),
                float(path["duration"]),
                float(path["distance"]),
                tuple(said) if turns else (),
            )
        ]

    def trouble(self, status: int, body: Json) -> Trouble | None:
        """As ``Dialect``: every answer is HTTP 200; ``infocode`` says how it went."""
        if status != 200 or not isinstance(body, dict) or body.get("status") == "1":
            return http_trouble(status, "")
        code, text = str(body.get("infocode")), f"{body.get('infocode')}: {body.get('info')}"
        if code in _AGAIN:
            return Trouble("again", text)
        if code in _NO_WAY:
            return Trouble("no_way", text)
        return Trouble("refused" if code in _REFUSED else "wrong", text)


def _place(point: GeoPoint) -> str:
    lat, lon = from_wgs84(point, Datum.GCJ_02)
    return f"{lon:.6f},{lat:.6f}"


def _line(text: str) -> list[GeoPoint]:
    pairs = (pair.split(",") for pair in text.split(";"))
    return [to_wgs84(float(lat), float(lon), Datum.GCJ_02) for lon, lat in pairs]


def _turn(step: Json, line: Sequence[GeoPoint]) -> Turn:
    """Amap writes ``[]`` for a missing text."""
    return Turn(
        "turn",
        str(step.get("instruction") or ""),
        str(step.get("road") or ""),
        float(step["distance"]),
        float(step["duration"]),
        line[0],
    )
