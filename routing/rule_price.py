"""What a rule costs: plan with it and without it, and compare.

Both problems are solved with the same seeds and budget, so that luck falls on both; what differs
from seed to seed is the noise of each figure.  Ready relaxations: ``without_breaks``,
``with_free_weekdays``, ``with_wider_gaps``, ``with_overtime`` and ``without_windows``.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from routing.params import SearchParams
from routing.plan import Plan
from routing.problem import Problem, Rep, Shift, VisitDemand
from routing.solve import solve
from routing.stop import Stop


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure with the rule less the same without it, one value per seed.

    ``mean`` is the price and ``noise`` its standard error (infinite with one seed).
    """

    by_seed: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean over the seeds."""
        return statistics.fmean(self.by_seed)

    @property
    def noise(self) -> float:
        """Standard error of the mean."""
        if len(self.by_seed) < 2:
            return math.inf
        return statistics.stdev(self.by_seed) / math.sqrt(len(self.by_seed))

    @property
    def is_clear(self) -> bool:
        """Whether the mean is more than twice its noise away from nothing."""
        return abs(self.mean) > 2.0 * self.noise


@dataclass(frozen=True, slots=True)
class RulePrice:
    """The price of a rule over a cycle: positive figures are what keeping it takes.

    ``minutes`` and ``km`` of travel, ``overtime_cost`` in units of ``Weights``; ``visits`` are
    those that are missing only because of the rule.  Where visits differ, travel is that of
    other visits and says little by itself.
    """

    seeds: tuple[int, ...]
    minutes: Difference
    km: Difference
    overtime_cost: Difference
    visits: Difference


def price_of_rule(
    problem: Problem,
    relaxed: Problem,
    *,
    stop: Callable[[], Stop],
    seeds: Sequence[int],
    params: SearchParams | None = None,
) -> RulePrice:
    """Solve both problems with every seed and compare their plans.

    ``stop()`` makes the criterion of one solve (``lambda: Seconds(5)``): criteria count from
    their first use.  Takes ``2 * len(seeds)`` solves.  Raises ValueError without seeds, and
    InvalidProblem where either problem has faults.
    """
    if not seeds:
        raise ValueError("the price of a rule needs at least one seed")

    def figures(given: Problem, seed: int) -> tuple[float, float, float, float]:
        return _figures(solve(given, stop=stop(), seed=seed, params=params).plan)

    kept = [figures(problem, seed) for seed in seeds]
    free = [figures(relaxed, seed) for seed in seeds]
    columns = [
        Difference(tuple(a - b for a, b in zip(one, other, strict=True)))
        for one, other in zip(zip(*kept, strict=True), zip(*free, strict=True), strict=True)
    ]
    minutes, km, overtime, served = columns
    missed = Difference(tuple(-visits for visits in served.by_seed))
    return RulePrice(tuple(seeds), minutes, km, overtime, missed)


def without_breaks(problem: Problem) -> Problem:
    """Nobody has lunch or any other break."""
    return _with_shifts(problem, lambda shift: replace(shift, breaks=()))


def with_overtime(problem: Problem, minutes: float = 60.0) -> Problem:
    """Every day may end so many minutes later than now, at the price of overtime."""
    return _with_shifts(problem, lambda s: replace(s, hard_end_minute=s.hard_end + minutes))


def with_free_weekdays(problem: Problem) -> Problem:
    """Outlets may be visited on any weekday on which they are open; preferences cost nothing.

    Demands whose day sets are spelled out keep them.
    """
    return _with_demands(
        problem, lambda demand: replace(demand, weekdays=(), preferred_weekdays=())
    )


def with_wider_gaps(problem: Problem, days: int = 2) -> Problem:
    """The least gap between visits is so many days shorter and the greatest so many longer.

    Gaps that are not stated count as those that ``routing.patterns`` assumes.  Demands whose day
    sets are spelled out keep them.
    """

    def widened(demand: VisitDemand) -> VisitDemand:
        even = 7 * demand.weeks / demand.visits
        least = demand.min_gap_days or math.ceil(even / 2)
        most = demand.max_gap_days or math.floor(1.5 * even)
        return replace(
            demand, min_gap_days=max(1, least - days), max_gap_days=max(most, least) + days
        )

    return _with_demands(problem, widened)


def without_windows(problem: Problem) -> Problem:
    """Outlets are open all day on the weekdays on which they are open at all."""

    def opened(demand: VisitDemand) -> VisitDemand:
        if demand.windows is None:
            return demand
        weekdays = demand.weekdays or tuple(range(7))
        is_open = tuple(day for day in weekdays if demand.windows[day])
        return replace(demand, windows=None, weekdays=is_open) if is_open else demand

    return _with_demands(problem, opened)


def _figures(plan: Plan) -> tuple[float, float, float, float]:
    """Travel minutes, kilometres, cost of overtime and visits made."""
    minutes = sum(route.travel_minutes for route in plan.routes)
    km = sum(route.distance_m for route in plan.routes) / 1000.0
    visits = sum(len(route.stops) for route in plan.routes)
    return minutes, km, plan.cost.overtime, float(visits)


def _with_demands(problem: Problem, change: Callable[[VisitDemand], VisitDemand]) -> Problem:
    return replace(problem, demands=tuple(change(demand) for demand in problem.demands))


def _with_shifts(problem: Problem, change: Callable[[Shift], Shift]) -> Problem:
    def changed(rep: Rep) -> Rep:
        shifts = tuple(shift and change(shift) for shift in rep.shifts)
        return replace(rep, shifts=shifts)

    return replace(problem, reps=tuple(changed(rep) for rep in problem.reps))
