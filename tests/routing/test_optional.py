"""Optional visits: made where they are worth their way, listed apart where they are not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from routing.check import check
from routing.evaluate import Sequenced, evaluate
from routing.files import plan_from_json, plan_to_json, problem_from_json, problem_to_json
from routing.plan import Plan, Reason, UnservedVisit
from routing.problem import Problem
from routing.remedy import apply_remedy
from routing.solve import EngineName, solve
from routing.stop import Iterations
from routing.validate import validate
from tests.routing.builders import build_problem, outlet, rep

engines = pytest.mark.parametrize("engine", ["periodic", "ortools"])


def trip(prize: float | None, **shift: Any) -> Problem:
    """An outlet 10 minutes away, and one 30 minutes further with a prize; one day."""
    outlets = [outlet("near", 10), outlet("far", 40, prize=prize)]
    return build_problem(outlets, [rep(days_off=(1, 2, 3, 4), **shift)])


def solved(problem: Problem, engine: EngineName = "periodic") -> Plan:
    return solve(problem, stop=Iterations(200), engine=engine).plan


@engines
def test_a_visit_is_made_where_its_prize_is_more_than_its_way(engine: EngineName) -> None:
    plan = solved(trip(61.0), engine)
    assert plan.days_of("far") == (0,)
    assert (plan.unserved, plan.left_out, plan.cost.forgone) == ((), (), 0.0)


@engines
def test_a_visit_is_left_out_where_its_way_is_more_and_says_by_how_much(
    engine: EngineName,
) -> None:
    plan = solved(trip(59.0), engine)
    assert plan.unserved == ()
    (left,) = plan.left_out
    assert (left.demand_id, left.count, left.reason) == ("far", 1, Reason.TOO_DEAR)
    assert "costs the plan 60 there and counts 59" in left.detail
    assert left.remedy is not None
    assert left.remedy.action == "raise_prize"
    assert plan.cost.forgone == 59.0
    assert plan.cost.unserved == 0.0


def test_raising_the_prize_as_the_remedy_says_brings_the_visit_in() -> None:
    (left,) = solved(trip(59.0)).left_out
    assert solved(apply_remedy(trip(59.0), left)).left_out == ()


def test_a_visit_that_does_not_fit_says_that_and_not_its_prize() -> None:
    (left,) = solved(trip(500.0, end="09:00")).left_out
    assert left.reason == Reason.DAY_FULL


def test_visits_are_left_out_one_by_one() -> None:
    outlets = [outlet("a", 30, visits=3, prize=50.0), outlet("b", 35, weekdays=(0,))]
    plan = solved(build_problem(outlets))
    assert [(left.count, left.reason) for left in plan.left_out] == [(2, Reason.TOO_DEAR)]
    assert plan.days_of("a") == (0,)


def test_a_prize_does_not_count_with_missing_visits() -> None:
    plan = solved(trip(0.0))
    assert (plan.cost.unserved, plan.cost.forgone) == (0.0, 0.0)
    assert [left.demand_id for left in plan.left_out] == ["far"]


def test_lists_that_are_mixed_up_or_wrong_are_found() -> None:
    problem = trip(59.0)
    right = evaluate(problem, [Sequenced("R1", 0, ("near",))])
    assert check(problem, right) == []
    left = right.left_out

    def codes(**changes: Any) -> set[str]:
        return {fault.code for fault in check(problem, replace(right, **changes))}

    assert codes(left_out=(), unserved=left) == {"unserved-wrong-list"}
    assert codes(left_out=()) == {"unserved-unlisted"}
    assert codes(left_out=(replace(left[0], count=2),)) == {"unserved-count"}
    near = UnservedVisit("near", 1, Reason.DAY_FULL)
    assert "unserved-wrong-list" in codes(left_out=(*left, near))
    assert codes(cost=replace(right.cost, forgone=58.0)) == {"cost-wrong"}


def test_a_prize_must_be_an_amount() -> None:
    assert [fault.where for fault in validate(trip(-1.0))] == ["demands[1].prize"]
    assert validate(trip(0.0)) == []


def test_prizes_and_visits_left_out_are_written_and_read() -> None:
    problem = trip(59.0)
    assert problem_from_json(problem_to_json(problem)).demands == problem.demands
    plan = solved(problem)
    assert plan_from_json(plan_to_json(plan)) == plan
