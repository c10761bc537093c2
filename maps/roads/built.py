"""What is written down about a built road network, and how its building is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

type Profile = Literal["car", "bike", "foot"]
PROFILES: tuple[Profile, ...] = get_args(Profile.__value__)


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """How far a build is: the step, the fraction of the whole, seconds so far, and the most
    memory in bytes that its programs have held (0 where the system does not tell)."""

    step: str
    fraction: float
    seconds: float
    memory_bytes: int


type Progress = Callable[[BuildProgress], None]
#: Looks at a built network, given its folder, before it is switched to; raises to refuse it.
type Accept = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What is written down about a build.  ``bounds``: south, west, north, east."""

    key: str
    extract: str
    extract_sha256: str
    profile: str
    engine: str
    bounds: tuple[float, float, float, float]
    built_at: str
    seconds: float
    memory_bytes: int
    size_bytes: int


ABOUT_FILE = "about.json"


def write_about(about: Built, folder: Path) -> None:
    """Write it down in the folder of the build."""
    (folder / ABOUT_FILE).write_text(json.dumps(asdict(about), indent=1), "utf-8")


def read_about(folder: Path) -> Built:
    """What was written down about the build in ``folder``; ValueError where it cannot be read."""
    try:
        about: dict[str, Any] = json.loads((folder / ABOUT_FILE).read_text("utf-8"))
        return Built(**{**about, "bounds": tuple(about["bounds"])})
    except (OSError, KeyError, TypeError) as error:
        raise ValueError(f"{folder.name}: {error}") from error
