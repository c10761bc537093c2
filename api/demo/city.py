"""The demo's city: outlets and roads of central Helsinki (© OpenStreetMap contributors)."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from api.demo.company import DATA, category_policies
from api.settings import Settings
from crm_core.archive.imports import ImportReport, OutletRow, upsert_outlets
from maps.basemap.build import build_basemap
from maps.errors import BasemapError
from maps.roads.built import PROFILES
from maps.roads.store import OpenNetwork, RoadStore, open_entry

EXTRACT = DATA / "helsinki.osm.pbf"
OUTLETS = DATA / "helsinki_outlets.csv"
SYSTEM = "openstreetmap"
NETWORK = "helsinki"


def import_outlets(session: Session, department_id: UUID, on: date) -> ImportReport:
    """Add the city's outlets; outlets that are there keep whatever a user edited."""
    grade_of = {policy.category: policy.grade for policy in category_policies()}
    with OUTLETS.open(encoding="utf-8", newline="") as file:
        rows = [
            OutletRow(
                key=row["osm_id"],
                name=row["name"],
                channel=row["category"],
                grade_code=grade_of[row["category"]],
                lat=float(row["lat"]),
                lon=float(row["lon"]),
                address=row["address"],
                phone=row["phone"],
                opening_hours=row["opening_hours"],
                department_id=department_id,
            )
            for row in csv.DictReader(file)
        ]
    return upsert_outlets(session, rows, SYSTEM, on=on)


def build_roads(settings: Settings, say: Callable[[str], None]) -> OpenNetwork:
    """Build the networks for car, bike and foot where they are missing; the one for walking."""
    store = RoadStore(settings.roads)
    for profile in PROFILES:
        store.add(
            EXTRACT,
            NETWORK,
            profile,
            on_progress=lambda now, profile=profile: say(  # type: ignore[misc]
                f"{profile} {now.step} {now.fraction:.0%}"
            ),
        )
    return open_entry(store.entry(NETWORK, "foot"))


def draw_basemap(settings: Settings, say: Callable[[str], None]) -> str:
    """Build the base map where none is there, whosever; what came of it, in words.

    A demo without one is still a demo: stops and routes are drawn on plain ground.
    """
    if settings.basemap.is_file():
        return "base map kept"
    try:
        built = build_basemap(
            [EXTRACT], settings.basemap, lambda step, share: say(f"base map {step} {share:.0%}")
        )
    except BasemapError as error:
        return f"no base map: {error.cause}"
    return f"base map of {built.features} features, {built.bytes / 1000:.0f} kB"
