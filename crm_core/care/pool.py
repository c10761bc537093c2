"""The public pool: reps claim outlets, idle claims go back; and visits to overdue accounts."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session

from crm_core.archive.model import Grade, Outlet, OutletAssignment
from crm_core.archive.queries import valid_on
from crm_core.archive.queries.life import may_be_visited
from crm_core.archive.rules import AssignmentSource
from crm_core.archive.service.access import require_office
from crm_core.care.queries import care_rules, last_visits_of, overdue_since, pool_select
from crm_core.errors import Conflict, Forbidden, NotFound
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.work.model import VisitDemand
from crm_core.work.rules import DemandSource, DemandStatus
from crm_core.work.service import emit, want_visit

OVERDUE_MINUTES = 30
OVERDUE_PRIORITY = 4.0


def claim_outlet(session: Session, scope: Scope, outlet_id: UUID) -> OutletAssignment:
    """A rep takes an outlet out of the pool from today on.

    Raises Forbidden (not-a-rep), NotFound (not-in-pool), Conflict (pool-limit).
    """
    if scope.rep_id is None or not scope.can_write:
        raise Forbidden("not-a-rep", "Outlets are claimed by reps.", "Assign it to a rep instead.")
    free = session.scalar(pool_select(scope).where(Outlet.id == outlet_id).with_for_update())
    if free is None:
        cause = "The outlet is not in your pool: somebody serves it, or it is not there."
        raise NotFound("not-in-pool", cause, "Look at the pool again.")
    _check_limits(session, scope, scope.rep_id)
    made = OutletAssignment(
        outlet_id=outlet_id,
        rep_id=scope.rep_id,
        valid_from=scope.as_of,
        source=AssignmentSource.CLAIM,
    )
    session.add(made)
    session.flush()
    told = {"outlet_id": str(outlet_id), "rep_id": str(scope.rep_id)}
    emit(session, "pool.claimed", told)
    return made


def recall_idle(session: Session, scope: Scope) -> list[UUID]:
    """Put claimed outlets without a visit in the idle days back into the pool; their ids.

    Raises Forbidden (office-only).
    """
    require_office(scope)
    edge = scope.as_of - timedelta(days=care_rules(session, scope).pool_idle_days)
    held = scoped(OutletAssignment, scope).where(
        *valid_on(scope.as_of),
        OutletAssignment.source == AssignmentSource.CLAIM,
        OutletAssignment.valid_from <= edge,
    )
    rows = session.scalars(held).all()
    visited = last_visits_of(session, scope, [row.outlet_id for row in rows])
    idle = [row for row in rows if visited.get(row.outlet_id, date.min) <= edge]
    for row in idle:
        row.valid_to = scope.as_of
        told = {"outlet_id": str(row.outlet_id), "rep_id": str(row.rep_id)}
        emit(session, "pool.recalled", told)
    session.flush()
    return [row.outlet_id for row in idle]


def want_overdue_visits(session: Session, scope: Scope) -> list[VisitDemand]:
    """Ask for one visit to each overdue account, at its most important outlet.

    An account with such a visit open is left alone.  Raises Forbidden (office-only).
    """
    require_office(scope)
    edge = scope.as_of - timedelta(days=care_rules(session, scope).overdue_days)
    late = {account for account, since in overdue_since(session, scope).items() if since <= edge}
    best: dict[UUID, Outlet] = {}
    visited = scoped(Outlet, scope).join(Grade, Grade.code == Outlet.grade_code)
    visited = visited.where(Outlet.account_id.in_(late), may_be_visited(scope.as_of, scope.as_of))
    for outlet in session.scalars(visited.order_by(Grade.rank, Outlet.short_code)):
        if outlet.account_id is not None:
            best.setdefault(outlet.account_id, outlet)
    waiting = scoped(VisitDemand, scope).where(
        VisitDemand.source == DemandSource.OVERDUE, VisitDemand.status == DemandStatus.OPEN
    )
    owners = scoped(Outlet, scope).where(
        Outlet.id.in_(waiting.with_only_columns(VisitDemand.outlet_id))
    )
    asked = {*session.scalars(owners.with_only_columns(Outlet.account_id))}
    return [
        want_visit(
            session,
            outlet.id,
            DemandSource.OVERDUE,
            minutes=OVERDUE_MINUTES,
            priority=OVERDUE_PRIORITY,
            not_before=scope.as_of,
        )
        for account_id, outlet in best.items()
        if account_id not in asked
    ]


def _check_limits(session: Session, scope: Scope, rep_id: UUID) -> None:
    rules = care_rules(session, scope)
    mine = scoped(OutletAssignment, scope).where(
        OutletAssignment.rep_id == rep_id, OutletAssignment.source == AssignmentSource.CLAIM
    )
    held = mine.where(*valid_on(scope.as_of)).with_only_columns(func.count())
    week = mine.where(OutletAssignment.valid_from > scope.as_of - timedelta(days=7))
    counts = (session.scalar(held) or 0, session.scalar(week.with_only_columns(func.count())) or 0)
    limits = (rules.pool_limit, rules.pool_week_limit)
    if any(count >= limit for count, limit in zip(counts, limits, strict=True)):
        cause = f"You hold {counts[0]} claimed outlets and took {counts[1]} of them this week."
        action = f"The limits are {limits[0]} and {limits[1]}: give some back, or wait."
        raise Conflict("pool-limit", cause, action)
