"""Valhalla: ``/sources_to_targets`` and ``/route``."""

from __future__ import annotations

from collections.abc import Sequence

from maps.roads.built import Profile
from maps.roads.engine import Table
from maps.roads.remote.dialect import Json, Limits, Request, Trouble, grid, http_trouble, line_of
from maps.roads.route import LegGeometry, Turn
from routing.geo import GeoPoint

_WORDS: dict[Profile, str] = {"car": "auto", "bike": "bicycle", "foot": "pedestrian"}
_POLYLINE_UNIT = 1e-6
#: Codes that say that no way leads there (171: no road near by, 442: no path).
_NO_WAY = (170, 171, 442)


class Valhalla:
    """A server takes 2500 pairs and 50 places on a route unless its limits were changed."""

    limits = Limits(sources=50, destinations=50, cells=2500, places=100, waypoints=20)

    def __init__(self, profile: Profile, key: str) -> None:
        self._word = _WORDS[profile]

    def table_request(
        self, sources: Sequence[GeoPoint], destinations: Sequence[GeoPoint]
    ) -> Request:
        """As ``Dialect``."""
        body = {
            "sources": _places(sources),
            "targets": _places(destinations),
            "costing": self._word,
            "units": "kilometers",
        }
        return Request("/sources_to_targets", json=body)

    def read_table(self, body: Json, shape: tuple[int, int]) -> Table:
        """As ``Dialect``: an object a pair, ``time`` null where there is no way."""
        rows = body["sources_to_targets"]
        kilometres = grid([[pair["distance"] for pair in row] for row in rows], shape)
        return Table(
            grid([[pair["time"] for pair in row] for row in rows], shape), kilometres * 1e3
        )

    def route_request(self, points: Sequence[GeoPoint], turns: bool) -> Request:
        """As ``Dialect``."""
        body = {"locations": _places(points), "costing": self._word, "units": "kilometers"}
        return Request("/route", json=body)

    def read_legs(self, body: Json, turns: bool) -> list[LegGeometry]:
        """As ``Dialect``: each leg's line is an encoded polyline of six decimals."""
        return [_leg(leg, turns) for leg in body["trip"]["legs"]]

    def trouble(self, status: int, body: Json) -> Trouble | None:
        """As ``Dialect``: errors carry ``error_code`` and ``error``."""
        code = body.get("error_code") if isinstance(body, dict) else None
        text = str(body.get("error", "")) if isinstance(body, dict) else ""
        if code in _NO_WAY:
            return Trouble("no_way", f"{code}: {text}")
        return http_trouble(status, text)


def _leg(leg: Json, turns: bool) -> LegGeometry:
    shape = decoded(leg["shape"])
    said = [_turn(step, shape) for step in leg["maneuvers"]] if turns else []
    summary = leg["summary"]
    return LegGeometry(
        line_of(shape), float(summary["time"]), float(summary["length"]) * 1e3, tuple(said)
    )


def _turn(step: Json, shape: Sequence[tuple[float, float]]) -> Turn:
    lon, lat = shape[step["begin_shape_index"]]
    return Turn(
        kind="turn",
        side=step["instruction"],
        street=", ".join(step.get("street_names", ())),
        metres=float(step["length"]) * 1e3,
        seconds=float(step["time"]),
        point=GeoPoint(lat, lon),
    )


def decoded(text: str) -> list[tuple[float, float]]:
    """The ``(lon, lat)`` pairs of an encoded polyline of six decimals."""
    numbers, number, shift = [], 0, 0
    for sign in text:
        bits = ord(sign) - 63
        number |= (bits & 0x1F) << shift
        shift += 5
        if bits < 0x20:
            numbers.append(~(number >> 1) if number & 1 else number >> 1)
            number, shift = 0, 0
    lat = lon = 0
    line = []
    for north, east in zip(numbers[::2], numbers[1::2], strict=True):
        lat, lon = lat + north, lon + east
        line.append((lon * _POLYLINE_UNIT, lat * _POLYLINE_UNIT))
    return line


def _places(points: Sequence[GeoPoint]) -> list[dict[str, float]]:
    return [{"lat": round(point.lat, 6), "lon": round(point.lon, 6)} for point in points]
