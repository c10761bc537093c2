"""The demo's steps: database, outlets, roads, territories, engine, history, plan, visits.

Every step looks at what is there and does only what is missing, so a second run changes nothing
that a user edited, and a run after an interruption goes on where the other stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from api.cycles import current_cycle
from api.demo.areas import draw_territories
from api.demo.city import build_roads, draw_basemap, import_outlets
from api.demo.company import REPS, ZONE, demo_reps, demo_user, make_company
from api.demo.history import add_opportunities, log_visits
from api.demo.planning import WEEKS, CycleOrder, current_plans, plan_cycle
from api.demo.steps import Steps
from api.logs import log_to
from api.runtime import Runtime
from api.serving import prepare
from api.settings import Settings
from api.worker.warm import Compiling
from crm_core.archive.queries import OutletFilter, outlets
from crm_core.clock import local_date, utc_now
from crm_core.people.rules import Scope
from crm_core.planning.model import JourneyPlan
from crm_core.planning.queries import plans
from crm_core.planning.rules import PlanStatus, local_midnight
from crm_core.territories.queries import territories

STEPS = 8
_HISTORY_SHARE = 0.25  # of the seconds a rep's plan gets, for the plan of the past cycle


@dataclass(frozen=True, slots=True)
class DemoDates:
    """The cycle that covers today, the one before it, and the day from which all is valid."""

    today: date
    cycle: date

    @property
    def past_cycle(self) -> date:
        """First day of the cycle before."""
        return self.cycle - timedelta(weeks=WEEKS)

    @property
    def yesterday(self) -> date:
        """The last date that has gone by."""
        return self.today - timedelta(days=1)

    @property
    def founded(self) -> date:
        """Day from which assignments and policies of the demo are valid."""
        return self.past_cycle - timedelta(weeks=1)

    @property
    def past_publication(self) -> datetime:
        """When the past cycle's plans were published: on the Friday before, at noon UTC."""
        return datetime.combine(self.past_cycle - timedelta(days=3), time(12), UTC)

    @property
    def publication(self) -> datetime:
        """As of when this cycle's plans are published: its first midnight on the reps' clock."""
        return local_midnight(self.cycle, ZONE)


def prepare_demo(
    settings: Settings, steps: Steps, seconds: float, now: datetime | None = None
) -> dict[str, Any]:
    """Run every step; the summary that ``roundsman demo --json`` prints, less the times.

    ``now`` is the moment that the demo takes for the present (default: it is).
    """
    with steps.step("database", "Database") as step:
        prepare(settings)
        log_to(settings.data / "roundsman.log")
        runtime = Runtime.open(settings)
        dates = _dates(runtime, now or utc_now())
        step.done(str(settings.data))
    compiling = Compiling() if _missing_plans(runtime, dates) else None
    try:
        _outlets(runtime, steps, dates)
        _roads_and_territories(runtime, steps, dates)
        _engine(steps, compiling)
        _history(runtime, steps, dates, seconds)
        _plan(runtime, steps, dates, seconds)
        _visits(runtime, steps, dates)
        return _summary(runtime, dates)
    finally:
        if compiling:
            compiling.stop()
        runtime.close()


def everything(today: date, user_id: UUID | None = None) -> Scope:
    """The scope in which the demo itself works."""
    return Scope.of_everything(today, user_id)


def _dates(runtime: Runtime, now: datetime) -> DemoDates:
    today = local_date(now, ZONE)
    with runtime.readers() as session:
        return DemoDates(today, current_cycle(session, everything(today), today, WEEKS))


def _outlets(runtime: Runtime, steps: Steps, dates: DemoDates) -> None:
    with steps.step("outlets", "Outlets") as step, runtime.sessions.begin() as session:
        department = make_company(session, everything(dates.today), dates.founded)
        report = import_outlets(session, department.id, dates.founded)
        step.done(
            f"{report.created} new, {report.updated} updated, {report.unchanged} unchanged"
            f" · {len(report.faults)} with unreadable opening hours"
        )


def _roads_and_territories(runtime: Runtime, steps: Steps, dates: DemoDates) -> None:
    scope = everything(dates.today)
    with steps.step("roads", "Road network") as step:
        network = build_roads(runtime.settings, step.say)
        basemap = draw_basemap(runtime.settings, step.say)
        step.done(f"car, bike and foot, extract {network.entry.extract_sha256[:8]} · {basemap}")
    with steps.step("territories", "Territories") as step, runtime.sessions.begin() as session:
        reps = demo_reps(session, scope)
        design = draw_territories(session, scope, reps, network, dates.founded)
        loads = f" · loads differ by {design.imbalance:.1%}" if design else " · kept as they are"
        step.done(f"{len(territories(session, scope))}{loads}")


def _engine(steps: Steps, compiling: Compiling | None) -> None:
    with steps.step("engine", "Planning engine") as step:
        if compiling is None:
            step.done("not needed: the cycle is planned")
            return
        step.say("compiling once; the next run only loads it")
        compiling.wait()
        step.done("compiled and kept")


def _missing_plans(runtime: Runtime, dates: DemoDates) -> bool:
    return len(current_plans(runtime, everything(dates.today), dates.cycle)) < len(REPS)


def _history(runtime: Runtime, steps: Steps, dates: DemoDates, seconds: float) -> None:
    with steps.step("history", "Simulated past cycle") as step:
        scope = _supervisor(runtime, dates)
        if not _has_history(runtime, dates):
            order = CycleOrder(
                dates.past_cycle,
                dates.past_publication,
                max(1.0, seconds * _HISTORY_SHARE),
                simulated=True,
            )
            plan_cycle(runtime, scope, _rep_ids(runtime, dates), order, step.say)
        visits = _log(runtime, dates, dates.cycle - timedelta(days=1), step.say)
        opportunities = 0
        with runtime.sessions.begin() as session:
            for rep in demo_reps(session, scope):
                opportunities += add_opportunities(session, rep, dates.past_cycle, WEEKS)
        step.done(f"{visits} visits, {opportunities} opportunities (all simulated)")


def _visits(runtime: Runtime, steps: Steps, dates: DemoDates) -> None:
    with steps.step("visits", "Days gone by") as step:
        visits = _log(runtime, dates, dates.yesterday, step.say, dates.cycle)
        days = f"from {dates.cycle} to {dates.yesterday}"
        none = "none: the cycle begins today"
        step.done(f"{visits} visits (all simulated) {days}" if visits else none)


def _log(
    runtime: Runtime,
    dates: DemoDates,
    until: date,
    say: Callable[[str], None],
    since: date = date.min,
) -> int:
    """Log the simulated visits up to a date of the published cycles that begin on ``since`` on."""
    scope, logged = everything(dates.today), 0
    with runtime.readers() as session:
        published = plans(session, scope, status=PlanStatus.PUBLISHED)
    for plan in published:
        if since <= plan.cycle_start <= until:
            with runtime.sessions.begin() as session:
                for rep in demo_reps(session, scope):
                    if rep.id == plan.rep_id:
                        say(f"{rep.name}, cycle from {plan.cycle_start}")
                        logged += log_visits(session, rep, plan.cycle_start, plan.weeks, until)
    return logged


def _plan(runtime: Runtime, steps: Steps, dates: DemoDates, seconds: float) -> None:
    with steps.step("plan", "Plan of this cycle") as step:
        order = CycleOrder(dates.cycle, dates.publication, seconds, simulated=False)
        scope = _supervisor(runtime, dates)
        plan_cycle(runtime, scope, _rep_ids(runtime, dates), order, step.say)
        total = _totals(current_plans(runtime, scope, dates.cycle))
        step.done(
            f"{total['visits_planned']} of {total['visits_required']} visits from {dates.cycle}"
            f" · days {total['utilisation']:.0%} full · checked, published as of the first day"
        )


def _has_history(runtime: Runtime, dates: DemoDates) -> bool:
    """Whether the cycle of this database's first demo has begun already in an earlier run."""
    return bool(current_plans(runtime, everything(dates.today), dates.cycle))


def _supervisor(runtime: Runtime, dates: DemoDates) -> Scope:
    with runtime.readers() as session:
        scope = everything(dates.today)
        return everything(dates.today, demo_user(session, scope, "supervisor").id)


def _rep_ids(runtime: Runtime, dates: DemoDates) -> list[UUID]:
    with runtime.readers() as session:
        return [rep.id for rep in demo_reps(session, everything(dates.today)) if rep.active]


def _summary(runtime: Runtime, dates: DemoDates) -> dict[str, Any]:
    scope = everything(dates.today)
    with runtime.readers() as session:
        counts = {
            "outlets": outlets(session, scope, OutletFilter(), limit=1).total,
            "reps": len(demo_reps(session, scope)),
            "territories": len(territories(session, scope)),
        }
    return counts | _totals(current_plans(runtime, scope, dates.cycle))


def _totals(plans: list[JourneyPlan]) -> dict[str, Any]:
    names = ("visits_required", "visits_planned", "unserved", "travel_minutes", "service_minutes")
    total = {name: sum(plan.summary[name] for plan in plans) for name in names}
    busy = total["travel_minutes"] + total["service_minutes"]
    # Each plan states its own share; shifts differ, so the shares are put together by time.
    available = sum(
        (plan.summary["travel_minutes"] + plan.summary["service_minutes"])
        / plan.summary["utilisation"]
        for plan in plans
        if plan.summary["utilisation"]
    )
    return {
        **{name: round(value, 1) if "minutes" in name else value for name, value in total.items()},
        "utilisation": round(busy / available, 4) if available else 0.0,
    }
