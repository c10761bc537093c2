from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from string import Formatter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import remedy as remedies
from routing.check import check
from routing.evaluate import Sequenced, evaluate
from routing.explain import explain
from routing.plan import Facts, Plan, Reason, UnservedVisit
from routing.problem import Pin, Problem, Weights
from routing.remedy import CannotApply, apply_remedy
from routing.solve import solve
from routing.stop import Iterations
from routing.validate import validate
from routing.wording import DETAILS, REMEDIES
from tests.routing.builders import (
    Worker,
    build_problem,
    lunch,
    minute,
    open_from,
    outlet,
    rep,
    without_road,
)
from tests.routing.solvable import problems, sequences

Order = tuple[str, int, tuple[str, ...]]

ENOUGH = Iterations(200)
#: What no change of a problem grants.
OUTSIDE = {"add_rep", "correct_place", "next_cycle"}


def one_day(**shift: Any) -> Worker:
    """R1 on Monday only."""
    return rep(days_off=(1, 2, 3, 4), **shift)


def unserved_in(problem: Problem, order: Sequence[Order], demand_id: str) -> UnservedVisit:
    plan = explain(problem, evaluate(problem, [Sequenced(*each) for each in order]))
    return next(each for each in plan.unserved if each.demand_id == demand_id)


def granted(problem: Problem, order: Sequence[Order], demand_id: str, action: str) -> Problem:
    """The problem once the remedy, which is of that action, is granted; it has no faults."""
    found = unserved_in(problem, order, demand_id)
    assert found.remedy is not None
    assert found.remedy.action == action
    changed = apply_remedy(problem, found)
    assert validate(changed) == []
    return changed


def keeps_every_rule(problem: Problem, order: Sequence[Order]) -> bool:
    return check(problem, evaluate(problem, [Sequenced(*each) for each in order])) == []


@st.composite
def explained(draw: st.DrawFn) -> tuple[Problem, Plan]:
    """A problem and some plan of it, right or not, with its explanations."""
    problem = draw(problems())
    return problem, explain(problem, draw(sequences(problem)))


@given(explained())
@settings(max_examples=150, deadline=None)
def test_every_missing_visit_of_any_plan_is_explained(case: tuple[Problem, Plan]) -> None:
    _, plan = case
    for missing in plan.unserved:
        assert missing.reason is not Reason.UNEXPLAINED
        assert missing.detail
        assert missing.facts is not None
        assert missing.remedy is not None
        assert missing.remedy.text
        assert missing.remedy.minutes >= 0.0


@given(explained())
@settings(max_examples=150, deadline=None)
def test_a_granted_remedy_leaves_a_problem_without_faults(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    for missing in plan.unserved:
        if missing.remedy is not None and missing.remedy.action not in OUTSIDE:
            assert validate(apply_remedy(problem, missing)) == []


def test_every_action_that_is_offered_can_be_applied() -> None:
    assert set(remedies.CHANGES) | OUTSIDE == set(REMEDIES)


@pytest.mark.parametrize("text", [*DETAILS.values(), *REMEDIES.values()])
def test_sentences_name_only_what_is_known(text: str) -> None:
    known = {field.name for field in fields(Facts)} | {"outlet", "date", "rep", "other"}
    known |= {"start", "end", "break"}
    assert {name for _, name, _, _ in Formatter().parse(text) if name} <= known


def test_more_time_is_granted_to_the_day_that_lacks_it() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 20, 480.0)], [one_day()])
    changed = granted(problem, [("R1", 0, ("a",))], "b", "allow_overtime")
    assert keeps_every_rule(changed, [("R1", 0, ("a", "b"))])
    assert not keeps_every_rule(problem, [("R1", 0, ("a", "b"))])


def test_one_stop_more_is_granted() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 20)], [one_day(max_stops=1)])
    changed = granted(problem, [("R1", 0, ("a",))], "b", "raise_max_stops")
    assert keeps_every_rule(changed, [("R1", 0, ("a", "b"))])


def test_a_larger_load_is_granted() -> None:
    problem = build_problem([outlet("a", 10), outlet("b", 20, load=3.0)], [one_day(capacity=2.0)])
    changed = granted(problem, [("R1", 0, ("a",))], "b", "raise_capacity")
    assert keeps_every_rule(changed, [("R1", 0, ("a", "b"))])


def test_hours_are_widened_as_far_as_the_visit_needs() -> None:
    early = open_from("06:00", "07:00")
    problem = build_problem([outlet("a", 10, windows=early)], [one_day()])
    changed = granted(problem, [], "a", "extend_window")
    assert keeps_every_rule(changed, [("R1", 0, ("a",))])


def test_the_hours_of_another_are_widened_where_it_would_get_late() -> None:
    problem = build_problem(
        [outlet("a", 10, 60, windows=open_from("08:00", "09:15")),
         outlet("b", 20, 60, windows=open_from("08:00", "09:30"))],
        [one_day()],
    )  # fmt: skip
    found = unserved_in(problem, [("R1", 0, ("a",))], "b")
    assert found.remedy is not None
    assert found.remedy.action in ("extend_window", "extend_other_window")
    assert solve(apply_remedy(problem, found), stop=Iterations(200)).plan.unserved == ()


def test_an_appointment_is_moved_to_the_nearest_minute_that_fits() -> None:
    pins = (Pin(0, minute("11:30")),)
    problem = build_problem([outlet("a", 10, pins=pins), outlet("b", 200, pins=pins)], [one_day()])
    changed = granted(problem, [("R1", 0, ("b",))], "a", "move_pin")
    assert keeps_every_rule(changed, [("R1", 0, ("b", "a"))])


def test_a_break_may_end_later() -> None:
    problem = build_problem(
        [outlet("a", 10, 420.0, pins=(Pin(0, minute("09:00")),))],
        [one_day(breaks=(lunch("11:30", "12:30"),), hard_end="17:30")],
    )
    changed = granted(problem, [], "a", "move_break")
    assert keeps_every_rule(changed, [("R1", 0, ("a",))])


def test_a_set_of_days_is_allowed_that_has_room() -> None:
    problem = build_problem(
        [outlet("a", 10, visits=2, patterns=((0, 2),)), outlet("b", 20, 500.0)], [rep()]
    )
    changed = granted(problem, [("R1", 0, ("a",)), ("R1", 2, ("b",))], "a", "relax_gap")
    assert keeps_every_rule(changed, [("R1", 0, ("a",)), ("R1", 1, ("a",)), ("R1", 2, ("b",))])


def test_a_weekday_is_freed_and_a_closed_day_opened() -> None:
    sunday = build_problem([outlet("a", 10, weekdays=(6,))])
    assert solve(granted(sunday, [], "a", "free_weekday"), stop=ENOUGH).plan.unserved == ()
    shut = build_problem([outlet("a", 10, windows=((),) * 7)])
    assert solve(granted(shut, [], "a", "open_day"), stop=ENOUGH).plan.unserved == ()


def test_a_rep_works_on_a_day_more() -> None:
    problem = build_problem(
        [outlet("a", 10, visits=2, patterns=((0, 3),))], [rep("R1", days_off=(3,)), rep("R2")]
    )
    changed = granted(problem, [("R1", 0, ("a",))], "a", "add_day")
    assert keeps_every_rule(changed, [("R1", 0, ("a",)), ("R1", 3, ("a",))])


def test_a_visit_that_was_too_dear_counts_enough() -> None:
    problem = build_problem([outlet("a", 10)], weights=Weights(missing_visit=5.0))
    assert solve(granted(problem, [], "a", "raise_priority"), stop=ENOUGH).plan.unserved == ()
    nothing = replace(problem, weights=Weights(missing_visit=0.0))
    assert solve(granted(nothing, [], "a", "raise_priority"), stop=ENOUGH).plan.unserved == ()


def test_what_only_people_can_do_is_refused() -> None:
    lost = without_road(build_problem([outlet("a", 10)]), "home-R1", "a")
    with pytest.raises(CannotApply) as refusal:
        apply_remedy(lost, unserved_in(lost, [], "a"))
    assert refusal.value.code == "remedy-not-applicable"
