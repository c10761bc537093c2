"""A road server as an engine: matrices block by block, route geometry part by part."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from maps.errors import MapsError, NetworkError
from maps.roads.built import Profile
from maps.roads.engine import PartialTableError, Table, check_points
from maps.roads.matrices import matrix_of
from maps.roads.remote.amap import Amap
from maps.roads.remote.blocks import Blocks
from maps.roads.remote.caller import Caller, Manners
from maps.roads.remote.dialect import Dialect, Limits
from maps.roads.remote.google import Google
from maps.roads.remote.near_roads import NearRoads
from maps.roads.remote.openrouteservice import OpenRouteService
from maps.roads.remote.osrm_http import OsrmHttp
from maps.roads.remote.valhalla import Valhalla
from maps.roads.route import LegGeometry, RouteGeometry
from routing.geo import GeoPoint
from routing.travel import TravelMatrix

_DIALECTS: dict[str, Callable[[Profile, str], Dialect]] = {
    "osrm": OsrmHttp,
    "valhalla": Valhalla,
    "openrouteservice": OpenRouteService,
    "google": Google,
    "amap": Amap,
}
ENGINES = tuple(_DIALECTS)
#: Where the public services are; the others run on a machine of one's own.
_ADDRESSES = {
    "openrouteservice": "https://api.openrouteservice.org",
    "google": "https://routes.googleapis.com",
    "amap": "https://restapi.amap.com",
}
#: After so many failed blocks in a row nobody is asked any more.
_GIVE_UP_AFTER = 3


@dataclass(frozen=True, slots=True)
class RemoteServer:
    """A road server: its kind, address, profile, and the environment variable that has its key.

    ``requests_a_second`` replaces the kind's usual limit, 0 for none.  The key itself is never
    written down.
    """

    engine: str
    profile: Profile
    url: str = ""
    key_variable: str = ""
    requests_a_second: float | None = None
    timeout_s: float = 30.0

    @property
    def address(self) -> str:
        """Where it is asked."""
        return self.url or _ADDRESSES.get(self.engine, "")

    @property
    def key(self) -> str:
        """What plans remember: kind, profile, address in short."""
        where = hashlib.sha256(self.address.encode()).hexdigest()[:8]
        return f"{self.engine}:{self.profile}:{where}"


def open_remote(
    server: RemoteServer,
    manners: Manners | None = None,
    limits: Limits | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> RemoteNetwork:
    """An engine that asks this server; nothing is asked yet.

    Raises NetworkError: ``remote-unknown``, ``remote-address-missing``, ``remote-key-missing``,
    ``profile-unknown``.
    """
    if server.engine not in _DIALECTS:
        cause = f"There is no kind of road server called {server.engine!r}."
        raise NetworkError("remote-unknown", cause, f"Choose one of {', '.join(ENGINES)}.")
    if not server.address.startswith(("http://", "https://")):
        cause = f"{server.address!r} is no address of a road server."
        action = "Give one that begins with http:// or https://."
        raise NetworkError("remote-address-missing", cause, action)
    try:
        dialect = _DIALECTS[server.engine](server.profile, _key(server))
    except KeyError as error:
        cause = f"{server.engine} gives no matrices for {server.profile}."
        action = "Choose another profile or server."
        raise NetworkError("profile-unknown", cause, action) from error
    limits = limits or dialect.limits
    rate = server.requests_a_second
    usual = Manners(
        timeout_s=server.timeout_s,
        requests_a_second=limits.requests_a_second if rate is None else rate or None,
    )
    caller = Caller(server.address, dialect, manners or usual, sleep)
    return RemoteNetwork(server, dialect, caller, limits)


def _key(server: RemoteServer) -> str:
    """The key in the environment; a public service without one is an error."""
    name = server.key_variable or f"ROUNDSMAN_{server.engine.upper()}_KEY"
    key = os.environ.get(name, "")
    if not key and (server.key_variable or (server.engine in _ADDRESSES and not server.url)):
        cause = f"The environment variable {name} has no key for {server.engine}."
        raise NetworkError("remote-key-missing", cause, "Set it for every process of Roundsman.")
    return key


class RemoteNetwork:
    """A road server as an engine; calls are blocking and may take long."""

    def __init__(
        self, server: RemoteServer, dialect: Dialect, caller: Caller, limits: Limits
    ) -> None:
        self._dialect, self._caller, self._limits = dialect, caller, limits
        self.key = server.key
        self.identity = f"{server.engine}:{server.profile}:{server.address}"

    def matrix(
        self,
        points: Sequence[GeoPoint],
        cache_dir: Path | None = None,
        most_age_s: float | None = None,
    ) -> TravelMatrix:
        """Seconds and metres between all points, ``inf`` where the server knows no way.

        ``most_age_s``: how long an answer is kept; as for ``maps.roads.matrices.matrix_of``.
        """
        return matrix_of(self, points, cache_dir, most_age_s)

    def table(
        self, points: Sequence[GeoPoint], sources: Sequence[int], destinations: Sequence[int]
    ) -> Table:
        """Some of the points to others, by index, in as many requests as the server's limits ask.

        Raises PartialTableError (``remote-partial``) where some requests failed, and what the
        server said where all of them did.
        """
        work = Blocks(len(sources), len(destinations), self._limits)
        failures: list[MapsError] = []
        near_roads = NearRoads(self._asked)
        in_a_row = 0
        for rows, columns in work.blocks():
            if in_a_row >= _GIVE_UP_AFTER or (failures and failures[-1].code in _HOPELESS):
                continue
            try:
                answer = near_roads.table(
                    [points[sources[at]] for at in rows],
                    [points[destinations[at]] for at in columns],
                )
                work.put(rows, columns, answer)
                in_a_row = 0
            except MapsError as error:
                failures.append(error)
                in_a_row += 1
        if failures and work.answered == 0:
            raise failures[0]
        if work.answered < work.count:
            raise self._partial(work, sources, destinations, failures)
        return work.table()

    def route(self, points: Sequence[GeoPoint], *, turns: bool = False) -> RouteGeometry:
        """The streets through the points, one leg between each two."""
        check_points(points)
        most = self._limits.waypoints
        legs: list[LegGeometry] = []
        for first in range(0, len(points) - 1, most - 1):
            part = points[first : first + most]
            body = self._caller.ask(self._dialect.route_request(part, turns))
            found = _read(lambda body=body: self._dialect.read_legs(body, turns))  # type: ignore[misc]
            if len(found) != len(part) - 1:
                raise _misshapen(f"{len(found)} legs join {len(part)} places")
            legs += found
        return RouteGeometry(tuple(legs))

    def _asked(self, sources: Sequence[GeoPoint], destinations: Sequence[GeoPoint]) -> Table | None:
        """The server's answer, ``None`` where it knows no way."""
        shape = len(sources), len(destinations)
        try:
            body = self._caller.ask(self._dialect.table_request(sources, destinations))
        except NetworkError as error:
            if error.code != "no-road-route":
                raise
            return None
        table = _read(lambda: self._dialect.read_table(body, shape))
        if np.isnan(table.seconds).any() or np.isnan(table.metres).any():
            raise _misshapen("some pairs are missing")
        return _no_way_to_itself(table, sources, destinations)

    def _partial(
        self,
        work: Blocks,
        sources: Sequence[int],
        destinations: Sequence[int],
        failures: Sequence[MapsError],
    ) -> PartialTableError:
        table = work.table()
        holes = np.isnan(table.seconds)
        rows = [sources[at] for at in np.flatnonzero(holes.any(axis=1)).tolist()]
        columns = [destinations[at] for at in np.flatnonzero(holes.any(axis=0)).tolist()]
        failed = work.count - work.answered
        cause = (
            f"{failed} of {work.count} requests gave no answer: from places number"
            f" {_numbers(rows)} to {_numbers(columns)}. {failures[-1].cause}"
        )
        action = "Plan again: only what is missing is asked for."
        return PartialTableError("remote-partial", cause, action, table)


#: Trying other places does not help.
_HOPELESS = ("remote-refused", "remote-answer-invalid")


def _no_way_to_itself(
    table: Table, sources: Sequence[GeoPoint], destinations: Sequence[GeoPoint]
) -> Table:
    """Some servers know no way from a place to itself: it takes no time."""
    at = {point: column for column, point in enumerate(destinations)}
    for row, point in enumerate(sources):
        if point in at:
            table.seconds[row, at[point]] = table.metres[row, at[point]] = 0.0
    return table


def _read[T](read: Callable[[], T]) -> T:
    try:
        return read()
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise _misshapen(f"{type(error).__name__} {error}") from error


def _misshapen(text: str) -> NetworkError:
    return NetworkError(
        "remote-answer-invalid",
        f"The road server did not answer as its kind does: {text}.",
        "Check the address, the kind of the server and its limits.",
    )


def _numbers(places: Sequence[int]) -> str:
    shown = ", ".join(map(str, places[:20]))
    return shown + (f" and {len(places) - 20} more" if len(places) > 20 else "")
