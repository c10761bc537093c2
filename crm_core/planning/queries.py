"""Reads of planning: plans and their parts, runs, and which version a date shows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.errors import NotFound
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.planning.model import (
    DayBaseline,
    JourneyPlan,
    PlannedDay,
    PlannedDemand,
    PlanningRun,
    PlanningTask,
    UnservedVisit,
)
from crm_core.planning.rules import PlanStatus, PublishedVersion, in_force

#: Statuses of plans that were published at some time.
EVER_PUBLISHED = (PlanStatus.PUBLISHED, PlanStatus.SUPERSEDED)


def published_versions(
    session: Session, scope: Scope, rep_ids: Iterable[UUID], to: dt.date
) -> dict[UUID, list[PublishedVersion]]:
    """By rep, all plans ever published whose cycle begins on ``to`` or before."""
    query = (
        scoped(JourneyPlan, scope)
        .where(JourneyPlan.rep_id.in_(list(rep_ids)), JourneyPlan.status.in_(EVER_PUBLISHED))
        .where(JourneyPlan.cycle_start <= to)
        .with_only_columns(
            JourneyPlan.rep_id,
            JourneyPlan.id,
            JourneyPlan.cycle_start,
            JourneyPlan.weeks,
            JourneyPlan.published_at,
        )
    )
    found: dict[UUID, list[PublishedVersion]] = defaultdict(list)
    for rep_id, plan_id, cycle_start, weeks, published_at in session.execute(query):
        if published_at:
            version = PublishedVersion(plan_id, cycle_start, weeks, published_at)
            found[rep_id].append(version)
    return found


def plan_in_force(
    session: Session, scope: Scope, rep_id: UUID, zone: str, date: dt.date, today: dt.date
) -> UUID | None:
    """The plan whose route a date shows; a stored baseline comes before the rule."""
    if date < today:
        query = scoped(DayBaseline, scope).where(
            DayBaseline.rep_id == rep_id, DayBaseline.date == date
        )
        stored: UUID | None = session.scalar(query.with_only_columns(DayBaseline.journey_plan_id))
        if stored:
            return stored
    versions = published_versions(session, scope, [rep_id], date).get(rep_id, [])
    version = in_force(versions, date, today, zone) if versions else None
    return version.plan_id if version else None


def plans(
    session: Session,
    scope: Scope,
    *,
    rep_id: UUID | None = None,
    cycle_start: dt.date | None = None,
    status: str | None = None,
) -> Sequence[JourneyPlan]:
    """Plans in scope, the newest cycle and version first."""
    query = scoped(JourneyPlan, scope)
    if rep_id:
        query = query.where(JourneyPlan.rep_id == rep_id)
    if cycle_start:
        query = query.where(JourneyPlan.cycle_start == cycle_start)
    if status:
        query = query.where(JourneyPlan.status == status)
    newest = (JourneyPlan.cycle_start.desc(), JourneyPlan.rep_id, JourneyPlan.version.desc())
    return session.scalars(query.order_by(*newest)).all()


def plan(session: Session, scope: Scope, plan_id: UUID) -> JourneyPlan:
    """A plan in scope; raises NotFound (plan-unknown)."""
    found = session.scalar(scoped(JourneyPlan, scope).where(JourneyPlan.id == plan_id))
    if found is None:
        raise NotFound("plan-unknown", "There is no such plan in your scope.", "Choose another.")
    return found


def planned_days(session: Session, scope: Scope, plan_id: UUID) -> Sequence[PlannedDay]:
    """The worked dates of a plan in scope, in order."""
    query = scoped(PlannedDay, scope).where(PlannedDay.journey_plan_id == plan_id)
    return session.scalars(query.order_by(PlannedDay.date)).all()


def unserved_visits(session: Session, scope: Scope, plan_id: UUID) -> Sequence[UnservedVisit]:
    """What a plan in scope leaves out, and why."""
    query = scoped(UnservedVisit, scope).where(UnservedVisit.journey_plan_id == plan_id)
    return session.scalars(query.order_by(UnservedVisit.reason, UnservedVisit.id)).all()


def planned_demands(session: Session, scope: Scope, plan_id: UUID) -> Sequence[PlannedDemand]:
    """How many visits each outlet had to get and gets in a plan in scope."""
    query = scoped(PlannedDemand, scope).where(PlannedDemand.journey_plan_id == plan_id)
    return session.scalars(query.order_by(PlannedDemand.id)).all()


def runs(session: Session, scope: Scope, limit: int = 50) -> Sequence[PlanningRun]:
    """Planning runs in scope, the newest first."""
    newest = scoped(PlanningRun, scope).order_by(PlanningRun.created_at.desc()).limit(limit)
    return session.scalars(newest).all()


def run(session: Session, scope: Scope, run_id: UUID) -> PlanningRun:
    """A run in scope; raises NotFound (run-unknown)."""
    found = session.scalar(scoped(PlanningRun, scope).where(PlanningRun.id == run_id))
    if found is None:
        raise NotFound("run-unknown", "There is no such planning run.", "Choose another.")
    return found


def run_tasks(session: Session, scope: Scope, run_id: UUID) -> Sequence[PlanningTask]:
    """The tasks of a run that plan reps in scope."""
    query = scoped(PlanningTask, scope).where(PlanningTask.run_id == run_id)
    return session.scalars(query.order_by(PlanningTask.id)).all()
