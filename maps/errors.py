"""Errors of the geography package.

MapsError                code, cause, action
├── ExtractError         a road extract that is missing, broken or holds nothing usable
├── NetworkError         a road network that cannot be built, opened or asked
├── BasemapError         a base map that cannot be built or read
├── GeocodingError       a geocoding service that is not known, refuses, or does not answer
├── AreaFileError           a file of areas that cannot be read, or whose shapes are not right
└── VendorError          a vendored asset that is missing or is not the pinned one
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path

from routing.errors import Fault


class MapsError(Exception):
    """Base of all errors of this package; ``code`` is stable and documented.

    ``faults`` are all that is wrong with an input, where there is more than one thing to say.
    """

    def __init__(self, code: str, cause: str, action: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(f"{code}: {cause} {action}")
        self.faults = tuple(faults)
        self.code = code
        self.cause = cause
        self.action = action


class ExtractError(MapsError):
    """A road extract that is missing, broken or holds nothing usable."""


class NetworkError(MapsError):
    """A road network that cannot be built, opened or asked."""


class BasemapError(MapsError):
    """A base map that cannot be built or read."""


class GeocodingError(MapsError):
    """A geocoding service that is not known, refuses, or does not answer."""


class AreaFileError(MapsError):
    """A file of areas that cannot be read, or whose shapes are not right: the sender's fault."""


class VendorError(MapsError):
    """A vendored asset that is missing or is not the pinned one."""


def disk_full(folder: Path, needed: int, free: int) -> NetworkError:
    """The error for too little room on the disk, in bytes (``disk-full``)."""
    return NetworkError(
        "disk-full",
        f"{folder} needs some {needed / 1e6:.0f} MB and has {free / 1e6:.0f} MB left.",
        "Free some space, or choose a folder on another disk, and run again.",
    )


def folder_unwritable(folder: Path, error: OSError) -> NetworkError:
    """The error for a folder that cannot be made or written to (``folder-unwritable``)."""
    if error.errno == errno.ENOSPC:
        return disk_full(folder, 0, 0)
    return NetworkError(
        "folder-unwritable",
        f"The folder {folder} cannot be written to ({error.strerror}).",
        "Give the service a folder that it may write to, with room on the disk.",
    )
