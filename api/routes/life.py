"""The life of outlets, and what reps propose about them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, status
from sqlalchemy.orm import Session

from api.deps import CallerDep, SessionDep, WriterDep
from api.presenters.archive import outlets_by_id
from api.presenters.records import with_id
from api.schemas.life import (
    AcceptIn,
    LifeOut,
    ProposalIn,
    ProposalOut,
    ProposalsOut,
    RefuseIn,
    StatusIn,
)
from crm_core.archive.model import Outlet, Proposal
from crm_core.archive.queries import outlet as outlet_in_scope
from crm_core.archive.queries.life import life_rows, proposals, span_of, statuses
from crm_core.archive.rules.proposals import ProposalStatus
from crm_core.archive.service.life import set_status
from crm_core.archive.service.proposals import NewProposal, accept, decline, propose
from crm_core.people.rules import Scope

router = APIRouter(tags=["outlet life"])

_PROPOSAL = (
    *("client_id", "kind", "rep_id", "outlet_id", "values", "photo", "note", "proposed_at"),
    *("status", "decision_note", "decided_at"),
)


@router.get("/outlets/{outlet_id}/life", response_model=LifeOut)
def read_life(outlet_id: UUID, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """The status of an outlet today, and its dated ones."""
    return _life(session, caller.scope, outlet_in_scope(session, caller.scope, outlet_id))


@router.post("/outlets/{outlet_id}/life", response_model=LifeOut)
def change_life(
    outlet_id: UUID, change: StatusIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Give an outlet a status from a date on; planning and metrics obey the dates."""
    outlet = set_status(session, caller.scope, outlet_id, **change.model_dump())
    return _life(session, caller.scope, outlet)


@router.get("/proposals", response_model=ProposalsOut)
def list_proposals(
    session: SessionDep, caller: CallerDep, status: ProposalStatus | None = None
) -> dict[str, Any]:
    """Proposals in scope, the oldest first."""
    rows = proposals(session, caller.scope, status=status)
    ids = {row.outlet_id for row in rows if row.outlet_id}
    known = outlets_by_id(session, caller.scope, ids)
    return {"items": [_proposal(row, known.get(row.outlet_id or row.id)) for row in rows]}


@router.post("/proposals", response_model=ProposalOut, status_code=status.HTTP_201_CREATED)
def create_proposal(new: ProposalIn, session: SessionDep, caller: WriterDep) -> dict[str, Any]:
    """Propose a new outlet, a better place, that one has closed or moved; sending again is safe."""
    row = propose(
        session,
        caller.scope,
        NewProposal(
            client_id=new.client_id,
            kind=new.kind,
            proposed_at=new.proposed_at,
            outlet_id=new.outlet_id,
            values=new.values.given(),
            photo=new.photo.model_dump() if new.photo else None,
            note=new.note,
        ),
    )
    return _shown(session, caller.scope, row)


@router.post("/proposals/{proposal_id}/accept", response_model=ProposalOut)
def accept_proposal(
    proposal_id: UUID, decision: AcceptIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Do what is proposed; a new outlet is assigned to the rep who proposes it."""
    changes = decision.changes.given()
    if decision.short_code:
        changes["short_code"] = decision.short_code
    row = accept(session, caller.scope, proposal_id, changes, note=decision.note)
    return _shown(session, caller.scope, row)


@router.post("/proposals/{proposal_id}/refuse", response_model=ProposalOut)
def refuse_proposal(
    proposal_id: UUID, decision: RefuseIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Refuse a proposal, saying why."""
    return _shown(session, caller.scope, decline(session, caller.scope, proposal_id, decision.note))


def _life(session: Session, scope: Scope, outlet: Outlet) -> dict[str, Any]:
    spans = [
        {
            "status": row.status,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "season": span_of(row).season,
            "reason": row.reason,
            "successor_id": str(row.successor_id) if row.successor_id else None,
        }
        for row in life_rows(session, scope, outlet.id)
    ]
    now = statuses(session, scope, [outlet], scope.as_of)[outlet.id]
    return {"status": now, "spans": spans}


def _shown(session: Session, scope: Scope, row: Proposal) -> dict[str, Any]:
    known = outlets_by_id(session, scope, [row.outlet_id] if row.outlet_id else [])
    return _proposal(row, known.get(row.outlet_id) if row.outlet_id else None)


def _proposal(row: Proposal, outlet: Outlet | None) -> dict[str, Any]:
    return {**with_id(row, _PROPOSAL), "outlet_name": outlet.name if outlet else None}
