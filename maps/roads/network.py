"""A road network on disk, opened once and asked for matrices and route geometry (embedded OSRM)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import osrm
from numpy.typing import NDArray

from maps.errors import NetworkError
from maps.roads.build import CURRENT_FILE, NETWORK_STEM, Profile, Progress, ensure_built
from maps.roads.matrix_cache import load_matrix, matrix_file, save_matrix
from maps.roads.route import LegGeometry, RouteGeometry
from routing.geo import GeoPoint
from routing.travel import TravelMatrix

__all__ = ["RoadNetwork", "build_network", "far_snaps"]

FAR_SNAP_M = 300.0


def build_network(
    extract: Path, profile: Profile, directory: Path, on_progress: Progress | None = None
) -> RoadNetwork:
    """The network of this extract and profile in ``directory``: built if it is not there yet.

    A new network is built beside the old one and switched to atomically, so readers always find a
    whole one.  ``on_progress(step, fraction, seconds)`` is called as the build goes on.  Raises
    ``ExtractError`` for a file that cannot be used and ``NetworkError`` where building fails.
    """
    ensure_built(extract, profile, directory, on_progress)
    return RoadNetwork.open(directory)


def far_snaps(matrix: TravelMatrix, limit_m: float = FAR_SNAP_M) -> list[tuple[int, float]]:
    """Places put on a road more than ``limit_m`` metres away, as ``(index, metres)``, worst first.

    Empty for a matrix whose places were not put on roads.
    """
    if matrix.snap_m is None:
        return []
    far = [(int(at), float(matrix.snap_m[at])) for at in np.flatnonzero(matrix.snap_m > limit_m)]
    return sorted(far, key=lambda pair: -pair[1])


class RoadNetwork:
    """An opened network.  Keep one a process and ask it off the event loop: calls are blocking."""

    def __init__(self, engine: osrm.OSRM, key: str, extract_sha256: str) -> None:
        self._engine = engine
        self._extract_sha256 = extract_sha256
        self.key = key

    @classmethod
    def open(cls, directory: Path) -> RoadNetwork:
        """Open the current network of ``directory``; ``network-missing`` or ``network-broken``."""
        about = _read_current(directory)
        stem = directory / about["folder"] / NETWORK_STEM
        try:
            engine = osrm.OSRM(
                storage_config=str(stem),
                algorithm="CH",
                use_shared_memory=False,
                max_locations_distance_table=-1,
                max_locations_viaroute=-1,
            )
        except RuntimeError as error:
            raise _broken(directory, error) from error
        return cls(engine, about["key"], about["extract_sha256"])

    def matrix(self, points: Sequence[GeoPoint], cache_dir: Path | None = None) -> TravelMatrix:
        """Seconds and metres between all points, ``inf`` where no road joins them.

        Each point is put on its nearest road; ``snap_m`` tells how far that was (see
        ``far_snaps``).  With ``cache_dir`` the answer is kept there and found again by extract,
        profile and coordinates; a cache file that cannot be read is made anew.
        """
        _check_points(points)
        if not points:
            return TravelMatrix(np.empty((0, 0)), np.empty((0, 0)), self.key, False, np.empty(0))
        if cache_dir is None:
            return self._table(points)
        file = matrix_file(cache_dir, f"{self.key}:{self._extract_sha256}", points)
        found = load_matrix(file, self.key, len(points))
        if found is None:
            found = self._table(points)
            save_matrix(file, found)
        return found

    def route(self, points: Sequence[GeoPoint]) -> RouteGeometry:
        """The street geometry through the points in this order, one leg between each two.

        Raises ``NetworkError`` (``no-road-route``) where some leg has no way by road.
        """
        _check_points(points)
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
            raise _no_route(error) from error
        return RouteGeometry(tuple(_leg(leg) for leg in answer["routes"][0]["legs"]))

    def _table(self, points: Sequence[GeoPoint]) -> TravelMatrix:
        coordinates = _lon_lat(points)
        asked = osrm.TableParameters(
            coordinates=coordinates if len(points) > 1 else coordinates * 2,  # it wants two
            annotations=["duration", "distance"],
            generate_hints=False,
        )
        try:
            answer = self._engine.Table(asked)
        except RuntimeError as error:
            raise _no_route(error) from error
        size = len(points)
        snaps = [source["distance"] for source in answer["sources"]]
        seconds, metres = _filled(answer["durations"]), _filled(answer["distances"])
        snap_m = np.array(snaps[:size], dtype=np.float64)
        return TravelMatrix(seconds[:size, :size], metres[:size, :size], self.key, False, snap_m)


def _read_current(directory: Path) -> dict[str, str]:
    pointer = directory / CURRENT_FILE
    try:
        about: dict[str, str] = json.loads(pointer.read_text("utf-8"))
        _ = about["folder"], about["key"], about["extract_sha256"]
    except FileNotFoundError:
        raise NetworkError(
            "network-missing",
            f"There is no road network in {directory}.",
            "Build one from an OpenStreetMap extract first.",
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _broken(directory, error) from error
    return about


def _broken(directory: Path, error: Exception) -> NetworkError:
    return NetworkError(
        "network-broken",
        f"The road network in {directory} cannot be opened ({error}).",
        "Delete the folder and build the network again.",
    )


def _no_route(error: Exception) -> NetworkError:
    return NetworkError(
        "no-road-route",
        f"The road engine found no way between these places ({error}).",
        "Check the coordinates, and that the extract covers them.",
    )


def _check_points(points: Sequence[GeoPoint]) -> None:
    wrong = [at for at, (lat, lon) in enumerate(points) if not (abs(lat) <= 90 and abs(lon) <= 180)]
    if wrong:
        raise NetworkError(
            "coordinates-invalid",
            f"Places number {', '.join(map(str, wrong[:20]))} lie outside the earth's degrees.",
            "Give latitude within ±90 and longitude within ±180, in WGS-84.",
        )


def _lon_lat(points: Sequence[GeoPoint]) -> list[tuple[float, float]]:
    return [(float(point.lon), float(point.lat)) for point in points]


def _filled(table: Any) -> NDArray[np.float64]:
    """The engine's table as an array; ``None`` (no way) becomes ``inf``."""
    numbers = np.array([[*row] for row in table], dtype=np.float64)
    numbers[np.isnan(numbers)] = np.inf
    return numbers


def _leg(leg: Any) -> LegGeometry:
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
    return LegGeometry(tuple(line), float(leg["duration"]), float(leg["distance"]))
