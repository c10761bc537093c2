"""Outlets: filtered lists, page by page, and one outlet in full."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response, status
from sqlalchemy import Select
from sqlalchemy.orm import Session

from api.auth import Caller
from api.deps import CallerDep, SessionDep, VersionDep, WriterDep
from api.presenters.archive import outlet_json
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
from crm_core.archive.queries import OutletFilter, assignments
from crm_core.archive.queries import outlet as outlet_in_scope
from crm_core.archive.queries import outlets as outlets_in_scope
from crm_core.archive.queries.life import statuses
from crm_core.archive.rules import OutletStatus
from crm_core.archive.service.records import add_outlet, change_outlet, change_outlets
from crm_core.forms.queries import outlets_answering
from crm_core.people.rules import Scope
from crm_core.territories.queries import outlets_inside, territory

router = APIRouter(tags=["outlets"])


@router.get("/outlets", response_model=OutletsOut)
def list_outlets(
    session: SessionDep,
    caller: CallerDep,
    q: Annotated[
        str, Query(max_length=200, description="Words in name, code, initials, phone.")
    ] = "",
    grade: str | None = None,
    channel: str | None = None,
    rep_id: UUID | None = None,
    territory_id: UUID | None = None,
    account_id: UUID | None = None,
    life: Annotated[OutletStatus | Literal["any"], Query(alias="status")] = OutletStatus.ACTIVE,
    type: str | None = None,
    region: str | None = None,
    tag: Annotated[list[str] | None, Query(description="Carrying all of them.")] = None,
    answer: Annotated[
        list[str] | None,
        Query(description="template.field:value, all of them.", max_length=20),
    ] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Outlets in scope by short code, the active ones unless ``status`` says otherwise.

    ``cursor`` is the page before's ``next_cursor``.
    """
    scope = caller.scope
    inside = [] if territory_id is None else [_inside(session, scope, territory_id)]
    wanted = OutletFilter(
        text=q,
        grade_code=grade,
        channel=channel,
        rep_id=rep_id,
        status=None if life == "any" else life,
        type=type,
        region=region,
        account_id=account_id,
        tags=tag or (),
        outlet_ids=(*inside, *(_answering(session, scope, one) for one in answer or ())),
    )
    page = outlets_in_scope(session, scope, wanted, cursor=cursor, limit=limit)
    ids = [outlet.id for outlet in page.items]
    serving = assignments(session, scope, scope.as_of, outlet_ids=ids)
    alive = statuses(session, scope, page.items, scope.as_of)
    return {
        "items": [
            outlet_json(
                outlet,
                serving[outlet.id].rep_id if outlet.id in serving else None,
                alive[outlet.id],
            )
            for outlet in page.items
        ],
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


def _inside(session: Session, scope: Scope, territory_id: UUID) -> list[UUID]:
    shape = territory(session, scope, territory_id).shape
    return [outlet.id for outlet in outlets_inside(session, scope, shape.geometry)]


def _answering(session: Session, scope: Scope, wanted: str) -> Select[UUID | None]:
    where, _, text = wanted.partition(":")
    code, _, field = where.partition(".")
    return outlets_answering(session, scope, code, field, text)
