"""Plans the rest of a day again: visits took longer, one fell out, another came in.

The rest of the day is a small problem of its own, so that it is judged like any other: one rep,
one day that starts now and here, and the visits still to make.  A day that has begun starts with
the stop ``HERE``: a visit of no minutes, where the rep is, at the minute it is now; so waiting
and driving count from now, and a break that has not been taken stays due.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from routing.check import Lookup, unknown_faults
from routing.engines.one_day import best_day
from routing.errors import Fault, InvalidPlan
from routing.evaluate import Sequenced, evaluate, time_route
from routing.explain import explain
from routing.plan import DayRoute, Leg, Plan, Stop, TakenBreak, UnservedVisit
from routing.problem import PinOrder, Problem, VisitDemand
from routing.today_moment import HERE, Moment

__all__ = ["HERE", "RestOfDay", "replan_today"]


@dataclass(frozen=True, slots=True)
class RestOfDay:
    """The rest of a day, planned again.

    ``plan`` is a plan of ``problem``, the rest of the day as a problem of its own (day 0), and
    right by ``routing.check``.  ``done`` are the visits made, ``demand_ids`` those to come, in
    order, and ``unserved`` those that no longer fit, with their reasons.
    ``late_home_minutes``: by how much even the straight way home misses the hard end.
    """

    problem: Problem
    plan: Plan
    done: tuple[str, ...]
    demand_ids: tuple[str, ...]
    unserved: tuple[UnservedVisit, ...]
    late_home_minutes: float

    @property
    def left_out(self) -> tuple[UnservedVisit, ...]:
        """Optional visits that do not fit or are not worth their way any more."""
        return self.plan.left_out

    @property
    def route(self) -> DayRoute | None:
        """What is to be driven, the stop ``HERE`` included; None where nothing is left."""
        return self.plan.routes[0] if self.plan.routes else None

    @property
    def stops(self) -> tuple[tuple[Stop, Leg], ...]:
        """The stops to come, in order, each with the leg to it: what people are shown."""
        route = self.route
        pairs = zip(route.stops, route.legs, strict=False) if route else ()
        return tuple((stop, leg) for stop, leg in pairs if stop.demand_id != HERE)

    @property
    def breaks(self) -> tuple[tuple[int, TakenBreak], ...]:
        """The breaks to come, each with the place in ``stops``, from 1, that it comes before."""
        route = self.route
        if route is None:
            return ()
        here = route.stops[0].demand_id == HERE
        return tuple((taken.leg + (0 if here else 1), taken) for taken in route.breaks)

    @property
    def demands(self) -> tuple[VisitDemand, ...]:
        """The demands that were to come, without the one that stands for where the rep is."""
        return tuple(demand for demand in self.problem.demands if demand.id != HERE)


def replan_today(
    problem: Problem,
    plan: Plan,
    rep_id: str,
    day: int,
    *,
    done: int | Sequence[str],
    now_minute: float,
    here: int | None = None,
    drop: Collection[str] = (),
    add: Sequence[str] = (),
    lock_next: bool = False,
    breaks_taken: Collection[str] | None = None,
    seed: int = 1,
) -> RestOfDay:
    """The best rest of one rep's day; the visits made stay as they are.

    ``done`` says how many stops of the day's route are finished, or which.  ``here`` is the place
    the rep is at (None: the last finished stop, or the start of a day not yet begun).  Visits in
    ``drop`` are taken out, demands in ``add`` put in; ``lock_next`` keeps the next stop of the
    route first as long as it can be made at all.  ``breaks_taken`` names the breaks the rep has
    had (None: those that the plan has over by now).  A visit pinned as the first stop comes next in
    a day that has begun without a stop, where it can; else wherever it fits best.  The same input
    gives the same day.

    Raises InvalidPlan with every fault: an unknown rep, day or demand, visits finished or dropped
    that the route does not have (``today-not-on-route``), or added that it has (``stop-doubled``),
    a place that is not there (``index-range``) or from which no road leads on
    (``leg-unreachable``).
    """
    route = next((r for r in plan.routes if r.rep_id == rep_id and r.day == day), None)
    planned = tuple(stop.demand_id for stop in route.stops) if route else ()
    made = planned[:done] if isinstance(done, int) else tuple(done)
    faults = _faults(problem, planned, rep_id, day, made, drop, add)
    faults = faults or _place_faults(problem, rep_id, day, made, here)
    if faults:
        raise InvalidPlan(faults)
    wanted = [i for i in planned if i not in made and i not in set(drop)]
    moment = Moment(problem, route, rep_id, day, made, now_minute, here, breaks_taken)
    rest = moment.problem([*wanted, *add])
    fixed = moment.first
    if moment.begun or lock_next:
        pinned = [d.id for d in rest.demands if d.order_on(0) == PinOrder.FIRST and not made]
        rest = _without_first(rest)
        for next_up in (wanted if lock_next else pinned)[:1]:
            if not time_route(rest, rep_id, 0, [*fixed, next_up]).violations:
                fixed = (*fixed, next_up)
    order = (*fixed, *_best_after(rest, rep_id, fixed, seed))
    answer = explain(rest, evaluate(rest, [Sequenced(rep_id, 0, order)]))
    to_come = tuple(demand_id for demand_id in order if demand_id != HERE)
    return RestOfDay(rest, answer, made, to_come, answer.unserved, moment.late_home_minutes)


def _without_first(rest: Problem) -> Problem:
    """The day has its first stop: nobody else can be it any more."""

    def freed(demand: VisitDemand) -> VisitDemand:
        if demand.order_on(0) != PinOrder.FIRST:
            return demand
        return replace(demand, pins=tuple(replace(pin, order=None) for pin in demand.pins))

    return replace(rest, demands=tuple(freed(demand) for demand in rest.demands))


def _best_after(rest: Problem, rep_id: str, fixed: Sequence[str], seed: int) -> tuple[str, ...]:
    """The best order of whoever fits once the first stops of the rest are made."""
    left = [demand.id for demand in rest.demands if demand.id not in fixed]
    if set(fixed) <= {HERE}:
        return tuple(i for i in best_day(rest, seed) if i != HERE)
    timed = time_route(rest, rep_id, 0, fixed).route
    taken = [each.name for each in timed.breaks if each.leg < len(fixed)]
    later = Moment(rest, timed, rep_id, 0, fixed, timed.stops[-1].leave_minute, None, taken)
    return tuple(i for i in best_day(later.problem(left), seed) if i != HERE)


def _faults(
    problem: Problem,
    planned: Sequence[str],
    rep_id: str,
    day: int,
    done: Sequence[str],
    drop: Collection[str],
    add: Sequence[str],
) -> list[Fault]:
    """What the change names that is not there."""
    lookup = Lookup.of(problem)
    named = unknown_faults(problem, lookup, rep_id, day, [*planned, *add], "")
    faults = [fault for fault in named if fault.code != "route-empty"]
    for demand_id in (*done, *sorted(drop)):
        if demand_id not in planned or (demand_id in done and demand_id in drop):
            cause = f"{demand_id} is no stop still to make of rep {rep_id} on day {day}."
            action = "Name stops of the day's route, each as finished or as dropped."
            faults.append(Fault("today-not-on-route", cause, action))
    for demand_id in add:
        if demand_id in planned or add.count(demand_id) > 1:
            cause = f"{demand_id} is on the route of day {day} already."
            faults.append(Fault("stop-doubled", cause, "Keep one visit a day."))
    return faults


def _place_faults(
    problem: Problem, rep_id: str, day: int, done: Sequence[str], here: int | None
) -> list[Fault]:
    """What is wrong with where the rep is."""
    shift = Lookup.of(problem).reps[rep_id].shifts[day]
    assert shift is not None  # unknown_faults has refused days off
    if here is not None and not 0 <= here < len(problem.places):
        cause = f"There is no place {here}: the problem has {len(problem.places)}."
        return [Fault("index-range", cause, "Give the index of a place of the problem.", "here")]
    if here is None and not done:
        return []
    at = problem.demand(done[-1]).place if here is None else here
    if np.isfinite(problem.travel.seconds[at, shift.end_place]):
        return []
    cause = f"No road leads from {problem.places[at].id} to where the day ends."
    return [Fault("leg-unreachable", cause, "Name another place the rep is at.", "here")]
