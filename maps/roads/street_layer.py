"""The ground a route is drawn on: streets by class, water and green, as one GeoJSON layer."""

from __future__ import annotations

from pathlib import Path


def streets(extract: Path) -> dict[str, object]:
    """x."""
    return {}
