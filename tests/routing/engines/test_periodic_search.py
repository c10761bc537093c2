from __future__ import annotations

import random

import pytest

from routing.engines.periodic.run import Order
from routing.engines.periodic.search import CHUNK, Found, search
from routing.evaluate import Sequenced, evaluate
from routing.params import SearchParams
from routing.plan import Plan
from routing.problem import Problem, Weights
from routing.stop import Iterations, NoImprovement, Stop
from tests.routing.builders import build_problem, open_from, outlet, rep, without_road


def run(
    problem: Problem,
    iterations: int = 1000,
    *,
    seed: int = 1,
    stop: Stop | None = None,
    initial: tuple[Order, ...] = (),
    params: SearchParams | None = None,
) -> Found:
    stop = stop or Iterations(iterations)
    return search(problem, params or SearchParams(), seed, iterations, None, stop, initial)


def plan_of(problem: Problem, found: Found) -> Plan:
    return evaluate(
        problem,
        [
            Sequenced(
                problem.reps[o.rep].id, o.day, tuple(problem.demands[c].id for c in o.demands)
            )
            for o in found.orders
        ],
    )


def spread(count: int = 14, **weights: float) -> Problem:
    """Outlets here and there along the line, two of three visited twice a week."""
    rng = random.Random(2)
    outlets = [
        outlet(f"o{i}", rng.randint(-30, 30), 25.0, visits=1 + (i % 3 > 0)) for i in range(count)
    ]
    reps = [rep("R1", hard_end="18:00"), rep("R2", position=5.0)]
    return build_problem(outlets, reps, weights=Weights(**weights))


class TestWhatItFinds:
    def test_outlets_in_one_direction_share_their_days(self) -> None:
        outlets = [outlet(f"o{i}", side * (20 + i)) for i, side in enumerate((1, -1, 1, -1, 1, -1))]
        found = run(build_problem(outlets))
        assert found.cost == pytest.approx(2 * 24 + 2 * 25)  # there and back on either side

    def test_two_visits_a_week_of_two_neighbours_are_on_the_same_days(self) -> None:
        found = run(build_problem([outlet("a", 40, visits=2), outlet("b", 41, visits=2)]))
        assert found.cost == pytest.approx(2 * 2 * 41)
        assert len(found.orders) == 2

    def test_a_visit_is_left_out_where_driving_costs_more_than_it_counts(self) -> None:
        problem = build_problem(
            [outlet("a", 40), outlet("b", 5)], weights=Weights(missing_visit=50)
        )
        found = run(problem)
        assert [order.demands for order in found.orders] == [(1,)]
        assert found.cost == pytest.approx(60.0)

    def test_of_two_visits_that_exclude_each_other_the_one_that_counts_more_stays(self) -> None:
        problem = build_problem(
            [
                outlet("a", 10, 200.0, weekdays=(0,)),
                outlet("b", 10, 200.0, weekdays=(0,), priority=2),
            ],
            [rep(start="08:00", end="12:00")],
        )
        assert [order.demands for order in run(problem).orders] == [(1,)]

    def test_overtime_is_worked_where_it_is_cheaper_than_another_day(self) -> None:
        outlets = [outlet("a", 100, 100.0), outlet("b", 100, 100.0)]
        reps = [rep(start="08:00", end="14:00", hard_end="15:00")]
        cheap = run(build_problem(outlets, reps, weights=Weights(overtime_minute=1.0)))
        dear = run(build_problem(outlets, reps, weights=Weights(overtime_minute=6.0)))
        assert (len(cheap.orders), cheap.cost) == (1, pytest.approx(240.0))
        assert (len(dear.orders), dear.cost) == (2, pytest.approx(400.0))

    def test_days_are_evened_out_at_a_price(self) -> None:
        outlets = [outlet(f"o{i}", 10, 60.0) for i in range(5)]
        together = run(build_problem(outlets))
        apart = run(build_problem(outlets, weights=Weights(imbalance=5.0)))
        assert len(together.orders) == 1
        assert len(apart.orders) == 5

    def test_a_preferred_weekday_is_kept_where_that_costs_little(self) -> None:
        outlets = [outlet("a", 10, preferred_weekdays=(3,)), outlet("b", 11)]
        found = run(build_problem(outlets))
        assert [order.day for order in found.orders] == [3]

    def test_visits_stay_on_the_days_of_the_previous_plan(self) -> None:
        outlets = [outlet("a", 10), outlet("b", 11)]
        before = evaluate(build_problem(outlets), [Sequenced("R1", 4, ("a", "b"))])
        problem = build_problem(outlets, weights=Weights(moved_visit=10), previous=before)
        assert [order.day for order in run(problem).orders] == [4]

    def test_one_rep_makes_all_visits_of_an_outlet_unless_they_may_be_mixed(self) -> None:
        outlets = [outlet("a", 10, visits=2, patterns=((0, 3),))]
        reps = [rep("R1", days_off=(3,)), rep("R2", days_off=(0,))]
        assert len(run(build_problem(outlets, reps)).orders) == 1
        assert len(run(build_problem(outlets, reps, same_rep=False)).orders) == 2

    def test_a_full_vehicle_takes_no_more(self) -> None:
        outlets = [outlet(f"o{i}", 10, 10.0, load=1.0, weekdays=(0,)) for i in range(3)]
        found = run(build_problem(outlets, [rep(capacity=2.0)]))
        assert [len(order.demands) for order in found.orders] == [2]

    def test_a_day_has_no_more_stops_than_allowed(self) -> None:
        outlets = [outlet(f"o{i}", 10, 10.0) for i in range(6)]
        found = run(build_problem(outlets, [rep(max_stops=2)]))
        assert sorted(len(order.demands) for order in found.orders) == [2, 2, 2]

    def test_waiting_between_windows_is_load_and_yet_visits_are_made(self) -> None:
        early, late = open_from("08:00", "10:00"), open_from("15:00", "17:00")
        outlets = [outlet(f"e{i}", 5, windows=early) for i in range(3)]
        outlets += [outlet(f"l{i}", 5, windows=late) for i in range(3)]
        found = run(build_problem(outlets, [rep(work_limit_minutes=200.0)]))
        assert sum(len(order.demands) for order in found.orders) == 6
        assert len(found.orders) == 2  # early ones one day, late ones another


class TestItsAccount:
    @pytest.mark.parametrize(
        "weights",
        [
            {},
            {"travel_minute": 0.3, "travel_km": 0.9},
            {"imbalance": 2.0},
            {"overtime_minute": 0.1, "missing_visit": 40.0},
        ],
    )
    def test_costs_what_evaluate_says(self, weights: dict[str, float]) -> None:
        problem = spread(**weights)
        found = run(problem)
        assert found.cost == pytest.approx(plan_of(problem, found).cost.total, abs=1e-6)

    @pytest.mark.parametrize("seed", range(4))
    def test_stays_exact_where_some_pairs_have_no_road(self, seed: int) -> None:
        rng = random.Random(seed)
        outlets = [
            outlet(f"o{i}", rng.uniform(-40, 40), rng.uniform(5, 60), visits=1 + i % 2)
            for i in range(12)
        ]
        problem = build_problem(outlets, weights=Weights(imbalance=0.1))
        for _ in range(40):
            a, b = rng.sample(range(12), 2)
            problem = without_road(problem, f"o{a}", f"o{b}")
        found = run(problem)
        assert found.cost == pytest.approx(plan_of(problem, found).cost.total, abs=1e-6)

    def test_soft_limits_end_in_plans_that_keep_them(self) -> None:
        problem = spread()
        found = run(problem, params=SearchParams(soft_limits=True))
        plan = plan_of(problem, found)
        assert found.cost == pytest.approx(plan.cost.total, abs=1e-6)
        assert plan.unserved == ()


class TestRuns:
    def test_the_same_seed_finds_the_same(self) -> None:
        assert run(spread(), 600, seed=5) == run(spread(), 600, seed=5)

    def test_a_cut_run_is_had_again_with_its_iterations_and_schedule(self) -> None:
        cut = run(spread(), 5000, stop=Iterations(3 * CHUNK))
        assert (cut.iterations, cut.schedule) == (3 * CHUNK, 5000)
        assert run(spread(), 5000, stop=Iterations(cut.iterations, cut.schedule)) == cut

    def test_longer_runs_are_no_worse_than_the_first_solution(self) -> None:
        assert run(spread(), 2000).cost <= run(spread(), 0).cost

    def test_stops_between_chunks_when_told_to(self) -> None:
        found = run(spread(3), 100_000, stop=NoImprovement(2 * CHUNK))
        assert 2 * CHUNK <= found.iterations < 100_000

    def test_no_demands_or_no_days_leave_nothing_to_do(self) -> None:
        assert run(build_problem([])) == Found((), 0.0, 0, 0)
        never = build_problem([outlet("a", 10)], [rep(days_off=range(7))])
        assert run(never) == Found((), 1000.0, 0, 0)

    def test_progress_is_told_after_every_chunk(self) -> None:
        heard: list[tuple[int, int]] = []

        def hear(iterations: int, schedule: int, cost: float) -> None:
            heard.append((iterations, schedule))

        stop, one_anneal = Iterations(2450), SearchParams(iterations_per_visit=10_000)
        search(spread(4), one_anneal, 1, 2450, None, stop, on_progress=hear)
        assert heard == [(CHUNK, 2450), (2 * CHUNK, 2450), (2450, 2450)]

    def test_goes_on_after_its_schedule_until_it_is_stopped(self) -> None:
        problem, stop = spread(4), Iterations(5 * CHUNK, schedule=CHUNK)
        ended = search(problem, SearchParams(), 1, CHUNK, None, stop)
        went_on = search(problem, SearchParams(), 1, CHUNK, None, stop, to_the_stop=True)
        assert (ended.iterations, went_on.iterations) == (CHUNK, 5 * CHUNK)
        assert went_on.cost <= ended.cost


class TestWarmStart:
    def test_a_given_plan_is_where_it_starts(self) -> None:
        problem = spread()
        good = run(problem, 2000)
        assert run(problem, 0, initial=good.orders).cost <= good.cost + 1e-6

    def test_what_a_given_plan_may_not_do_is_left_out(self) -> None:
        problem = build_problem([outlet("a", 10, weekdays=(1,)), outlet("b", 10, weekdays=(0,))])
        found = run(problem, 0, initial=(Order(0, 0, (0, 1)),))
        assert found.orders == (Order(0, 0, (1,)), Order(0, 1, (0,)))

    def test_stops_on_days_off_are_forgotten(self) -> None:
        problem = build_problem([outlet("a", 10)])
        found = run(problem, 0, initial=(Order(0, 6, (0,)),))
        assert [order.day for order in found.orders] == [0]
