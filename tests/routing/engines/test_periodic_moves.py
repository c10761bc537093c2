from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest

from routing.engines.periodic import kernel, routes, ruin
from routing.engines.periodic.arrays import INFINITE, Arrays, compile_arrays
from routing.engines.periodic.kernel import seeded
from routing.engines.periodic.routes import measure_all, put_in
from routing.engines.periodic.state import (
    COST,
    EXCESS,
    MISSING,
    STEP,
    Routes,
    new_removed,
    new_routes,
    new_undo,
)
from routing.problem import Problem, Weights
from tests.routing.builders import build_problem, open_from, outlet, rep
from tests.routing.engines.from_python import from_python

below = from_python(kernel.below)
uniform = from_python(kernel.uniform)
measure = from_python(routes.measure)
restore = from_python(routes.restore)
save = from_python(routes.save)
take_out = from_python(routes.take_out)
everyone_missing = from_python(ruin.everyone_missing)
mark = from_python(ruin.mark)
random_day = from_python(ruin.random_day)


def line(**weights: float) -> Problem:
    """Three outlets, two reps, five days; no clocks."""
    outlets = [outlet("a", 10), outlet("b", 20, visits=2), outlet("c", 30, 60.0, load=1.0)]
    return build_problem(outlets, [rep("R1"), rep("R2")], weights=Weights(**weights))


class Plan:
    """A solution that a test changes by hand."""

    def __init__(self, problem: Problem) -> None:
        self.arrays: Arrays = compile_arrays(problem)
        self.routes: Routes = new_routes(self.arrays)

    def put(self, demand: int, slot: int, position: int = 1) -> None:
        a = self.arrays
        put_in(a.sizes, a.travel, a.visits, a.times, self.routes, demand, slot, position)

    def take(self, demand: int, day: int) -> None:
        a = self.arrays
        take_out(a.sizes, a.travel, a.visits, self.routes, demand, day)

    def stops(self, slot: int) -> list[int]:
        first = slot * self.arrays.sizes.cap + 1
        return [int(c) for c in self.routes.node[first : first + int(self.routes.length[slot])]]

    def measured(self) -> dict[str, float]:
        a = self.arrays
        measure_all(a.sizes, a.visits, a.limits, a.times, self.routes)
        totals = self.routes.totals
        return {"cost": float(totals[COST]), "missing": float(totals[MISSING])}


class TestPutInAndTakeOut:
    def test_a_first_stop_costs_the_way_there_and_back(self) -> None:
        plan = Plan(line())
        plan.put(0, 0)
        assert plan.routes.cost[0] == 20.0
        assert plan.routes.work[0] == 50.0

    def test_a_stop_on_the_way_costs_nothing_more(self) -> None:
        plan = Plan(line())
        plan.put(1, 0)
        plan.put(0, 0, 1)
        assert plan.stops(0) == [0, 1]
        assert plan.routes.cost[0] == 40.0

    def test_a_stop_goes_to_the_position_named(self) -> None:
        plan = Plan(line())
        for demand, position in ((0, 1), (1, 2), (2, 2)):
            plan.put(demand, 0, position)
        assert plan.stops(0) == [0, 2, 1]
        assert plan.routes.load[0] == 1.0

    def test_a_stop_is_known_by_its_day(self) -> None:
        plan = Plan(line())
        plan.put(1, 3)  # the second rep's second day
        assert plan.routes.slot_of[1 * plan.arrays.sizes.days + 1] == 3
        assert plan.routes.placed[1] == 1

    def test_taking_out_is_the_reverse(self) -> None:
        plan = Plan(line())
        plan.put(1, 0)
        before = [np.array(x) for x in plan.routes if x is not plan.routes.version]
        plan.put(0, 0, 1)
        plan.take(0, 0)
        assert plan.stops(0) == [1]
        assert plan.routes.cost[0] == before[Routes._fields.index("cost")][0]
        assert plan.routes.placed[0] == 0

    def test_an_emptied_day_costs_nothing(self) -> None:
        plan = Plan(line())
        plan.put(0, 0)
        plan.take(0, 0)
        assert plan.routes.cost[0] == plan.routes.work[0] == plan.routes.length[0] == 0

    def test_every_change_gives_the_day_a_version_of_its_own(self) -> None:
        plan = Plan(line())
        seen = {int(v) for v in plan.routes.version}
        for _ in range(3):
            plan.put(0, 0)
            plan.take(0, 0)
            assert int(plan.routes.version[0]) not in seen
            seen.add(int(plan.routes.version[0]))


class TestMeasure:
    def test_of_an_empty_plan_is_every_visit_missing(self) -> None:
        assert Plan(line()).measured() == {"cost": 0.0, "missing": 4000.0}

    def test_counts_travel_and_the_visits_still_missing(self) -> None:
        plan = Plan(line(missing_visit=100.0))
        plan.put(0, 0)
        plan.put(1, 3)
        assert plan.measured() == {"cost": 60.0, "missing": 200.0}

    def test_a_day_beyond_its_limit_is_in_excess(self) -> None:
        problem = build_problem([outlet("a", 10, 100.0)], [rep(work_limit_minutes=90.0)])
        plan = Plan(problem)
        plan.put(0, 0)
        plan.measured()
        assert plan.routes.totals[EXCESS] == pytest.approx(30.0)


def everything(routes: Routes) -> Iterator[tuple[str, list[float]]]:
    for name, column in zip(Routes._fields, routes, strict=True):
        yield name, [float(x) for x in column]


@pytest.mark.parametrize("windows", [None, open_from("08:00", "16:00")])
def test_undoing_an_iteration_puts_everything_back(windows: object) -> None:
    rng = random.Random(3)
    outlets = [outlet(f"o{i}", rng.randint(1, 30), windows=windows) for i in range(6)]
    plan = Plan(build_problem(outlets, [rep("R1"), rep("R2")]))
    a, routes = plan.arrays, plan.routes
    undo, removed = new_undo(a), new_removed(a)
    for demand in range(6):
        plan.put(demand, demand % 4)
        routes.pattern[demand] = demand
    plan.measured()
    undo.totals[:] = routes.totals
    undo.rep_work[:], undo.rep_work2[:] = routes.rep_work, routes.rep_work2
    stops = [plan.stops(slot) for slot in range(a.sizes.slots)]
    before = dict(everything(routes))
    routes.totals[STEP] += 1.0
    touched = 0
    for i, demand in enumerate((0, 4)):
        removed.who[i], removed.pattern[i] = demand, routes.pattern[demand]
        removed.placed[i] = routes.placed[demand]
        row = slice(demand * a.sizes.days, (demand + 1) * a.sizes.days)
        removed.slot_of[i * a.sizes.days : (i + 1) * a.sizes.days] = routes.slot_of[row]
        touched = save(a.sizes.cap, a.limits, a.times, routes, undo, 0, touched)
        plan.take(demand, 0)
    touched = save(a.sizes.cap, a.limits, a.times, routes, undo, 5, touched)
    plan.put(0, 5)
    for i in range(touched):
        measure(a.limits, a.times, routes, undo.touched[i], 1.0)
    restore(a.sizes, a.times, routes, undo, removed, touched, 2)
    assert touched == 2
    assert [plan.stops(slot) for slot in range(a.sizes.slots)] == stops
    after = dict(everything(routes))
    for name in set(Routes._fields) - {"node", "edge", "totals"}:
        assert after[name] == before[name], name
    assert after["totals"][: EXCESS + 1] == before["totals"][: EXCESS + 1]


class TestRuin:
    def test_an_outlet_is_noted_for_removal_once(self) -> None:
        removed = new_removed(compile_arrays(line()))
        count = mark(removed, 2, 0)
        count = mark(removed, 2, count)
        count = mark(removed, 0, count)
        assert count == 2
        assert [int(c) for c in removed.who[:2]] == [2, 0]

    def test_whoever_lacks_a_visit_is_missing(self) -> None:
        plan = Plan(line())
        plan.put(0, 0)
        plan.put(1, 0)  # one of two
        removed = new_removed(plan.arrays)
        count = everyone_missing(3, plan.arrays.visits, plan.routes, removed)
        assert [int(c) for c in removed.who[:count]] == [1, 2]

    def test_a_random_day_is_one_of_the_days_that_the_outlet_is_visited(self) -> None:
        plan = Plan(line())
        plan.put(1, 0)
        plan.put(1, 6)
        random_state = seeded(1)
        days = {int(random_day(5, plan.routes.slot_of, random_state, 1)) for _ in range(50)}
        assert days == {0, 3}
        assert random_day(5, plan.routes.slot_of, random_state, 0) == -1


class TestRandomNumbers:
    def test_lie_between_nothing_and_one_evenly(self) -> None:
        state = seeded(7)
        drawn = np.array([uniform(state) for _ in range(4000)])
        assert drawn.min() >= 0.0
        assert drawn.max() < 1.0
        counts = np.histogram(drawn, bins=4, range=(0.0, 1.0))[0]
        assert (abs(counts - 1000) < 150).all()

    def test_are_the_same_for_the_same_seed_and_differ_for_near_ones(self) -> None:
        first, again, other = seeded(7), seeded(7), seeded(8)
        one = [uniform(first) for _ in range(5)]
        assert one == [uniform(again) for _ in range(5)]
        assert one != [uniform(other) for _ in range(5)]

    @pytest.mark.parametrize("seed", [0, -1, 2**64 - 1, 2**70])
    def test_any_seed_will_do(self, seed: int) -> None:
        state = seeded(seed)
        assert {int(below(state, 3)) for _ in range(100)} == {0, 1, 2}


class TestArrays:
    def test_only_worked_days_have_slots(self) -> None:
        arrays = compile_arrays(line())
        assert arrays.days == (0, 1, 2, 3, 4)
        assert arrays.sizes.slots == 10

    def test_without_windows_and_breaks_there_are_no_clocks(self) -> None:
        assert compile_arrays(line()).times is None
        timed = build_problem([outlet("a", 10, windows=open_from("08:00", "12:00"))])
        assert compile_arrays(timed).times is not None

    def test_a_slot_is_for_whom_the_rep_and_the_day_allow(self) -> None:
        problem = build_problem(
            [outlet("a", 10, rep_ids=("R2",), weekdays=(0, 1))],
            [rep("R1"), rep("R2", days_off=(1,))],
        )
        assert list(np.flatnonzero(compile_arrays(problem).visits.slot_ok)) == [1]

    def test_an_unstated_limit_is_infinite(self) -> None:
        arrays = compile_arrays(line())
        assert (arrays.limits.capacity >= INFINITE).all()
        assert (arrays.limits.hard_work == 540.0).all()

    def test_travel_is_priced_by_minute_and_kilometre(self) -> None:
        priced = compile_arrays(line(travel_minute=0.5, travel_km=2.0)).travel
        assert not priced.one_cost
        assert priced.cost[0 * 5 + 1] == pytest.approx(10 * 0.5 + 10 * 2.0)

    def test_neighbours_come_nearest_first_and_begin_with_oneself(self) -> None:
        near = compile_arrays(line()).visits.near.reshape(3, 3)
        assert [list(row) for row in near] == [[0, 1, 2], [1, 0, 2], [2, 1, 0]]
