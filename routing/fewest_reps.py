"""The smallest team that still makes every visit, found by planning again and again.

One rep less at a time, of whom the going makes the least work: the outlets are shared out anew
among those who stay (``routing.territory.design``) and each rep's month is planned; what is then
left over, the whole team plans together from those plans on, where outlets may change hands.  The
answer is a plan, so it can be kept; that no smaller team could do it is not proved, but below
``least`` no team can: the visits alone take longer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from routing.errors import Fault, InvalidProblem
from routing.evaluate import Sequenced, evaluate
from routing.geo import GeoPoint
from routing.patterns import required_visits
from routing.plan import Plan
from routing.problem import Problem, Rep, VisitDemand
from routing.solve import solve
from routing.stop import Stop
from routing.territory.design import TerritoryDesign, design_territories

#: How many reps' going is tried before a team counts as the smallest.
_LEAVERS = 2


@dataclass(frozen=True, slots=True)
class TeamTry:
    """A team that was tried: who is in it, and how many visits its plan misses."""

    rep_ids: tuple[str, ...]
    missing: int


@dataclass(frozen=True, slots=True)
class FewestReps:
    """The smallest team found that makes every visit, its plan, and all that was tried.

    ``problem`` has that team alone and ``plan`` is a plan of it; the whole team's where even that
    misses visits (``serves_all`` is false).  ``least`` reps are needed for the minutes of the
    visits alone.
    """

    problem: Problem
    plan: Plan
    least: int
    tries: tuple[TeamTry, ...]

    @property
    def serves_all(self) -> bool:
        """Whether no visit is missing."""
        return not self.plan.unserved

    @property
    def rep_ids(self) -> tuple[str, ...]:
        """The team."""
        return tuple(rep.id for rep in self.problem.reps)


def fewest_reps(problem: Problem, *, stop: Callable[[], Stop], seed: int = 1) -> FewestReps:
    """Plan with ever fewer of the problem's reps while nothing is missing.

    ``stop()`` makes the criterion of one rep's solve; a team's takes up to as many as
    it has reps.
    Every rep must be allowed every outlet that is to be shared out (``rep_ids`` empty or with
    several reps); outlets of one rep stay with that rep, who then is not given up.  Places need
    coordinates.  Raises InvalidProblem otherwise, or for any fault of the problem.
    """
    faults = _faults(problem)
    if faults:
        raise InvalidProblem(faults)
    search = _TeamSearch(problem, stop, seed)
    least = max(1, math.ceil(_visit_minutes(problem) / max(1.0, _longest_month(problem))))
    best = search.planned([rep.id for rep in problem.reps])
    while not best[1].unserved and len(best[0].reps) > least:
        smaller = search.one_less(best[0].reps)
        if smaller is None:
            break
        best = smaller
    return FewestReps(*best, least, tuple(search.tries))


class _TeamSearch:
    """Plans teams and remembers what came of them."""

    def __init__(self, problem: Problem, stop: Callable[[], Stop], seed: int) -> None:
        self._problem, self._stop, self._seed = problem, stop, seed
        self.tries: list[TeamTry] = []

    def one_less(self, reps: Sequence[Rep]) -> tuple[Problem, Plan] | None:
        """The first team of one rep less that makes every visit; None where none does."""
        bound = {d.rep_ids[0] for d in self._problem.demands if len(d.rep_ids) == 1}
        smaller = [
            [rep.id for rep in reps if rep.id != gone.id] for gone in reps if gone.id not in bound
        ]
        shared = [(sum(self._shared(_team(self._problem, t)).load_minutes), t) for t in smaller]
        for _, rep_ids in sorted(shared)[:_LEAVERS]:
            team, plan = self.planned(rep_ids)
            if not plan.unserved:
                return team, plan
        return None

    def planned(self, rep_ids: Sequence[str]) -> tuple[Problem, Plan]:
        """The team's plan: each rep's territory alone, then all together if visits are missing."""
        team = _team(self._problem, rep_ids)
        shared = self._shared(team)
        plan = evaluate(team, [day for rep in team.reps for day in self._alone(team, rep, shared)])
        missing = _missing(plan)
        for _ in team.reps:
            if missing == 0:
                break
            plan = solve(team, stop=self._stop(), seed=self._seed, initial_plan=plan).plan
            before, missing = missing, _missing(plan)
            if missing >= before:
                break
        self.tries.append(TeamTry(tuple(rep_ids), missing))
        return team, plan

    def _shared(self, team: Problem) -> TerritoryDesign:
        """Who serves what; outlets of one rep stay where they are."""
        index = {rep.id: k for k, rep in enumerate(team.reps)}
        places = [demand.place for demand in team.demands]
        visits = [required_visits(team, demand) for demand in team.demands]
        return design_territories(
            [_point(team, place) for place in places],
            [demand.minutes * n for demand, n in zip(team.demands, visits, strict=True)],
            team.travel.seconds[places][:, places] / 60.0,
            len(team.reps),
            homes=[_point(team, _home(rep)) for rep in team.reps],
            fixed=[index[d.rep_ids[0]] if len(d.rep_ids) == 1 else None for d in team.demands],
            visits=visits,
            seed=self._seed,
        )

    def _alone(self, team: Problem, rep: Rep, shared: TerritoryDesign) -> list[Sequenced]:
        """One rep's month with the outlets of the territory."""
        own = team.reps.index(rep)
        demands = tuple(
            replace(demand, rep_ids=(rep.id,))
            for demand, whose in zip(team.demands, shared.assignment, strict=True)
            if whose == own
        )
        alone = replace(team, reps=(rep,), demands=demands)
        plan = solve(alone, stop=self._stop(), seed=self._seed).plan
        return [
            Sequenced(rep.id, route.day, tuple(stop.demand_id for stop in route.stops))
            for route in plan.routes
        ]


def _missing(plan: Plan) -> int:
    return sum(each.count for each in plan.unserved)


def _team(problem: Problem, rep_ids: Sequence[str]) -> Problem:
    """The problem with these reps alone."""
    reps = tuple(rep for rep in problem.reps if rep.id in rep_ids)

    def narrowed(demand: VisitDemand) -> VisitDemand:
        return replace(demand, rep_ids=tuple(r for r in demand.rep_ids if r in rep_ids))

    return replace(problem, reps=reps, demands=tuple(map(narrowed, problem.demands)))


def _home(rep: Rep) -> int:
    return next(shift.start_place for shift in rep.shifts if shift is not None)


def _point(problem: Problem, place: int) -> GeoPoint:
    point = problem.places[place].point
    assert point is not None  # _faults has looked
    return point


def _visit_minutes(problem: Problem) -> float:
    return sum(demand.minutes * required_visits(problem, demand) for demand in problem.demands)


def _longest_month(problem: Problem) -> float:
    """Most minutes that one rep may work in the cycle, overtime included."""
    return max(
        sum(_longest_day(problem, rep, day) for day in range(len(problem.days)))
        for rep in problem.reps
    )


def _longest_day(problem: Problem, rep: Rep, day: int) -> float:
    shift = rep.shifts[day]
    if shift is None or not problem.days[day].works:
        return 0.0
    limit = shift.work_limit_minutes
    span = shift.hard_end - shift.start_minute
    return span if limit is None else min(span, limit + shift.overtime_limit_minutes)


def _faults(problem: Problem) -> list[Fault]:
    faults = []
    if any(all(shift is None for shift in rep.shifts) for rep in problem.reps):
        cause = "A rep works on no day of the cycle."
        faults.append(Fault("team-rep-idle", cause, "Leave the rep out of the problem.", "reps"))
    used = {demand.place for demand in problem.demands}
    used |= {s.start_place for rep in problem.reps for s in rep.shifts if s is not None}
    bare = sorted(p for p in used if p < len(problem.places) and problem.places[p].point is None)
    if bare:
        cause = (
            f"{len(bare)} places have no coordinates, the first is {problem.places[bare[0]].id}."
        )
        action = "Give every place that is used its coordinates."
        faults.append(Fault("team-place-unknown", cause, action, "places"))
    return faults
