"""Road engines side by side: time, memory, and how wrong straight lines are.

    uv run python -m benchmarks.roads --extracts DIR --networks DIR --csv RESULTS.csv \
        [--only porto,andorra] [--sizes 300,1000,3000] [--repeats 3]

Places are corners of streets, drawn with a fixed seed.  Every row is measured in a process of its
own: the best processor time of some repeats, and by how much its memory grew at most (a network
takes up what is read of its files; the remote server's process counts in time, not in memory).
Networks are built in ``--networks`` where they are missing.  The remote engine is OSRM's own
server on loopback.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import osmium
import osrm

from benchmarks.table import Row, said, write_rows
from maps.roads.build import NETWORK_STEM
from maps.roads.network import RoadNetwork, build_network, current_build
from maps.roads.remote.engines import RemoteServer, open_remote
from routing.geo import GeoPoint, great_circle_m
from routing.travel import DETOUR, estimate_matrix

SEED = 1
NEW_PLACES = 10
#: ``api.composing.SPEED_KMH["car"]``; importing the service would be most of the time measured.
SHIPPED_KMH = 30.0
NEAR_M = 3000.0
#: The server answers 400 requests for a thousand places: more would only be more of the same.
MOST_REMOTE = 1000
_STREETS = {"residential", "unclassified", "tertiary", "secondary", "primary", "living_street"}


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    options = _options(argv)
    rows: list[Row] = []
    errors: list[Row] = []
    for name in options.only.split(","):
        extract = options.extracts / f"{name}.osm.pbf"
        folder = options.networks / f"{name}-car"
        build_network(extract, "car", folder)
        corners = _corners(extract)
        for size in map(int, options.sizes.split(",")):
            if size + NEW_PLACES > len(corners):
                print(f"{name} has {len(corners)} corners only: no table of {size}", flush=True)
                continue
            places = random.Random(SEED).sample(corners, size + NEW_PLACES)
            rows += _measured(name, folder, places, options.repeats)
            write_rows(options.csv, rows)
        errors.append(said(_errors(name, folder, random.Random(SEED).sample(corners, 1000))))
        write_rows(options.csv and options.csv.with_stem(f"{options.csv.stem}_errors"), errors)


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extracts", type=Path, required=True)
    parser.add_argument("--networks", type=Path, required=True)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--only", default="andorra,porto")
    parser.add_argument("--sizes", default="300,1000,3000")
    parser.add_argument("--repeats", type=int, default=3)
    return parser.parse_args(argv)


def _corners(extract: Path) -> list[GeoPoint]:
    """Ends of streets, each once, in the order of the extract."""
    found: dict[GeoPoint, None] = {}
    for way in osmium.FileProcessor(
        str(extract), osmium.osm.WAY | osmium.osm.NODE
    ).with_locations():
        if isinstance(way, osmium.osm.Way) and way.tags.get("highway") in _STREETS:
            for node in (way.nodes[0], way.nodes[-1]):
                found[GeoPoint(node.lat, node.lon)] = None
    return list(found)


def _measured(name: str, folder: Path, places: list[GeoPoint], repeats: int) -> Iterator[Row]:
    size = len(places) - NEW_PLACES
    jobs: dict[str, Callable[..., float]] = {
        "embedded": _embedded,
        "embedded, from the cache": _cached,
        f"embedded, {NEW_PLACES} places more": _extended,
        "straight lines": _straight,
    }
    if size <= MOST_REMOTE:
        jobs["osrm-routed on loopback"] = _remote
    for engine, job in jobs.items():
        runs = [_alone(job, folder, places) for _ in range(repeats)]
        seconds, memory = min(run[0] for run in runs), max(run[1] for run in runs)
        row = {"city": name, "engine": engine, "places": size}
        yield said(row | {"cpu_s": round(seconds, 3), "memory_mb": round(memory)})


def _alone(job: Callable[..., float], folder: Path, places: list[GeoPoint]) -> tuple[float, float]:
    """Seconds and megabytes of a job in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        answer: tuple[float, float] = pool.apply(_timed, (job, folder, places))
        return answer


def _timed(job: Callable[..., float], folder: Path, places: list[GeoPoint]) -> tuple[float, float]:
    before = _memory_mb()
    seconds = job(folder, places)
    return seconds, _memory_mb() - before


def _memory_mb() -> float:
    """The most that this process has held, as Linux tells."""
    [line] = [x for x in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in x]
    return int(line.split()[1]) / 1024


def _embedded(folder: Path, places: list[GeoPoint]) -> float:
    network = RoadNetwork.open(folder)
    return _seconds(lambda: network.matrix(places[:-NEW_PLACES]))


def _cached(folder: Path, places: list[GeoPoint]) -> float:
    network = RoadNetwork.open(folder)
    with tempfile.TemporaryDirectory() as cache:
        network.matrix(places[:-NEW_PLACES], Path(cache))
        return _seconds(lambda: network.matrix(places[:-NEW_PLACES], Path(cache)))


def _extended(folder: Path, places: list[GeoPoint]) -> float:
    network = RoadNetwork.open(folder)
    with tempfile.TemporaryDirectory() as cache:
        network.matrix(places[:-NEW_PLACES], Path(cache))
        return _seconds(lambda: network.matrix(places, Path(cache)))


def _straight(folder: Path, places: list[GeoPoint]) -> float:
    return _seconds(lambda: estimate_matrix(places[:-NEW_PLACES], SHIPPED_KMH))


def _remote(folder: Path, places: list[GeoPoint]) -> float:
    """With what the server's process takes, its start included."""
    with _routed(folder) as url:
        remote = open_remote(RemoteServer("osrm", "car", url))
        asking = _seconds(lambda: remote.matrix(places[:-NEW_PLACES]))
    server = resource.getrusage(resource.RUSAGE_CHILDREN)
    return asking + server.ru_utime + server.ru_stime


def _seconds(job: Callable[[], Any]) -> float:
    """Seconds of processor time: other work on the machine does not count."""
    begin = time.process_time()
    job()
    return time.process_time() - begin


@contextmanager
def _routed(folder: Path) -> Iterator[str]:
    program = Path(osrm.__file__).parent / "bin" / "osrm-routed"
    port = 20_000 + time.time_ns() // 1000 % 20_000
    arguments = ["--ip", "127.0.0.1", "--port", str(port), "--threads", "1"]
    stem = str(current_build(folder) / NETWORK_STEM)
    with subprocess.Popen([str(program), *arguments, stem], stdout=subprocess.DEVNULL) as server:
        url = f"http://127.0.0.1:{port}"
        while not _answers(url):
            time.sleep(0.05)
        yield url
        server.terminate()


def _answers(url: str) -> bool:
    try:
        httpx.get(url)
    except httpx.TransportError:
        return False
    return True


def _errors(name: str, folder: Path, places: list[GeoPoint]) -> Row:
    """How wrong the minutes of straight lines are, as a share of those by road.

    ``fitted`` is the speed at which half of the pairs are too fast and half too slow: what a
    planner who knows the city could choose at best.
    """
    real = RoadNetwork.open(folder).matrix(places).seconds
    metres = great_circle_m(places)
    pairs = np.isfinite(real) & (real > 0)
    near = pairs & (metres < NEAR_M)
    free = metres * DETOUR * 3.6
    fitted = float(np.median(free[pairs] / real[pairs]))
    row: Row = {"city": name, "engine": "straight lines", "places": len(places)}
    for label, speed in (("shipped", SHIPPED_KMH), ("fitted", fitted)):
        wrong = np.abs(free / speed - real)[pairs] / real[pairs]
        wrong_near = np.abs(free / speed - real)[near] / real[near]
        row[f"{label}_kmh"] = round(speed, 1)
        for part, shares in (("all", wrong), ("near", wrong_near)):
            row[f"{label}_{part}_median"] = round(float(np.median(shares)), 3)
            row[f"{label}_{part}_p95"] = round(float(np.percentile(shares, 95)), 3)
    return row


if __name__ == "__main__":
    main()
