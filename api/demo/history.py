"""The demo's simulated past: visits of the days gone by, and a few dozen opportunities.

Everything is drawn from seeds and made of stable ids, so that making it again changes nothing,
and everything is marked as simulated.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crm_core.archive.queries import assigned_outlets
from crm_core.funnel.queries import opportunities
from crm_core.funnel.service import NewOpportunity, add_opportunity, move_stage
from crm_core.people.model import Rep
from crm_core.people.rules import Grant, Role, Scope
from crm_core.planning.day_route import RouteStop, planned_stops
from crm_core.planning.queries import plan_in_force
from crm_core.visits.model import Visit
from crm_core.visits.queries import visits
from crm_core.visits.rules import EventKind
from crm_core.visits.service import EventIn, record

SPACE = UUID("6f0c1f0e-6d1b-5a7e-9c54-0d6b1a2f3c4d")
CURRENCY = "EUR"
_END_OF_DAY = 24 * 60 - 1
_MISSED, _SKIPPED, _NEXT_DAY = 0.05, 0.02, 0.06
_DELAYED, _OFF_SITE, _ORDERS = 0.09, 0.02, 0.38
_SKIP_REASONS = ("closed", "contact_absent")
_OPPORTUNITIES_A_REP = 14
_STAGES = ("prospect", "trust", "interest", "closing", "won", "lost")
_LOST_REASONS = ("price", "competitor", "no_need")
_PRODUCTS = ("Cooler placement", "Autumn assortment", "Tap line", "Shelf extension", "Coffee offer")


def rep_scope(rep: Rep, as_of: date) -> Scope:
    """The scope of the rep as of a date: what the rep's phone had then."""
    grant = Grant(Role.REP, rep_ids=frozenset({rep.id}))
    return Scope(rep.user_id, (grant,), as_of, rep.id)


def log_visits(session: Session, rep: Rep, start: date, weeks: int, until: date) -> int:
    """Log the rep's simulated visits of a cycle on its dates up to and with ``until``.

    Each day follows its baseline.  Visits that are logged already and stops that somebody really
    visited are left alone, so a later call goes on where the last one stopped.  Returns how many
    simulated visits of the cycle there are then.
    """
    end = start + timedelta(weeks=weeks, days=-1)
    scope = rep_scope(rep, start)
    known = visits(session, scope, start, end, rep.id)
    keys = {visit.visit_key for visit in known}
    real = _really_visited(known)
    events: list[EventIn] = []
    days = _routes(session, scope, rep, start, end, until)
    for (on, stops), later in zip(days, [*(day for day, _ in days[1:]), None], strict=True):
        for stop in stops:
            if (stop.outlet_id, on) not in real:
                events += _events_of(rep, stop, on, later)
    latest = _moment(min(end, until), _END_OF_DAY, rep.zone)
    new = [e for e in events if e.device_at <= latest and e.visit_key not in keys]
    new.sort(key=lambda event: (event.device_at, event.client_id))
    if new:
        record(session, scope, new, now=latest)
    made = visits(session, scope, start, end, rep.id)
    return sum(visit.simulated for visit in made)


def _really_visited(known: Sequence[Visit]) -> set[tuple[UUID, date]]:
    """Outlet and date of every visit that somebody logged, and of the stop that it met."""
    return {
        (visit.outlet_id, on)
        for visit in known
        if not visit.simulated
        for on in (visit.local_date, visit.planned_date)
        if on
    }


def _routes(
    session: Session, scope: Scope, rep: Rep, start: date, end: date, until: date
) -> list[tuple[date, tuple[RouteStop, ...]]]:
    """The routes of a cycle: the baselines of its dates up to ``until``, later ones as planned."""
    of_plan: dict[UUID, dict[date, tuple[RouteStop, ...]]] = {}
    found = []
    for offset in range((end - start).days + 1):
        on = start + timedelta(days=offset)
        plan_id = plan_in_force(session, scope, rep.id, rep.zone, on, until + timedelta(days=1))
        if plan_id and plan_id not in of_plan:
            of_plan[plan_id] = planned_stops(session, scope, plan_id)
        if plan_id and on in of_plan[plan_id]:
            found.append((on, of_plan[plan_id][on]))
    return found


def add_opportunities(session: Session, rep: Rep, start: date, weeks: int) -> int:
    """Add the rep's simulated opportunities; how many there are then."""
    scope = rep_scope(rep, start)
    known = opportunities(session, scope, rep_id=rep.id)
    if known:
        return len(known)
    draw = random.Random(f"opportunities {rep.code}")
    served = assigned_outlets(session, scope, rep.id, start)
    for outlet in draw.sample(served, min(_OPPORTUNITIES_A_REP, len(served))):
        stage = draw.choice(_STAGES)
        opened = _moment(start + timedelta(days=draw.randrange(7 * weeks - 7)), 600.0, rep.zone)
        new = NewOpportunity(
            rep_id=rep.id,
            name=f"{draw.choice(_PRODUCTS)}, {outlet.name}",
            amount_minor=draw.randrange(200, 6000) * 100,
            currency=CURRENCY,
            outlet_id=outlet.id,
            expected_close=start + timedelta(weeks=weeks, days=draw.randrange(60)),
            source="visit",
            simulated=True,
        )
        row = add_opportunity(session, scope, new, now=opened)
        _advance(session, scope, row.id, stage, opened, draw)
    return len(opportunities(session, scope, rep_id=rep.id))


def _advance(
    session: Session,
    scope: Scope,
    opportunity_id: UUID,
    target: str,
    opened: datetime,
    draw: random.Random,
) -> None:
    """Through the stages one by one; lost ones are lost on the way."""
    path = list(_STAGES[1 : _STAGES.index(target) + 1])
    if target == "lost":
        path = [*_STAGES[1 : draw.randrange(1, 4)], "lost"]
    at = opened
    for code in path:
        at += timedelta(days=draw.randrange(1, 4), hours=draw.randrange(5))
        reason = draw.choice(_LOST_REASONS) if code == "lost" else None
        move_stage(session, scope, opportunity_id, code, lost_reason=reason, now=at)


def _events_of(rep: Rep, stop: RouteStop, on: date, later: date | None) -> Iterator[EventIn]:
    draw = random.Random(f"{rep.code} {on} {stop.short_code}")
    fate = draw.random()
    if fate < _MISSED:
        return
    key = uuid5(SPACE, f"{rep.code} {on} {stop.short_code} {stop.sequence}")
    if fate < _MISSED + _SKIPPED:
        yield _event(rep, stop, key, EventKind.SKIP, on, stop.start_minute, draw)
        return
    put_off = later is not None and fate < _MISSED + _SKIPPED + _NEXT_DAY
    day = later if put_off and later is not None else on
    delay = draw.uniform(31.0, 75.0) if draw.random() < _DELAYED else draw.triangular(-12, 28, 4)
    begin = stop.start_minute + delay
    minutes = (stop.leave_minute - stop.start_minute) * draw.triangular(0.6, 1.5, 0.95)
    yield _event(rep, stop, key, EventKind.CHECK_IN, day, begin, draw)
    yield _event(rep, stop, key, EventKind.CHECK_OUT, day, begin + minutes, draw)


def _event(
    rep: Rep,
    stop: RouteStop,
    key: UUID,
    kind: EventKind,
    on: date,
    minute: float,
    draw: random.Random,
) -> EventIn:
    north = 0.0045 if draw.random() < _OFF_SITE else draw.uniform(-0.0002, 0.0002)
    return EventIn(
        client_id=uuid5(key, kind.value),
        visit_key=key,
        kind=kind,
        outlet_id=stop.outlet_id,
        planned_stop_id=stop.id,
        device_at=_moment(on, minute, rep.zone),
        lat=stop.lat + north,
        lon=stop.lon + draw.uniform(-0.0003, 0.0003),
        accuracy_m=round(draw.uniform(4.0, 25.0), 1),
        payload=_payload(kind, draw),
        simulated=True,
    )


def _payload(kind: EventKind, draw: random.Random) -> dict[str, object]:
    if kind is EventKind.SKIP:
        return {"reason": draw.choice(_SKIP_REASONS)}
    if kind is EventKind.CHECK_OUT and draw.random() < _ORDERS:
        lines = draw.randrange(1, 9)
        value = lines * draw.randrange(1500, 9000)
        return {"order_lines": lines, "order_value_minor": value, "currency": CURRENCY}
    return {}


def _moment(on: date, minute: float, zone: str) -> datetime:
    midnight = datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(zone))
    return (midnight + timedelta(minutes=round(minute, 2))).astimezone(UTC)
