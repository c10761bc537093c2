"""The merge queue: pairs of outlets that may be one."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from api.deps import CallerDep, PlannerDep, SessionDep
from api.presenters.duplicates import pairs_json
from api.schemas.imports import FoundOut, MergeIn, PairOut, PairsOut
from crm_core.archive.duplicates.merging import merge, part
from crm_core.archive.duplicates.queue import (
    pair_in_scope,
    pairs_in_scope,
    reopen,
    search_pairs,
    tell_apart,
)
from crm_core.archive.model import DuplicatePair
from crm_core.archive.rules.duplicates import PairStatus
from crm_core.people.regions import home_region
from crm_core.people.rules import Scope

router = APIRouter(prefix="/duplicates", tags=["duplicates"])


@router.get("", response_model=PairsOut)
def list_pairs(
    session: SessionDep,
    caller: CallerDep,
    status: PairStatus = PairStatus.OPEN,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> dict[str, Any]:
    """Pairs of which both outlets are in scope, the surest first, judged ones the latest first."""
    pairs, total = pairs_in_scope(session, caller.scope, status, limit=limit, offset=offset)
    return {"items": pairs_json(session, caller.scope, pairs), "total": total}


@router.post("/search", response_model=FoundOut)
def search(session: SessionDep, caller: PlannerDep) -> dict[str, Any]:
    """Look through all outlets in scope and queue the pairs that nobody has judged yet."""
    region = home_region(session, caller.scope)
    return {"added": search_pairs(session, caller.scope, region)}


@router.post("/{pair_id}/merge", response_model=PairOut)
def merge_pair(
    pair_id: UUID, said: MergeIn, session: SessionDep, caller: PlannerDep
) -> dict[str, Any]:
    """Keep one outlet; the other is closed and everything linked to it follows."""
    scope = caller.scope.for_planning()
    pair = pair_in_scope(session, scope, pair_id)
    merge(
        session, scope, pair, keep_id=said.keep_id, take=said.take, rep_of_other=said.rep_of_other
    )
    return _one(session, caller.scope, pair)


@router.post("/{pair_id}/different", response_model=PairOut)
def say_different(pair_id: UUID, session: SessionDep, caller: PlannerDep) -> dict[str, Any]:
    """Say that the two are different outlets: they are not asked about again."""
    scope = caller.scope.for_planning()
    pair = pair_in_scope(session, scope, pair_id)
    tell_apart(session, scope, pair)
    return _one(session, caller.scope, pair)


@router.post("/{pair_id}/undo", response_model=PairOut)
def undo(pair_id: UUID, session: SessionDep, caller: PlannerDep) -> dict[str, Any]:
    """Take back what was decided about a pair."""
    scope = caller.scope.for_planning()
    pair = pair_in_scope(session, scope, pair_id)
    (reopen if pair.status == PairStatus.DIFFERENT else part)(session, scope, pair)
    return _one(session, caller.scope, pair)


def _one(session: Session, scope: Scope, pair: DuplicatePair) -> dict[str, Any]:
    return pairs_json(session, scope, [pair])[0]
