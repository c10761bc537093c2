"""All road networks of one installation: ``<folder>/<name>/<profile>``, several side by side.

A network is built from an extract, or asked for at a server elsewhere.  It may have a table of
peak hours, which stays when the network is built again.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from maps.errors import MapsError, NetworkError, folder_unwritable
from maps.roads.build import CURRENT_FILE
from maps.roads.built import PROFILES, Built, Profile, Progress, read_about
from maps.roads.engine import Table
from maps.roads.network import FAR_SNAP_M, RoadNetwork, build_network, current_build
from maps.roads.peaks_table import peaks_text, read_peaks
from maps.roads.remote.engines import RemoteNetwork, RemoteServer, open_remote
from maps.roads.route import RouteGeometry
from routing.geo import GeoPoint
from routing.travel import SpeedBand, TravelMatrix

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_PEAKS_FILE = "peaks.csv"
_REMOTE_FILE = "remote.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """A network of the store: ``built`` here from an extract, or ``server`` elsewhere.

    ``broken`` says why it cannot be opened.
    """

    name: str
    profile: Profile
    folder: Path
    built: Built | None = None
    server: RemoteServer | None = None
    peaks: tuple[SpeedBand, ...] = ()
    broken: str = ""

    @property
    def key(self) -> str:
        """What plans remember it by: engine, profile, extract or server."""
        return self.built.key if self.built else self.server.key if self.server else ""

    @property
    def extract_sha256(self) -> str:
        """The extract it was built from; empty for a server elsewhere."""
        return self.built.extract_sha256 if self.built else ""

    def covers(self, point: GeoPoint) -> bool:
        """Whether a point lies within its extract; a server elsewhere says so of every point."""
        if self.built is None:
            return self.server is not None
        south, west, north, east = self.built.bounds
        return south <= point.lat <= north and west <= point.lon <= east

    @property
    def degrees(self) -> float:
        """Size of what it covers, to tell a town from its country."""
        if self.built is None:
            return float("inf")
        south, west, north, east = self.built.bounds
        return (north - south) * (east - west)


class OpenNetwork:
    """A network opened: it gives matrices with its peak hours, and the streets of routes."""

    def __init__(self, entry: Entry, engine: RoadNetwork | RemoteNetwork) -> None:
        self.entry, self.key = entry, engine.key
        self._engine = engine

    def matrix(
        self,
        points: Sequence[GeoPoint],
        cache_dir: Path | None = None,
        remote_age_s: float | None = None,
    ) -> TravelMatrix:
        """As ``maps.roads.matrices.matrix_of``, with the peak hours of the network.

        ``remote_age_s`` is how long answers of a server elsewhere are kept; those of a network
        built here are true for as long as it is the same network.
        """
        if isinstance(self._engine, RemoteNetwork):
            travel = self._engine.matrix(points, cache_dir, remote_age_s)
        else:
            travel = self._engine.matrix(points, cache_dir)
        return replace(travel, bands=self.entry.peaks)

    def table(
        self, points: Sequence[GeoPoint], sources: Sequence[int], destinations: Sequence[int]
    ) -> Table:
        """Some of the points to others, as ``maps.roads.engine.TableEngine`` has it."""
        return self._engine.table(points, sources, destinations)

    def route(self, points: Sequence[GeoPoint], *, turns: bool = False) -> RouteGeometry:
        """The streets through the points, one leg between each two."""
        return self._engine.route(points, turns=turns)

    def reaches(self, home: GeoPoint, points: Sequence[GeoPoint]) -> list[bool]:
        """For each point, whether a way leads there from ``home`` and back."""
        places, others = [home, *points], range(1, len(points) + 1)
        there = self._engine.table(places, [0], others).seconds[0]
        back = self._engine.table(places, others, [0]).seconds[:, 0]
        return [bool(each) for each in np.isfinite(there + back)]

    def snap_m(self, points: Sequence[GeoPoint]) -> list[float] | None:
        """Metres from each point to its nearest road; ``None`` where the engine cannot say."""
        return self._engine.snap_m(points) if isinstance(self._engine, RoadNetwork) else None


class RoadStore:
    """The networks below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def entries(self) -> list[Entry]:
        """Every network, by name and profile; broken ones say so."""
        return [
            self._entry_or_why(folder.parent.name, _known(folder.name), folder)
            for folder in sorted(self._folder.glob("*/*"))
            if folder.name in PROFILES and _is_network(folder)
        ]

    def _entry_or_why(self, name: str, profile: Profile, folder: Path) -> Entry:
        try:
            return self.entry(name, profile)
        except MapsError as error:
            return Entry(name, profile, folder, broken=error.cause)

    def entry(self, name: str, profile: str) -> Entry:
        """One network; ``network-unknown`` or ``network-broken``."""
        folder = self._folder / name / profile
        if profile not in PROFILES or not _NAME.fullmatch(name) or not _is_network(folder):
            raise _unknown(name, profile, self._folder)
        peaks = folder / _PEAKS_FILE
        bands = read_peaks(peaks.read_text("utf-8")) if peaks.is_file() else ()
        if (folder / _REMOTE_FILE).is_file():
            return Entry(name, _known(profile), folder, server=_read_server(folder), peaks=bands)
        return Entry(name, _known(profile), folder, built=_read_built(folder), peaks=bands)

    def add(
        self,
        extract: Path,
        name: str,
        profile: Profile,
        on_progress: Progress | None = None,
        accept: Callable[[RoadNetwork], None] | None = None,
    ) -> Entry:
        """Build the network of an extract and put it in the place of what had its name.

        ``accept`` may refuse it by raising: then, as after every fault, the old one stays.
        """
        folder = self._place(name, profile)
        try:
            build_network(extract, profile, folder, on_progress, accept)
            (folder / _REMOTE_FILE).unlink(missing_ok=True)
        finally:
            _drop_if_empty(folder)
        return self.entry(name, profile)

    def add_remote(self, name: str, server: RemoteServer) -> Entry:
        """Ask a server elsewhere under this name from now on."""
        folder = self._place(name, server.profile)
        _write_whole(folder / _REMOTE_FILE, json.dumps(asdict(server), indent=1))
        return self.entry(name, server.profile)

    def remove(self, name: str, profile: str) -> None:
        """Delete a network and all that belongs to it."""
        folder = self.entry_folder(name, profile)
        shutil.rmtree(folder)
        _drop_if_empty(folder)

    def entry_folder(self, name: str, profile: str) -> Path:
        """The folder of a network, also of a broken one; ``network-unknown``."""
        folder = self._folder / name / profile
        if profile not in PROFILES or not _NAME.fullmatch(name) or not _is_network(folder):
            raise _unknown(name, profile, self._folder)
        return folder

    def set_peaks(self, name: str, profile: str, bands: Sequence[SpeedBand]) -> Entry:
        """Give a network its peak hours; none clears them."""
        file = self.entry_folder(name, profile) / _PEAKS_FILE
        if bands:
            _write_whole(file, peaks_text(bands))
        else:
            file.unlink(missing_ok=True)
        return self.entry(name, profile)

    def choose(self, profile: str, home: GeoPoint, name: str = "") -> Entry | None:
        """The network for a rep: the one named, else the smallest that covers the rep's home.

        ``None`` where there is none of the profile: then straight lines have to do.  Raises
        NetworkError where the network is broken, and so nobody can say what it covers.
        """
        if name:
            return self.entry(name, profile)
        known = [entry for entry in self.entries() if entry.profile == profile]
        fitting = [entry for entry in known if entry.covers(home)]
        broken = next((entry for entry in known if entry.broken), None)
        if broken and not fitting:
            return self.entry(broken.name, profile)
        return min(fitting, key=lambda e: (e.degrees, e.name), default=None)

    def _place(self, name: str, profile: Profile) -> Path:
        if not _NAME.fullmatch(name):
            raise NetworkError(
                "network-name-invalid",
                f"{name!r} is no name for a network.",
                "Use small letters, digits, dots and dashes, 63 at most.",
            )
        return self._folder / name / profile


def open_entry(entry: Entry) -> OpenNetwork:
    """Open a network; ``network-broken`` where its files are not whole."""
    if entry.server is not None:
        return OpenNetwork(entry, open_remote(entry.server))
    return OpenNetwork(entry, RoadNetwork.open(entry.folder))


def uncovered(
    network: OpenNetwork, points: Sequence[GeoPoint], limit_m: float = FAR_SNAP_M
) -> list[tuple[int, float]]:
    """Points further than ``limit_m`` metres from every road, as ``(index, metres)``, worst first.

    Empty for an engine that does not say where it puts its points.
    """
    snaps = network.snap_m(points) or []
    far = [(at, metres) for at, metres in enumerate(snaps) if metres > limit_m]
    return sorted(far, key=lambda pair: -pair[1])


def _known(profile: str) -> Profile:
    return next(each for each in PROFILES if each == profile)


def _is_network(folder: Path) -> bool:
    return (folder / CURRENT_FILE).is_file() or (folder / _REMOTE_FILE).is_file()


def _read_built(folder: Path) -> Built:
    try:
        return read_about(current_build(folder))
    except ValueError as error:
        raise _unreadable(folder, error) from error


def _read_server(folder: Path) -> RemoteServer:
    try:
        return RemoteServer(**json.loads((folder / _REMOTE_FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise _unreadable(folder, error) from error


def _unreadable(folder: Path, error: Exception) -> NetworkError:
    return NetworkError(
        "network-broken",
        f"The road network in {folder} cannot be opened ({error}).",
        "Remove it with roundsman roads remove and add it again.",
    )


def _unknown(name: str, profile: str, folder: Path) -> NetworkError:
    there = ", ".join(
        f"{path.parent.name} ({path.name})"
        for path in sorted(folder.glob("*/*"))
        if _is_network(path)
    )
    action = f"Choose one of: {there}." if there else "Add one with roundsman roads add."
    return NetworkError(
        "network-unknown", f"There is no road network {name!r} for {profile}.", action
    )


def _write_whole(file: Path, text: str) -> None:
    """Write beside and move in place: a reader never finds half a file."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, "utf-8")
        beside.replace(file)
    except OSError as error:
        raise folder_unwritable(file.parent, error) from error
    finally:
        beside.unlink(missing_ok=True)


def _drop_if_empty(folder: Path) -> None:
    """A network that never came about leaves no folders."""
    for each in (folder, folder.parent):
        if each.is_dir() and not any(each.iterdir()):
            each.rmdir()
