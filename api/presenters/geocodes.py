"""Lookups of addresses and their answers as JSON."""

from __future__ import annotations

from typing import Any

from crm_core.archive.model import Geocode, Outlet
from crm_core.work.model import Job

type Json = dict[str, Any]


def geocode_json(row: Geocode, outlet: Outlet) -> Json:
    """The body of ``api.schemas.geocodes.GeocodeOut``."""
    names = ("address", "status", "service", "confidence", "label", "answer")
    found = ("lat", "lon", "datum", "given_lat", "given_lon", "apart_m")
    return {
        "outlet_id": str(outlet.id),
        "outlet_name": outlet.name,
        "lat": outlet.lat,
        "lon": outlet.lon,
        **{name: getattr(row, name) for name in names},
        "found": None if row.lat is None else {name: getattr(row, name) for name in found},
    }


def job_json(job: Job) -> Json:
    """The body of ``api.schemas.geocodes.GeocodeJobOut``."""
    said = job.progress or {}
    return {
        "id": str(job.id),
        "status": job.status,
        "done": said.get("done", 0),
        "of": said.get("of", len(job.payload["outlet_ids"])),
        "counts": (job.result or {}).get("counts", {}),
        "error": job.error,
    }
