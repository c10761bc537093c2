"""What happened to an outlet or account, newest first, and where an outlet stands."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from api.deps import CallerDep, SessionDep
from api.errors import ApiError
from api.presenters.timeline import entry_json, named_in, standing_json
from api.schemas.timeline import StandingOut, TimelineOut
from crm_core.archive.rules.record import RecordKind
from crm_core.timeline.queries import standing, timeline
from crm_core.timeline.rules import EntryKind, Mark

router = APIRouter(tags=["records"])


@router.get("/{kind}/{record_id}/timeline", response_model=TimelineOut)
def read_timeline(
    kind: RecordKind,
    record_id: UUID,
    session: SessionDep,
    caller: CallerDep,
    of: Annotated[list[EntryKind] | None, Query(description="Of these kinds only.")] = None,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Visits, orders, follow-ups, complaints, statuses, forms and changed fields of a record."""
    before = _mark(cursor)
    found = timeline(
        session, caller.scope, kind, record_id, kinds=of or (), before=before, limit=limit + 1
    )
    page = found[:limit]
    return {
        "items": [entry_json(entry) for entry in page],
        "next_cursor": str(page[-1].mark) if len(found) > limit else None,
        "names": named_in(session, caller.scope, page),
    }


@router.get("/outlets/{outlet_id}/standing", response_model=StandingOut)
def read_standing(outlet_id: UUID, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """Who serves an outlet, in which territory it lies, its last visit and the next one planned."""
    found = standing(session, caller.scope, outlet_id)
    return standing_json(session, caller.scope, outlet_id, found)


def _mark(cursor: str | None) -> Mark | None:
    try:
        return Mark.read(cursor) if cursor else None
    except ValueError as error:
        cause = "The cursor is none that a timeline gave."
        action = "Send the next_cursor of the page before."
        raise ApiError(422, "timeline-cursor", cause, action) from error
