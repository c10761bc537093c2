"""Changing many outlets in one step, after a look at what would change."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session

from api.deps import SessionDep, WriterDep
from api.outlet_query import OutletQuery, QueryDep
from api.presenters.bulk import bulk_change, bulk_json
from api.schemas.bulk import BulkIn, BulkOut
from crm_core.archive.queries.listing import outlet_ids
from crm_core.archive.rules import OutletStatus
from crm_core.archive.service.access import require_office
from crm_core.archive.service.bulk import apply_bulk, plan_bulk
from crm_core.people.rules import Scope

router = APIRouter(tags=["outlets"])


@router.post("/outlets/bulk/preview", response_model=BulkOut)
def preview_bulk(
    asked: BulkIn, session: SessionDep, caller: WriterDep, query: QueryDep
) -> dict[str, Any]:
    """What a change of many outlets would do; nothing is written."""
    scope = caller.scope
    ids = _meant(session, scope, asked, query)
    return bulk_json(plan_bulk(session, scope, ids, bulk_change(session, scope, asked.change)))


@router.post("/outlets/bulk", response_model=BulkOut)
def change_in_bulk(
    asked: BulkIn, session: SessionDep, caller: WriterDep, query: QueryDep
) -> dict[str, Any]:
    """Change outlets in one transaction: those that are named, or all that the query means.

    Outlets that may not change stay as they are and are told.
    """
    scope = caller.scope
    ids = _meant(session, scope, asked, query)
    change = bulk_change(session, scope, asked.change)
    return bulk_json(apply_bulk(session, scope, ids, change, expected=asked.expected))


def _meant(session: Session, scope: Scope, asked: BulkIn, query: OutletQuery) -> Collection[UUID]:
    require_office(scope)
    if asked.outlet_ids is not None:
        return asked.outlet_ids
    wanted = query.filter(session, scope, unless_stated=OutletStatus.ACTIVE)
    return outlet_ids(session, scope, wanted)
