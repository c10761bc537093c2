"""Addresses looked up in the background, and a queue of doubtful places to decide about."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from api.deps import CallerDep, RuntimeDep, SessionDep, WriterDep
from api.geocoding import geocoding_service
from api.presenters.geocodes import geocode_json, job_json
from api.schemas.geocodes import DecisionIn, GeocodeIn, GeocodeJobOut, GeocodeOut, GeocodesOut
from crm_core.archive.queries import outlet as outlet_in_scope
from crm_core.archive.queries.geocoding import doubtful, geocode_counts
from crm_core.archive.rules.geocode import Decision
from crm_core.archive.service.geocoding import GEOCODE_JOB, decide, request_geocoding
from crm_core.work.queries import job as own_job
from crm_core.work.queries import newest_job
from crm_core.work.service import request_cancel
from routing.geo import GeoPoint

router = APIRouter(prefix="/geocodes", tags=["geocodes"])


@router.post("", response_model=GeocodeJobOut, status_code=status.HTTP_202_ACCEPTED)
def look_up(
    payload: GeocodeIn,
    response: Response,
    session: SessionDep,
    caller: WriterDep,
    runtime: RuntimeDep,
) -> dict[str, Any]:
    """Look the addresses of outlets up; nobody is moved.  Poll the lookup at ``Location``."""
    asked = request_geocoding(session, caller.scope, payload.outlet_ids)
    geocoding_service(runtime.settings)  # refuses, and takes the job back, where there is none
    response.headers["Location"] = f"/api/v1/geocodes/jobs/{asked.id}"
    return job_json(asked)


@router.get("", response_model=GeocodesOut)
def list_doubtful(
    session: SessionDep,
    caller: CallerDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """Outlets in scope whose address and place do not agree, or whose address nobody knows."""
    scope = caller.scope
    latest = newest_job(session, scope, GEOCODE_JOB)
    return {
        "items": [geocode_json(one.geocode, one.outlet) for one in doubtful(session, scope, limit)],
        "counts": geocode_counts(session, scope),
        "job": latest and job_json(latest),
    }


@router.get("/jobs/{job_id}", response_model=GeocodeJobOut)
def read_lookup(job_id: UUID, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """How far a lookup of the caller is."""
    return job_json(own_job(session, caller.scope, job_id, GEOCODE_JOB))


@router.delete("/jobs/{job_id}", response_model=GeocodeJobOut)
def stop_lookup(job_id: UUID, session: SessionDep, caller: WriterDep) -> dict[str, Any]:
    """Stop a lookup of the caller; what it has found stays."""
    own_job(session, caller.scope, job_id, GEOCODE_JOB)
    return job_json(request_cancel(session, job_id))


@router.put("/{outlet_id}", response_model=GeocodeOut)
def decide_place(
    outlet_id: UUID, payload: DecisionIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Say where a doubtful outlet stands."""
    at = payload.lat is not None and payload.lon is not None
    point = GeoPoint(payload.lat, payload.lon) if at else None  # type: ignore[arg-type]
    row = decide(session, caller.scope, outlet_id, Decision(payload.decision), point)
    return geocode_json(row, outlet_in_scope(session, caller.scope, outlet_id))
