"""From a solver's ``Plan`` to the tables: a draft version of one rep's cycle."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from crm_core.clock import local_date
from crm_core.db import JsonObject, new_id
from crm_core.errors import Conflict
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.planning.facts import dated
from crm_core.planning.model import (
    JourneyPlan,
    PlannedDay,
    PlannedDemand,
    PlannedStop,
    UnservedVisit,
)
from crm_core.planning.queries import plan_in_force
from crm_core.planning.rules import PlanStatus, utilisation
from crm_core.planning.translate import PlanningInputs, outlet_of
from crm_core.work.model import VisitDemand
from crm_core.work.rules import DemandSource
from routing.check import check
from routing.patterns import required_visits
from routing.plan import DayRoute, Plan
from routing.problem import Problem


@dataclass(frozen=True, slots=True)
class Solved:
    """How a plan came about, stored beside it."""

    engine: str
    seed: int
    iterations: int
    problem_key: str = ""
    simulated: bool = False
    network: str = ""
    profile: str = ""
    extract_sha256: str = ""


Rows = list[dict[str, Any]]


def store_plan(
    session: Session,
    scope: Scope,
    inputs: PlanningInputs,
    problem: Problem,
    plan: Plan,
    solved: Solved,
    *,
    now: dt.datetime,
) -> JourneyPlan:
    """Store a plan as the next draft version of the rep's cycle.

    The independent checker runs here: a plan that it faults is refused with Conflict
    (plan-not-right), so every stored plan may be published.  Days before ``inputs.first_date``
    are carried over from the version that routes them now.
    """
    faults = check(problem, plan)
    if faults:
        cause = f"The checker found {len(faults)} faults in the plan."
        raise Conflict("plan-not-right", cause, "Plan again; the faults are listed.", faults)
    frozen = _frozen_days(session, scope, inputs, local_date(now, inputs.zone))
    row = _head(session, inputs, problem, plan, solved, now)
    session.add(row)
    session.flush()
    reasons = _reasons(session, scope, problem)
    day_rows, stop_rows = _routes(row, problem, plan, reasons)
    kept_days, kept_stops = _carried_over(session, scope, row, frozen)
    demand_rows = _demands(row, problem, plan, kept_stops)
    row.summary = _summary(problem, day_rows + kept_days, demand_rows)
    for table, rows in (
        (PlannedDay, day_rows + kept_days),
        (PlannedStop, stop_rows + kept_stops),
        (PlannedDemand, demand_rows),
        (UnservedVisit, _unserved(row, problem, plan)),
    ):
        if rows:
            session.execute(insert(table), rows)
    session.flush()
    return row


def _head(
    session: Session,
    inputs: PlanningInputs,
    problem: Problem,
    plan: Plan,
    solved: Solved,
    now: dt.datetime,
) -> JourneyPlan:
    same = (JourneyPlan.rep_id == inputs.rep_id, JourneyPlan.cycle_start == inputs.cycle_start)
    newest = select(func.max(JourneyPlan.version)).where(*same)  # unscoped: numbers run on for all
    return JourneyPlan(
        rep_id=inputs.rep_id,
        cycle_start=inputs.cycle_start,
        weeks=inputs.weeks,
        version=(session.scalar(newest) or 0) + 1,
        status=PlanStatus.DRAFT,
        created_at=now,
        zone=problem.zone,
        engine=solved.engine,
        seed=solved.seed,
        iterations=solved.iterations,
        network_key=problem.travel.source,
        network=solved.network,
        profile=solved.profile,
        extract_sha256=solved.extract_sha256,
        estimate=problem.travel.estimate,
        problem_key=solved.problem_key,
        cost={**asdict(plan.cost), "total": plan.cost.total},
        summary={},
        simulated=solved.simulated,
    )


def _routes(
    head: JourneyPlan, problem: Problem, plan: Plan, reasons: Mapping[str, str]
) -> tuple[Rows, Rows]:
    days: Rows = []
    stops: Rows = []
    for route in plan.routes:
        day_id, date = new_id(), problem.days[route.day].date
        days.append(_day_row(head, day_id, date, route))
        for sequence, (stop, leg) in enumerate(zip(route.stops, route.legs, strict=False), start=1):
            stops.append(
                {
                    "id": new_id(),
                    "journey_plan_id": head.id,
                    "planned_day_id": day_id,
                    "rep_id": head.rep_id,
                    "date": date,
                    "sequence": sequence,
                    "outlet_id": outlet_of(stop.demand_id),
                    "arrival_minute": stop.arrival_minute,
                    "start_minute": stop.start_minute,
                    "leave_minute": stop.leave_minute,
                    "leg_seconds": leg.seconds,
                    "leg_metres": leg.metres,
                    "reason": reasons.get(stop.demand_id, DemandSource.POLICY),
                }
            )
    return days, stops


def _day_row(head: JourneyPlan, day_id: UUID, date: dt.date, route: DayRoute) -> dict[str, Any]:
    home = route.legs[-1]
    return {
        "id": day_id,
        "journey_plan_id": head.id,
        "date": date,
        "start_minute": route.start_minute,
        "end_minute": route.end_minute,
        "travel_minutes": route.travel_minutes,
        "service_minutes": route.service_minutes,
        "distance_m": route.distance_m,
        "breaks": [
            {
                "name": taken.name,
                "start_minute": taken.start_minute,
                "end_minute": taken.end_minute,
                "before_sequence": taken.leg + 1,
            }
            for taken in route.breaks
        ],
        "return_seconds": home.seconds,
        "return_metres": home.metres,
    }


def _reasons(session: Session, scope: Scope, problem: Problem) -> dict[str, str]:
    """Why a demand is there, by demand id; what is not in the answer comes from the policy."""
    extra = [d.id for d in problem.demands if "+" in d.id]
    ids = [UUID(demand_id.partition("+")[2]) for demand_id in extra]
    query = scoped(VisitDemand, scope).where(VisitDemand.id.in_(ids))
    rows = session.scalars(query).all() if ids else []
    return {f"{row.outlet_id}+{row.id}": row.source for row in rows}


def _frozen_days(
    session: Session, scope: Scope, inputs: PlanningInputs, today: dt.date
) -> dict[dt.date, UUID]:
    """The plan that routes each day of the cycle before the first one planned anew."""
    days = (inputs.first_date - inputs.cycle_start).days
    dates = [inputs.cycle_start + dt.timedelta(days=offset) for offset in range(days)]
    found = {
        date: plan_in_force(session, scope, inputs.rep_id, inputs.zone, date, today)
        for date in dates
    }
    return {date: plan_id for date, plan_id in found.items() if plan_id}


def _carried_over(
    session: Session, scope: Scope, head: JourneyPlan, frozen: Mapping[dt.date, UUID]
) -> tuple[Rows, Rows]:
    """Copies of the frozen days and their stops, as parts of the new version."""
    days: Rows = []
    stops: Rows = []
    for date, plan_id in frozen.items():
        day_id = new_id()
        part = {"journey_plan_id": head.id}
        for day in _rows_on(session, scope, PlannedDay, plan_id, date):
            days.append({**day, **part, "id": day_id})
        for stop in _rows_on(session, scope, PlannedStop, plan_id, date):
            stops.append({**stop, **part, "id": new_id(), "planned_day_id": day_id})
    return days, stops


def _rows_on(
    session: Session,
    scope: Scope,
    model: type[PlannedDay] | type[PlannedStop],
    plan_id: UUID,
    date: dt.date,
) -> Rows:
    columns = list(model.__table__.columns)
    query = scoped(model, scope).where(model.journey_plan_id == plan_id, model.date == date)
    return [dict(row) for row in session.execute(query.with_only_columns(*columns)).mappings()]


def _demands(head: JourneyPlan, problem: Problem, plan: Plan, kept_stops: Rows) -> Rows:
    """Required and planned visits by outlet; stops of frozen days count as both."""
    kept = Counter(row["outlet_id"] for row in kept_stops)
    required, planned = Counter(kept), Counter(kept)
    for demand in problem.demands:
        required[outlet_of(demand.id)] += required_visits(problem, demand)
    for route in plan.routes:
        planned.update(outlet_of(stop.demand_id) for stop in route.stops)
    return [
        {
            "id": new_id(),
            "journey_plan_id": head.id,
            "outlet_id": outlet_id,
            "required": count,
            "planned": planned[outlet_id],
        }
        for outlet_id, count in required.items()
    ]


def _unserved(head: JourneyPlan, problem: Problem, plan: Plan) -> Rows:
    return [
        {
            "id": new_id(),
            "journey_plan_id": head.id,
            "outlet_id": outlet_of(missing.demand_id),
            "count": missing.count,
            "reason": missing.reason,
            "detail": missing.detail,
            "remedy": dated(problem, missing.remedy),
            "facts": dated(problem, missing.facts),
        }
        for missing in plan.unserved
    ]


def _summary(problem: Problem, days: Rows, demands: Rows) -> JsonObject:
    """Sums of the whole cycle; utilisation is of the days that have a route."""
    travel = sum(row["travel_minutes"] for row in days)
    service = sum(row["service_minutes"] for row in days)
    required = sum(row["required"] for row in demands)
    planned = sum(row["planned"] for row in demands)
    return {
        "visits_required": required,
        "visits_planned": planned,
        "unserved": sum(max(0, row["required"] - row["planned"]) for row in demands),
        "travel_minutes": travel,
        "service_minutes": service,
        "distance_m": sum(row["distance_m"] for row in days),
        "days": len(days),
        "utilisation": utilisation(travel + service, _available_minutes(problem, days)),
    }


def _available_minutes(problem: Problem, days: Rows) -> float:
    """Shifts less breaks of the days that have a route; a frozen day counts like a usual one."""
    shifts = [shift for rep in problem.reps for shift in rep.shifts if shift]
    lengths = [
        shift.end_minute - shift.start_minute - sum(pause.minutes for pause in shift.breaks)
        for shift in shifts
    ]
    return sum(lengths) / len(lengths) * len(days) if lengths else 0.0
