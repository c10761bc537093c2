"""Building a road network: OSRM's extract and contract steps, run beside and switched to.

A network's folder holds one subfolder for each build and ``current.json``, which points at one of
them.  A build is made beside, moved to its name once it is whole, and switched to last.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess  # the road engine's build steps are programs inside its wheel
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import osrm

from maps.beside import folder_beside
from maps.errors import ExtractError, NetworkError, disk_full, folder_unwritable
from maps.roads.built import (
    ABOUT_FILE,
    Accept,
    BuildProgress,
    Built,
    Profile,
    Progress,
    write_about,
)
from maps.roads.source import extract_bounds, extract_hash, unreadable

CURRENT_FILE = "current.json"
NETWORK_STEM = "network.osrm"
_LUA = {"car": "car.lua", "bike": "bicycle.lua", "foot": "foot.lua"}
#: Where each step begins on the whole build's scale: contracting takes four fifths of the time.
_STEPS = {"extract": (0.0, 0.2), "contract": (0.2, 1.0)}
_PERCENT = re.compile(r"\s*(\d{1,3})%")
_PEAK_RAM = re.compile(r"RAM: peak bytes used: (\d+)")
_HELD_RAM = re.compile(r"VmHWM:\s+(\d+) kB")
#: A build holds some 17 bytes a byte of its extract, and a third more while it is made.
_DISK_FACTOR = 25
#: What the programs leave for each other and no matrix or route is read from.
_LEFTOVERS = ("cnbg", "cnbg_to_ebg", "ebg", "enw", "restrictions", "turn_penalties_index")
#: Below this size an extract is a town: its streets, cut by the edge, fall into small pieces, and
#: with the engine's own limit (1000 nodes) all would count as islands.
_TOWN_BYTES = 5_000_000
_TOWN_ISLAND_NODES = 100
_ISLAND_NODES = 1000
_NO_ROADS = "no edges remaining"
#: Less than this left on the disk is what made a step fail.
_LITTLE_ROOM = 4_000_000
_PACKAGE = Path(osrm.__file__).parent


def ensure_built(
    extract: Path,
    profile: Profile,
    directory: Path,
    on_progress: Progress | None = None,
    accept: Accept | None = None,
) -> None:
    """Make ``directory``'s current network that of this extract and profile.

    Nothing is built where the same extract, profile and engine version are there already.  Where
    ``accept`` refuses the network, what was built goes and the old one stays in use.
    """
    if profile not in _LUA:
        raise NetworkError(
            "profile-unknown",
            f"There is no road profile called {profile!r}.",
            f"Choose one of {', '.join(_LUA)}.",
        )
    run = _Build(extract, profile, on_progress)
    folder = f"{profile}-{run.digest[:16]}-{version('osrm-bindings')}"
    is_new = not _is_whole(directory / folder)
    if is_new:
        _build_beside(run, directory, folder)
    try:
        if accept is not None:
            accept(directory / folder)
        _switch(directory, folder, run.key, run.digest)
    except BaseException:
        # another process may have built the same, and accepted it
        if is_new and folder not in _folders_of(directory / CURRENT_FILE):
            shutil.rmtree(directory / folder, ignore_errors=True)
        raise
    run.tell("ready", 1.0)


class _Build:
    """One build: what it is of, and how far it is."""

    def __init__(self, extract: Path, profile: Profile, on_progress: Progress | None) -> None:
        self._begin = time.monotonic()
        self._on_progress = on_progress
        self.extract, self.profile = extract, profile
        self.digest = extract_hash(extract)
        self.key = f"osrm:{profile}:{self.digest[:8]}"
        self.memory_bytes = 0
        self._said = ("", 0.0)

    def tell(self, step: str, fraction: float) -> None:
        """Say how far it is; steps that go back to where they were are not said again."""
        if step == self._said[0] and fraction <= self._said[1]:
            return
        self._said = step, fraction
        if self._on_progress is not None:
            seconds = time.monotonic() - self._begin
            self._on_progress(BuildProgress(step, fraction, seconds, self.memory_bytes))

    def about(self, folder: Path) -> Built:
        """What to write down once all is built in ``folder``."""
        return Built(
            key=self.key,
            extract=self.extract.name,
            extract_sha256=self.digest,
            profile=self.profile,
            engine=f"osrm-bindings {version('osrm-bindings')}",
            bounds=extract_bounds(self.extract),
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - self._begin, 1),
            memory_bytes=self.memory_bytes,
            size_bytes=sum(file.stat().st_size for file in folder.iterdir()),
        )


def _is_whole(folder: Path) -> bool:
    """Folders get their final name only once all is built, so the name is proof enough."""
    return (folder / f"{NETWORK_STEM}.hsgr").is_file() and (folder / ABOUT_FILE).is_file()


def _build_beside(run: _Build, directory: Path, folder: str) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _check_room(run.extract, directory)
        beside = folder_beside(directory)
    except OSError as error:
        raise folder_unwritable(directory, error) from error
    try:
        _run_steps(run, beside)
        for name in _LEFTOVERS:
            (beside / f"{NETWORK_STEM}.{name}").unlink(missing_ok=True)
        write_about(run.about(beside), beside)
        _move_in(beside, directory / folder)
    except OSError as error:
        raise folder_unwritable(directory, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _check_room(extract: Path, directory: Path) -> None:
    needed = _DISK_FACTOR * extract.stat().st_size
    free = shutil.disk_usage(directory).free
    if free < needed:
        raise disk_full(directory, needed, free)


def _run_steps(run: _Build, beside: Path) -> None:
    stem = _quoted(beside / NETWORK_STEM)
    lua = _PACKAGE / "share" / "profiles" / _LUA[run.profile]
    is_town = run.extract.stat().st_size < _TOWN_BYTES
    island = str(_TOWN_ISLAND_NODES if is_town else _ISLAND_NODES)
    options = ["-p", _quoted(lua), "-o", stem, "--small-component-size", island]
    for step, arguments in (
        ("extract", [_quoted(run.extract.resolve()), *options]),
        ("contract", [stem]),
    ):
        begin, end = _STEPS[step]
        run.tell(step, begin)
        lines = []
        for line in _output_of(run, step, arguments, beside):
            lines.append(line)
            if step == "contract" and (percent := _PERCENT.match(line)):
                # the step counts to 100 several times over; the first time is the long one
                run.tell(step, begin + (end - begin) * int(percent[1]) / 100)
        if lines[-1] != "0":
            raise _failure(step, run.extract, lines, beside)


def _quoted(path: Path) -> str:
    """A path as the programs read it: with a space in it they would take it for two."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _output_of(run: _Build, step: str, arguments: list[str], folder: Path) -> Iterator[str]:
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
            for line in process.stdout:
                run.memory_bytes = max(run.memory_bytes, _memory(process.pid, line))
                yield line
            yield str(process.wait())
        finally:
            process.kill()


def _memory(pid: int, line: str) -> int:
    """The most bytes that a program has held: as it says at its end, or as Linux tells."""
    if said := _PEAK_RAM.search(line):
        return int(said[1])
    try:
        held = _HELD_RAM.search(Path(f"/proc/{pid}/status").read_text("ascii"))
    except OSError:
        return 0
    return 1024 * int(held[1]) if held else 0


def _failure(
    step: str, extract: Path, lines: list[str], beside: Path
) -> ExtractError | NetworkError:
    free = shutil.disk_usage(beside).free
    if free < _LITTLE_ROOM:
        return disk_full(beside.parent, _DISK_FACTOR * extract.stat().st_size, free)
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


def _switch(directory: Path, folder: str, key: str, digest: str) -> None:
    """Point ``current.json`` at the folder and clear away networks that are two builds old."""
    pointer = directory / CURRENT_FILE
    before = _folders_of(pointer)
    if before[:1] == [folder]:
        return
    about = {
        "folder": folder,
        "key": key,
        "extract_sha256": digest,
        "previous": before[0] if before else None,
    }
    beside = directory / f"{CURRENT_FILE}.{os.getpid()}"
    try:
        beside.write_text(json.dumps(about, indent=1), "utf-8")
        beside.replace(pointer)
    except OSError as error:
        raise folder_unwritable(directory, error) from error
    finally:
        beside.unlink(missing_ok=True)
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
