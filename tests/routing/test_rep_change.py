"""A team whose outlets may change their rep at a price."""

from __future__ import annotations

from dataclasses import replace

import pytest

from routing.check import check
from routing.evaluate import Sequenced, evaluate
from routing.plan import Plan
from routing.problem import Problem, Weights
from routing.slots import best_slots
from routing.solve import EngineName, solve
from routing.stop import Iterations
from routing.validate import validate
from tests.routing.builders import build_problem, outlet, rep

engines = pytest.mark.parametrize("engine", ["periodic", "ortools"])


def team(price: float) -> Problem:
    """Two reps who never work on the same day, and an outlet that both must visit."""
    reps = [rep("R1", days_off=(2, 3, 4)), rep("R2", position=60.0, days_off=(0, 1))]
    return build_problem(
        [outlet("a", 20, patterns=((0, 3),))],
        reps,
        same_rep=False,
        weights=Weights(rep_change=price),
    )


def reps_of(plan: Plan, demand_id: str) -> list[str]:
    return [
        r.rep_id
        for r in sorted(plan.routes, key=lambda r: r.day)
        for s in r.stops
        if s.demand_id == demand_id
    ]


@engines
def test_a_rep_changes_where_nobody_else_works(engine: EngineName) -> None:
    plan = solve(team(30.0), stop=Iterations(200), engine=engine).plan
    assert reps_of(plan, "a") == ["R1", "R2"]
    assert plan.cost.rep_change == 30.0


def test_a_visit_is_missed_rather_than_made_at_a_greater_price() -> None:
    problem = replace(team(900.0), weights=Weights(rep_change=900.0, missing_visit=500.0))
    plan = solve(problem, stop=Iterations(200)).plan
    assert plan.cost.rep_change == 0.0
    assert [u.count for u in plan.unserved] == [1]


def two_ways(price: float) -> Problem:
    """Outlet ``a`` is on the way of R1 on Monday and of R2 on Thursday."""
    reps = [rep("R1", position=0.0), rep("R2", position=100.0)]
    return build_problem(
        [
            outlet("a", 50, patterns=((0, 3),)),
            outlet("mon", 50, patterns=((0,),), rep_ids=("R1",)),
            outlet("thu", 50, patterns=((3,),), rep_ids=("R2",)),
        ],
        reps,
        same_rep=False,
        weights=Weights(rep_change=price),
    )


@pytest.mark.parametrize(("price", "changes"), [(0.0, 1), (99.0, 1), (101.0, 0)])
def test_a_change_is_made_where_it_saves_more_than_its_price(price: float, changes: int) -> None:
    plan = solve(two_ways(price), stop=Iterations(300)).plan
    assert len(set(reps_of(plan, "a"))) == 1 + changes
    assert plan.cost.rep_change == price * changes


def test_the_price_counts_all_but_the_most_frequent_rep() -> None:
    problem = build_problem(
        [outlet("a", 10, patterns=((0, 1, 2, 3, 4),))],
        [rep("R1"), rep("R2"), rep("R3")],
        same_rep=False,
        weights=Weights(rep_change=7.0),
    )
    by = ["R1", "R2", "R1", "R3", "R1"]
    plan = evaluate(problem, [Sequenced(r, day, ("a",)) for day, r in enumerate(by)])
    assert plan.cost.rep_change == 14.0
    assert check(problem, plan) == []
    wrong = replace(plan, cost=replace(plan.cost, rep_change=7.0))
    assert [fault.where for fault in check(problem, wrong)] == ["cost.rep_change"]


def test_visits_that_are_past_count() -> None:
    problem = build_problem(
        [outlet("a", 10, patterns=((0, 1, 3),))],
        [rep("R1"), rep("R2")],
        same_rep=False,
        weights=Weights(rep_change=5.0),
    )
    past = evaluate(problem, [Sequenced("R2", 0, ("a",)), Sequenced("R2", 1, ("a",))])
    later = replace(problem, previous=past, frozen_until=2)
    assert reps_of(solve(later, stop=Iterations(100)).plan, "a") == ["R2"] * 3


def test_slots_of_another_rep_cost_the_price() -> None:
    problem = two_ways(40.0)
    plan = evaluate(problem, [Sequenced("R1", 0, ("a", "mon"))])
    added = {
        s.rep_id: s.added_cost for s in best_slots(problem, plan, problem.demands[0], days={3})
    }
    assert added["R2"] == pytest.approx(added["R1"] + 40.0)


def test_nothing_is_charged_where_one_rep_is_asked_for() -> None:
    problem = replace(two_ways(10.0), same_rep=True)
    plan = evaluate(problem, [Sequenced("R1", 0, ("a",)), Sequenced("R2", 3, ("a",))])
    assert plan.cost.rep_change == 0.0
    assert {fault.code for fault in check(problem, plan)} >= {"rep-changed"}


def test_the_price_must_be_an_amount() -> None:
    assert [f.where for f in validate(two_ways(-1.0))] == ["weights.rep_change"]
