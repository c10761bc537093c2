"""Travel matrices kept on disk, found again by network and coordinates in any order.

A file holds one set of points: whole metres and tenths of a second as 16- or 32-bit integers, so
1000 places take 4 to 6 MB.  Another list of points is answered by the file that shares most of
them; a file whose points are all in a newer one goes.  A file remembers when its oldest answer was
given: what a server elsewhere said is worth only so long.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maps.errors import folder_unwritable
from maps.roads.engine import Floats, Table
from routing.geo import GeoPoint

#: The least recently used files beyond this go.
LIMIT_BYTES = 2_000_000_000
_TENTHS = 10.0


@dataclass(frozen=True, slots=True)
class Kept:
    """A square table of a file, and where in it each of its points is.

    ``asked_s`` is when its oldest figure was answered, in seconds since 1970.
    """

    file: Path
    index: dict[GeoPoint, int]
    table: Table
    asked_s: float

    def cut(self, points: Sequence[GeoPoint]) -> Table:
        """The table of some of its points, in their order."""
        rows = [self.index[point] for point in points]
        pick, snap_m = np.ix_(rows, rows), self.table.snap_m
        return Table(
            self.table.seconds[pick],
            self.table.metres[pick],
            None if snap_m is None else snap_m[rows],
        )


class MatrixCache:
    """The matrices of one network (``identity``) in a folder that several may share.

    Answers older than ``most_age_s`` are deleted instead of given.
    """

    def __init__(
        self,
        folder: Path,
        identity: str,
        limit_bytes: int = LIMIT_BYTES,
        most_age_s: float | None = None,
    ) -> None:
        self._folder, self._limit = folder, limit_bytes
        self._most_age_s = most_age_s
        self._stem = f"matrix-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"

    def best(self, points: Sequence[GeoPoint]) -> Kept | None:
        """The file with exactly these points, else the one that shares most of them, else none."""
        self._drop_stale()
        exact = self._file(points)
        if exact.is_file() and (kept := _load(exact)):
            os.utime(exact)
            return kept
        wanted, best, most = set(points), None, 0
        for file in sorted(self._folder.glob(f"{self._stem}-*.npz")):
            shared = len(wanted.intersection(_points_of(file)))
            if shared > most:
                best, most = file, shared
        if best is None or (kept := _load(best)) is None:
            return None
        os.utime(best)
        return kept

    def keep(
        self,
        points: Sequence[GeoPoint],
        table: Table,
        instead_of: Kept | None,
        *,
        reuses: bool = False,
    ) -> None:
        """Write a square table: beside, then renamed, so that readers never see half a file.

        ``reuses``: some figures are those of ``instead_of``, so that all are as old as they.
        """
        asked_s = instead_of.asked_s if instead_of is not None and reuses else time.time()
        order = sorted(range(len(points)), key=lambda at: points[at])
        ordered = [points[at] for at in order]
        pick = np.ix_(order, order)
        arrays: dict[str, Any] = {
            "points": np.array(ordered, dtype="<f8").reshape(-1, 2),
            "seconds": _packed(table.seconds[pick] * _TENTHS),
            "metres": _packed(table.metres[pick]),
            "asked_s": np.float64(asked_s),
        }
        if table.snap_m is not None:
            arrays["snap_m"] = _packed(table.snap_m[order] * _TENTHS)
        self._write(self._file(points), arrays)
        if instead_of is not None and instead_of.index.keys() < set(points):
            instead_of.file.unlink(missing_ok=True)
        self._sweep()

    def _drop_stale(self) -> None:
        if self._most_age_s is None:
            return
        oldest = time.time() - self._most_age_s
        for file in self._folder.glob(f"{self._stem}-*.npz"):
            if _asked_s(file) < oldest:
                file.unlink(missing_ok=True)

    def _file(self, points: Sequence[GeoPoint]) -> Path:
        digest = hashlib.sha256(np.array(sorted(points), dtype="<f8").tobytes()).hexdigest()
        return self._folder / f"{self._stem}-{digest[:32]}.npz"

    def _write(self, file: Path, arrays: dict[str, Any]) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".matrix-", suffix=".npz")
        except OSError as error:
            raise folder_unwritable(self._folder, error) from error
        beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                np.savez(stream, allow_pickle=False, **arrays)
            beside.replace(file)
        except OSError as error:
            raise folder_unwritable(self._folder, error) from error
        finally:
            beside.unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Keep the folder within its limit; the newest file always stays."""
        files = []
        for file in self._folder.glob("matrix-*.npz"):
            try:
                files.append((file.stat().st_mtime, file.stat().st_size, file))
            except FileNotFoundError:
                continue  # another process was faster
        total = sum(size for _, size, _ in files)
        for _, size, file in sorted(files)[:-1]:
            if total <= self._limit:
                return
            file.unlink(missing_ok=True)
            total -= size


def _packed(numbers: Floats) -> NDArray[Any]:
    """Whole numbers in as few bytes as hold them; the greatest number stands for no way."""
    finite = np.isfinite(numbers)
    greatest = float(numbers[finite].max(initial=0.0))
    kind = np.uint16 if greatest < np.iinfo(np.uint16).max else np.uint32
    none = np.iinfo(kind).max
    return np.where(finite, np.rint(np.where(finite, numbers, 0.0)), none).astype(kind)


def _unpacked(numbers: NDArray[Any], divisor: float) -> Floats:
    values = numbers.astype(np.float64)
    if divisor != 1.0:
        values /= divisor
    values[numbers == np.iinfo(numbers.dtype).max] = np.inf
    return values


def _points_of(file: Path) -> list[GeoPoint]:
    try:
        with np.load(file, allow_pickle=False) as kept:
            return [GeoPoint(lat, lon) for lat, lon in kept["points"].tolist()]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return []


def _asked_s(file: Path) -> float:
    """When a file's oldest figure was answered; one that does not say is older than any."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            return float(kept["asked_s"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return 0.0


def _load(file: Path) -> Kept | None:
    """What a file holds, or ``None`` where it is not a whole one."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            points = [GeoPoint(lat, lon) for lat, lon in kept["points"].tolist()]
            seconds, metres = kept["seconds"], kept["metres"]
            snap = kept["snap_m"] if "snap_m" in kept.files else None
            asked_s = float(kept["asked_s"]) if "asked_s" in kept.files else 0.0
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    size = len(points)
    if not seconds.shape == metres.shape == (size, size):
        return None
    if seconds.dtype.kind != "u" or metres.dtype.kind != "u":
        return None
    table = Table(
        _unpacked(seconds, _TENTHS),
        _unpacked(metres, 1.0),
        None if snap is None else _unpacked(snap, _TENTHS),
    )
    return Kept(file, {point: at for at, point in enumerate(points)}, table, asked_s)
