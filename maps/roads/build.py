"""Building a road network: OSRM's extract and contract steps, run beside and switched to."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess  # the road engine's build steps are programs inside its wheel
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import osrm

from maps.errors import ExtractError, NetworkError, folder_unwritable
from maps.roads.source import extract_hash, unreadable

type Profile = Literal["car", "bike", "foot"]
#: Called with the step's name, the fraction of the whole that is done, and the seconds so far.
type Progress = Callable[[str, float, float], None]

CURRENT_FILE = "current.json"
NETWORK_STEM = "network.osrm"
_BESIDE = ".building-"
_LUA = {"car": "car.lua", "bike": "bicycle.lua", "foot": "foot.lua"}
#: Where each step begins on the whole build's scale: contracting takes four fifths of the time.
_STEPS = {"extract": (0.0, 0.2), "contract": (0.2, 1.0)}
_PERCENT = re.compile(r"\s*(\d{1,3})%")
#: Below this size an extract is a town: its streets, cut by the edge, fall into small pieces, and
#: with the engine's own limit (1000 nodes) all would count as islands.
_TOWN_BYTES = 5_000_000
_TOWN_ISLAND_NODES = 100
_ISLAND_NODES = 1000
_NO_ROADS = "no edges remaining"
_STALE_AFTER_S = 24 * 3600.0
_PACKAGE = Path(osrm.__file__).parent


def ensure_built(
    extract: Path, profile: Profile, directory: Path, on_progress: Progress | None = None
) -> None:
    """Make ``directory``'s current network that of this extract and profile.

    Nothing is built where the same extract, profile and engine version are there already.
    """
    if profile not in _LUA:
        raise NetworkError(
            "profile-unknown",
            f"There is no road profile called {profile!r}.",
            f"Choose one of {', '.join(_LUA)}.",
        )
    started = time.monotonic()
    digest = extract_hash(extract)
    folder = f"{profile}-{digest[:16]}-{version('osrm-bindings')}"

    def tell(step: str, fraction: float) -> None:
        if on_progress is not None:
            on_progress(step, fraction, time.monotonic() - started)

    if not _is_whole(directory / folder):
        _build_beside(extract, profile, directory, folder, tell)
    _switch(directory, folder, profile, digest)
    tell("ready", 1.0)


def _is_whole(folder: Path) -> bool:
    """Folders get their final name only once all is built, so the name is proof enough."""
    return (folder / f"{NETWORK_STEM}.hsgr").is_file()


def _build_beside(
    extract: Path,
    profile: Profile,
    directory: Path,
    folder: str,
    tell: Callable[[str, float], None],
) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _sweep(directory)
        beside = Path(tempfile.mkdtemp(dir=directory, prefix=_BESIDE))
    except OSError as error:
        raise folder_unwritable(directory, error) from error
    try:
        _run_steps(extract, profile, beside, tell)
        _move_in(beside, directory / folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _run_steps(
    extract: Path, profile: Profile, beside: Path, tell: Callable[[str, float], None]
) -> None:
    stem = str(beside / NETWORK_STEM)
    lua = _PACKAGE / "share" / "profiles" / _LUA[profile]
    island = _TOWN_ISLAND_NODES if extract.stat().st_size < _TOWN_BYTES else _ISLAND_NODES
    options = ["-p", str(lua), "-o", stem, "--small-component-size", str(island)]
    for step, arguments in (
        ("extract", [str(extract.resolve()), *options]),
        ("contract", [stem]),
    ):
        begin, end = _STEPS[step]
        tell(step, begin)
        lines, reached = [], begin
        for line in _output_of(step, arguments, beside):
            lines.append(line)
            if step == "contract" and (percent := _PERCENT.match(line)):
                # the step counts to 100 several times over; the first time is the long one
                now = begin + (end - begin) * int(percent[1]) / 100
                if now > reached:
                    reached = now
                    tell(step, reached)
        if lines[-1] != "0":
            raise _failure(step, extract, lines)


def _output_of(step: str, arguments: list[str], folder: Path) -> Iterator[str]:
    """The program's lines as they come, then its exit code; a caller that stops, stops it too."""
    suffix = ".exe" if os.name == "nt" else ""
    program = _PACKAGE / "bin" / f"osrm-{step}{suffix}"
    with subprocess.Popen(  # noqa: S603 - our own program and arguments, no shell
        [str(program), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        cwd=folder,
    ) as process:
        try:
            assert process.stdout is not None
            yield from process.stdout
            yield str(process.wait())
        finally:
            process.kill()


def _failure(step: str, extract: Path, lines: list[str]) -> ExtractError | NetworkError:
    said = " ".join(line.strip() for line in lines[:-1])
    if _NO_ROADS in said:
        return ExtractError(
            "extract-no-roads",
            f"The road extract {extract.name} holds no road that this profile may use.",
            "Give an extract that covers the area and holds its streets.",
        )
    if step == "extract" and ("PBF error" in said or "XML parsing error" in said):
        return unreadable(extract, said[said.index("error") - 4 :].strip())
    last = next((line.strip() for line in reversed(lines[:-1]) if line.strip()), "it said nothing")
    return NetworkError(
        "network-build-failed",
        f"The road engine's step {step} ended with code {lines[-1]}: {last}",
        "Check that disk and memory suffice for this extract, then build again.",
    )


def _move_in(beside: Path, folder: Path) -> None:
    """Give the built folder its name; if another build was faster, its equal result stays."""
    if not _is_whole(folder):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        beside.rename(folder)
    except OSError as error:
        if not _is_whole(folder):
            raise folder_unwritable(folder.parent, error) from error


def _switch(directory: Path, folder: str, profile: Profile, digest: str) -> None:
    """Point ``current.json`` at the folder and clear away networks that are two builds old."""
    pointer = directory / CURRENT_FILE
    before = _folders_of(pointer)
    if before[:1] == [folder]:
        return
    about = {
        "folder": folder,
        "key": f"osrm:{profile}:{digest[:8]}",
        "extract_sha256": digest,
        "previous": before[0] if before else None,
    }
    beside = directory / f"{CURRENT_FILE}.{os.getpid()}"
    try:
        beside.write_text(json.dumps(about, indent=1), "utf-8")
        beside.replace(pointer)
    except OSError as error:
        raise folder_unwritable(directory, error) from error
    for old in before[1:]:
        if old != folder:
            shutil.rmtree(directory / old, ignore_errors=True)


def _folders_of(pointer: Path) -> list[str]:
    """The current folder and the one before it; empty where no pointer can be read."""
    try:
        about = json.loads(pointer.read_text("utf-8"))
        _ = about["key"], about["extract_sha256"]
        return [name for name in (about["folder"], about.get("previous")) if name]
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return []


def _sweep(directory: Path) -> None:
    """Clear away what builds that were killed more than a day ago left behind."""
    for left in directory.glob(f"{_BESIDE}*"):
        if time.time() - left.stat().st_mtime > _STALE_AFTER_S:
            shutil.rmtree(left, ignore_errors=True)
