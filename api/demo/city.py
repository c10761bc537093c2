"""The demo's city: outlets and roads of central Helsinki (© OpenStreetMap contributors)."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Literal
from uuid import UUID

import orjson
from sqlalchemy.orm import Session

from api.demo.company import DATA, category_policies
from api.settings import Settings
from crm_core.archive.imports import ImportReport, OutletRow, upsert_outlets
from maps.roads.extract import streets
from maps.roads.network import RoadNetwork, build_network

EXTRACT = DATA / "helsinki.osm.pbf"
OUTLETS = DATA / "helsinki_outlets.csv"
SYSTEM = "openstreetmap"
PROFILE: Literal["foot"] = "foot"


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


def build_roads(settings: Settings, say: Callable[[str], None]) -> tuple[RoadNetwork, int]:
    """Build the network and the street layer where they are missing; features of the layer."""
    network = build_network(
        EXTRACT,
        PROFILE,
        settings.roads / PROFILE,
        on_progress=lambda done: say(f"{done.step} {done.fraction:.0%}"),
    )
    layer = streets(EXTRACT)
    _write_whole(settings.streets, orjson.dumps(layer))
    features = layer["features"]
    return network, len(features) if isinstance(features, list) else 0


def _write_whole(path: Path, body: bytes) -> None:
    """Write beside and move in place: a reader never finds half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(body)
    beside.replace(path)
