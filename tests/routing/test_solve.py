from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from routing.calendar import DayKind
from routing.check import check
from routing.engines.periodic.search import CHUNK, search
from routing.errors import InvalidProblem
from routing.evaluate import Sequenced, evaluate
from routing.params import SearchParams
from routing.patterns import required_visits
from routing.plan import Plan, Reason
from routing.problem import Break, Pin, Problem, Weights
from routing.solve import Progress, Result, solve
from routing.stop import Cancelled, FirstOf, Iterations, NoImprovement, Seconds, Stop
from tests.routing import solvable
from tests.routing.builders import (
    MONDAY,
    build_problem,
    lunch,
    minute,
    open_from,
    outlet,
    rep,
    without_road,
)

QUICK = SearchParams(finish_days=False)


def few_examples(count: int) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,  # a rare find is for whoever raises the count, not for the next commit
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


def week(**weights: float) -> Problem:
    """Eight outlets for two reps with lunch: windows, frequencies, an appointment."""
    hours = open_from("09:00", "16:00", closed=(2,))
    outlets = [
        outlet("a", 10, visits=2),
        outlet("b", 12, windows=hours),
        outlet("c", -20, visits=3, windows=hours, min_gap_days=1),
        outlet("d", 25, 60.0, pins=(Pin(1, minute("10:00"), "R2"),)),
        outlet("e", -22, rep_ids=("R1",)),
        outlet("f", 30, preferred_weekdays=(4,)),
        outlet("g", 11, 0.0),
        outlet("h", 11, priority=3.0),
    ]
    reps = [rep("R1", breaks=(lunch(),), hard_end="18:00"), rep("R2", breaks=(lunch(),))]
    return build_problem(outlets, reps, weights=Weights(**weights))


def quick(problem: Problem, iterations: int = 400, **options: Any) -> Result:
    options.setdefault("stop", Iterations(iterations))
    options.setdefault("params", QUICK)
    return solve(problem, **options)


def missing(plan: Plan) -> dict[str, Reason]:
    return {unserved.demand_id: unserved.reason for unserved in plan.unserved}


def where(plan: Plan, demand_id: str) -> list[tuple[str, int, float]]:
    """Rep, day and minute of each visit."""
    return [
        (route.rep_id, route.day, stop.start_minute)
        for route in plan.routes
        for stop in route.stops
        if stop.demand_id == demand_id
    ]


class TestPlans:
    def test_hold_every_visit_where_there_is_room(self) -> None:
        result = solve(week(), stop=Iterations(600))
        assert check(week(), result.plan) == []
        assert result.plan.unserved == ()

    def test_keep_appointments_by_day_minute_and_rep(self) -> None:
        assert where(quick(week()).plan, "d") == [("R2", 1, 600.0)]

    def test_keep_two_breaks_a_day(self) -> None:
        meeting = Break("meeting", 20.0, minute("15:00"), minute("16:00"))
        outlets = [outlet(f"o{i}", 10, 65.0, weekdays=(0,)) for i in range(7)]
        plan = quick(build_problem(outlets, [rep(breaks=(meeting, lunch()))])).plan
        assert plan.unserved == ()
        assert {taken.name for taken in plan.routes[0].breaks} == {"lunch", "meeting"}

    def test_move_visits_off_holidays_and_leave(self) -> None:
        problem = build_problem(
            [outlet("a", 10, visits=2)],
            [rep(days_off=(0,))],
            exceptions={MONDAY + timedelta(days=4): DayKind.HOLIDAY},
        )
        plan = quick(problem).plan
        assert set(plan.days_of("a")) <= {1, 2, 3}
        assert len(plan.days_of("a")) == 2

    def test_leave_out_whom_no_road_reaches_and_say_so(self) -> None:
        problem = without_road(build_problem([outlet("a", 10), outlet("b", 20)]), "home-R1", "a")
        problem = without_road(problem, "b", "a")
        assert missing(quick(problem).plan) == {"a": Reason.UNREACHABLE}

    def test_say_why_nobody_comes(self) -> None:
        problem = build_problem(
            [
                outlet("shut", 10, weekdays=(6,)),
                outlet("brief", 10, windows=open_from("9:00", "9:20")),
            ]
        )
        assert missing(quick(problem).plan) == {
            "shut": Reason.NO_OPEN_DAY,
            "brief": Reason.WINDOW,
        }

    def test_serve_as_many_as_a_full_day_holds_and_name_the_rest(self) -> None:
        outlets = [outlet(f"o{i}", 5, 60.0, weekdays=(0,)) for i in range(5)]
        plan = quick(build_problem(outlets, [rep(start="08:00", end="11:10")])).plan
        assert [len(route.stops) for route in plan.routes] == [3]
        assert list(missing(plan).values()) == [Reason.DAY_FULL] * 2

    def test_serve_both_ends_of_a_day_with_a_work_limit(self) -> None:
        early, late = open_from("08:00", "10:00"), open_from("15:00", "17:00")
        outlets = [outlet(f"e{i}", 5, windows=early) for i in range(3)]
        outlets += [outlet(f"l{i}", 5, windows=late) for i in range(3)]
        plan = quick(build_problem(outlets, [rep(work_limit_minutes=200.0)])).plan
        assert plan.unserved == ()

    def test_of_nothing_are_empty(self) -> None:
        result = quick(build_problem([]))
        assert result.plan.routes == ()
        assert result.stopped_by == "nothing_to_plan"


class TestFinishing:
    def test_does_no_harm_and_reports_what_it_did(self) -> None:
        plain = quick(week())
        finished = quick(week(), params=SearchParams())
        assert finished.plan.cost.total <= plain.plan.cost.total + 1e-9
        assert finished.finish.days == len(finished.plan.routes)
        assert plain.finish.days == 0

    def test_saved_minutes_are_those_between_the_plans(self) -> None:
        plain, finished = quick(week(), 1), quick(week(), 1, params=SearchParams())
        saved = plain.plan.cost.travel - finished.plan.cost.travel
        assert finished.finish.minutes_saved == pytest.approx(saved, abs=1e-6)


class TestSameAgain:
    def test_the_same_seed_and_iterations_give_the_same_plan(self) -> None:
        assert quick(week(), seed=7).plan == quick(week(), seed=7).plan

    def test_a_cut_run_is_had_again_by_the_figures_of_its_result(self) -> None:
        cut = quick(week(), stop=FirstOf(Iterations(400, schedule=3000), NoImprovement(10**6)))
        again = quick(week(), stop=Iterations(cut.iterations, cut.schedule))
        assert (again.plan, again.iterations) == (cut.plan, cut.iterations)

    def test_a_run_by_the_clock_is_had_again_by_its_iterations(self) -> None:
        timed = quick(week(), stop=Seconds(0.3))
        again = quick(week(), stop=Iterations(timed.iterations, timed.schedule))
        assert again.plan == timed.plan


class TestStopping:
    def test_a_run_to_the_end_of_its_schedule_says_so(self) -> None:
        result = quick(week(), 300)
        assert (result.iterations, result.schedule, result.stopped_by) == (300, 300, "schedule")

    def test_a_run_that_a_criterion_ended_says_so(self) -> None:
        result = quick(week(), stop=Iterations(CHUNK, schedule=5000))
        assert (result.iterations, result.stopped_by) == (CHUNK, "stop")

    def test_a_first_solution_alone_is_a_plan_too(self) -> None:
        result = quick(week(), 0)
        assert check(week(), result.plan) == []
        assert result.stopped_by == "schedule"
        assert result.plan.routes

    def test_a_cancelled_run_ends_early_with_a_right_plan(self) -> None:
        looks = Counter[str]()

        def asked() -> bool:
            looks["asked"] += 1
            return looks["asked"] > 3

        result = solve(week(), stop=FirstOf(Iterations(100_000), Cancelled(asked)))
        assert 0 < result.iterations <= 3 * CHUNK
        assert result.stopped_by == "stop"
        assert result.finish.improved == 0
        assert check(week(), result.plan) == []

    def test_a_run_without_bounds_follows_a_schedule_of_its_own(self) -> None:
        result = quick(week(), stop=NoImprovement(CHUNK))
        assert CHUNK <= result.iterations < result.schedule

    @pytest.mark.parametrize(
        ("stop", "schedule"),
        [
            (FirstOf(Iterations(300), Iterations(200)), 200),
            (FirstOf(Iterations(300), FirstOf(Seconds(60.0), Iterations(250))), 250),
            (FirstOf(Iterations(300), Seconds(60.0)), 300),
        ],
    )
    def test_iterations_set_the_schedule_the_least_of_several(
        self, stop: Stop, schedule: int
    ) -> None:
        assert quick(week(), stop=stop).schedule == schedule


class TestProgress:
    def test_is_told_through_search_finish_and_the_end(self) -> None:
        heard: list[Progress] = []
        quick(week(), 600, params=SearchParams(), on_progress=heard.append)
        assert [each.step for each in heard][-2:] == ["finish", "done"]
        assert heard[0].step == "search"
        assert all(each.schedule == 600 for each in heard)
        costs = [each.cost for each in heard]
        assert costs == sorted(costs, reverse=True)

    def test_has_no_finish_where_none_is_wanted(self) -> None:
        heard: list[Progress] = []
        quick(week(), 0, on_progress=heard.append)
        assert [each.step for each in heard] == ["done"]


class TestWarmStart:
    def test_is_never_worse_than_the_initial_plan(self) -> None:
        good = quick(week(), 1500, params=SearchParams()).plan
        again = quick(week(), 0, initial_plan=good, seed=9).plan
        assert again.cost.total <= good.cost.total

    def test_keeps_what_it_can_of_a_plan_for_another_problem(self) -> None:
        old = quick(week()).plan
        changed = week()
        changed = replace(changed, demands=changed.demands[2:], reps=changed.reps[:1])
        pinned = [d.id for d in changed.demands if d.pins]
        changed = replace(changed, demands=tuple(d for d in changed.demands if d.id not in pinned))
        assert check(changed, quick(changed, 0, initial_plan=old).plan) == []

    def test_with_a_plan_that_is_wrong_for_the_problem_makes_a_right_one(self) -> None:
        problem = build_problem([outlet("a", 10, weekdays=(1,))])
        wrong = evaluate(problem, [Sequenced("R1", 0, ("a",))])
        plan = quick(problem, 0, initial_plan=wrong).plan
        assert plan.days_of("a") == (1,)


class TestRefusals:
    def test_a_wrong_problem_is_refused_with_every_fault(self) -> None:
        problem = build_problem([outlet("a", 10, -1.0, weeks=0), outlet("a", 20)])
        with pytest.raises(InvalidProblem) as refused:
            quick(problem)
        assert len(refused.value.faults) >= 3


@few_examples(25)
@given(solvable.problems())
def test_any_problem_gets_a_right_plan_and_the_same_again(problem: Problem) -> None:
    result = solve(problem, stop=Iterations(250), seed=2)
    assert check(problem, result.plan) == []
    assert solve(problem, stop=Iterations(250), seed=2).plan == result.plan
    planned = Counter(stop.demand_id for route in result.plan.routes for stop in route.stops)
    missed = (*result.plan.unserved, *result.plan.left_out)
    listed = {unserved.demand_id: unserved.count for unserved in missed}
    for demand in problem.demands:
        due = required_visits(problem, demand)
        assert planned[demand.id] + listed.get(demand.id, 0) == due


@few_examples(15)
@given(solvable.problems())
def test_any_warm_start_is_no_worse_than_where_it_starts(problem: Problem) -> None:
    first = quick(problem, 20).plan
    again = quick(problem, 50, seed=4, initial_plan=first).plan
    assert check(problem, again) == []
    assert again.cost.total <= first.cost.total


@few_examples(25)
@given(solvable.problems(timed=False))
def test_the_search_prices_any_day_without_clocks_as_evaluate_does(problem: Problem) -> None:
    found = search(problem, QUICK, 3, 200, None, Iterations(200))
    orders = [
        Sequenced(problem.reps[o.rep].id, o.day, tuple(problem.demands[c].id for c in o.demands))
        for o in found.orders
    ]
    cost = evaluate(problem, orders).cost.total
    assert found.cost == pytest.approx(cost, rel=1e-6, abs=1e-6)


@few_examples(25)
@given(solvable.problems())
def test_any_missing_visit_that_is_worth_its_price_has_a_reason(problem: Problem) -> None:
    shifts = [shift for each in problem.reps for shift in each.shifts if shift is not None]
    # the search does not yet start late to be spared a break, which a work limit can need
    assume(not any(s.breaks and s.work_limit_minutes is not None for s in shifts))
    dear = Weights(missing_visit=100_000.0, overtime_minute=2.0)
    worth = tuple(
        replace(
            demand,
            priority=max(1.0, demand.priority),
            # explain does not yet know that an appointment with one rep binds that day to the rep
            pins=tuple(replace(pin, rep_id=None) for pin in demand.pins),
        )
        for demand in problem.demands
    )
    plan = quick(replace(problem, weights=dear, demands=worth), 600).plan
    assert Reason.UNEXPLAINED not in missing(plan).values()
