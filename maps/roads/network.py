"""A road network on disk, opened once and asked for matrices and route geometry (embedded OSRM)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import osrm
from numpy.typing import NDArray

from maps.errors import NetworkError
from maps.roads.build import CURRENT_FILE, NETWORK_STEM, ensure_built
from maps.roads.built import Built, Profile, Progress, read_about
from maps.roads.engine import Table, check_points, no_route
from maps.roads.matrices import matrix_of
from maps.roads.route import LegGeometry, RouteGeometry, Turn
from routing.geo import GeoPoint
from routing.travel import TravelMatrix

__all__ = ["RoadNetwork", "build_network", "far_snaps"]

FAR_SNAP_M = 300.0
#: Cells of one call: more are asked block by block, so that the answer stays below some 250 MB.
_CELLS_A_CALL = 2_000_000


def build_network(
    extract: Path,
    profile: Profile,
    directory: Path,
    on_progress: Progress | None = None,
    accept: Callable[[RoadNetwork], None] | None = None,
) -> RoadNetwork:
    """The network of this extract and profile in ``directory``: built if it is not there yet.

    A new network is built beside the old one and switched to atomically, so readers always find a
    whole one.  ``on_progress`` is called as the build goes on; ``accept`` may look at the network
    and raise before it is switched to.  Raises ``ExtractError`` for a file that cannot be used and
    ``NetworkError`` where building fails.
    """

    def look(folder: Path) -> None:
        if accept is not None:
            accept(RoadNetwork.of_build(folder))

    ensure_built(extract, profile, directory, on_progress, look)
    return RoadNetwork.open(directory)


def far_snaps(matrix: TravelMatrix, limit_m: float = FAR_SNAP_M) -> list[tuple[int, float]]:
    """Places put on a road more than ``limit_m`` metres away, as ``(index, metres)``, worst first.

    Empty for a matrix whose places were not put on roads; a place that no road is near at all is
    not in it, but has no way to anywhere.
    """
    if matrix.snap_m is None:
        return []
    is_far = (matrix.snap_m > limit_m) & np.isfinite(matrix.snap_m)
    far = [(int(at), float(matrix.snap_m[at])) for at in np.flatnonzero(is_far)]
    return sorted(far, key=lambda pair: -pair[1])


class RoadNetwork:
    """An opened network.  Keep one a process and ask it off the event loop: calls are blocking."""

    def __init__(self, engine: osrm.OSRM, about: Built) -> None:
        self._engine = engine
        self.about = about
        self.key = about.key
        self.identity = f"{about.profile}:{about.extract_sha256}:{about.engine}"

    @classmethod
    def open(cls, directory: Path) -> RoadNetwork:
        """Open the current network of ``directory``; ``network-missing`` or ``network-broken``."""
        return cls.of_build(current_build(directory))

    @classmethod
    def of_build(cls, folder: Path) -> RoadNetwork:
        """Open the build in ``folder``; ``network-broken`` where it is not whole."""
        try:
            about = read_about(folder)
            engine = osrm.OSRM(
                storage_config=str(folder / NETWORK_STEM),
                algorithm="CH",
                use_shared_memory=False,
                max_locations_distance_table=-1,
                max_locations_viaroute=-1,
            )
        except (RuntimeError, ValueError) as error:
            raise _broken(folder.parent, error) from error
        return cls(engine, about)

    def matrix(self, points: Sequence[GeoPoint], cache_dir: Path | None = None) -> TravelMatrix:
        """Seconds and metres between all points, ``inf`` where no road joins them.

        Each point is put on its nearest road; ``snap_m`` tells how far that was (see
        ``far_snaps``).  ``cache_dir`` as for ``maps.roads.matrices.matrix_of``.
        """
        return matrix_of(self, points, cache_dir)

    def table(
        self, points: Sequence[GeoPoint], sources: Sequence[int], destinations: Sequence[int]
    ) -> Table:
        """Some of the points to others, both by index (see ``maps.roads.engine.TableEngine``)."""
        height = max(1, _CELLS_A_CALL // len(destinations))
        blocks = [
            self._block(points, sources[top : top + height], destinations)
            for top in range(0, len(sources), height)
        ]
        return Table(
            np.vstack([block.seconds for block in blocks]),
            np.vstack([block.metres for block in blocks]),
            blocks[0].snap_m,
        )

    def snap_m(self, points: Sequence[GeoPoint]) -> list[float]:
        """How far each point lies from its nearest road, in metres."""
        check_points(points)
        return [self._nearest_m(point) for point in points]

    def route(self, points: Sequence[GeoPoint], *, turns: bool = False) -> RouteGeometry:
        """The street geometry through the points in this order, one leg between each two.

        With ``turns`` each leg says its steps.  Raises ``NetworkError`` (``no-road-route``) where
        some leg has no way by road.
        """
        check_points(points)
        if len(points) < 2:
            return RouteGeometry(())
        asked = osrm.RouteParameters(
            coordinates=_lon_lat(points),
            geometries="geojson",
            overview="false",
            steps=True,
            continue_straight=False,
            generate_hints=False,
        )
        try:
            answer = self._engine.Route(asked)
        except RuntimeError as error:
            raise no_route(error) from error
        return RouteGeometry(tuple(_leg(leg, turns) for leg in answer["routes"][0]["legs"]))

    def _nearest_m(self, point: GeoPoint) -> float:
        asked = osrm.NearestParameters(coordinates=_lon_lat([point]), generate_hints=False)
        try:
            return float(self._engine.Nearest(asked)["waypoints"][0]["distance"])
        except RuntimeError as error:
            raise no_route(error) from error

    def _block(
        self, points: Sequence[GeoPoint], sources: Sequence[int], destinations: Sequence[int]
    ) -> Table:
        coordinates = _lon_lat(points)
        asked = osrm.TableParameters(
            coordinates=coordinates if len(points) > 1 else coordinates * 2,  # it wants two
            sources=list(sources),
            destinations=list(destinations),
            annotations=["duration", "distance"],
            generate_hints=False,
        )
        try:
            answer = self._engine.Table(asked)
        except RuntimeError as error:
            raise no_route(error) from error
        shape = len(sources), len(destinations)
        snaps = [place["distance"] for place in answer["destinations"]]
        seconds, metres = _filled(answer["durations"], shape), _filled(answer["distances"], shape)
        return Table(seconds, metres, np.array(snaps, dtype=np.float64))


def current_build(directory: Path) -> Path:
    """The folder of the build in use; ``network-missing`` or ``network-broken``."""
    pointer = directory / CURRENT_FILE
    try:
        folder: str = json.loads(pointer.read_text("utf-8"))["folder"]
        return directory / folder
    except FileNotFoundError:
        raise NetworkError(
            "network-missing",
            f"There is no road network in {directory}.",
            "Build one from an OpenStreetMap extract first.",
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _broken(directory, error) from error


def _broken(directory: Path, error: Exception) -> NetworkError:
    return NetworkError(
        "network-broken",
        f"The road network in {directory} cannot be opened ({error}).",
        "Delete the folder and build the network again.",
    )


def _lon_lat(points: Sequence[GeoPoint]) -> list[tuple[float, float]]:
    return [(float(point.lon), float(point.lat)) for point in points]


def _filled(table: Any, shape: tuple[int, int]) -> NDArray[np.float64]:
    """The engine's table as an array; ``None`` (no way) becomes ``inf``."""
    numbers = np.empty(shape)
    for at, row in enumerate(table):
        numbers[at] = [*row]
    numbers[np.isnan(numbers)] = np.inf
    return numbers


def _leg(leg: Any, turns: bool) -> LegGeometry:
    """One leg: its steps' lines joined, without the points that repeat where steps meet."""
    line: list[GeoPoint] = []
    for step in leg["steps"]:
        for place in step["geometry"]["coordinates"]:
            lon, lat = place
            point = GeoPoint(lat, lon)
            if not line or line[-1] != point:
                line.append(point)
    if len(line) == 1:
        line.append(line[0])
    said = tuple(osrm_turn(step) for step in leg["steps"]) if turns else ()
    return LegGeometry(tuple(line), float(leg["duration"]), float(leg["distance"]), said)


def osrm_turn(step: Any) -> Turn:
    """A step as OSRM writes it."""
    manoeuvre = step["maneuver"]
    lon, lat = manoeuvre["location"]
    return Turn(
        kind=str(manoeuvre["type"]),
        side=str(manoeuvre["modifier"]) if "modifier" in manoeuvre else "",
        street=str(step["name"]),
        metres=float(step["distance"]),
        seconds=float(step["duration"]),
        point=GeoPoint(lat, lon),
    )
