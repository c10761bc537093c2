"""One rep's day as a one-vehicle model of OR-Tools' routing library.

Everything is an integer here: seconds after midnight, seconds of travel, thousandths of a cost
unit.  Node 0 is where the day starts, nodes ``1 … n`` are the stops and node ``n + 1`` is where
it ends.  No clock is read: a search ends after a number of solutions or branches, so that it can
be repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

#: Seconds of a leg that no road joins: longer than any day.
BLOCKED = 10_000_000

#: Branches of the search tree for each solution sought; days use 8.  A day whose rules leave next
#: to no choice has no further solutions, and without this limit the search would never end.
_BRANCHES_A_SOLUTION = 50

#: Price of leaving a stop out that must be visited; far above any day, below where sums run over.
_BEYOND_ALL = 10**12

_METAHEURISTICS = routing_enums_pb2.LocalSearchMetaheuristic


@dataclass(frozen=True, slots=True)
class DayTask:
    """A day to be ordered.  Matrices have shape ``(n + 2, n + 2)``, row = from.

    ``leg_s`` and ``leg_cost`` are travel seconds and cost; ``service_s`` has ``n + 2`` entries (0
    at both ends).  ``openings[i]`` lists when a visit at stop ``i + 1`` may begin, as closed spans
    in order.  ``breaks`` are ``(earliest start, latest start, seconds)``.  ``span_s`` is
    ``(soft, hard)`` limits of the time from leaving to coming back, or ``None``.  ``drop_cost[i]``
    is the price of leaving stop ``i + 1`` out; without it every stop is visited, however many
    and however heavy.  ``loads[i]`` is what the stop takes of ``capacity``.
    """

    leg_s: Sequence[Sequence[int]]
    leg_cost: Sequence[Sequence[int]]
    service_s: Sequence[int]
    openings: Sequence[Sequence[tuple[int, int]]]
    start_s: int
    end_s: int
    hard_end_s: int
    overtime_cost: int
    breaks: Sequence[tuple[int, int, int]] = ()
    span_s: tuple[int, int] | None = None
    drop_cost: Sequence[int] | None = None
    most_stops: int | None = None
    loads: Sequence[int] = ()
    capacity: int | None = None

    @property
    def stops(self) -> int:
        """How many stops the day has."""
        return len(self.openings)


def best_order(task: DayTask, order: Sequence[int], solutions: int) -> tuple[int, ...] | None:
    """The best order of stops ``1 … n`` found within ``solutions`` solutions, from ``order`` on.

    Where stops may be left out, ``order`` and the answer hold those that are visited.  Guided local
    search (Voudouris & Tsang 1999) where ``solutions`` is greater than 1, a plain descent to the
    first local optimum otherwise.  ``None`` where no feasible order was found.
    """
    manager = pywrapcp.RoutingIndexManager(task.stops + 2, 1, [0], [task.stops + 1])
    model = pywrapcp.RoutingModel(manager)
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(task.leg_cost))
    _add_time(model, manager, task)
    _add_choice(model, manager, task)
    parameters = _parameters(solutions)
    model.CloseModelWithParameters(parameters)
    patience = model.solver().BranchesLimit(_BRANCHES_A_SOLUTION * max(solutions, 40))
    model.AddSearchMonitor(patience)
    start = model.ReadAssignmentFromRoutes([[manager.NodeToIndex(node) for node in order]], True)
    if start is None and task.drop_cost is None:
        return _order_of_all(task, order, solutions)
    if start is None:  # the given order breaks a rule: look for one that does not
        return _order_of(model, manager, model.SolveWithParameters(parameters))
    return _order_of(model, manager, model.SolveFromAssignmentWithParameters(start, parameters))


def _order_of_all(task: DayTask, order: Sequence[int], solutions: int) -> tuple[int, ...] | None:
    """An order of all stops where the one given breaks a rule.

    Told to visit every stop, OR-Tools looks for a first day without end, and without looking at any
    limit, where there is none.  So it may leave stops out, at a price beyond all others.
    """
    found = best_order(replace(task, drop_cost=[_BEYOND_ALL] * task.stops), order, solutions)
    return found if found is not None and len(found) == task.stops else None


def _parameters(solutions: int) -> Any:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    )
    if solutions > 1:
        parameters.local_search_metaheuristic = _METAHEURISTICS.GUIDED_LOCAL_SEARCH
        parameters.solution_limit = solutions
    else:
        parameters.local_search_metaheuristic = _METAHEURISTICS.GREEDY_DESCENT
    return parameters


def _add_time(model: Any, manager: Any, task: DayTask) -> None:
    spent = [
        [leg + served for leg in row]
        for row, served in zip(task.leg_s, task.service_s, strict=True)
    ]
    transit = model.RegisterTransitMatrix(spent)
    model.AddDimension(transit, task.hard_end_s, task.hard_end_s, False, "time")
    time = model.GetDimensionOrDie("time")
    time.CumulVar(model.Start(0)).SetRange(task.start_s, task.hard_end_s)
    time.SetCumulVarSoftUpperBound(model.End(0), task.end_s, task.overtime_cost)
    for node, spans in enumerate(task.openings, start=1):
        _open(time.CumulVar(manager.NodeToIndex(node)), spans)
    if task.span_s is not None:
        soft, hard = task.span_s
        time.SetSpanUpperBoundForVehicle(hard, 0)
        time.SetSoftSpanUpperBoundForVehicle(pywrapcp.BoundCost(soft, task.overtime_cost), 0)
    _add_breaks(model, manager, time, task)


def _add_choice(model: Any, manager: Any, task: DayTask) -> None:
    """Who may be left out, and how many stops and how much load the day takes."""
    if task.drop_cost is None:
        return
    for node, price in enumerate(task.drop_cost, start=1):
        model.AddDisjunction([manager.NodeToIndex(node)], price)
    if task.most_stops is not None:
        ones = [0, *[1] * task.stops, 0]
        counted = model.RegisterUnaryTransitVector(ones)
        model.AddDimension(counted, 0, task.most_stops, True, "stops")
    if task.capacity is not None:
        carried = model.RegisterUnaryTransitVector([0, *task.loads, 0])
        model.AddDimension(carried, 0, task.capacity, True, "load")


def _open(begin: Any, spans: Sequence[tuple[int, int]]) -> None:
    begin.SetRange(spans[0][0], spans[-1][1])
    for (_, closes), (opens, _) in pairwise(spans):
        if opens - closes > 1:
            begin.RemoveInterval(closes + 1, opens - 1)


def _add_breaks(model: Any, manager: Any, time: Any, task: DayTask) -> None:
    if not task.breaks:
        return
    solver = model.solver()
    intervals = [
        solver.FixedDurationIntervalVar(earliest, latest, seconds, False, f"break {number}")
        for number, (earliest, latest, seconds) in enumerate(task.breaks)
    ]
    served = [0] * model.Size()
    for node in range(task.stops + 1):
        served[manager.NodeToIndex(node)] = task.service_s[node]
    time.SetBreakIntervalsOfVehicle(intervals, 0, served)


def _order_of(model: Any, manager: Any, solution: Any) -> tuple[int, ...] | None:
    if solution is None:
        return None
    order = []
    index = solution.Value(model.NextVar(model.Start(0)))
    while not model.IsEnd(index):
        order.append(int(manager.IndexToNode(index)))
        index = solution.Value(model.NextVar(index))
    return tuple(order)
