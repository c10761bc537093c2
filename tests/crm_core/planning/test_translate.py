from __future__ import annotations

import datetime as dt

import pytest

from crm_core.archive.model import CallWindow, Grade
from crm_core.archive.rules import OutletStatus
from crm_core.archive.service import assign, save_grades
from crm_core.archive.service.life import set_status
from crm_core.errors import Conflict
from crm_core.people.model import Holiday
from crm_core.planning.day_route import planned_stops
from crm_core.planning.translate import PlanningInputs, outlet_of, problem_inputs
from crm_core.work.rules import DemandSource
from crm_core.work.service import want_visit
from routing.patterns import patterns_of, required_visits
from routing.problem import Problem
from routing.travel import estimate_matrix
from routing.validate import validate
from tests.crm_core.conftest import MONDAY, Field


def inputs_of(field: Field, today: dt.date = MONDAY, **last: dt.date) -> PlanningInputs:
    ids = {outlet.short_code: outlet.id for outlet in field.outlets}
    seen = {ids[code]: date for code, date in last.items()}
    return problem_inputs(field.session, field.supervisor, field.rep, MONDAY, 2, today, seen)


def build(inputs: PlanningInputs) -> Problem:
    return inputs.build(estimate_matrix(inputs.points, 5.0))


def test_a_cycle_becomes_a_right_problem(field: Field) -> None:
    problem = build(inputs_of(field))
    assert validate(problem) == []
    assert [demand.id for demand in problem.demands] == [str(o.id) for o in field.outlets]
    assert problem.zone == "Europe/Lisbon"
    assert len(problem.days) == 14


def test_the_first_point_is_the_home_of_the_rep(field: Field) -> None:
    inputs = inputs_of(field)
    assert inputs.points[0] == (field.rep.home_lat, field.rep.home_lon)
    assert len(inputs.points) == 1 + len(field.outlets)


def test_shifts_carry_hours_lunch_and_overtime(field: Field) -> None:
    monday, *_, sunday = inputs_of(field).reps[0].shifts[:7]
    assert sunday is None
    assert monday is not None
    assert (monday.start_minute, monday.end_minute, monday.hard_end) == (540, 1080, 1140)
    assert [pause.minutes for pause in monday.breaks] == [30]


def test_nobody_works_on_a_holiday(field: Field) -> None:
    field.session.add(Holiday(date=MONDAY, kind="holiday", name="x"))
    assert inputs_of(field).reps[0].shifts[0] is None


def test_a_swapped_day_is_worked_like_the_first_weekday(field: Field) -> None:
    saturday = MONDAY + dt.timedelta(days=5)
    field.session.add(Holiday(date=saturday, kind="swapped", name="x"))
    shifts = inputs_of(field).reps[0].shifts
    assert shifts[5] == shifts[0]
    assert shifts[12] is None


def test_windows_close_the_weekdays_that_have_none(field: Field) -> None:
    outlet = field.outlets[0]
    field.session.add(CallWindow(outlet_id=outlet.id, weekday=2, start_minute=600, end_minute=720))
    windowed, free = build(inputs_of(field)).demands[:2]
    assert windowed.windows is not None
    assert [len(day) for day in windowed.windows] == [0, 0, 1, 0, 0, 0, 0]
    assert free.windows is None


def test_outlets_of_another_rep_are_left_out(field: Field) -> None:
    taken = field.outlets[0].id
    director = field.company.scope("director")
    assign(field.session, director, {taken: field.company.rep_south.id}, on=MONDAY)
    assert str(taken) not in {demand.id for demand in inputs_of(field).demands}


def test_an_outlet_handed_over_later_is_still_planned(field: Field) -> None:
    taken = field.outlets[0].id
    director = field.company.scope("director")
    later = MONDAY + dt.timedelta(weeks=4)
    assign(field.session, director, {taken: field.company.rep_south.id}, on=later)
    assert str(taken) in {demand.id for demand in inputs_of(field).demands}


def test_an_outlet_without_a_policy_is_reported(field: Field) -> None:
    save_grades(field.session, [Grade(code="D", rank=4, name_zh="D", name_en="D")])
    field.outlets[0].grade_code = "D"
    field.session.flush()
    inputs = inputs_of(field)
    assert inputs.without_policy == (field.outlets[0].id,)
    assert len(inputs.demands) == 5
    assert {demand.priority for demand in inputs.demands} == {4.0}


def test_an_extra_demand_is_one_visit_between_its_dates(field: Field) -> None:
    outlet = field.outlets[0]
    due = MONDAY + dt.timedelta(days=3)
    want_visit(field.session, outlet.id, DemandSource.COMPLAINT, minutes=15, due=due)
    problem = build(inputs_of(field))
    extra = next(demand for demand in problem.demands if "+" in demand.id)
    assert outlet_of(extra.id) == outlet.id
    assert extra.patterns == ((0,), (1,), (2,), (3,))
    assert required_visits(problem, extra) == 1


def test_an_overdue_demand_may_fall_on_any_day(field: Field) -> None:
    due = MONDAY - dt.timedelta(days=3)
    outlet_id = field.outlets[0].id
    want_visit(field.session, outlet_id, DemandSource.COMPLAINT, minutes=15, due=due)
    extra = next(demand for demand in inputs_of(field).demands if "+" in demand.id)
    assert extra.closed_days == ()


def test_the_last_real_visit_is_handed_on(field: Field) -> None:
    friday = MONDAY - dt.timedelta(days=3)
    assert inputs_of(field, O1=friday).demands[1].last_visit == friday


def test_days_before_today_are_not_planned(field: Field) -> None:
    wednesday = MONDAY + dt.timedelta(days=2)
    assert inputs_of(field, wednesday).first_date == wednesday


def test_today_is_frozen_once_it_has_a_route(field: Field) -> None:
    field.publish(MONDAY)
    wednesday = MONDAY + dt.timedelta(days=2)
    inputs = inputs_of(field, wednesday)
    assert inputs.first_date == wednesday + dt.timedelta(days=1)
    routed = {demand.last_visit for demand in inputs.demands} - {None}
    assert routed == {wednesday}


def test_a_cycle_that_is_over_is_refused(field: Field) -> None:
    with pytest.raises(Conflict, match="cycle-past"):
        inputs_of(field, MONDAY + dt.timedelta(weeks=2))


def test_a_first_plan_has_no_previous_one(field: Field) -> None:
    field.plan()
    assert build(inputs_of(field)).previous is None


def test_planning_again_starts_from_the_published_days_that_are_left(field: Field) -> None:
    published = field.publish(MONDAY - dt.timedelta(days=1))
    tuesday = MONDAY + dt.timedelta(days=1)
    problem = build(inputs_of(field, tuesday))
    stops = planned_stops(field.session, field.supervisor, published.id)
    left = {
        (str(stop.outlet_id), on) for on, of_day in stops.items() for stop in of_day if on > tuesday
    }
    assert problem.previous is not None
    assert left == {
        (stop.demand_id, problem.days[route.day].date)
        for route in problem.previous.routes
        for stop in route.stops
    }


def test_what_is_not_asked_for_any_more_leaves_the_previous_plan(field: Field) -> None:
    field.publish(MONDAY - dt.timedelta(days=1))
    taken, free = field.outlets[0].id, MONDAY + dt.timedelta(days=3)
    director = field.company.scope("director")
    assign(field.session, director, {taken: field.company.rep_south.id}, on=MONDAY)
    field.session.add(Holiday(date=free, kind="holiday", name="x"))
    problem = build(inputs_of(field, MONDAY))
    assert problem.previous is not None
    assert problem.previous.days_of(str(taken)) == ()
    assert free not in {problem.days[route.day].date for route in problem.previous.routes}


def test_an_outlet_that_closes_in_the_cycle_is_visited_until_then(field: Field) -> None:
    closing, closed, later = (field.outlets[index].id for index in range(3))
    week = dt.timedelta(days=7)
    for outlet_id, on in ((closing, MONDAY + week), (closed, MONDAY), (later, MONDAY + 3 * week)):
        set_status(field.session, field.supervisor, outlet_id, OutletStatus.CLOSED, on=on)
    problem = build(inputs_of(field))
    demands = {outlet_of(demand.id): demand for demand in problem.demands}
    assert closed not in demands
    assert demands[closing].closed_days == tuple(range(7, 14))
    assert demands[later].closed_days == ()
    assert {day for p in patterns_of(problem, demands[closing]) for day in p} == set(range(5))


def test_an_extra_visit_is_not_asked_for_where_the_outlet_is_closed(field: Field) -> None:
    outlet_id, day = field.outlets[0].id, MONDAY + dt.timedelta(days=2)
    source = DemandSource.TASK
    want_visit(field.session, outlet_id, source, minutes=5, not_before=day, due=day)
    status, until = OutletStatus.SUSPENDED, day + dt.timedelta(days=1)
    set_status(field.session, field.supervisor, outlet_id, status, on=day, until=until)
    assert [d.id for d in inputs_of(field).demands if "+" in d.id] == []
