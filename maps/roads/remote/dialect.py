"""What differs between road servers: how one asks, how they answer, and what they put up with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np

from maps.roads.engine import Floats, Table
from maps.roads.route import LegGeometry
from routing.geo import GeoPoint

type Json = Any


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one request may ask: sources, destinations, their product, and places named
    in it; places on a route; and requests a second (``None``: as fast as answers come)."""

    sources: int
    destinations: int
    cells: int
    places: int
    waypoints: int
    requests_a_second: float | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; ``path`` is below the server's address."""

    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    json: Json | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """POST where there is a body."""
        return "GET" if self.json is None else "POST"


#: ``again``: worth another try; ``refused``: not with this key; ``no_way``: no road joins the
#: places; ``wrong``: the server does not take the request or does not know the format.
type TroubleKind = Literal["again", "refused", "no_way", "wrong"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an answer says is not right, in the server's words."""

    kind: TroubleKind
    text: str


class Dialect(Protocol):
    """One kind of server, for one profile and key."""

    limits: Limits

    def table_request(
        self, sources: Sequence[GeoPoint], destinations: Sequence[GeoPoint]
    ) -> Request:
        """Ask for seconds and metres from each source to each destination."""
        ...

    def read_table(self, body: Json, shape: tuple[int, int]) -> Table:
        """The answer; LookupError, TypeError or ValueError where it has another shape."""
        ...

    def route_request(self, points: Sequence[GeoPoint], turns: bool) -> Request:
        """Ask for the streets through some points."""
        ...

    def read_legs(self, body: Json, turns: bool) -> list[LegGeometry]:
        """The legs of the answer; errors as for ``read_table``."""
        ...

    def trouble(self, status: int, body: Json) -> Trouble | None:
        """What is wrong with an answer; ``None`` for a good one."""
        ...


def http_trouble(status: int, text: str) -> Trouble | None:
    """What the HTTP status alone says."""
    if status < 300:
        return None
    said = f"HTTP {status}" + (f": {text}" if text else "")
    if status == 429 or status >= 500:
        return Trouble("again", said)
    return Trouble("refused" if status in (401, 402, 403) else "wrong", said)


def grid(rows: Sequence[Sequence[float | None]], shape: tuple[int, int]) -> Floats:
    """Rows as an array; ``None`` (no way) becomes ``inf``.  ValueError: another shape."""
    numbers = np.array([list(row) for row in rows], dtype=np.float64)
    if numbers.shape != shape:
        raise ValueError(f"{numbers.shape} numbers where {shape} were asked for")
    numbers[np.isnan(numbers)] = np.inf
    return numbers


def lon_lat(points: Sequence[GeoPoint]) -> list[list[float]]:
    """Points as most servers write them."""
    return [[round(point.lon, 6), round(point.lat, 6)] for point in points]


def line_of(coordinates: Sequence[Sequence[float]]) -> tuple[GeoPoint, ...]:
    """Points of ``[lon, lat]`` pairs, at least two, none twice in a row."""
    line: list[GeoPoint] = []
    for lon, lat, *_ in coordinates:
        point = GeoPoint(lat, lon)
        if not line or line[-1] != point:
            line.append(point)
    return (*line, line[0]) if len(line) == 1 else tuple(line)
