"""Visits: events in from the phone, as often as it likes; visits out."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from api.deps import CallerDep, SessionDep, WriterDep
from api.errors import details_of
from api.presenters.archive import outlets_by_id
from api.presenters.visits import visit_json
from api.schemas.visits import VisitEventIn, VisitEventsIn, VisitResultsOut, VisitsOut
from crm_core.visits.queries import visits
from crm_core.visits.rules import EventKind
from crm_core.visits.service import EventIn, record

router = APIRouter(tags=["visits"])


@router.post("/visits", response_model=VisitResultsOut)
def record_events(payload: VisitEventsIn, session: SessionDep, caller: WriterDep) -> dict[str, Any]:
    """Record events of the caller's own visits; sending one again answers as before."""
    scope = caller.scope.for_writing()
    results = record(session, scope, [_event(event) for event in payload.events])
    found = outlets_by_id(session, scope, [r.visit.outlet_id for r in results if r.visit])
    return {
        "results": [
            {
                "client_id": str(result.client_id),
                "status": result.status,
                "visit": visit_json(result.visit, found) if result.visit else None,
                "problem": details_of(result.problem).body() if result.problem else None,
            }
            for result in results
        ]
    }


@router.get("/visits", response_model=VisitsOut)
def list_visits(
    session: SessionDep,
    caller: CallerDep,
    date_from: date,
    date_to: date,
    rep_id: UUID | None = None,
) -> dict[str, Any]:
    """Visits in scope from one date through another."""
    found = visits(session, caller.scope, date_from, date_to, rep_id)
    known = outlets_by_id(session, caller.scope, [visit.outlet_id for visit in found])
    return {"items": [visit_json(visit, known) for visit in found]}


def _event(event: VisitEventIn) -> EventIn:
    return EventIn(
        client_id=event.client_id,
        visit_key=event.visit_key,
        kind=EventKind(event.kind),
        outlet_id=event.outlet_id,
        device_at=event.device_at,
        planned_stop_id=event.planned_stop_id,
        lat=event.lat,
        lon=event.lon,
        accuracy_m=event.accuracy_m,
        payload=event.payload,
    )
