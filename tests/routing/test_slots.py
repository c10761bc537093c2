from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from routing.check import check
from routing.errors import InvalidPlan
from routing.evaluate import Sequenced, evaluate, time_route
from routing.patterns import may_hold, open_days
from routing.plan import Plan
from routing.problem import Pin, Problem, VisitDemand, Weights
from routing.slots import Slot, best_slots
from tests.routing.builders import build_problem, minute, open_from, outlet, rep
from tests.routing.solvable import problems, sequences


def plan_of(problem: Problem, days: dict[int, str], rep_id: str = "R1") -> Plan:
    return evaluate(problem, [Sequenced(rep_id, day, tuple(ids)) for day, ids in days.items()])


def with_slot(plan: Plan, slot: Slot, demand_id: str) -> list[Sequenced]:
    orders = {(r.rep_id, r.day): [s.demand_id for s in r.stops] for r in plan.routes}
    orders.setdefault((slot.rep_id, slot.day), []).insert(slot.position, demand_id)
    return [Sequenced(rep_id, day, tuple(ids)) for (rep_id, day), ids in orders.items()]


def slots(problem: Problem, plan: Plan, **choice: Any) -> tuple[Slot, ...]:
    """Slots for the last outlet, each of them judged."""
    demand = problem.demands[-1]
    found = best_slots(problem, plan, demand, **choice)
    for slot in found:
        faults = check(problem, evaluate(problem, with_slot(plan, slot, demand.id)))
        assert bool(faults) == bool(slot.violations)
    return found


def test_the_day_that_passes_by_is_first() -> None:
    problem = build_problem([outlet("a", 40), outlet("b", 10), outlet("c", 30)])
    plan = plan_of(problem, {0: "b", 3: "a"})
    best, second, third = slots(problem, plan)
    assert (best.day, best.added_cost, best.added_minutes) == (3, 0.0, 30.0)
    assert best.arrival_minute == minute("08:30")
    assert (second.day, second.added_cost) == (0, 40.0)
    assert third.added_cost == 60.0


def test_as_many_as_asked_for_on_the_days_and_reps_asked_for() -> None:
    workers = [rep("R1"), rep("R2", position=50)]
    problem = build_problem([outlet("a", 10), outlet("b", 40)], workers)
    plan = plan_of(problem, {0: "a"})
    assert [s.rep_id for s in slots(problem, plan, count=5)] == ["R2"] * 5
    found = slots(problem, plan, days={1, 2}, rep_ids=["R1"])
    assert [(s.rep_id, s.day) for s in found] == [("R1", 1), ("R1", 2)]


def test_other_visits_stay_within_their_windows() -> None:
    closing = open_from("08:00", "08:45")
    problem = build_problem([outlet("a", 15, windows=closing), outlet("b", 10)])
    slot = slots(problem, plan_of(problem, {0: "a"}), days={0})[0]
    assert (slot.position, slot.violations) == (1, ())


def test_nobody_is_offered_a_day_on_which_the_outlet_is_closed() -> None:
    shut = open_from("08:00", "17:00", closed=(0, 1))
    problem = build_problem([outlet("a", 10), outlet("b", 10, windows=shut, closed_days=(2,))])
    assert [slot.day for slot in slots(problem, plan_of(problem, {0: "a"}))] == [3, 4]


def test_full_days_come_last_and_say_what_they_break() -> None:
    problem = build_problem([outlet("a", 10, 60), outlet("b", 10, 60)], [rep(end="10:00")])
    found = slots(problem, plan_of(problem, {0: "a"}), count=5)
    assert [slot.day for slot in found] == [1, 2, 3, 4, 0]
    assert [fault.code for fault in found[-1].violations] == ["shift-end"]


def test_overtime_costs_its_price() -> None:
    workers = [rep(end="09:40", hard_end="11:00", days_off=(1, 2, 3, 4))]
    problem = build_problem([outlet("a", 10, 60), outlet("b", 10, 50)], workers)
    (slot,) = slots(problem, plan_of(problem, {0: "a"}))
    assert slot.added_cost == pytest.approx(2.0 * 30.0)
    assert slot.violations == ()


def test_limits_of_the_day_are_named() -> None:
    outlets = [outlet("a", 10, load=1.0), outlet("b", 10, load=1.0)]
    limits = {"max-stops": {"max_stops": 1}, "capacity-exceeded": {"capacity": 1.0}}
    for code, limit in limits.items():
        problem = build_problem(outlets, [rep(**limit)])
        found = slots(problem, plan_of(problem, {0: "a"}), days={0})
        assert [fault.code for fault in found[0].violations] == [code]


def test_a_second_visit_keeps_its_gap_where_it_can() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 10, visits=2)])
    plan = plan_of(problem, {0: "b", 1: "a"})
    found = slots(problem, plan, count=4)
    assert {slot.day for slot in found[:3]} == {2, 3, 4}
    assert [[fault.code for fault in slot.violations] for slot in found[2:]] == [
        [],
        ["pattern-broken"],
    ]


def test_all_visits_stay_with_one_rep() -> None:
    problem = build_problem([outlet("a", 10, visits=2)], [rep("R1"), rep("R2")])
    plan = plan_of(problem, {0: "a"}, "R2")
    assert {slot.rep_id for slot in slots(problem, plan)} == {"R2"}


def test_an_appointment_is_with_its_rep_at_its_minute() -> None:
    pins = (Pin(1, minute("11:00"), "R2"),)
    problem = build_problem([outlet("a", 10, pins=pins)], [rep("R1"), rep("R2")])
    (slot,) = slots(problem, Plan("line"), days={1})
    assert (slot.rep_id, slot.day) == ("R2", 1)


def test_an_outlet_that_is_not_in_the_problem_yet_has_slots() -> None:
    problem = build_problem([outlet("a", 40), outlet("b", 30)])
    plan = plan_of(problem, {2: "a"})
    new = VisitDemand("new", problem.demands[1].place, 20.0)
    best = best_slots(problem, plan, new)[0]
    assert (best.day, best.added_cost, best.violations) == (2, 0.0, ())


def test_a_place_that_is_not_there_is_refused() -> None:
    problem = build_problem([outlet("a", 10)])
    with pytest.raises(InvalidPlan, match="index-range"):
        best_slots(problem, Plan("line"), VisitDemand("new", 99, 20.0))


def brute_force(problem: Problem, plan: Plan, demand: VisitDemand) -> dict[tuple[str, int], float]:
    """Cost growth of the cheapest place without violations of each rep and day."""
    made = {r.day: r.rep_id for r in plan.routes for s in r.stops if s.demand_id == demand.id}
    bound = problem.bound_reps(demand, made)
    is_open = open_days(problem, demand)
    best: dict[tuple[str, int], float] = {}
    for worker in problem.reps:
        for day, shift in enumerate(worker.shifts):
            wanted = {day, *made}
            kept = may_hold(problem, demand, wanted)
            if shift is None or day in made or not is_open[day] or not kept:
                continue
            if bound and worker.id not in bound:
                continue
            stops = [r for r in plan.routes if (r.rep_id, r.day) == (worker.id, day)]
            for position in range(1 + sum(len(route.stops) for route in stops)):
                slot = Slot(worker.id, day, position, 0.0, 0.0, 0.0, ())
                orders = with_slot(plan, slot, demand.id)
                ids = next(o for o in orders if (o.rep_id, o.day) == (worker.id, day)).demand_ids
                if time_route(problem, worker.id, day, ids).violations:
                    continue
                cost = evaluate(problem, orders).cost
                missed = cost.unserved + cost.forgone - plan.cost.unserved - plan.cost.forgone
                growth = cost.total - plan.cost.total - missed
                key = worker.id, day
                best[key] = min(growth, best.get(key, float("inf")))
    return best


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_slots_are_the_best_there_are(data: st.DataObject) -> None:
    problem = data.draw(problems())
    assume(problem.demands and np.isfinite(problem.travel.seconds).all())
    plan = data.draw(sequences(problem))
    demand = data.draw(st.sampled_from(problem.demands))
    expected = sorted(brute_force(problem, plan, demand).values())
    count = data.draw(st.sampled_from([1, 3, 50]))
    found = [s for s in best_slots(problem, plan, demand, count=count) if not s.violations]
    assert [s.added_cost for s in found] == pytest.approx(expected[:count], abs=1e-6)


def test_evenness_counts_at_its_weight() -> None:
    weights = Weights(imbalance=10.0)
    problem = build_problem([outlet("a", 40), outlet("b", 39)], weights=weights)
    plan = plan_of(problem, {0: "a"})
    grown = evaluate(problem, with_slot(plan, slots(problem, plan)[0], "b")).cost
    best = slots(problem, plan)[0]
    assert best.day != 0
    assert best.added_cost == pytest.approx(
        grown.total - grown.unserved - plan.cost.total + plan.cost.unserved
    )
    assert slots(replace(problem, weights=Weights()), plan)[0].day == 0
