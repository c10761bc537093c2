from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.calendar import DayKind
from routing.check import check
from routing.check.day_sets import DaySets
from routing.evaluate import Sequenced, evaluate
from routing.patterns import patterns_of, required_visits
from routing.plan import Cost, Leg, Plan, Reason, TakenBreak, UnservedVisit
from routing.problem import Break, Pin, Problem, VisitDemand, Weights
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


def problem(**demand: Any) -> Problem:
    """Two reps, lunch, three outlets; keywords change outlet ``a``, visited twice a week."""
    kept: dict[str, Any] = {"visits": 2, "windows": open_from("09:00", "16:00", closed=(4,))}
    return build_problem(
        [outlet("a", 10, **(kept | demand)), outlet("b", 20), outlet("c", 30, 240.0)],
        [rep("R1", breaks=(lunch(),), hard_end="18:00"), rep("R2")],
        weights=Weights(imbalance=1.0, travel_km=0.5),
    )


ORDER = (
    Sequenced("R1", 0, ("a", "b", "c")),
    Sequenced("R1", 3, ("a",)),
)


def right_plan(of: Problem | None = None) -> Plan:
    return evaluate(of or problem(), ORDER)


def codes(of: Problem, plan: Plan) -> set[str]:
    return {fault.code for fault in check(of, plan)}


def after(order: list[tuple[str, int, tuple[str, ...]]], of: Problem | None = None) -> set[str]:
    """Codes of the plan of these sequences."""
    of = of or problem()
    return codes(of, evaluate(of, [Sequenced(*each) for each in order]))


def with_route(plan: Plan, index: int, **changes: Any) -> Plan:
    routes = list(plan.routes)
    routes[index] = replace(routes[index], **changes)
    return replace(plan, routes=tuple(routes))


def with_stop(plan: Plan, number: int, **changes: Any) -> Plan:
    stops = list(plan.routes[0].stops)
    stops[number] = replace(stops[number], **changes)
    return with_route(plan, 0, stops=tuple(stops))


def with_break(plan: Plan, **changes: Any) -> Plan:
    return with_route(plan, 0, breaks=(replace(plan.routes[0].breaks[0], **changes),))


def shifted(plan: Plan, minutes: float) -> Plan:
    """The first route, everything so many minutes later."""
    route = plan.routes[0]
    return with_route(
        plan,
        0,
        start_minute=route.start_minute + minutes,
        end_minute=route.end_minute + minutes,
        stops=tuple(
            replace(
                stop,
                arrival_minute=stop.arrival_minute + minutes,
                start_minute=stop.start_minute + minutes,
                leave_minute=stop.leave_minute + minutes,
            )
            for stop in route.stops
        ),
        breaks=tuple(
            TakenBreak(b.name, b.leg, b.start_minute + minutes, b.end_minute + minutes)
            for b in route.breaks
        ),
    )


def test_a_right_plan_passes() -> None:
    plan = right_plan()
    assert plan.routes[0].breaks
    assert check(problem(), plan) == []


def test_a_stop_moved_to_a_day_that_breaks_the_frequency_fails() -> None:
    assert after([("R1", 0, ("a", "b", "c")), ("R1", 1, ("a",))]) == {"pattern-broken"}


def test_a_stop_dropped_fails() -> None:
    plan = right_plan()
    assert codes(problem(), replace(plan, routes=plan.routes[:1])) >= {
        "unserved-unlisted",
        "cost-wrong",
    }


def test_a_stop_doubled_fails() -> None:
    assert "stop-doubled" in after([("R1", 0, ("a", "b", "c", "a")), ("R1", 3, ("a",))])


def test_a_stop_doubled_by_another_rep_fails() -> None:
    of = replace(problem(), same_rep=False)
    found = after([("R1", 0, ("a", "b", "c")), ("R1", 3, ("a",)), ("R2", 3, ("a",))], of)
    assert "stop-doubled" in found


def test_a_waiting_break_before_an_arrival_is_right() -> None:
    of = build_problem([outlet("a", 10, 200.0), outlet("b", 20)], [rep(breaks=(lunch(),))])
    assert after([("R1", 0, ("a", "b"))], of) == set()


TIMES: list[tuple[str, Callable[[Plan], Plan]]] = [
    ("route-doubled", lambda p: replace(p, routes=(p.routes[0], *p.routes))),
    ("route-unknown-rep", lambda p: with_route(p, 0, rep_id="R9")),
    ("route-unknown-day", lambda p: with_route(p, 0, day=99)),
    ("route-day-off", lambda p: with_route(p, 0, day=5)),
    ("route-empty", lambda p: with_route(p, 0, stops=(), legs=(Leg(0.0, 0.0),), breaks=())),
    ("route-legs", lambda p: with_route(p, 0, legs=p.routes[0].legs[:-1])),
    ("stop-unknown-demand", lambda p: with_stop(p, 0, demand_id="z")),
    ("leg-wrong", lambda p: with_route(p, 0, legs=(Leg(1.0, 10_000.0), *p.routes[0].legs[1:]))),
    ("leg-wrong", lambda p: with_route(p, 0, legs=(Leg(600.0, 1.0), *p.routes[0].legs[1:]))),
    ("time-arrival-wrong", lambda p: with_stop(p, 1, arrival_minute=500.0)),
    ("time-arrival-wrong", lambda p: with_route(p, 0, end_minute=1000.0)),
    ("time-arrival-wrong", lambda p: with_stop(p, 1, arrival_minute=float("nan"))),
    ("time-start-wrong", lambda p: with_stop(p, 1, start_minute=0.0)),
    ("time-leave-wrong", lambda p: with_stop(p, 1, leave_minute=999.0)),
    ("visit-outside-window", lambda p: shifted(p, -110.0)),
    ("shift-start", lambda p: shifted(p, -180.0)),
    ("shift-end", lambda p: shifted(p, 300.0)),
    ("break-missing", lambda p: with_route(p, 0, breaks=())),
    ("break-unknown", lambda p: with_break(p, name="tea")),
    ("break-doubled", lambda p: with_route(p, 0, breaks=p.routes[0].breaks * 2)),
    ("break-length", lambda p: with_break(p, end_minute=p.routes[0].breaks[0].start_minute + 1)),
    ("break-span", lambda p: shifted(p, -60.0)),
    ("break-misplaced", lambda p: with_break(p, leg=0)),
    ("break-misplaced", lambda p: with_break(p, leg=17)),
    ("cost-wrong", lambda p: replace(p, cost=replace(p.cost, imbalance=p.cost.imbalance * 1.001))),
    ("unserved-unknown-demand", lambda p: replace(p, unserved=(_missing("z", 1),))),
    ("unserved-served", lambda p: replace(p, unserved=(_missing("a", 1),))),
    ("unserved-doubled", lambda p: replace(p, unserved=(_missing("a", 1),) * 2)),
]


def _missing(demand_id: str, count: int) -> UnservedVisit:
    return UnservedVisit(demand_id, count, Reason.DAY_FULL)


@pytest.mark.parametrize(("code", "spoil"), TIMES)
def test_each_spoilt_part_of_a_plan_is_found(code: str, spoil: Callable[[Plan], Plan]) -> None:
    assert code in codes(problem(), spoil(right_plan()))


@pytest.mark.parametrize("term", [field.name for field in fields(Cost)])
def test_every_cost_term_is_derived_again(term: str) -> None:
    plan = right_plan()
    spoilt = replace(plan.cost, **{term: getattr(plan.cost, term) + 0.01})
    found = check(problem(), replace(plan, cost=spoilt))
    assert [fault.where for fault in found] == [f"cost.{term}"]


def test_a_rounding_error_in_a_cost_is_no_fault() -> None:
    plan = right_plan()
    rounded = replace(plan.cost, travel=plan.cost.travel + 5e-7)
    assert check(problem(), replace(plan, cost=rounded)) == []


def test_a_missing_visit_counted_wrong_fails() -> None:
    of = problem(visits=3, windows=None)
    plan = evaluate(of, [Sequenced("R1", 0, ("a", "b", "c"))])
    assert codes(of, plan) == set()
    wrong = replace(plan, unserved=(_missing("a", 1),))
    assert codes(of, wrong) == {"unserved-count"}


def test_a_visit_on_a_closed_day_fails() -> None:
    assert "visit-closed-day" in after([("R1", 4, ("a",))])
    assert "visit-closed-day" in after([("R1", 0, ("a",))], problem(closed_days=(0,)))
    assert "visit-closed-day" in after([("R1", 0, ("a",))], problem(weekdays=(1, 3)))


def test_a_visit_by_a_rep_who_may_not_come_fails() -> None:
    assert after([("R2", 0, ("a",))], problem(rep_ids=("R1",))) == {"stop-wrong-rep"}


def test_visits_by_two_reps_fail_where_one_is_asked_for() -> None:
    order = [("R1", 0, ("a",)), ("R2", 3, ("a",))]
    assert after(order) == {"rep-changed"}
    assert after(order, replace(problem(), same_rep=False)) == set()


def test_a_leg_without_road_fails() -> None:
    of = without_road(problem(), "home-R1", "b")
    assert after([("R1", 0, ("b",))], of) == {"leg-unreachable"}


def test_an_appointment_at_another_minute_or_by_another_rep_fails() -> None:
    of = problem(pins=(Pin(0, minute("10:00"), "R1"),))
    assert after([("R1", 0, ("a",))], of) == set()
    assert "pin-minute" in after([("R1", 0, ("c", "a"))], of)
    assert "pin-rep" in after([("R2", 0, ("a",))], of)


def test_days_beyond_their_limits_fail() -> None:
    def limited(**shift: Any) -> Problem:
        return build_problem(
            [outlet("a", 10, 60.0, load=2.0), outlet("b", 20, 60.0, load=2.0)], [rep(**shift)]
        )

    order = [("R1", 0, ("a", "b"))]
    assert after(order, limited()) == set()
    assert after(order, limited(max_stops=1)) == {"max-stops"}
    assert after(order, limited(max_stops=2)) == set()
    assert after(order, limited(capacity=3.9)) == {"capacity-exceeded"}
    assert after(order, limited(capacity=4.0)) == set()
    assert after(order, limited(work_limit_minutes=159.0)) == {"work-limit"}
    assert after(order, limited(work_limit_minutes=160.0)) == set()
    assert after(order, limited(end="10:30")) == {"shift-end"}
    assert after(order, limited(end="10:30", hard_end="10:40")) == set()


def test_moved_visits_are_counted_from_the_previous_plan() -> None:
    of = replace(problem(), previous=right_plan(), weights=Weights(moved_visit=3.0))
    plan = evaluate(of, [Sequenced("R1", 0, ("b", "c")), Sequenced("R1", 1, ("a",))])
    assert plan.cost.moved == 3.0
    assert check(of, plan) == []


demand_kinds = st.builds(
    VisitDemand,
    st.just("a"),
    st.just(1),
    st.just(10.0),
    visits=st.integers(1, 5),
    weeks=st.integers(1, 4),
    windows=st.none()
    | st.builds(
        lambda shut: open_from("09:00", "17:00", shut), st.sets(st.integers(0, 6), max_size=4)
    ),
    weekdays=st.sets(st.integers(0, 6), max_size=4).map(lambda s: tuple(sorted(s))),
    closed_days=st.sets(st.integers(0, 6), max_size=2).map(lambda s: tuple(sorted(s))),
    min_gap_days=st.none() | st.integers(1, 9),
    max_gap_days=st.none() | st.integers(9, 30),
    last_visit=st.none() | st.dates(MONDAY - timedelta(60), MONDAY),
    pins=st.lists(st.integers(0, 6).map(Pin), max_size=2).map(tuple),
    patterns=st.none() | st.just(((0, 3), (1, 4), (2,))),
)


@given(
    demand_kinds,
    st.integers(1, 5),
    st.dictionaries(
        st.integers(0, 34).map(lambda d: MONDAY + timedelta(d)),
        st.sampled_from(DayKind),
        max_size=3,
    ),
    st.sets(st.integers(0, 34), max_size=4),
)
@settings(max_examples=150, deadline=None)
def test_the_day_sets_are_those_that_the_rule_gives_the_planner(
    demand: VisitDemand, weeks: int, exceptions: dict[date, DayKind], off: set[int]
) -> None:
    of = build_problem(
        [outlet("a", 1)], [rep(days_off=tuple(off))], weeks=weeks, exceptions=exceptions
    )
    of = replace(of, demands=(demand,))
    day_sets = DaySets(of)
    assert day_sets.required(demand) == required_visits(of, demand)
    allowed = patterns_of(of, demand)
    for pattern in allowed:
        assert day_sets.allows(demand, frozenset(pattern))
        assert day_sets.allows(demand, frozenset(pattern[:-1])) or len(pattern) == 1
    chance = random.Random(len(allowed))
    for _ in range(20):
        days = frozenset(chance.sample(range(7 * weeks), 2))
        if not day_sets._rule(demand).unthinned:
            assert day_sets.allows(demand, days) == any(days <= set(p) for p in allowed)


outlets = st.lists(
    st.tuples(st.integers(0, 60), st.integers(5, 90), st.integers(480, 960), st.integers(10, 400)),
    min_size=1,
    max_size=7,
)
pauses = st.lists(
    st.tuples(st.integers(540, 900), st.integers(10, 60), st.integers(0, 120)), max_size=2
)


@given(outlets, pauses)
@settings(max_examples=150, deadline=None)
def test_timed_days_are_always_consistent(
    places: list[tuple[int, int, int, int]], spans: list[tuple[int, int, int]]
) -> None:
    """Whatever the order, only rules of the day are broken, never the clock or the cost."""
    breaks = tuple(
        Break(f"b{i}", float(length), float(start), float(start + length + slack))
        for i, (start, length, slack) in enumerate(spans)
    )
    of = build_problem(
        [
            outlet(
                f"o{i}",
                float(at),
                float(long),
                windows=open_from(f"0:{opens}", f"0:{opens + span}"),
            )
            for i, (at, long, opens, span) in enumerate(places)
        ],
        [rep(breaks=breaks, hard_end="20:00")],
        weights=Weights(imbalance=1.0),
    )
    found = after([("R1", 0, tuple(d.id for d in of.demands))], of)
    assert found <= {"visit-outside-window", "shift-end", "break-missing"}
