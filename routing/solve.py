"""``solve(problem, stop=…) -> Result``: validate, search, finish, explain, check."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from routing.check import check
from routing.engines.day_model import DayReport, improve_days
from routing.engines.ortools_periodic import route_days
from routing.engines.peaks import steady
from routing.engines.periodic.run import Order
from routing.engines.periodic.search import Found, search
from routing.engines.repair import RepairReport, repair_days
from routing.errors import InvalidPlan, InvalidProblem
from routing.evaluate import Sequenced, evaluate
from routing.explain import explain
from routing.params import SearchParams
from routing.plan import Plan
from routing.problem import Problem
from routing.stop import Cancelled, FirstOf, Iterations, Seconds, Stop
from routing.validate import validate

#: Periodic search, or OR-Tools' routing library alone: the baseline, on days fixed by a rule.
EngineName = Literal["periodic", "ortools"]

ENGINE = "periodic/1"
_VERSIONS: dict[EngineName, str] = {"periodic": ENGINE, "ortools": "ortools/1"}

#: Schedule of a search that neither seconds nor iterations bound.
DEFAULT_SCHEDULE = 200_000

_PROGRESS_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a solve is: ``cost`` of the best plan so far, iterations done of the schedule."""

    step: str
    iterations: int
    schedule: int
    cost: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """A checked plan and how it came about.

    The same problem, seed and ``Iterations(iterations, schedule)`` give the same plan again.
    ``stopped_by`` is ``schedule`` (ran to its end), ``stop`` (a criterion said so) or
    ``nothing_to_plan``.  ``finish`` says what OR-Tools' day models changed, ``repair`` what peak
    hours did to days planned at a steady pace.  ``lower_bound`` is ``None``: the method proves
    none.
    """

    plan: Plan
    iterations: int
    schedule: int
    seconds: float
    seed: int
    stopped_by: str
    finish: DayReport
    repair: RepairReport = field(default_factory=RepairReport)
    engine: str = ENGINE
    lower_bound: float | None = None


def solve(
    problem: Problem,
    *,
    stop: Stop,
    seed: int = 1,
    params: SearchParams | None = None,
    initial_plan: Plan | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    engine: EngineName = "periodic",
) -> Result:
    """Plan all visits of a problem jointly: day patterns and routes.

    ``engine="ortools"`` plans with OR-Tools alone, to compare with; it needs no ``seed``.
    ``Seconds`` in ``stop`` becomes an iteration budget by one measurement.  The plan is never
    worse than ``initial_plan``.  Raises InvalidProblem with every fault, and InvalidPlan if the
    independent checker finds the outcome wrong (a defect of the solver; no plan is returned).
    """
    faults = validate(problem)
    if faults:
        raise InvalidProblem(faults)
    begin = time.monotonic()
    chosen = params or SearchParams()
    budget = _budget(stop)
    report = _Reporter(on_progress, begin)
    initial = _orders(problem, initial_plan)
    if engine == "ortools":
        found = route_days(
            steady(problem),
            schedule=budget.schedule,
            seconds=budget.seconds,
            stop=stop,
            initial=initial,
            on_progress=report.searched,
        )
    else:
        found = search(
            problem,
            chosen,
            seed,
            schedule=budget.schedule,
            seconds=budget.seconds,
            stop=stop,
            initial=initial,
            on_progress=report.searched,
            to_the_stop=budget.bounded,
        )
    routes = _sequences(problem, found)
    finish = DayReport(0, 0, 0.0)
    if chosen.finish_days:
        report.say("finish", found)
        routes, finish = improve_days(problem, routes, cancelled=_asked(stop))
    mended = RepairReport()
    if problem.travel.bands:
        routes, mended = repair_days(problem, routes)
    plan = explain(problem, evaluate(problem, routes))
    plan = _not_worse(problem, plan, initial_plan)
    wrong = check(problem, plan)
    if wrong:
        raise InvalidPlan(wrong)
    report.say("done", found)
    return Result(
        plan=plan,
        iterations=found.iterations,
        schedule=found.schedule,
        seconds=time.monotonic() - begin,
        seed=seed,
        stopped_by=_stopped_by(found),
        finish=finish,
        repair=mended,
        engine=_VERSIONS[engine],
    )


class _Reporter:
    """Calls back at most every half second while searching, and at each step."""

    def __init__(self, call: Callable[[Progress], None] | None, begin: float) -> None:
        self._call = call
        self._begin = begin
        self._last = 0.0

    def searched(self, iterations: int, schedule: int, cost: float) -> None:
        now = time.monotonic()
        if self._call is not None and now - self._last >= _PROGRESS_EVERY_S:
            self._last = now
            self._call(Progress("search", iterations, schedule, cost, now - self._begin))

    def say(self, step: str, found: Found) -> None:
        if self._call is not None:
            seconds = time.monotonic() - self._begin
            self._call(Progress(step, found.iterations, found.schedule, found.cost, seconds))


@dataclass(frozen=True, slots=True)
class _Budget:
    schedule: int | None
    seconds: float | None
    bounded: bool = True


def _parts(stop: Stop) -> Iterator[Stop]:
    if isinstance(stop, FirstOf):
        for part in stop.stops:
            yield from _parts(part)
    else:
        yield stop


def _budget(stop: Stop) -> _Budget:
    """The cooling schedule that the criteria ask for: iterations, or seconds to measure."""
    parts = list(_parts(stop))
    counts = [p.schedule or p.iterations for p in parts if isinstance(p, Iterations)]
    if counts:
        return _Budget(min(counts), None)
    seconds = [p.seconds for p in parts if isinstance(p, Seconds)]
    if seconds:
        return _Budget(None, min(seconds))
    return _Budget(DEFAULT_SCHEDULE, None, bounded=False)


def _asked(stop: Stop) -> Callable[[], bool]:
    asked = [p.asked for p in _parts(stop) if isinstance(p, Cancelled)]
    return lambda: any(ask() for ask in asked)


def _orders(problem: Problem, plan: Plan | None) -> tuple[Order, ...]:
    if plan is None:
        return ()
    rep = {r.id: i for i, r in enumerate(problem.reps)}
    demand = {d.id: i for i, d in enumerate(problem.demands)}
    return tuple(
        Order(
            rep[route.rep_id],
            route.day,
            tuple(demand[s.demand_id] for s in route.stops if s.demand_id in demand),
        )
        for route in plan.routes
        if route.rep_id in rep and route.day >= problem.frozen_until
    )


def _sequences(problem: Problem, found: Found) -> tuple[Sequenced, ...]:
    return tuple(
        Sequenced(
            problem.reps[order.rep].id,
            order.day,
            tuple(problem.demands[c].id for c in order.demands),
        )
        for order in found.orders
    )


def _not_worse(problem: Problem, plan: Plan, initial: Plan | None) -> Plan:
    """The initial plan where it is right for this problem and cheaper."""
    if initial is None or check(problem, initial):
        return plan
    return initial if initial.cost.total < plan.cost.total else plan


def _stopped_by(found: Found) -> str:
    if found.schedule == 0 and not found.orders:
        return "nothing_to_plan"
    return "schedule" if found.iterations >= found.schedule else "stop"
