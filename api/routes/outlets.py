"""Outlets: filtered lists, page by page, and one outlet in full."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from api.deps import CallerDep, SessionDep
from api.presenters.archive import outlet_detail_json, outlet_json
from api.schemas.archive import OutletDetailOut, OutletsOut
from crm_core.archive.model import Account
from crm_core.archive.queries import OutletFilter, assignments, call_windows
from crm_core.archive.queries import outlet as outlet_in_scope
from crm_core.archive.queries import outlets as outlets_in_scope
from crm_core.archive.service import policy_of
from crm_core.people.rules import Scope
from crm_core.territories.queries import outlets_inside, territory

router = APIRouter(tags=["outlets"])


@router.get("/outlets", response_model=OutletsOut)
def list_outlets(
    session: SessionDep,
    caller: CallerDep,
    q: Annotated[str, Query(max_length=200, description="In name, short code, address.")] = "",
    grade: str | None = None,
    channel: str | None = None,
    rep_id: UUID | None = None,
    territory_id: UUID | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Active outlets in scope by short code; ``cursor`` is the page before's ``next_cursor``."""
    scope = caller.scope
    inside = None if territory_id is None else _inside(session, scope, territory_id)
    wanted = OutletFilter(
        text=q, grade_code=grade, channel=channel, rep_id=rep_id, outlet_ids=inside
    )
    page = outlets_in_scope(session, scope, wanted, cursor=cursor, limit=limit)
    ids = [outlet.id for outlet in page.items]
    serving = assignments(session, scope, scope.as_of, outlet_ids=ids)
    return {
        "items": [
            outlet_json(outlet, serving[outlet.id].rep_id if outlet.id in serving else None)
            for outlet in page.items
        ],
        "next_cursor": page.next_cursor,
        "total": page.total,
    }


@router.get("/outlets/{outlet_id}", response_model=OutletDetailOut)
def read_outlet(outlet_id: UUID, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """One outlet with its windows and visit policy."""
    scope = caller.scope
    outlet = outlet_in_scope(session, scope, outlet_id)
    serving = assignments(session, scope, scope.as_of, outlet_ids=[outlet_id]).get(outlet_id)
    return outlet_detail_json(
        outlet,
        serving.rep_id if serving else None,
        call_windows(session, scope, [outlet_id])[outlet_id],
        policy_of(session, scope, outlet, scope.as_of),
        # Whoever sees an outlet sees who pays for it.
        session.get(Account, outlet.account_id) if outlet.account_id else None,
    )


def _inside(session: Session, scope: Scope, territory_id: UUID) -> list[UUID]:
    shape = territory(session, scope, territory_id).shape
    return [outlet.id for outlet in outlets_inside(session, scope, shape.geometry)]
