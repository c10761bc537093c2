"""What hangs on the records of outlets and accounts, their history, tags and kept filters."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, status

from api.deps import CallerDep, SessionDep, WriterDep
from api.presenters.records import (
    attachment_json,
    change_json,
    competitor_json,
    contact_json,
    filter_json,
    sales_json,
    tags_json,
)
from api.schemas.records import (
    AttachmentIn,
    AttachmentOut,
    CompetitorIn,
    CompetitorOut,
    ContactIn,
    ContactOut,
    FilterChangeIn,
    FilterIn,
    FilterOut,
    FiltersOut,
    HistoryOut,
    SalesIn,
    SalesOut,
    TagsIn,
    TagsOut,
)
from crm_core.archive.queries.record import history, saved_filters
from crm_core.archive.queries.record import tags as all_tags
from crm_core.archive.rules.record import RecordKind
from crm_core.archive.service import parts

router = APIRouter(tags=["records"])


@router.get("/{kind}/{record_id}/history", response_model=HistoryOut)
def read_history(
    kind: RecordKind,
    record_id: UUID,
    session: SessionDep,
    caller: CallerDep,
    cursor: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """Who changed what of a record and of all that hangs on it, newest first."""
    found = history(session, caller.scope, kind, record_id, before=cursor, limit=limit + 1)
    page = found[:limit]
    return {
        "items": [change_json(change) for change in page],
        "next_cursor": str(page[-1].entry.id) if len(found) > limit else None,
    }


@router.post(
    "/{kind}/{record_id}/contacts", response_model=ContactOut, status_code=status.HTTP_201_CREATED
)
def create_contact(
    kind: RecordKind, record_id: UUID, contact: ContactIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Add a contact."""
    return contact_json(
        parts.add_contact(session, caller.scope, kind, record_id, contact.model_dump())
    )


@router.patch("/contacts/{contact_id}", response_model=ContactOut)
def update_contact(
    contact_id: UUID, changes: ContactIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Change the fields of a contact that are sent."""
    return contact_json(parts.change_contact(session, caller.scope, contact_id, changes.sent()))


@router.delete("/contacts/{contact_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_contact(contact_id: UUID, session: SessionDep, caller: WriterDep) -> None:
    """Delete a contact."""
    parts.remove_contact(session, caller.scope, contact_id)


@router.post(
    "/{kind}/{record_id}/attachments",
    response_model=AttachmentOut,
    status_code=status.HTTP_201_CREATED,
)
def create_attachment(
    kind: RecordKind, record_id: UUID, new: AttachmentIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Attach a reference with its checksum; the same bytes are attached once."""
    return attachment_json(
        parts.add_attachment(session, caller.scope, kind, record_id, new.model_dump())
    )


@router.delete("/attachments/{attachment_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_attachment(attachment_id: UUID, session: SessionDep, caller: WriterDep) -> None:
    """Take an attachment off."""
    parts.remove_attachment(session, caller.scope, attachment_id)


@router.put("/{kind}/{record_id}/tags", response_model=TagsOut)
def put_tags(
    kind: RecordKind, record_id: UUID, given: TagsIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Give a record exactly these tags."""
    return tags_json(parts.set_tags(session, caller.scope, kind, record_id, given.tags))


@router.get("/tags", response_model=TagsOut)
def list_tags(session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """All tags."""
    return tags_json(all_tags(session, caller.scope))


@router.post(
    "/outlets/{outlet_id}/competitors",
    response_model=CompetitorOut,
    status_code=status.HTTP_201_CREATED,
)
def create_competitor_fact(
    outlet_id: UUID, fact: CompetitorIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Note what was seen of a competitor at an outlet."""
    return competitor_json(
        parts.add_competitor_fact(session, caller.scope, outlet_id, fact.model_dump())
    )


@router.put("/outlets/{outlet_id}/sales", response_model=SalesOut)
def put_sales(
    outlet_id: UUID, sales: SalesIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Write what an outlet bought in months; a month that is there is replaced."""
    rows = [month.model_dump() for month in sales.months]
    return sales_json(parts.set_sales(session, caller.scope, outlet_id, rows))


@router.get("/saved-filters", response_model=FiltersOut)
def list_filters(entity: RecordKind, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """One's own filters and the shared ones."""
    rows = saved_filters(session, caller.scope, entity)
    return {"items": [filter_json(row, caller.scope) for row in rows]}


@router.put("/saved-filters", response_model=FilterOut)
def put_filter(kept: FilterIn, session: SessionDep, caller: WriterDep) -> dict[str, Any]:
    """Keep a filter under a name; one's own of that name is replaced."""
    scope = caller.scope
    row = parts.save_filter(session, scope, **kept.model_dump())
    return filter_json(row, scope)


@router.patch("/saved-filters/{filter_id}", response_model=FilterOut)
def patch_filter(
    filter_id: UUID, changes: FilterChangeIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Rename, share or replace one's own filter; what is not sent stays."""
    row = parts.change_filter(session, caller.scope, filter_id, changes.sent())
    return filter_json(row, caller.scope)


@router.delete("/saved-filters/{filter_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_filter(filter_id: UUID, session: SessionDep, caller: WriterDep) -> None:
    """Forget one's own filter."""
    parts.drop_filter(session, caller.scope, filter_id)
