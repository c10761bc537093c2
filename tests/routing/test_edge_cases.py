"""Small, odd and long problems: each is solved, checked, and right or named."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from routing.calendar import cycle_days
from routing.check import check
from routing.params import SearchParams
from routing.plan import Plan, Reason
from routing.problem import Break, Pin, Place, Problem, Rep, Shift, VisitDemand, Window
from routing.solve import solve
from routing.stop import Iterations
from routing.validate import validate
from tests.routing.builders import (
    MONDAY,
    build_problem,
    line_matrix,
    lunch,
    minute,
    open_from,
    outlet,
    rep,
    without_road,
)


def solved(problem: Problem, iterations: int = 150, **options: Any) -> Plan:
    """A plan that the checker has found right."""
    plan = solve(problem, stop=Iterations(iterations), **options).plan
    assert check(problem, plan) == []
    return plan


def visited(plan: Plan) -> set[str]:
    return {stop.demand_id for route in plan.routes for stop in route.stops}


class TestLittleToPlan:
    def test_nobody_to_visit(self) -> None:
        assert solved(build_problem([])) == Plan("line")

    def test_nobody_who_visits(self) -> None:
        plan = solved(build_problem([outlet("a", 10)], []))
        assert [(u.demand_id, u.reason) for u in plan.unserved] == [("a", Reason.NO_REP)]

    def test_no_day_is_worked(self) -> None:
        plan = solved(build_problem([outlet("a", 10)], [rep(days_off=(0, 1, 2, 3, 4))]))
        assert [u.reason for u in plan.unserved] == [Reason.NO_OPEN_DAY]

    def test_one_outlet(self) -> None:
        plan = solved(build_problem([outlet("a", 10)]))
        assert [len(route.stops) for route in plan.routes] == [1]
        assert plan.cost.travel == 20.0

    def test_more_reps_than_outlets(self) -> None:
        problem = build_problem(
            [outlet("a", 10)], [rep(f"R{i}", position=5.0 * i) for i in range(5)]
        )
        plan = solved(problem)
        assert [route.rep_id for route in plan.routes] == ["R2"]

    def test_a_visit_of_no_minutes(self) -> None:
        plan = solved(build_problem([outlet("a", 10, 0.0), outlet("b", 10, 0.0)]))
        assert visited(plan) == {"a", "b"}
        assert plan.cost.travel == 20.0

    def test_all_at_one_place_and_at_home(self) -> None:
        plan = solved(build_problem([outlet(f"o{i}", 0, visits=2) for i in range(6)]))
        assert plan.unserved == ()
        assert plan.cost.travel == 0.0

    def test_nobody_can_be_reached(self) -> None:
        problem = build_problem([outlet("a", 10), outlet("b", 20)])
        for name in "ab":
            problem = without_road(problem, "home-R1", name)
        plan = solved(problem)
        assert {u.reason for u in plan.unserved} == {Reason.UNREACHABLE}

    def test_the_way_back_alone_is_missing(self) -> None:
        problem = without_road(build_problem([outlet("a", 10), outlet("b", 20)]), "a", "home-R1")
        problem = without_road(problem, "a", "b")
        plan = solved(problem)
        assert [(u.demand_id, u.reason) for u in plan.unserved] == [("a", Reason.UNREACHABLE)]


def cycle(weeks: int, weekdays: int, **demand: Any) -> Problem:
    """One rep who works so many days a week for so many weeks, and three outlets."""
    days = cycle_days(MONDAY, weeks, range(weekdays))
    shift = Shift(480.0, 1020.0, 0, 0)
    shifts = tuple(shift if day.works else None for day in days)
    demands = (
        VisitDemand("weekly", 1, 30.0, **demand),
        VisitDemand("rare", 2, 30.0, visits=1, weeks=weeks),
        VisitDemand("daily", 3, 20.0, visits=weekdays),
    )
    places = tuple(Place(name) for name in ("home", "a", "b", "c"))
    return Problem(
        "cycle", days, (Rep("R1", shifts),), places, demands, line_matrix([0, 10, 20, 30])
    )


#: Every length of cycle with some length of week, a week and a month with each.
LENGTHS = sorted(
    {*((w, 5 + w % 3) for w in range(1, 13)), *((w, d) for w in (1, 4) for d in (5, 6, 7))}
)


@pytest.mark.parametrize(("weeks", "weekdays"), LENGTHS)
@pytest.mark.parametrize("irregular", [False, True])
def test_every_length_of_week_and_cycle(weeks: int, weekdays: int, irregular: bool) -> None:
    problem = cycle(weeks, weekdays, irregular=irregular)
    plan = solved(problem, 40, params=SearchParams(finish_days=False))
    assert plan.unserved == ()
    assert len(plan.days_of("weekly")) == weeks
    assert len(plan.days_of("rare")) == 1
    assert len(plan.days_of("daily")) == weekdays * weeks


class TestDays:
    def test_a_day_ends_at_a_hotel_and_the_next_starts_there(self) -> None:
        outlets = [outlet("near", 10, weekdays=(0,)), outlet("far", 170, 120.0, weekdays=(0,))]
        outlets += [
            outlet("hotel", 180, prize=0.0, weekdays=(6,)),
            outlet("on", 200, weekdays=(1,)),
        ]
        problem = build_problem(outlets, [rep(days_off=(2, 3, 4))])
        hotel = next(i for i, p in enumerate(problem.places) if p.id == "hotel")
        out, back = problem.reps[0].shifts[:2]
        assert out is not None
        assert back is not None
        shifts = (replace(out, end_place=hotel), replace(back, start_place=hotel))
        rep_with_hotel = replace(problem.reps[0], shifts=shifts + problem.reps[0].shifts[2:])
        plan = solved(replace(problem, reps=(rep_with_hotel,)))
        assert plan.unserved == ()
        assert plan.cost.travel == 400.0  # out to 200 and home again

    def test_several_breaks_and_a_meeting_at_its_time(self) -> None:
        meeting = Break("meeting", 30.0, minute("10:00"), minute("10:30"))
        tea = Break("tea", 10.0, minute("15:00"), minute("16:00"))
        outlets = [outlet(f"o{i}", 10, 40.0, weekdays=(0,)) for i in range(10)]
        plan = solved(build_problem(outlets, [rep(breaks=(tea, lunch(), meeting))]))
        assert plan.unserved == ()
        taken = {b.name: b.start_minute for b in plan.routes[0].breaks}
        assert taken["meeting"] == minute("10:00")
        assert taken.keys() == {"meeting", "lunch", "tea"}

    def test_a_meeting_at_a_place_is_an_appointment(self) -> None:
        office = outlet("office", 5, 60.0, priority=9.0, pins=(Pin(0, minute("09:00"), "R1"),))
        outlets = [office, *(outlet(f"o{i}", 10, weekdays=(0,)) for i in range(4))]
        (route,) = solved(build_problem(outlets)).routes
        assert {s.demand_id: s.start_minute for s in route.stops}["office"] == minute("09:00")

    def test_overtime_is_bought_where_it_is_worth_it_up_to_the_hard_end(self) -> None:
        outlets = [outlet(f"o{i}", 10, 60.0, weekdays=(0,)) for i in range(6)]
        plan = solved(build_problem(outlets, [rep(end="12:00", hard_end="13:25")]))
        assert len(plan.routes[0].stops) == 5
        assert plan.cost.overtime == 2.0 * 80.0
        assert [u.reason for u in plan.unserved] == [Reason.DAY_FULL]

    def test_capacity_and_stops_are_not_exceeded(self) -> None:
        outlets = [outlet(f"o{i}", 10, 10.0, weekdays=(0, 1), load=1.0) for i in range(9)]
        plan = solved(build_problem(outlets, [rep(capacity=3.0, max_stops=5)]))
        assert [len(route.stops) for route in plan.routes] == [3, 3]
        light = [replace(o, demand=replace(o.demand, load=0.1)) for o in outlets]
        plan = solved(build_problem(light, [rep(capacity=3.0, max_stops=4)]))
        assert [len(route.stops) for route in plan.routes] == [4, 4]

    def test_several_windows_a_day_and_blackouts(self) -> None:
        hours = tuple(
            (Window(minute("09:00"), minute("09:30")), Window(minute("16:00"), minute("16:30")))
            if weekday < 3
            else ()
            for weekday in range(7)
        )
        outlets = [outlet(f"o{i}", 10, windows=hours, closed_days=(1, 2)) for i in range(2)]
        (route,) = solved(build_problem(outlets)).routes
        assert route.day == 0
        assert {s.start_minute for s in route.stops} == {minute("09:00"), minute("16:00")}


class TestDegradedPatterns:
    def test_the_rest_of_the_pattern_stays_where_a_visit_is_missing(self) -> None:
        """Monday of week two is full of better visits; the other weeks keep their Monday."""
        weekly = outlet("a", 10, 60.0, weekdays=(0,))
        better = [outlet(f"b{i}", 10, 60.0, patterns=((7,),), priority=5.0) for i in range(2)]
        problem = build_problem([weekly, *better], [rep(end="10:20")], weeks=4)
        plan = solved(problem)
        assert plan.days_of("a") == (0, 14, 21)
        assert [(u.demand_id, u.count) for u in plan.unserved] == [("a", 1)]
        assert plan.cost.unserved == 1000.0

    @pytest.mark.parametrize("irregular", [False, True])
    def test_gaps_are_kept_where_visits_are_missing(self, irregular: bool) -> None:
        """Half of the days hold nothing; no two visits move closer to make up for it."""
        gaps = {"visits": 3, "weeks": 1, "min_gap_days": 2, "irregular": irregular}
        outlets = [outlet(f"o{i}", 20 + i, 100.0, **gaps) for i in range(4)]
        problem = build_problem(outlets, [rep(end="12:00")], weeks=3)
        plan = solved(problem, 400)
        assert plan.unserved
        for each in outlets:
            days = plan.days_of(each.demand.id)
            assert all(b - a >= 2 for a, b in pairwise(days))

    def test_an_outlet_that_counts_less_is_dropped_with_all_its_visits_weighed(self) -> None:
        few = outlet("few", 10, 100.0, priority=1.5, weekdays=(0,))
        many = outlet("many", 10, 100.0, visits=1, weekdays=(0,))
        plan = solved(build_problem([few, many], [rep(end="10:10")], weeks=2))
        assert {u.demand_id: u.count for u in plan.unserved} == {"many": 2}


@pytest.mark.parametrize(
    ("shift", "code"),
    [
        ({"max_stops": -1}, "amount-range"),
        ({"capacity": -1.0}, "amount-range"),
        ({"work_limit_minutes": float("nan")}, "amount-range"),
    ],
)
def test_impossible_days_are_named(shift: dict[str, Any], code: str) -> None:
    assert {f.code for f in validate(build_problem([outlet("a", 1)], [rep(**shift)]))} == {code}


def test_windows_may_close_at_midnight() -> None:
    night = open_from("20:00", "23:59")
    plan = solved(build_problem([outlet("a", 10, windows=night)], [rep(end="24:00")]))
    assert plan.routes[0].stops[0].start_minute >= minute("20:00")
