"""Designs of territories, the size of a team, and what nobody has taken care of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response, status
from sqlalchemy.orm import Session

from api.deps import CallerDep, PlannerDep, SessionDep
from api.presenters.designing import completeness_json, design_json, sizing_json
from api.schemas.designing import CompletenessOut, DesignIn, DesignJobOut, SizingIn, SizingOut
from crm_core.people.queries import reps
from crm_core.people.rules import Scope
from crm_core.planning.sizing import SizingChange, team_size
from crm_core.territories.completeness import completeness
from crm_core.territories.designing import DESIGN_JOB, DesignOrder, request_design
from crm_core.territories.service import may_draw
from crm_core.territories.work import outlet_names
from crm_core.work.queries import job as own_job
from crm_core.work.service import request_cancel

router = APIRouter(prefix="/territories", tags=["territories"])


@router.post("/designs", response_model=DesignJobOut, status_code=status.HTTP_202_ACCEPTED)
def design(
    payload: DesignIn, response: Response, session: SessionDep, caller: PlannerDep
) -> dict[str, Any]:
    """Design balanced territories; nothing is drawn: preview and save what comes out.

    Poll the design at ``Location``.
    """
    said = payload.model_dump()
    k = said.pop("k") or len(payload.rep_ids) or _recommended(session, caller.scope)
    lines = tuple(tuple(line) for line in said.pop("barriers"))
    rep_ids = tuple(said.pop("rep_ids"))
    order = DesignOrder(k=k, rep_ids=rep_ids, barriers=lines, **said)
    asked = request_design(session, caller.scope, order)
    response.headers["Location"] = f"/api/v1/territories/designs/{asked.id}"
    return design_json(asked)


@router.get("/designs/{job_id}", response_model=DesignJobOut)
def read_design(job_id: UUID, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """How far a design of the caller is, and what came out."""
    return design_json(own_job(session, caller.scope, job_id, DESIGN_JOB))


@router.delete("/designs/{job_id}", response_model=DesignJobOut)
def stop_design(job_id: UUID, session: SessionDep, caller: PlannerDep) -> dict[str, Any]:
    """Stop a design of the caller; it keeps the best found so far."""
    own_job(session, caller.scope, job_id, DESIGN_JOB)
    return design_json(request_cancel(session, job_id))


@router.post("/sizing", response_model=SizingOut)
def size_team(payload: SizingIn, session: SessionDep, caller: PlannerDep) -> dict[str, Any]:
    """How many reps the work takes, by grade and channel; figures that are sent replace the
    archive's.  Nothing is saved."""
    scope = may_draw(caller.scope)
    found = team_size(
        session,
        scope,
        scope.as_of,
        changes=[SizingChange(**row.model_dump()) for row in payload.rows],
        working_days=payload.working_days,
        field_minutes_a_day=payload.field_minutes_a_day,
    )
    return sizing_json(found)


@router.get("/completeness", response_model=CompletenessOut)
def read_completeness(session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """Outlets without a rep, reps without outlets, outlets outside their rep's territories."""
    scope = caller.scope
    found = completeness(session, scope, scope.as_of)
    named = {
        *(one.outlet_id for one in found.outside),
        *found.outlets_without_rep,
        *found.without_place,
    }
    known = {rep.id: rep for rep in reps(session, scope, active_only=False)}
    return completeness_json(found, outlet_names(session, scope, named), known)


def _recommended(session: Session, scope: Scope) -> int:
    planner = may_draw(scope)
    return max(1, team_size(session, planner, scope.as_of).sizing.reps)
