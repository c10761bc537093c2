"""From the archive to a ``routing.Problem``: what a rep's cycle asks for and allows.

Travel times are not of this package: ``problem_inputs`` gives the points to be joined, and
``PlanningInputs.build`` takes their matrix.  Published routes become the previous plan.

The days planned.  What is past is frozen, and so is today once a published plan routes it: the
problem begins on the day after, and ``store_plan`` carries the frozen days over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet
from crm_core.archive.queries import assigned_outlets, call_windows, grades, policies
from crm_core.archive.queries.accounts import accounts_on_hold
from crm_core.archive.queries.life import lives, risk_factors
from crm_core.archive.rules.life import days_off
from crm_core.archive.service import frequency
from crm_core.errors import Conflict
from crm_core.people.model import Holiday, Rep, RepShift
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.planning.extras import extra_demand, extras_of
from crm_core.planning.queries import plan_in_force
from crm_core.planning.routed import published_routes, routed_on
from routing import problem as routing
from routing.calendar import Day, DayKind, cycle_days
from routing.evaluate import Sequenced, evaluate
from routing.geo import GeoPoint
from routing.travel import TravelMatrix

HOME = 0  # index of the place where the rep's days start and end


@dataclass(frozen=True, slots=True)
class PlanningInputs:
    """Everything of a problem but the travel matrix.  ``points[0]`` is the rep's home.

    ``first_date`` is the first day that is planned, ``cycle_start`` the first of the cycle.
    ``without_policy`` are outlets that nothing gives a frequency, ``without_place`` those that
    nobody has found on the map yet: they cannot be planned.
    ``previous`` are the routes that a published plan has on the days planned anew.
    """

    rep_id: UUID
    cycle_start: dt.date
    weeks: int
    days: tuple[Day, ...]
    name: str
    zone: str
    points: tuple[GeoPoint, ...]
    places: tuple[routing.Place, ...]
    reps: tuple[routing.Rep, ...]
    demands: tuple[routing.VisitDemand, ...]
    without_policy: tuple[UUID, ...] = ()
    without_place: tuple[UUID, ...] = ()
    previous: tuple[Sequenced, ...] = ()

    @property
    def first_date(self) -> dt.date:
        """The first day that is planned anew."""
        return self.days[0].date

    def build(
        self, travel: TravelMatrix, weights: routing.Weights | None = None
    ) -> routing.Problem:
        """The problem, with a matrix of ``points`` in their order."""
        problem = routing.Problem(
            name=self.name,
            days=self.days,
            reps=self.reps,
            places=self.places,
            demands=self.demands,
            travel=travel,
            weights=weights or routing.Weights(),
            zone=self.zone,
        )
        previous = evaluate(problem, self.previous) if self.previous else None
        return replace(problem, previous=previous)


def problem_inputs(
    session: Session,
    scope: Scope,
    rep: Rep,
    cycle_start: dt.date,
    weeks: int,
    today: dt.date,
    last_visits: Mapping[UUID, dt.date],
) -> PlanningInputs:
    """What the rep's cycle asks for, as of the first day planned.

    ``last_visits`` are the dates of the last real visits by outlet.  Raises Conflict (cycle-past)
    where no day of the cycle is left to plan.
    """
    first = first_open_date(session, scope, rep, cycle_start, weeks, today)
    shifts = _shifts(session, scope, rep)
    days = _days(session, scope, cycle_start, weeks, list(shifts))
    days = tuple(day for day in days if day.date >= first)
    assigned = assigned_outlets(session, scope, rep.id, first, days[-1].date)
    outlets = [outlet for outlet in assigned if outlet.point]
    routed = routed_on(session, scope, rep, today) if first > today else ()
    seen = {**last_visits, **dict.fromkeys(routed, today)}
    demands, without_policy = _demands(session, scope, outlets, days, seen)
    home = GeoPoint(rep.home_lat, rep.home_lon)
    points = (home, *(outlet.point for outlet in outlets if outlet.point))
    names = [("home", rep.home_name), *((str(outlet.id), outlet.name) for outlet in outlets)]
    shifts_of_days = _shifts_of_days(shifts, days)
    return PlanningInputs(
        rep_id=rep.id,
        cycle_start=cycle_start,
        weeks=weeks,
        days=days,
        name=f"{rep.code} {cycle_start}",
        zone=rep.zone,
        points=points,
        places=tuple(
            routing.Place(place_id, name, point)
            for (place_id, name), point in zip(names, points, strict=True)
        ),
        reps=(routing.Rep(str(rep.id), shifts_of_days, rep.name),),
        demands=demands,
        without_policy=without_policy,
        without_place=tuple(outlet.id for outlet in assigned if not outlet.point),
        previous=_previous(
            str(rep.id),
            published_routes(session, scope, rep, cycle_start),
            {day.date: i for i, day in enumerate(days) if shifts_of_days[i]},
            {demand.id for demand in demands},
        ),
    )


def outlet_of(demand_id: str) -> UUID:
    """The outlet of a demand id: ``<outlet>`` for its policy, ``<outlet>+<row>`` for an extra."""
    return UUID(demand_id.partition("+")[0])


def first_open_date(
    session: Session, scope: Scope, rep: Rep, cycle_start: dt.date, weeks: int, today: dt.date
) -> dt.date:
    """The first day of a cycle that may still be planned; raises Conflict (cycle-past)."""
    first = max(cycle_start, today)
    if first == today and plan_in_force(session, scope, rep.id, rep.zone, today, today):
        first = today + dt.timedelta(days=1)
    if first >= cycle_start + dt.timedelta(weeks=weeks):
        cause = f"No day of the cycle from {cycle_start} is left to plan."
        raise Conflict("cycle-past", cause, "Plan a later cycle.")
    return first


def _previous(
    rep_id: str,
    routes: Mapping[dt.date, Sequence[UUID]],
    index: Mapping[dt.date, int],
    asked: Collection[str],
) -> tuple[Sequenced, ...]:
    """The routes on the days worked, less what is not asked for any more."""
    orders = (
        (index[date], tuple(dict.fromkeys(str(o) for o in outlets if str(o) in asked)))
        for date, outlets in routes.items()
        if date in index
    )
    return tuple(Sequenced(rep_id, day, demands) for day, demands in orders if demands)


def _shifts(session: Session, scope: Scope, rep: Rep) -> dict[int, routing.Shift]:
    rows = session.scalars(scoped(RepShift, scope).where(RepShift.rep_id == rep.id))
    return {row.weekday: _shift(row) for row in rows}


def _shift(row: RepShift) -> routing.Shift:
    lunch = routing.Break(
        "lunch", row.lunch_minutes, row.lunch_earliest_minute, row.lunch_latest_minute
    )
    return routing.Shift(
        start_minute=row.start_minute,
        end_minute=row.end_minute,
        start_place=HOME,
        end_place=HOME,
        hard_end_minute=row.hard_end_minute,
        breaks=(lunch,) if row.lunch_minutes else (),
        max_stops=row.max_stops,
    )


def _days(
    session: Session, scope: Scope, start: dt.date, weeks: int, weekdays: Sequence[int]
) -> tuple[Day, ...]:
    end = start + dt.timedelta(weeks=weeks)
    rows = scoped(Holiday, scope).where(Holiday.date >= start, Holiday.date < end)
    exceptions = {row.date: DayKind(row.kind) for row in session.scalars(rows)}
    return cycle_days(start, weeks, weekdays, exceptions)


def _shifts_of_days(
    shifts: Mapping[int, routing.Shift], days: Sequence[Day]
) -> tuple[routing.Shift | None, ...]:
    """A swapped day without a shift of its own (调休) is worked like the rep's first weekday."""
    usual = shifts[min(shifts)] if shifts else None
    return tuple(
        shifts.get(day.weekday, usual if day.kind is DayKind.SWAPPED else None)
        if day.works
        else None
        for day in days
    )


def _demands(
    session: Session,
    scope: Scope,
    outlets: Sequence[Outlet],
    days: Sequence[Day],
    last_visits: Mapping[UUID, dt.date],
) -> tuple[tuple[routing.VisitDemand, ...], tuple[UUID, ...]]:
    known = policies(session, scope)
    priorities = _priorities(session, scope)
    windows = _windows(session, scope, outlets)
    extras = extras_of(session, scope, days[-1].date)
    life = lives(session, scope, [outlet.id for outlet in outlets])
    held = accounts_on_hold(session, scope)
    factors = risk_factors(session, scope)
    demands: list[routing.VisitDemand] = []
    without_policy: list[UUID] = []
    for place, outlet in enumerate(outlets, start=1):
        wanted = frequency(known, outlet, days[0].date)
        closed = days_off(life.get(outlet.id, ()), [day.date for day in days])
        if wanted is None:
            without_policy.append(outlet.id)
        elif outlet.account_id not in held:
            demands.append(
                routing.VisitDemand(
                    id=str(outlet.id),
                    place=place,
                    minutes=wanted.minutes,
                    visits=wanted.visits,
                    weeks=wanted.weeks,
                    priority=priorities[outlet.grade_code] * factors.get(outlet.id, 1.0),
                    windows=windows.get(outlet.id),
                    last_visit=last_visits.get(outlet.id),
                    closed_days=closed,
                )
            )
        asked = (
            extra_demand(row, place, windows.get(outlet.id), days, closed)
            for row in extras.get(outlet.id, ())
        )
        demands += [demand for demand in asked if demand.patterns != ()]
    return tuple(demands), tuple(without_policy)


def _priorities(session: Session, scope: Scope) -> dict[str, float]:
    """The least important grade counts 1, each rank above it 1 more."""
    ranks = {grade.code: grade.rank for grade in grades(session, scope)}
    lowest = max(ranks.values(), default=1)
    return {code: 1.0 + lowest - rank for code, rank in ranks.items()}


def _windows(
    session: Session, scope: Scope, outlets: Sequence[Outlet]
) -> dict[UUID, tuple[tuple[routing.Window, ...], ...]]:
    """By outlet and weekday; an outlet that has no window at all is not in the answer."""
    found: dict[UUID, tuple[tuple[routing.Window, ...], ...]] = {}
    for outlet_id, rows in call_windows(session, scope, [o.id for o in outlets]).items():
        week: list[list[routing.Window]] = [[] for _ in range(7)]
        for row in rows:
            week[row.weekday].append(routing.Window(row.start_minute, row.end_minute))
        if rows:
            found[outlet_id] = tuple(tuple(day) for day in week)
    return found
