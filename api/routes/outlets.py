"""Outlets: filtered lists, page by page, and one outlet in full."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response, status
from sqlalchemy.orm import Session

from api.auth import Caller
from api.deps import CallerDep, SessionDep, VersionDep, WriterDep
from api.outlet_query import OrderDep, QueryDep
from api.presenters.outlet_list import outlet_rows
from api.presenters.records import outlet_record
from api.schemas.archive import OutletsOut
from api.schemas.records import (
    ChangedOut,
    NewOutletIn,
    OutletChangeIn,
    OutletRecordOut,
    OutletsChangeIn,
)
from crm_core.archive.model import Outlet
from crm_core.archive.queries import outlet as outlet_in_scope
from crm_core.archive.queries import outlets as outlets_in_scope
from crm_core.archive.rules import OutletStatus
from crm_core.archive.service.records import add_outlet, change_outlet, change_outlets

router = APIRouter(tags=["outlets"])


@router.get("/outlets", response_model=OutletsOut)
def list_outlets(
    session: SessionDep,
    caller: CallerDep,
    query: QueryDep,
    order: OrderDep,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Outlets in scope, the active ones unless ``status`` says otherwise.

    ``cursor`` is the page before's ``next_cursor``, in the same order.
    """
    scope = caller.scope
    wanted = query.filter(session, scope, unless_stated=OutletStatus.ACTIVE)
    page = outlets_in_scope(session, scope, wanted, order=order, cursor=cursor, limit=limit)
    return {
        "items": outlet_rows(session, scope, page.items),
        "next_cursor": page.next_cursor,
        "total": page.total,
    }


@router.post("/outlets", response_model=OutletRecordOut, status_code=status.HTTP_201_CREATED)
def create_outlet(
    new: NewOutletIn, response: Response, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Add an outlet; reps propose outlets instead."""
    made = add_outlet(session, caller.scope, new.sent())
    response.headers["Location"] = f"/api/v1/outlets/{made.id}"
    return _record(session, caller, made, response)


@router.post("/outlets/change", response_model=ChangedOut)
def update_outlets(
    wanted: OutletsChangeIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Change the same fields of many outlets, all or none."""
    rows = change_outlets(session, caller.scope, wanted.outlet_ids, wanted.changes.sent())
    return {"changed": len(rows)}


@router.get("/outlets/{outlet_id}", response_model=OutletRecordOut)
def read_outlet(
    outlet_id: UUID, response: Response, session: SessionDep, caller: CallerDep
) -> dict[str, Any]:
    """One outlet with its windows, its visit policy and all that hangs on it."""
    found = outlet_in_scope(session, caller.scope, outlet_id)
    return _record(session, caller, found, response)


@router.patch("/outlets/{outlet_id}", response_model=OutletRecordOut)
def update_outlet(
    outlet_id: UUID,
    changes: OutletChangeIn,
    response: Response,
    session: SessionDep,
    caller: WriterDep,
    version: VersionDep,
) -> dict[str, Any]:
    """Change the fields that are sent; 412 where somebody else has changed the outlet since."""
    changed = change_outlet(
        session, caller.scope, outlet_id, changes.sent(), expected_version=version
    )
    return _record(session, caller, changed, response)


def _record(session: Session, caller: Caller, outlet: Outlet, response: Response) -> dict[str, Any]:
    response.headers["ETag"] = f'"{outlet.version}"'
    return outlet_record(session, caller.scope, outlet)
