"""The desk's queue of doubtful places, in memory."""

from __future__ import annotations

from typing import Any

import fake_data as data
from fastapi import FastAPI, Request

HOSTILE = "<img src=x onerror=alert(1)>"


def queue() -> list[dict[str, Any]]:
    """Three outlets: one found elsewhere, one whose name is hostile, one that nobody knows."""
    items = []
    for index, (name, confidence) in enumerate(
        [("Alepa Hämeentie", 0.6), (HOSTILE, 0.35), ("烟酒店 Kallio", 0.0)]
    ):
        lat, lon = 60.170 + index * 0.002, 24.941 + index * 0.002
        found = {"lat": lat + 0.0015, "lon": lon + 0.003, "datum": "WGS-84", "apart_m": 234.5}
        found |= {"given_lat": None, "given_lon": None}
        items.append(
            {
                "outlet_id": data.uid(f"doubtful-{index}"),
                "outlet_name": name,
                "address": f"Mikonkatu {index + 1}, 00100 Helsinki",
                "lat": lat,
                "lon": lon,
                "status": "doubtful" if confidence else "not_found",
                "service": "photon",
                "confidence": confidence,
                "label": f"Mikonkatu {index + 1}, Helsinki" if confidence else "",
                "found": found if confidence else None,
                "answer": None,
            }
        )
    return items


def add_places(app: FastAPI) -> list[tuple[str, dict[str, Any]]]:
    """The addresses of the queue; returns the list that decisions are noted in."""
    items, decided = queue(), []
    job: dict[str, Any] = {}

    @app.get("/api/v1/geocodes")
    def geocodes() -> Any:
        counts = {"doubtful": len(items), "confirmed": 40, "kept": len(decided)}
        return {"items": items, "counts": counts, "job": job or None}

    @app.post("/api/v1/geocodes", status_code=202)
    def look_up() -> Any:
        job.update(id=data.uid("lookup"), status="running", done=12, of=40, counts={}, error=None)
        return job

    @app.delete("/api/v1/geocodes/jobs/{job_id}")
    def stop(job_id: str) -> Any:
        job.update(status="cancelled")
        return job

    @app.put("/api/v1/geocodes/{outlet_id}")
    async def decide(outlet_id: str, request: Request) -> Any:
        decided.append((outlet_id, await request.json()))
        [item] = [one for one in items if one["outlet_id"] == outlet_id]
        items.remove(item)
        return item

    return decided
