"""Planning runs and stored plans as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from api.presenters.archive import outlet_brief
from crm_core.archive.model import Outlet
from crm_core.people.model import Rep
from crm_core.planning.day_route import RouteStop
from crm_core.planning.model import (
    JourneyPlan,
    PlannedDay,
    PlanningRun,
    PlanningTask,
    UnservedVisit,
)
from crm_core.planning.rules import SIMULATED_PUBLICATION
from crm_core.work.model import Job

type Json = dict[str, Any]

_PLAN_FIELDS = (
    "cycle_start",
    "weeks",
    "version",
    "status",
    "created_at",
    "published_at",
    "zone",
    "engine",
    "seed",
    "iterations",
    "network_key",
    "network",
    "profile",
    "extract_sha256",
    "estimate",
    "simulated",
)
_SUMMARY = (
    "visits_required",
    "visits_planned",
    "unserved",
    "travel_minutes",
    "service_minutes",
    "utilisation",
)
_DAY_FIELDS = (
    "date",
    "start_minute",
    "end_minute",
    "travel_minutes",
    "service_minutes",
    "distance_m",
    "breaks",
)
_STOP_FIELDS = (
    "sequence",
    "arrival_minute",
    "start_minute",
    "leave_minute",
    "leg_seconds",
    "leg_metres",
    "reason",
)


_FACTS = ("key", "date", "minutes", "amount", "limit")
_REMEDY = (
    "action",
    "date",
    "minutes",
    "text",
    "rep_id",
    "outlet_id",
    "amount",
    "start_minute",
    "end_minute",
    "break_name",
)


def run_json(
    run: PlanningRun,
    tasks: Sequence[PlanningTask],
    reps: Mapping[UUID, Rep],
    jobs: Mapping[UUID, Job],
) -> Json:
    """The body of ``api.schemas.planning.RunOut``."""
    return {
        "id": str(run.id),
        "status": run.status,
        "cycle_start": run.cycle_start,
        "weeks": run.weeks,
        "seconds": run.seconds,
        "seed": run.seed,
        "created_at": run.created_at,
        "tasks": [
            _task(task, reps.get(task.rep_id), jobs.get(task.job_id) if task.job_id else None)
            for task in tasks
        ],
    }


def _task(task: PlanningTask, rep: Rep | None, job: Job | None) -> Json:
    return {
        "id": str(task.id),
        "rep_id": str(task.rep_id),
        "rep_name": rep.name if rep else "",
        "status": task.status,
        "progress": (job.progress if job else None) or {},
        "journey_plan_id": str(task.journey_plan_id) if task.journey_plan_id else None,
        "summary": task.summary or {},
        "error": job.error if job else None,
    }


def plan_json(plan: JourneyPlan, rep: Rep | None) -> Json:
    """The body of ``api.schemas.planning.PlanOut``."""
    return {
        "id": str(plan.id),
        "rep_id": str(plan.rep_id),
        "rep_name": rep.name if rep else "",
        **{name: getattr(plan, name) for name in _PLAN_FIELDS},
        "publication_simulated": plan.summary.get(SIMULATED_PUBLICATION, False),
        "summary": {name: plan.summary.get(name) for name in _SUMMARY},
    }


def plan_detail_json(
    plan: JourneyPlan,
    reps: Mapping[UUID, Rep],
    days: Sequence[PlannedDay],
    stops: Mapping[Any, Sequence[RouteStop]],
    unserved: Sequence[UnservedVisit],
    outlets: Mapping[UUID, Outlet],
) -> Json:
    """The body of ``api.schemas.planning.PlanDetailOut``; ``stops`` by date."""
    return {
        **plan_json(plan, reps.get(plan.rep_id)),
        "cost": plan.cost,
        "days": [
            {
                **{name: getattr(day, name) for name in _DAY_FIELDS},
                "stops": [_stop(stop) for stop in stops.get(day.date, ())],
            }
            for day in days
        ],
        "unserved": [missing_json(item, reps, outlets) for item in unserved],
    }


def _stop(stop: RouteStop) -> Json:
    return {
        "id": str(stop.id),
        "outlet": {
            "id": str(stop.outlet_id),
            "name": stop.name,
            "short_code": stop.short_code,
            "channel": stop.channel,
            "grade": stop.grade_code,
            "lat": stop.lat,
            "lon": stop.lon,
        },
        **{name: getattr(stop, name) for name in _STOP_FIELDS},
    }


def named_outlets(unserved: Sequence[UnservedVisit]) -> set[UUID]:
    """The outlets that these visits, their facts and their remedies name."""
    others = {(said or {}).get("outlet_id") for u in unserved for said in (u.facts, u.remedy)}
    return {item.outlet_id for item in unserved} | {UUID(other) for other in others if other}


def missing_json(
    item: UnservedVisit, reps: Mapping[UUID, Rep], outlets: Mapping[UUID, Outlet]
) -> Json:
    """The body of ``api.schemas.planning.UnservedOut``."""
    outlet = outlets.get(item.outlet_id)
    return {
        "outlet": outlet_brief(outlet) if outlet else None,
        "count": item.count,
        "reason": item.reason,
        "detail": item.detail,
        "facts": _said(item.facts, _FACTS, reps, outlets),
        "remedy": _remedy(item.remedy, reps, outlets),
    }


def _said(
    said: Json | None,
    fields: Sequence[str],
    reps: Mapping[UUID, Rep],
    outlets: Mapping[UUID, Outlet],
) -> Json | None:
    """Stored facts or a stored remedy with the names of the rep and outlet they mention."""
    if said is None:
        return None
    rep = reps.get(UUID(said["rep_id"])) if "rep_id" in said else None
    other = outlets.get(UUID(said["outlet_id"])) if "outlet_id" in said else None
    names = {"rep": rep.name if rep else None, "other": other.name if other else None}
    return {name: said.get(name) for name in fields} | names


def _remedy(
    remedy: Json | None, reps: Mapping[UUID, Rep], outlets: Mapping[UUID, Outlet]
) -> Json | None:
    said = _said(remedy, _REMEDY, reps, outlets)
    return said and said | {"dates": (remedy or {}).get("dates", [])}
