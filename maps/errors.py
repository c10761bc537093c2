"""Errors of the geography package.

MapsError                code, cause, action
├── ExtractError         a road extract that is missing, broken or holds nothing usable
├── NetworkError         a road network that cannot be built, opened or asked
└── VendorError          a vendored asset that is missing or is not the pinned one
"""

from __future__ import annotations

from pathlib import Path


class MapsError(Exception):
    """Base of all errors of this package; ``code`` is stable and documented."""

    def __init__(self, code: str, cause: str, action: str) -> None:
        super().__init__(f"{code}: {cause} {action}")
        self.code = code
        self.cause = cause
        self.action = action


class ExtractError(MapsError):
    """A road extract that is missing, broken or holds nothing usable."""


class NetworkError(MapsError):
    """A road network that cannot be built, opened or asked."""


class VendorError(MapsError):
    """A vendored asset that is missing or is not the pinned one."""


def folder_unwritable(folder: Path, error: OSError) -> NetworkError:
    """The error for a folder that cannot be made or written to (``folder-unwritable``)."""
    return NetworkError(
        "folder-unwritable",
        f"The folder {folder} cannot be written to ({error.strerror}).",
        "Give the service a folder that it may write to, with room on the disk.",
    )
