"""Options that the ``roads`` commands share, and how networks are told."""

from __future__ import annotations

import re
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from maps.roads.built import BuildProgress
from maps.roads.store import Entry


class ProfileName(StrEnum):
    """How one travels."""

    CAR = "car"
    BIKE = "bike"
    FOOT = "foot"


NameArgument = Annotated[str, typer.Argument(help="Name of the network.")]
ProfileOption = Annotated[ProfileName, typer.Option(help="How one travels on it.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Do it all the same.")]


def slug(extract: Path) -> str:
    """The name of a network where none is given: ``Porto (city).osm.pbf`` is ``porto-city``."""
    return re.sub(r"[^a-z0-9]+", "-", extract.name.partition(".")[0].lower()).strip("-")


def progress_text(now: BuildProgress) -> str:
    """How far a build is."""
    memory = f", {now.memory_bytes / 1e6:.0f} MB of memory" if now.memory_bytes else ""
    return f"{now.step} {now.fraction:.0%}, {now.seconds:.0f} s{memory}"


def built_text(entry: Entry) -> str:
    """What a build took."""
    built = entry.built
    assert built is not None
    return (
        f"{entry.key}, {built.size_bytes / 1e6:.1f} MB, built in {built.seconds:.0f} s"
        f" with {built.memory_bytes / 1e6:.0f} MB of memory"
    )


def row_of(entry: Entry) -> tuple[str, ...]:
    """A network as a row of the list."""
    built, server = entry.built, entry.server
    return (
        entry.name,
        entry.profile,
        built.extract if built else server.address if server else f"broken: {entry.broken}",
        entry.key,
        f"{built.size_bytes / 1e6:.1f} MB" if built else "",
        built.built_at[:16] if built else "",
        str(len(entry.peaks) or ""),
    )


def figures(entry: Entry) -> dict[str, Any]:
    """All that is known of a network; nothing secret."""
    of = entry.built or entry.server
    known = {} if of is None else asdict(of)
    return {
        "name": entry.name,
        "profile": entry.profile,
        **({"broken": entry.broken} if entry.broken else {}),
        "key": entry.key,
        **{field: value for field, value in known.items() if field not in ("key", "profile")},
        "peaks": [asdict(band) for band in entry.peaks],
    }
