"""The funnel as it stands, its forecast, and the opportunities in it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from api.deps import CallerDep, LanguageDep, SessionDep
from api.presenters.funnel import funnel_json, opportunity_json
from api.schemas.figures import FunnelOut, OpportunitiesOut
from crm_core.funnel.queries import funnel, opportunities

router = APIRouter(tags=["funnel"])


@router.get("/funnel", response_model=FunnelOut)
def read_funnel(
    session: SessionDep, caller: CallerDep, language: LanguageDep, rep_id: UUID | None = None
) -> dict[str, Any]:
    """Stages with count and amount, and what the open opportunities should bring."""
    found = funnel(session, caller.scope, rep_id=rep_id)
    simulated = any(one.simulated for one in opportunities(session, caller.scope, rep_id=rep_id))
    return funnel_json(found, language, simulated=simulated)


@router.get("/opportunities", response_model=OpportunitiesOut)
def list_opportunities(
    session: SessionDep,
    caller: CallerDep,
    stage: str | None = None,
    rep_id: UUID | None = None,
    outlet_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """Opportunities in scope, the newest first."""
    found = opportunities(
        session, caller.scope, stage_code=stage, rep_id=rep_id, outlet_id=outlet_id, limit=limit
    )
    return {"items": [opportunity_json(one) for one in found]}
