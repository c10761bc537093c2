"""Travel matrices kept on disk: one ``.npz`` for each network and list of coordinates."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from maps.errors import folder_unwritable
from routing.geo import GeoPoint
from routing.travel import TravelMatrix


def matrix_file(cache_dir: Path, network: str, points: Sequence[GeoPoint]) -> Path:
    """Where the matrix of these points on this network is kept."""
    digest = hashlib.sha256(network.encode())
    digest.update(np.array(points, dtype="<f8").tobytes())
    return cache_dir / f"matrix-{digest.hexdigest()[:32]}.npz"


def load_matrix(file: Path, source: str, size: int) -> TravelMatrix | None:
    """The kept matrix, or ``None`` where there is none or the file is not a whole one."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            seconds, metres, snap_m = kept["seconds"], kept["metres"], kept["snap_m"]
            is_ours = str(kept["source"]) == source
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    shapes_fit = seconds.shape == metres.shape == (size, size) and snap_m.shape == (size,)
    if not (is_ours and shapes_fit):
        return None
    return TravelMatrix(seconds, metres, source, False, snap_m)


def save_matrix(file: Path, matrix: TravelMatrix) -> None:
    """Keep a matrix: written beside, then renamed, so that readers never see half a file."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".matrix-", suffix=".npz")
    except OSError as error:
        raise folder_unwritable(file.parent, error) from error
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez_compressed(
                stream,
                seconds=matrix.seconds,
                metres=matrix.metres,
                snap_m=matrix.snap_m if matrix.snap_m is not None else np.zeros(matrix.size),
                source=np.array(matrix.source),
            )
        beside.replace(file)
    except OSError as error:
        raise folder_unwritable(file.parent, error) from error
    finally:
        beside.unlink(missing_ok=True)
