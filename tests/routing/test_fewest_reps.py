"""The smallest team that makes every visit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from routing.check import check
from routing.errors import InvalidProblem
from routing.fewest_reps import fewest_reps
from routing.geo import GeoPoint
from routing.problem import Problem
from routing.stop import Iterations
from tests.routing.builders import build_problem, outlet, rep


def team(reps: int, outlets: int, minutes: float = 60.0) -> Problem:
    """Reps who live a minute apart and outlets five minutes apart, all with coordinates."""
    problem = build_problem(
        [outlet(f"o{k}", 5.0 * (k % 6), minutes=minutes) for k in range(outlets)],
        reps=[rep(f"R{k}") for k in range(reps)],
    )
    places = tuple(
        replace(place, point=GeoPoint(41.0, -8.0 + 0.01 * index))
        for index, place in enumerate(problem.places)
    )
    return replace(problem, places=places)


def stop() -> Iterations:
    return Iterations(600)


def test_a_rep_too_many_is_given_up_and_the_plan_is_right() -> None:
    found = fewest_reps(team(3, 12), stop=stop)
    assert found.serves_all
    assert len(found.rep_ids) == 1
    assert check(found.problem, found.plan) == []
    assert [len(each.rep_ids) for each in found.tries] == [3, 2, 1]


def test_nobody_is_given_up_where_the_visits_alone_take_everybody() -> None:
    found = fewest_reps(team(2, 50), stop=stop)
    assert found.least == 2
    assert len(found.rep_ids) == 2


def test_a_team_too_small_says_what_it_misses() -> None:
    found = fewest_reps(team(1, 60), stop=stop)
    assert not found.serves_all
    assert found.tries[0].missing == sum(each.count for each in found.plan.unserved) > 0


def test_a_rep_with_outlets_of_their_own_stays() -> None:
    problem = team(2, 8)
    own = replace(problem.demands[0], rep_ids=("R1",))
    found = fewest_reps(replace(problem, demands=(own, *problem.demands[1:])), stop=stop)
    assert found.rep_ids == ("R1",)


def test_of_two_reps_who_alone_may_visit_an_outlet_one_stays_and_makes_its_visits() -> None:
    problem = team(3, 9)
    first = replace(problem.demands[0], rep_ids=("R0", "R2"))
    found = fewest_reps(replace(problem, demands=(first, *problem.demands[1:])), stop=stop)
    assert found.serves_all
    assert set(found.rep_ids) & {"R0", "R2"}
    assert check(found.problem, found.plan) == []


def test_visits_too_many_for_one_rep_change_hands() -> None:
    """All outlets but one lie near the first rep; the second takes what the first cannot."""
    problem = team(2, 48)
    far = replace(problem.reps[1].shifts[0], start_place=1, end_place=1)  # type: ignore[type-var]
    second = replace(problem.reps[1], shifts=tuple(s and far for s in problem.reps[1].shifts))
    found = fewest_reps(replace(problem, reps=(problem.reps[0], second)), stop=stop)
    assert len(found.rep_ids) == 2
    assert found.serves_all


def test_faults_come_all_together() -> None:
    problem = build_problem([outlet("a", 5.0)], reps=[rep("R0"), rep("R1")])
    idle = replace(problem.reps[1], shifts=(None,) * len(problem.days))
    with pytest.raises(InvalidProblem) as raised:
        fewest_reps(replace(problem, reps=(problem.reps[0], idle)), stop=stop)
    assert [fault.code for fault in raised.value.faults] == ["team-rep-idle", "team-place-unknown"]
