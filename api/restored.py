"""A stored plan as a problem and a plan of the planning library, as the archive is today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from api.composing import compose
from api.runtime import Runtime
from crm_core.people.queries import rep as rep_in_scope
from crm_core.people.rules import Scope
from crm_core.planning.model import JourneyPlan
from crm_core.planning.restored import stored_routes
from crm_core.planning.service import PlanningInputs, problem_inputs
from crm_core.planning.translate import outlet_of
from crm_core.visits.model import Visit
from crm_core.visits.queries import MADE, last_visits
from crm_core.visits.rules import VisitStatus
from routing.evaluate import evaluate
from routing.geo import GeoPoint
from routing.plan import Plan
from routing.problem import Place, Problem

#: Id of the place the rep is at.
HERE_PLACE = "here"


@dataclass(frozen=True, slots=True)
class Restored:
    """``gone``: outlets on the routes that the rep is no longer asked to visit."""

    problem: Problem
    plan: Plan
    gone: tuple[UUID, ...]

    def demand_id(self, outlet_id: UUID) -> str | None:
        """What asks for visits to an outlet: its policy before any extra demand."""
        ids = (d.id for d in self.problem.demands if outlet_of(d.id) == outlet_id)
        return min(ids, key=lambda demand_id: "+" in demand_id, default=None)


@dataclass(frozen=True, slots=True)
class DaySoFar:
    """One day of a restored plan: the demands of its stops, those done and those skipped."""

    index: int
    ids: tuple[str, ...]
    done: tuple[str, ...]
    skipped: tuple[str, ...]

    @classmethod
    def of(cls, found: Restored, date: dt.date, visits: Mapping[UUID, Visit]) -> DaySoFar:
        """The day with what was logged of it; ``visits`` by outlet."""
        index = [day.date for day in found.problem.days].index(date)
        routes = (route for route in found.plan.routes if route.day == index)
        ids = tuple(stop.demand_id for route in routes for stop in route.stops)
        logged = {i: visits[outlet_of(i)] for i in ids if outlet_of(i) in visits}
        made = sorted(
            (visit.checked_in_at or _LONG_AGO, demand_id)
            for demand_id, visit in logged.items()
            if visit.status in MADE
        )
        skipped = tuple(i for i, visit in logged.items() if visit.status == VisitStatus.SKIPPED)
        return cls(index, ids, tuple(demand_id for _, demand_id in made), skipped)

    def named(self, outlet_id: UUID) -> str:
        """The stop at an outlet; the outlet's id where there is none."""
        found = (demand_id for demand_id in self.ids if outlet_of(demand_id) == outlet_id)
        return next(found, str(outlet_id))


_LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def restored(
    runtime: Runtime,
    session: Session,
    scope: Scope,
    stored: JourneyPlan,
    as_of: dt.date,
    here: GeoPoint | None = None,
) -> Restored:
    """The days of a plan that are open as of a date, timed on the roads as they are now.

    ``here`` becomes a place of the problem, the last one.  Raises Conflict (cycle-past) where no
    day is left.
    """
    rep = rep_in_scope(session, scope, stored.rep_id)
    everything = Scope.of_everything(as_of, scope.user_id)
    seen = last_visits(session, everything, max(as_of, stored.cycle_start))
    inputs = problem_inputs(session, everything, rep, stored.cycle_start, stored.weeks, as_of, seen)
    routes = stored_routes(session, scope, stored.id, inputs)
    placed = inputs if here is None else _with_place(inputs, here)
    problem, _ = compose(runtime, placed, rep.profile, rep.network, keep=here is None)
    return Restored(problem, evaluate(problem, routes.sequences), routes.gone)


def _with_place(inputs: PlanningInputs, here: GeoPoint) -> PlanningInputs:
    place = Place(HERE_PLACE, "", here)
    return replace(inputs, points=(*inputs.points, here), places=(*inputs.places, place))
