"""The timeline of a record, and where an outlet stands, as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from api.presenters.archive import Json
from api.presenters.records import change_json, with_id
from crm_core.archive.queries import assignments
from crm_core.archive.queries.record import Change
from crm_core.people.rules import Scope
from crm_core.timeline.queries import Entry, Standing, names
from crm_core.visits.rules import GEOFENCE_M

_VISIT = (
    *("rep_id", "local_date", "zone", "planned_date", "status", "checked_in_at"),
    *("checked_out_at", "outcome", "off_site", "distance_m", "order_value_minor", "currency"),
    *("order_lines", "skip_reason", "simulated"),
)


def entry_json(entry: Entry) -> Json:
    """The body of ``EntryOut``."""
    change, visit = entry.change, entry.visit
    return {
        "id": str(entry.mark.id),
        "kind": entry.kind,
        "at": entry.mark.at,
        "user_name": entry.user_name,
        "change": change_json(Change(change, entry.user_name)) if change else None,
        "visit": with_id(visit, _VISIT) if visit else None,
    }


def named_in(session: Session, scope: Scope, entries: Sequence[Entry]) -> dict[str, str]:
    """What the ids in the changes are called, as far as they are in scope."""
    ids = {found for entry in entries for found in _ids(entry)}
    return {str(row_id): name for row_id, name in names(session, scope, ids).items()}


def standing_json(session: Session, scope: Scope, outlet_id: UUID, found: Standing) -> Json:
    """The body of ``StandingOut``."""
    serving = assignments(session, scope, scope.as_of, outlet_ids=[outlet_id]).get(outlet_id)
    last, coming = found.last_visit, found.next_call
    ids = {row.rep_id for row in (serving, last, coming) if row is not None}
    called = names(session, scope, ids)

    def rep(rep_id: UUID) -> Json:
        return {"id": str(rep_id), "name": called.get(rep_id, "")}

    return {
        "rep": rep(serving.rep_id) if serving else None,
        "territories": [with_id(territory, ("name",)) for territory in found.territories],
        "last_visit": {"date": last.local_date, "rep": rep(last.rep_id)} if last else None,
        "next_visit": coming
        and {
            "date": coming.date,
            "arrival_minute": coming.arrival_minute,
            "rep": rep(coming.rep_id),
        },
        "radius_m": GEOFENCE_M,
    }


def _ids(entry: Entry) -> Iterator[UUID]:
    for told in (entry.change.before, entry.change.after) if entry.change else ():
        for field, value in (told or {}).items():
            if field.endswith("_id") and _is_id(value):
                yield UUID(value)


def _is_id(value: Any) -> bool:
    try:
        UUID(value)
    except (ValueError, TypeError, AttributeError):
        return False
    return True
