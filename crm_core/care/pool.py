"""The public pool: reps claim outlets, idle claims go back; and visits to overdue accounts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, or_
from sqlalchemy.orm import Session

from crm_core.archive.model import Grade, Outlet, OutletAssignment
from crm_core.archive.queries import valid_on
from crm_core.archive.queries.life import may_be_visited
from crm_core.archive.queries.listing import assignments
from crm_core.archive.rules import AssignmentSource
from crm_core.archive.service.access import require_office
from crm_core.care.queries import care_rules, last_visits_of, overdue_since, pool_select
from crm_core.errors import Conflict, Forbidden, NotFound
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.work.model import Task
from crm_core.work.rules import (
    MOST_TITLE,
    DemandSource,
    TaskKind,
    TaskPriority,
    TaskSource,
    TaskState,
)
from crm_core.work.service import emit
from crm_core.work.tasks import make_task


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


def release_outlet(session: Session, scope: Scope, outlet_id: UUID) -> None:
    """A rep gives an outlet that was claimed back to the pool, today.

    Raises Forbidden (not-a-rep), NotFound (not-claimed).
    """
    if scope.rep_id is None or not scope.can_write:
        raise Forbidden("not-a-rep", "Outlets are given back by reps.", "Assign it instead.")
    held = scoped(OutletAssignment, scope).where(
        OutletAssignment.outlet_id == outlet_id,
        OutletAssignment.rep_id == scope.rep_id,
        OutletAssignment.source == AssignmentSource.CLAIM,
        *valid_on(scope.as_of),
    )
    row = session.scalar(held.with_for_update())
    if row is None:
        cause = "You hold no such outlet out of the pool."
        raise NotFound("not-claimed", cause, "Only what you claimed can be given back.")
    row.valid_to = scope.as_of
    session.flush()
    told = {"outlet_id": str(outlet_id), "rep_id": str(scope.rep_id)}
    emit(session, "pool.released", told)


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


def want_overdue_visits(session: Session, scope: Scope) -> list[Task]:
    """A task to visit each overdue account, at its most important outlet that somebody serves.

    An account with such a task open, or ended in the last ``overdue_days``, is left alone; where
    nobody serves any of its outlets, the task is nobody's yet.  Raises Forbidden (office-only).
    """
    require_office(scope)
    edge = scope.as_of - timedelta(days=care_rules(session, scope).overdue_days)
    late = {account for account, since in overdue_since(session, scope).items() if since <= edge}
    lately = Task.ended_at > datetime.combine(edge, time(), UTC)
    asked = scoped(Task, scope).where(
        Task.source == TaskSource.OVERDUE, or_(Task.state == TaskState.OPEN, lately)
    )
    waiting = {*session.scalars(asked.with_only_columns(Task.account_id))}
    visited = scoped(Outlet, scope).join(Grade, Grade.code == Outlet.grade_code)
    visited = visited.where(
        Outlet.account_id.in_(late - waiting), may_be_visited(scope.as_of, scope.as_of)
    )
    outlets = session.scalars(visited.order_by(Grade.rank, Outlet.short_code)).all()
    serving = assignments(session, scope, scope.as_of, outlet_ids=[o.id for o in outlets])
    best: dict[UUID, Outlet] = {}
    for outlet in sorted(outlets, key=lambda one: one.id not in serving):  # stable: keeps the rank
        if outlet.account_id is not None:
            best.setdefault(outlet.account_id, outlet)
    return [
        _overdue_task(session, scope, outlet, serving.get(outlet.id)) for outlet in best.values()
    ]


def _overdue_task(
    session: Session, scope: Scope, outlet: Outlet, serving: OutletAssignment | None
) -> Task:
    values = {
        "kind": TaskKind.VISIT,
        "title": outlet.name[:MOST_TITLE],
        "rep_id": serving.rep_id if serving else None,
        "outlet_id": outlet.id,
        "account_id": outlet.account_id,
        "priority": TaskPriority.NORMAL,
        "not_before": scope.as_of,
    }
    return make_task(
        session, scope, values, source=TaskSource.OVERDUE, demand_source=DemandSource.OVERDUE
    )


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
