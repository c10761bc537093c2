"""Recording visits: events come in any order and any number of times, none is lost."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet
from crm_core.clock import local_date, utc_now
from crm_core.errors import Conflict, CrmError, Forbidden, Invalid, NotFound
from crm_core.people.model import Rep
from crm_core.people.queries import scoped
from crm_core.people.rules import Grant, Role, Scope
from crm_core.planning.calls import PlannedCall, planned_calls
from crm_core.planning.model import PlannedStop
from crm_core.planning.queries import published_versions
from crm_core.planning.rules import PublishedVersion, in_force
from crm_core.visits.model import Visit, VisitEvent
from crm_core.visits.queries import MADE, events_of
from crm_core.visits.rules import (
    EventKind,
    Happening,
    Outcome,
    event_faults,
    match_visits,
    outcome_of,
    project,
    stated_step,
)
from crm_core.visits.tasks import tell_tasks


@dataclass(frozen=True, slots=True)
class EventIn:
    """One event as the device sends it; ``device_at`` is an aware moment.

    ``payload`` may state ``order_value_minor``, ``currency``, ``order_lines``, a ``next_step`` with
    its date ``next_on``; a skip states its ``reason``.
    """

    client_id: UUID
    visit_key: UUID
    kind: EventKind
    outlet_id: UUID
    device_at: dt.datetime
    planned_stop_id: UUID | None = None
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class EventResult:
    """What became of an event; ``problem`` says why it was refused."""

    client_id: UUID
    status: Literal["recorded", "repeated", "refused"]
    visit: Visit | None = None
    problem: CrmError | None = None


def record(
    session: Session,
    scope: Scope,
    events: Sequence[EventIn],
    *,
    now: dt.datetime | None = None,
) -> list[EventResult]:
    """Record events of the rep that the caller is, each in its own savepoint.

    A refused event does not take others with it.  Sending an event again changes nothing and
    answers as before.  Raises Forbidden (not-a-rep) for somebody who is no rep; refusals of single
    events are in the results: client-id-reused, visit-of-another-rep, visit-of-another-outlet,
    outlet-unknown, event-not-right.
    """
    at = now or utc_now()
    rep = _own_rep(session, scope)
    own = replace(scope, grants=(Grant(Role.REP, rep_ids=frozenset({rep.id})),))
    results = [_record_one(session, scope, own, rep, event, at) for event in events]
    touched = {
        event.visit_key: None
        for event, result in zip(events, results, strict=True)
        if result.status == "recorded"
    }
    rebuild(session, own, rep, list(touched), today=local_date(at, rep.zone))
    keys = [event.visit_key for event in events]
    found = session.scalars(scoped(Visit, own).where(Visit.visit_key.in_(keys)))
    visits = {visit.visit_key: visit for visit in found}
    return [
        result if result.problem else replace(result, visit=visits.get(event.visit_key))
        for event, result in zip(events, results, strict=True)
    ]


def rebuild(
    session: Session, scope: Scope, rep: Rep, visit_keys: Sequence[UUID], *, today: dt.date
) -> None:
    """Make visits of a rep again from their events alone, and match them with the plan."""
    visits = [_project(session, scope, rep, key) for key in visit_keys]
    session.flush()
    if visits:
        match_with_plan(session, scope, rep, visits, today)
    for visit in visits:
        happenings = [_happening(event) for event in events_of(session, scope, visit.visit_key)]
        tell_tasks(session, scope, visit, stated_step(happenings), by=rep.user_id)


def match_with_plan(
    session: Session, scope: Scope, rep: Rep, visits: Sequence[Visit], today: dt.date
) -> None:
    """Say of every visit of these outlets in these cycles which planned stop it meets."""
    latest = max(visit.local_date for visit in visits)
    versions = published_versions(session, scope, [rep.id], latest).get(rep.id, [])
    groups: dict[PublishedVersion | None, list[Visit]] = defaultdict(list)
    for visit in visits:
        version = in_force(versions, visit.local_date, visit.local_date, rep.zone)
        groups[version].append(visit)
    for version, group in groups.items():
        if version is None:
            for visit in group:
                _meets(visit, None)
        else:
            _match_cycle(session, scope, rep, version, {v.outlet_id for v in group}, today)
    session.flush()


def _match_cycle(
    session: Session,
    scope: Scope,
    rep: Rep,
    cycle: PublishedVersion,
    outlet_ids: set[UUID],
    today: dt.date,
) -> None:
    span = (cycle.cycle_start, cycle.cycle_end)
    calls = planned_calls(session, scope, {rep.id: rep.zone}, *span, today, outlet_ids)
    planned: dict[UUID, dict[dt.date, PlannedCall]] = defaultdict(dict)
    for call in calls:
        planned[call.outlet_id].setdefault(call.date, call)
    of_outlet: dict[UUID, list[Visit]] = defaultdict(list)
    query = scoped(Visit, scope).where(Visit.rep_id == rep.id, Visit.outlet_id.in_(outlet_ids))
    for visit in session.scalars(query.where(Visit.local_date.between(*span))):
        of_outlet[visit.outlet_id].append(visit)
    for outlet_id, visits in of_outlet.items():
        _match_outlet(planned[outlet_id], visits)


def _match_outlet(planned: Mapping[dt.date, PlannedCall], visits: Sequence[Visit]) -> None:
    made = sorted((v for v in visits if v.status in MADE), key=lambda v: v.visit_key)
    met = match_visits(list(planned), [visit.local_date for visit in made])
    call_of = {index: planned[date] for date, index in met.items()}
    for index, visit in enumerate(made):
        _meets(visit, call_of.get(index))
    for visit in visits:
        if visit.status not in MADE:
            _meets(visit, planned.get(visit.local_date))
            visit.outcome = Outcome.MISSED


def _meets(visit: Visit, call: PlannedCall | None) -> None:
    visit.planned_stop_id = call.stop_id if call else None
    visit.planned_date = call.date if call else None
    visit.outcome = outcome_of(visit.local_date, visit.planned_date)


def _own_rep(session: Session, scope: Scope) -> Rep:
    own = scoped(Rep, scope).where(Rep.id == scope.rep_id)
    rep = session.scalar(own) if scope.rep_id and scope.can_write else None
    if rep is None:
        cause = "Visits are recorded by the rep who makes them, and you are none."
        raise Forbidden("not-a-rep", cause, "Log in as the rep.")
    return rep


def _record_one(
    session: Session, scope: Scope, own: Scope, rep: Rep, event: EventIn, at: dt.datetime
) -> EventResult:
    try:
        known = _known(session, event)
        if known is None:
            with session.begin_nested():
                session.add(_checked(session, scope, own, rep, event, at))
            return EventResult(event.client_id, "recorded")
    except IntegrityError:  # the same event came in twice at the same time
        known = _known(session, event)
        if known is None:
            raise
    except CrmError as problem:
        return EventResult(event.client_id, "refused", problem=problem)
    if known.digest != _digest(rep, event):
        return EventResult(event.client_id, "refused", problem=_reused())
    return EventResult(event.client_id, "repeated")


def _known(session: Session, event: EventIn) -> VisitEvent | None:
    same = VisitEvent.client_id == event.client_id
    return session.scalar(select(VisitEvent).where(same))  # unscoped: an id is unique for all


def _checked(
    session: Session, scope: Scope, own: Scope, rep: Rep, event: EventIn, at: dt.datetime
) -> VisitEvent:
    """The row of an event that may be recorded; raises CrmError for one that may not."""
    place = (event.lat, event.lon, event.accuracy_m)
    faults = event_faults(event.kind, event.device_at, *place, event.payload)
    if faults:
        cause = f"The event has {len(faults)} faults."
        raise Invalid("event-not-right", cause, "Mend each of them and send it again.", faults)
    _check_same_visit(session, rep, event)
    stop = scoped(PlannedStop, own).where(
        PlannedStop.rep_id == rep.id, PlannedStop.outlet_id == event.outlet_id
    )
    stop_ids = set(session.scalars(stop.with_only_columns(PlannedStop.id)))
    outlet = scoped(Outlet, scope).where(Outlet.id == event.outlet_id)
    if not stop_ids and session.scalar(outlet) is None:
        cause = f"There is no outlet {event.outlet_id} that you may visit."
        raise NotFound("outlet-unknown", cause, "Choose one of your outlets.")
    return VisitEvent(
        client_id=event.client_id,
        visit_key=event.visit_key,
        rep_id=rep.id,
        outlet_id=event.outlet_id,
        planned_stop_id=event.planned_stop_id if event.planned_stop_id in stop_ids else None,
        kind=event.kind,
        device_at=event.device_at,
        zone=rep.zone,
        received_at=at,
        lat=event.lat,
        lon=event.lon,
        accuracy_m=event.accuracy_m,
        payload=dict(event.payload),
        digest=_digest(rep, event),
        simulated=event.simulated,
    )


def _check_same_visit(session: Session, rep: Rep, event: EventIn) -> None:
    same = VisitEvent.visit_key == event.visit_key
    columns = (VisitEvent.rep_id, VisitEvent.outlet_id)
    query = select(*columns).where(same).limit(1)  # unscoped: a key is unique for all
    before = session.execute(query).one_or_none()
    if before and before.rep_id != rep.id:
        cause = "This visit was begun by another rep."
        raise Conflict("visit-of-another-rep", cause, "Begin a visit of your own.")
    if before and before.outlet_id != event.outlet_id:
        cause = "This visit was begun at another outlet."
        raise Conflict("visit-of-another-outlet", cause, "Begin a new visit for this outlet.")


def _digest(rep: Rep, event: EventIn) -> str:
    """The hash of what was sent, and by whom."""
    content = {**asdict(event), "rep_id": rep.id, "device_at": event.device_at.timestamp()}
    text = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _reused() -> Conflict:
    cause = "Another event was recorded under this client id."
    return Conflict("client-id-reused", cause, "Give every event an id of its own.")


def _project(session: Session, scope: Scope, rep: Rep, visit_key: UUID) -> Visit:
    events = events_of(session, scope, visit_key)
    outlet = session.get_one(Outlet, events[0].outlet_id)  # unscoped: the rep was there
    found = project([_happening(event) for event in events], outlet.lat, outlet.lon)
    visit = session.scalar(scoped(Visit, scope).where(Visit.visit_key == visit_key))
    if visit is None:
        visit = Visit(visit_key=visit_key, rep_id=rep.id, outlet_id=outlet.id)
        visit.outcome = Outcome.UNPLANNED
        session.add(visit)
    for name, value in asdict(found).items():
        setattr(visit, name, value)
    visit.simulated = any(event.simulated for event in events)
    return visit


def _happening(event: VisitEvent) -> Happening:
    return Happening(
        event.client_id,
        EventKind(event.kind),
        event.device_at,
        event.zone,
        event.lat,
        event.lon,
        event.accuracy_m,
        event.payload,
    )
