"""Hand-over: told first, done in one step, planned again where that is wanted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from api.auth import Caller
from api.cycles import current_cycle
from api.deps import PlannerDep, SessionDep
from api.schemas.handover import HandOverIn, HandOverOut
from crm_core.handover.rules import HandOver, Moved
from crm_core.handover.service import hand_over, preview
from crm_core.planning.service import request_run

router = APIRouter(tags=["hand-over"])

WEEKS = 4  # of the cycle that is planned anew


@router.post("/reps/{rep_id}/hand-over/preview", response_model=HandOverOut)
def preview_hand_over(
    rep_id: UUID, wanted: HandOverIn, session: SessionDep, caller: PlannerDep
) -> dict[str, Any]:
    """What a hand-over would move; nothing is changed."""
    return _told(preview(session, caller.scope, _wanted(rep_id, wanted, caller)), None)


@router.post("/reps/{rep_id}/hand-over", response_model=HandOverOut)
def do_hand_over(
    rep_id: UUID, wanted: HandOverIn, session: SessionDep, caller: PlannerDep
) -> dict[str, Any]:
    """Move all that a rep has to do, and plan the receivers where that is asked."""
    moved = hand_over(session, caller.scope, _wanted(rep_id, wanted, caller))
    run_id = None
    if wanted.replan and moved.rep_ids:
        start = current_cycle(session, caller.scope, wanted.on or caller.scope.as_of, WEEKS)
        receivers = sorted(moved.rep_ids)
        run = request_run(session, caller.scope, cycle_start=start, weeks=WEEKS, rep_ids=receivers)
        run_id = run.id
    return _told(moved, run_id)


def _wanted(rep_id: UUID, wanted: HandOverIn, caller: Caller) -> HandOver:
    on = wanted.on or caller.scope.as_of
    return HandOver(rep_id, wanted.to_rep_id, on, wanted.outlets, leaves=wanted.leaves)


def _told(moved: Moved, run_id: UUID | None) -> dict[str, Any]:
    return {
        "received": [
            {
                "rep_id": str(rep_id),
                "outlets": moved.outlets[rep_id],
                "opportunities": moved.opportunities[rep_id],
                "complaints": moved.complaints[rep_id],
                "tasks": moved.tasks[rep_id],
            }
            for rep_id in sorted(moved.rep_ids)
        ],
        "plan_ids": [str(plan_id) for plan_id in moved.plans],
        "replan_advised": bool(moved.outlets) and run_id is None,
        "run_id": str(run_id) if run_id else None,
    }
