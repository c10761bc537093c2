"""The reps the caller may see."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.deps import CallerDep, SessionDep
from api.presenters.archive import rep_json
from api.schemas.archive import RepsOut
from crm_core.people.queries import reps

router = APIRouter(tags=["reps"])


@router.get("/reps", response_model=RepsOut)
def list_reps(session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """Reps in scope, by code."""
    return {"items": [rep_json(rep) for rep in reps(session, caller.scope)]}
