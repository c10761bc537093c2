"""Looking outlets' addresses up, and deciding where those stand whose place is doubtful."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import batched
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import Geocode, Outlet
from crm_core.archive.queries.geocoding import geocode
from crm_core.archive.rules import place_is_possible
from crm_core.archive.rules.geocode import WAITING, Decision, GeocodeStatus, judged
from crm_core.archive.rules.place import Placed
from crm_core.archive.service.access import require_office, writable_outlet
from crm_core.archive.service.records import change_outlet
from crm_core.clock import utc_now
from crm_core.db import JsonObject
from crm_core.errors import Conflict, Fault, Invalid
from crm_core.people.audit import insert_rows
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.work.model import Job
from crm_core.work.service import enqueue
from routing.geo import GeoPoint, great_circle_m

GEOCODE_JOB = "geocode"
MOST_OUTLETS = 20_000
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service says of an address; no ``place`` where it knows none."""

    service: str
    address: str
    place: Placed | None = None
    confidence: float = 0.0
    label: str = ""
    original: JsonObject | None = None


def request_geocoding(
    session: Session, scope: Scope, outlet_ids: Collection[UUID] | None = None
) -> Job:
    """A job that looks up the addresses of these outlets, or of all that one may change.

    Raises Forbidden (office-only) and Conflict (geocode-nothing, geocode-too-many).
    """
    require_office(scope)
    wanted = scoped(Outlet, scope.for_writing()).where(Outlet.address != "")
    if outlet_ids is not None:
        wanted = wanted.where(Outlet.id.in_(outlet_ids))
    ids = [*session.scalars(wanted.with_only_columns(Outlet.id).order_by(Outlet.id))]
    if not ids:
        cause = "None of these outlets that you may change has an address."
        raise Conflict("geocode-nothing", cause, "Write addresses first, or choose others.")
    if len(ids) > MOST_OUTLETS:
        cause = f"{len(ids)} addresses are more than one job looks up ({MOST_OUTLETS})."
        raise Conflict("geocode-too-many", cause, "Choose some of the outlets.")
    payload = {"outlet_ids": [str(one) for one in ids]}
    return enqueue(session, GEOCODE_JOB, payload, requested_by=scope.user_id)


def note_answer(session: Session, job_id: UUID, outlet_id: UUID, answer: Answer) -> Geocode | None:
    """Keep an answer beside the outlet; None where the outlet is gone.

    An outlet that stands somewhere is not moved; one without a place gets a sure one.
    """
    outlet = session.get(Outlet, outlet_id)  # unscoped: the job's ids were scoped
    if outlet is None:
        return None
    same = select(Geocode).where(Geocode.outlet_id == outlet_id)  # unscoped: same
    row = session.scalar(same) or Geocode(outlet_id=outlet_id)
    session.add(row)
    place = answer.place
    row.job_id, row.address, row.service = job_id, answer.address, answer.service
    row.confidence, row.label, row.answer = answer.confidence, answer.label, answer.original
    row.lat, row.lon = (place.lat, place.lon) if place else (None, None)
    row.datum = place.datum if place else outlet.datum
    row.given_lat, row.given_lon = (place.given_lat, place.given_lon) if place else (None, None)
    row.apart_m = _apart_m(outlet, place) if place else None
    row.status = judged(answer.confidence, row.apart_m, found=place is not None)
    row.asked_at, row.decided_at, row.decided_by = utc_now(), None, None
    if row.status == GeocodeStatus.TAKEN and place is not None:
        for column, value in place.columns().items():
            setattr(outlet, column, value)
    session.flush()
    return row


def await_places(session: Session, outlet_ids: Collection[UUID], asked_by: UUID) -> None:
    """Queue outlets without a place for somebody to find them; ``asked_by`` is their import.

    They wait there whether or not a service is asked for their addresses.
    """
    for ids in batched(outlet_ids, _CHUNK):
        there = select(Geocode.outlet_id).where(Geocode.outlet_id.in_(ids))  # unscoped: given
        known = {*session.scalars(there)}
        wanted = select(Outlet.id, Outlet.address, Outlet.datum)  # unscoped: given
        rows = [
            {
                **{"outlet_id": row.id, "job_id": asked_by, "address": row.address},
                **{"service": "", "status": GeocodeStatus.NOT_FOUND.value, "confidence": 0.0},
                "datum": row.datum,
            }
            for row in session.execute(wanted.where(Outlet.id.in_(ids)))
            if row.id not in known
        ]
        insert_rows(session, Geocode, rows)


def decide(
    session: Session,
    scope: Scope,
    outlet_id: UUID,
    decision: Decision,
    point: GeoPoint | None = None,
) -> Geocode:
    """Say where a doubtful outlet stands: at the found place, where it is, or at ``point``.

    Raises NotFound (outlet-unknown, geocode-unknown), Forbidden (office-only, write-forbidden),
    Conflict (geocode-decided, geocode-no-place) and Invalid (record-not-right).  An outlet without
    a place cannot be kept where it is: it goes on waiting.
    """
    require_office(scope)
    outlet = writable_outlet(session, scope, outlet_id)
    row = geocode(session, scope, outlet_id)
    if row.status not in WAITING:
        cause = f"Where this outlet stands has been decided ({row.status})."
        raise Conflict("geocode-decided", cause, "Change the outlet itself.")
    if decision is Decision.KEEP and outlet.point is None:
        cause = "Nobody knows yet where this outlet stands."
        raise Conflict("geocode-no-place", cause, "Correct the place on the map.")
    if decision is Decision.TAKE:
        _take(session, scope, outlet, row)
    elif decision is Decision.CORRECT:
        _correct(session, scope, outlet, point)
    row.status = _DECIDED[decision]
    row.decided_at, row.decided_by = utc_now(), scope.user_id
    session.flush()
    return row


_DECIDED = {
    Decision.TAKE: GeocodeStatus.TAKEN,
    Decision.KEEP: GeocodeStatus.KEPT,
    Decision.CORRECT: GeocodeStatus.CORRECTED,
}


def _take(session: Session, scope: Scope, outlet: Outlet, row: Geocode) -> None:
    if row.lat is None or row.lon is None:
        cause = "The service knows no place for this address."
        raise Conflict("geocode-no-place", cause, "Correct the place on the map, or keep it.")
    change_outlet(session, scope, outlet.id, {"lat": row.lat, "lon": row.lon})
    outlet.datum, outlet.given_lat, outlet.given_lon = row.datum, row.given_lat, row.given_lon
    session.flush()


def _correct(session: Session, scope: Scope, outlet: Outlet, point: GeoPoint | None) -> None:
    if point is None or not place_is_possible(*point):
        fault = Fault("place-impossible", f"{point} is not a place.", "Give WGS-84 degrees.", "lat")
        raise Invalid("record-not-right", "The place is wrong.", "Mend it.", [fault])
    change_outlet(session, scope, outlet.id, {"lat": point.lat, "lon": point.lon})


def _apart_m(outlet: Outlet, place: Placed) -> float | None:
    here, there = outlet.point, GeoPoint(place.lat, place.lon)
    return None if here is None else round(float(great_circle_m([here, there])[0, 1]), 1)
