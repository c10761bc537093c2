"""Care: complaints, overdue accounts, the public pool, outlets at risk, completeness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, status
from sqlalchemy.orm import Session

from api.deps import CallerDep, PlannerDep, SessionDep, WriterDep
from api.presenters.archive import outlet_brief, outlets_by_id
from api.presenters.records import with_id
from api.schemas.care import (
    AssignIn,
    AtRisksOut,
    CallBackIn,
    CloseIn,
    ComplaintIn,
    ComplaintOut,
    ComplaintsOut,
    CompletenessOut,
    CountOut,
    PoolOut,
    RulesIn,
    RulesOut,
)
from crm_core.archive.queries.completeness import completeness
from crm_core.archive.queries.life import risks_since
from crm_core.archive.rules.completeness import Completeness
from crm_core.archive.service import assign
from crm_core.care.model import Complaint
from crm_core.care.pool import claim_outlet, recall_idle, release_outlet, want_overdue_visits
from crm_core.care.queries import at_risk, care_rules, complaints, pool
from crm_core.care.rules import ComplaintStatus
from crm_core.care.service import (
    NewComplaint,
    call_back,
    change_rules,
    close_complaint,
    open_complaint,
)
from crm_core.clock import utc_now
from crm_core.people.rules import Scope

router = APIRouter(tags=["care"])

_COMPLAINT = (
    *("outlet_id", "severity", "subject", "description", "contact_id", "task_id"),
    *("owner_rep_id", "opened_at", "due", "status", "demand_id", "visit_id"),
    *("resolution", "closed_at", "call_back_due", "called_back_on", "satisfaction"),
)


@router.get("/complaints", response_model=ComplaintsOut)
def list_complaints(
    session: SessionDep,
    caller: CallerDep,
    status: ComplaintStatus | None = None,
    outlet_id: UUID | None = None,
) -> dict[str, Any]:
    """Complaints in scope, the first due first."""
    rows = complaints(session, caller.scope, status=status, outlet_id=outlet_id)
    return {"items": _complaints(session, caller.scope, rows)}


@router.post(
    "/outlets/{outlet_id}/complaints",
    response_model=ComplaintOut,
    status_code=status.HTTP_201_CREATED,
)
def create_complaint(
    outlet_id: UUID, new: ComplaintIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Take a complaint; the severity gives its due date and whether it asks for a visit."""
    told = NewComplaint(outlet_id=outlet_id, **new.model_dump())
    row = open_complaint(session, caller.scope, told)
    return _complaints(session, caller.scope, [row])[0]


@router.post("/complaints/{complaint_id}/close", response_model=ComplaintOut)
def end_complaint(
    complaint_id: UUID, end: CloseIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Close a complaint; the visit made since is linked, and a call-back falls due."""
    row = close_complaint(session, caller.scope, complaint_id, end.resolution)
    return _complaints(session, caller.scope, [row])[0]


@router.post("/complaints/{complaint_id}/call-back", response_model=ComplaintOut)
def note_call_back(
    complaint_id: UUID, noted: CallBackIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Note the call-back; a satisfaction of 1 or 2 opens the complaint again."""
    row = call_back(session, caller.scope, complaint_id, noted.satisfaction, on=noted.on)
    return _complaints(session, caller.scope, [row])[0]


@router.get("/care/rules", response_model=RulesOut)
def read_rules(session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """The days, limits and minutes that care works by."""
    return {"rules": asdict(care_rules(session, caller.scope))}


@router.patch("/care/rules", response_model=RulesOut)
def update_rules(wanted: RulesIn, session: SessionDep, caller: PlannerDep) -> dict[str, Any]:
    """Change rules; those not named stay."""
    return {"rules": asdict(change_rules(session, caller.scope, wanted.rules))}


@router.get("/care/at-risk", response_model=AtRisksOut)
def list_at_risk(session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """Outlets whose sales fall, whose visits are missed, who owe or complain."""
    known = risks_since(session, caller.scope)
    return {
        "items": [
            {
                "since": known.get(one.outlet.id),
                "outlet_id": str(one.outlet.id),
                "name": one.outlet.name,
                "short_code": one.outlet.short_code,
                "grade": one.outlet.grade_code,
                "held": one.held,
                "risks": [asdict(risk) for risk in one.risks],
            }
            for one in at_risk(session, caller.scope, caller.scope.as_of)
        ]
    }


@router.post("/care/overdue-visits", response_model=CountOut)
def ask_overdue_visits(session: SessionDep, caller: PlannerDep) -> dict[str, Any]:
    """Ask for a visit to each overdue account that has none open."""
    return {"count": len(want_overdue_visits(session, caller.scope.for_planning()))}


@router.get("/completeness", response_model=CompletenessOut)
def read_completeness(
    session: SessionDep,
    caller: CallerDep,
    stale_days: Annotated[int, Query(ge=1, le=3650)] = 180,
) -> dict[str, Any]:
    """How complete the records in scope are, and which are late or stale."""
    report = completeness(session, caller.scope, utc_now(), stale_days=stale_days)
    return {
        "outlets": report.outlets,
        "counts": {state: report.counts[state] for state in Completeness},
        "stale": report.stale,
        "missing": dict(report.missing.most_common()),
        "items": [
            {
                "outlet_id": str(one.outlet_id),
                "name": one.name,
                "short_code": one.short_code,
                "rep_id": str(one.rep_id) if one.rep_id else None,
                "state": one.gaps.state,
                "missing_basics": one.gaps.basics,
                "missing": one.gaps.whole,
                "updated_at": one.updated_at,
                "stale": one.stale,
            }
            for one in report.items
        ],
    }


@router.get("/pool", response_model=PoolOut)
def read_pool(session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """Outlets that nobody serves; a rep sees those of the department."""
    return {"items": [outlet_brief(outlet) for outlet in pool(session, caller.scope)]}


@router.post("/pool/{outlet_id}/claim", status_code=status.HTTP_204_NO_CONTENT)
def claim(outlet_id: UUID, session: SessionDep, caller: WriterDep) -> None:
    """Take an outlet out of the pool, within the limits."""
    claim_outlet(session, caller.scope, outlet_id)


@router.post("/pool/{outlet_id}/release", status_code=status.HTTP_204_NO_CONTENT)
def release(outlet_id: UUID, session: SessionDep, caller: WriterDep) -> None:
    """Give an outlet that one claimed back to the pool."""
    release_outlet(session, caller.scope, outlet_id)


@router.post("/pool/recall", response_model=CountOut)
def recall(session: SessionDep, caller: PlannerDep) -> dict[str, Any]:
    """Put claimed outlets that were not visited for too long back into the pool."""
    return {"count": len(recall_idle(session, caller.scope.for_planning()))}


@router.post("/outlets/assign", response_model=CountOut)
def assign_outlets(wanted: AssignIn, session: SessionDep, caller: PlannerDep) -> dict[str, Any]:
    """Give outlets to a rep from today on."""
    moves = dict.fromkeys(wanted.outlet_ids, wanted.rep_id)
    return {"count": len(assign(session, caller.scope, moves, on=caller.scope.as_of))}


def _complaints(session: Session, scope: Scope, rows: Sequence[Complaint]) -> list[dict[str, Any]]:
    known = outlets_by_id(session, scope, [row.outlet_id for row in rows])
    return [
        {
            **with_id(row, _COMPLAINT),
            "outlet_name": known[row.outlet_id].name,
            "late": _is_late(row, scope.as_of),
        }
        for row in rows
    ]


def _is_late(row: Complaint, today: date) -> bool:
    return row.status == ComplaintStatus.OPEN and row.due is not None and row.due < today
