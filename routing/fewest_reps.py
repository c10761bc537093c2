"""The smallest team that still makes every visit, found by planning again and again.

One rep less at a time, of whom the going makes the least work: the outlets are shared out anew
among those who stay (``routing.territory.design``) and each rep's month is planned; what is then
left over, its rep plans together with each of the others, where outlets may change hands.  The
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

    ``stop()`` makes the criterion of one solve, of a rep or of two.
    Outlets are shared out among the reps that may visit them (``rep_ids``), each to one rep;
    whoever alone may visit an outlet is not given up.  The previous plan is not looked at.
    Places need coordinates.  Raises InvalidProblem otherwise, or for any fault of the problem.
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
        ids = [rep.id for rep in reps]
        bound = {_only(demand, ids) for demand in self._problem.demands}
        smaller = [[i for i in ids if i != gone] for gone in ids if gone not in bound]
        shared = [(sum(self._shared(_team(self._problem, t)).load_minutes), t) for t in smaller]
        for _, rep_ids in sorted(shared)[:_LEAVERS]:
            team, plan = self.planned(rep_ids)
            if not plan.unserved:
                return team, plan
        return None

    def planned(self, rep_ids: Sequence[str]) -> tuple[Problem, Plan]:
        """The team's plan: each rep alone, then whoever misses visits with each of the others."""
        team = _team(self._problem, rep_ids)
        month = _Months(team, self._stop, self._seed, self._owners(team))
        for rep in team.reps:
            month.plan([rep.id])
        improved = len(team.reps) > 1
        while improved and month.missing():
            improved = month.relieve()
        plan = month.whole()
        self.tries.append(TeamTry(tuple(rep_ids), _missing(plan)))
        return team, plan

    def _owners(self, team: Problem) -> dict[str, str]:
        """Who serves what: the design's rep, or the allowed rep who lives nearest."""
        shared = self._shared(team).assignment
        home = {rep.id: _home(rep) for rep in team.reps}
        owners = {}
        for demand, index in zip(team.demands, shared, strict=True):
            allowed = demand.rep_ids or tuple(home)
            given = team.reps[index].id
            if given not in allowed:
                away = team.travel.seconds[:, demand.place]
                given = min(allowed, key=lambda rep_id: (float(away[home[rep_id]]), rep_id))
            owners[demand.id] = given
        return owners

    def _shared(self, team: Problem) -> TerritoryDesign:
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


class _Months:
    """One team's months while outlets change hands."""

    def __init__(
        self, team: Problem, stop: Callable[[], Stop], seed: int, owners: dict[str, str]
    ) -> None:
        self._team, self._stop, self._seed = team, stop, seed
        self._owner = owners
        self._routes: dict[str, list[Sequenced]] = {rep.id: [] for rep in team.reps}

    def whole(self) -> Plan:
        """Everybody's month."""
        return evaluate(self._team, [day for days in self._routes.values() for day in days])

    def missing(self) -> dict[str, int]:
        """Visits missing, by the rep whose outlets they are of."""
        found: dict[str, int] = {}
        for each in self.whole().unserved:
            rep_id = self._owner[each.demand_id]
            found[rep_id] = found.get(rep_id, 0) + each.count
        return found

    def relieve(self) -> bool:
        """The rep who misses most plans with each of the others, least loaded first."""
        missing = self.missing()
        total, worst = sum(missing.values()), max(missing, key=lambda rep_id: missing[rep_id])
        load = dict.fromkeys(self._routes, 0.0)
        for route in self.whole().routes:
            load[route.rep_id] += route.load_minutes
        for other in sorted(load, key=lambda rep_id: (missing.get(rep_id, 0), load[rep_id])):
            if other != worst:
                self.plan([worst, other])
            if worst not in self.missing():
                break
        return sum(self.missing().values()) < total

    def plan(self, rep_ids: Sequence[str]) -> None:
        """Plan these reps' outlets anew, from the months they have; it gets no worse."""
        demands = tuple(
            replace(d, rep_ids=tuple(r for r in rep_ids if r in (d.rep_ids or rep_ids)))
            for d in self._team.demands
            if self._owner[d.id] in rep_ids
        )
        reps = tuple(rep for rep in self._team.reps if rep.id in rep_ids)
        part = replace(self._team, reps=reps, demands=demands)
        days = [day for rep_id in rep_ids for day in self._routes[rep_id]]
        start = evaluate(part, days) if days else None
        plan = solve(part, stop=self._stop(), seed=self._seed, initial_plan=start).plan
        for rep_id in rep_ids:
            self._routes[rep_id] = _days(plan, rep_id)
        for route in plan.routes:
            self._owner |= {stop.demand_id: route.rep_id for stop in route.stops}


def _days(plan: Plan, rep_id: str) -> list[Sequenced]:
    return [
        Sequenced(rep_id, route.day, tuple(stop.demand_id for stop in route.stops))
        for route in plan.routes
        if route.rep_id == rep_id
    ]


def _only(demand: VisitDemand, rep_ids: Sequence[str]) -> str | None:
    """The one of these reps who may visit the outlet, if there is but one."""
    allowed = [rep_id for rep_id in rep_ids if rep_id in (demand.rep_ids or rep_ids)]
    return allowed[0] if len(allowed) == 1 else None


def _missing(plan: Plan) -> int:
    return sum(each.count for each in plan.unserved)


def _team(problem: Problem, rep_ids: Sequence[str]) -> Problem:
    """The problem with these reps alone, each outlet one rep's."""
    reps = tuple(rep for rep in problem.reps if rep.id in rep_ids)

    def narrowed(demand: VisitDemand) -> VisitDemand:
        return replace(demand, rep_ids=tuple(r for r in demand.rep_ids if r in rep_ids))

    demands = tuple(map(narrowed, problem.demands))
    return replace(problem, reps=reps, demands=demands, same_rep=True, previous=None)


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
