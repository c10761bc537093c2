"""Tables of planning: runs and their tasks, stored journey plans, and the day baselines."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    event,
    inspect,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.archive.model import Outlet
from crm_core.db import AppendOnlyError, JsonArray, JsonObject, Row
from crm_core.people.model import OfRep, Rep, User
from crm_core.people.rules import Scope
from crm_core.work.model import Job


class PlanningRun(Row):
    """One request to plan a cycle; one ``PlanningTask`` per rep.  Status: queued … cancelled."""

    __tablename__ = "planning_run"

    cycle_start: Mapped[dt.date]
    weeks: Mapped[int]
    seconds: Mapped[float]
    seed: Mapped[int]
    status: Mapped[str] = mapped_column(default="queued")
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[dt.datetime] = mapped_column(index=True)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Runs that plan at least one rep in scope."""
        return cls.id.in_(select(PlanningTask.run_id).where(PlanningTask.scope_rows(scope)))


class JourneyPlan(OfRep, Row):
    """The stored plan of one rep for one cycle; immutable once published.

    ``cost`` holds the terms of ``routing.plan.Cost``; ``summary`` holds visits_required,
    visits_planned, unserved, travel_minutes, service_minutes, distance_m and utilisation.
    ``network``, ``profile`` and ``extract_sha256`` say on which roads it was planned.
    """

    __tablename__ = "journey_plan"
    __table_args__ = (
        UniqueConstraint("rep_id", "cycle_start", "version"),
        Index("ix_journey_plan_rep_status", "rep_id", "status", "cycle_start"),
    )

    rep_id: Mapped[UUID] = mapped_column(ForeignKey(Rep.id))
    cycle_start: Mapped[dt.date]
    weeks: Mapped[int]
    version: Mapped[int]
    status: Mapped[str] = mapped_column(default="draft")
    created_at: Mapped[dt.datetime]
    published_at: Mapped[dt.datetime | None]
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey(User.id))
    zone: Mapped[str]
    engine: Mapped[str]
    seed: Mapped[int]
    iterations: Mapped[int]
    network_key: Mapped[str]
    network: Mapped[str] = mapped_column(default="")
    profile: Mapped[str] = mapped_column(default="")
    extract_sha256: Mapped[str] = mapped_column(default="")
    estimate: Mapped[bool] = mapped_column(default=False)
    problem_key: Mapped[str] = mapped_column(default="")
    cost: Mapped[JsonObject]
    summary: Mapped[JsonObject]
    simulated: Mapped[bool] = mapped_column(default=False)


@event.listens_for(JourneyPlan, "before_update")
def _keep_published(_mapper: object, _connection: object, plan: JourneyPlan) -> None:
    """Of a published plan only the status may change: a newer version supersedes it."""
    attributes = inspect(plan).attrs
    published = attributes["published_at"].history
    changed = {attribute.key for attribute in attributes if attribute.history.has_changes()}
    if any([*published.deleted, *published.unchanged]) and changed - {"status"}:
        raise AppendOnlyError("a published plan never changes")


class PlanningTask(OfRep, Row):
    """One rep's part of a run, carried out by a ``Job``."""

    __tablename__ = "planning_task"
    __table_args__ = (UniqueConstraint("run_id", "rep_id"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey(PlanningRun.id))
    rep_id: Mapped[UUID] = mapped_column(ForeignKey(Rep.id), index=True)
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey(Job.id), index=True)
    status: Mapped[str] = mapped_column(default="queued")
    journey_plan_id: Mapped[UUID | None] = mapped_column(ForeignKey(JourneyPlan.id))
    summary: Mapped[JsonObject | None]
    problem_key: Mapped[str | None]


class _PlanPart:
    """What hangs on a journey plan is seen by whoever sees the plan."""

    journey_plan_id: Mapped[UUID] = mapped_column(ForeignKey(JourneyPlan.id), index=True)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Parts of the plans in scope."""
        return cls.journey_plan_id.in_(select(JourneyPlan.id).where(JourneyPlan.scope_rows(scope)))


class PlannedDay(_PlanPart, Row):
    """One worked date of a plan; minutes after local midnight of ``date``.

    ``breaks`` is a list of ``{name, start_minute, end_minute, before_sequence}``; the return leg
    leads from the last stop to where the day ends.
    """

    __tablename__ = "planned_day"
    __append_only__ = True
    __table_args__ = (UniqueConstraint("journey_plan_id", "date"),)
    __audited__ = False

    date: Mapped[dt.date]
    start_minute: Mapped[float]
    end_minute: Mapped[float]
    travel_minutes: Mapped[float]
    service_minutes: Mapped[float]
    distance_m: Mapped[float]
    breaks: Mapped[JsonArray]
    return_seconds: Mapped[float]
    return_metres: Mapped[float]


class PlannedStop(_PlanPart, Row):
    """One planned visit; ``sequence`` counts from 1, the leg leads *to* this stop."""

    __tablename__ = "planned_stop"
    __append_only__ = True
    __table_args__ = (
        UniqueConstraint("planned_day_id", "sequence"),
        Index("ix_planned_stop_rep_date", "rep_id", "date"),
    )
    __audited__ = False

    planned_day_id: Mapped[UUID] = mapped_column(ForeignKey(PlannedDay.id))
    rep_id: Mapped[UUID] = mapped_column(ForeignKey(Rep.id))
    date: Mapped[dt.date]
    sequence: Mapped[int]
    outlet_id: Mapped[UUID] = mapped_column(ForeignKey(Outlet.id), index=True)
    arrival_minute: Mapped[float]
    start_minute: Mapped[float]
    leave_minute: Mapped[float]
    leg_seconds: Mapped[float]
    leg_metres: Mapped[float]
    reason: Mapped[str] = mapped_column(default="policy")


class PlannedDemand(_PlanPart, Row):
    """How many visits the plan had to give an outlet and how many it gives."""

    __tablename__ = "planned_demand"
    __append_only__ = True
    __table_args__ = (UniqueConstraint("journey_plan_id", "outlet_id"),)
    __audited__ = False

    outlet_id: Mapped[UUID] = mapped_column(ForeignKey(Outlet.id), index=True)
    required: Mapped[int]
    planned: Mapped[int]


class UnservedVisit(_PlanPart, Row):
    """Required visits that are not in the plan.

    ``facts`` are what ``detail`` says, to be said in any language: the key of a sentence, and what
    it names (date, rep_id, outlet_id of another outlet, minutes, amount, limit).  ``remedy`` holds
    action, date, minutes, text and what making the change needs (``routing.plan.Remedy``, with
    dates for days and outlets for demands).
    """

    __tablename__ = "unserved_visit"
    __append_only__ = True
    __audited__ = False

    outlet_id: Mapped[UUID] = mapped_column(ForeignKey(Outlet.id), index=True)
    count: Mapped[int]
    reason: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    remedy: Mapped[JsonObject | None]
    facts: Mapped[JsonObject | None]


class DayBaseline(OfRep, Row):
    """The plan version that adherence of one rep's date is measured against; never changed."""

    __tablename__ = "day_baseline"
    __append_only__ = True
    __table_args__ = (UniqueConstraint("rep_id", "date"),)
    __audited__ = False

    rep_id: Mapped[UUID] = mapped_column(ForeignKey(Rep.id))
    date: Mapped[dt.date]
    journey_plan_id: Mapped[UUID] = mapped_column(ForeignKey(JourneyPlan.id), index=True)
    frozen_at: Mapped[dt.datetime]
