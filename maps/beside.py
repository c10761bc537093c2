"""Where something is built before it takes its place: a folder beside it, on the same disk."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

_PREFIX = ".building-"
_STALE_AFTER_S = 24 * 3600.0


def folder_beside(directory: Path) -> Path:
    """A new empty folder in ``directory``, for the caller to remove when it is done.

    What builds that were killed more than a day ago left there is cleared away.  Raises OSError.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for left in directory.glob(f"{_PREFIX}*"):
        if time.time() - left.stat().st_mtime > _STALE_AFTER_S:
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(dir=directory, prefix=_PREFIX))
