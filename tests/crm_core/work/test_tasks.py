from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from crm_core.care.rules import Severity
from crm_core.care.service import NewComplaint, close_complaint, open_complaint
from crm_core.errors import Conflict, Forbidden, Invalid, NotFound
from crm_core.people.queries import audit_entries
from crm_core.visits.rules import EventKind
from crm_core.visits.service import EventIn, record
from crm_core.work.follow_ups import NewFollowUp, NextStep, add_follow_up
from crm_core.work.model import Task, VisitDemand
from crm_core.work.queries import TasksAsked, day_tasks, task, tasks
from crm_core.work.rules import DemandStatus, FollowUpKind, TaskKind, task_faults
from crm_core.work.tasks import add_task, change_task, finish_task, reopen_task
from tests.conftest import TODAY
from tests.crm_core.conftest import MONDAY, Field, moment

DAY = dt.timedelta(days=1)


def to_do(field: Field, title: str = "Ring", **values: Any) -> Task:
    return add_task(
        field.session,
        field.own,
        {"title": title, "rep_id": field.rep.id, **values},
        now=moment(TODAY),
    )


def demand_of(field: Field, row: Task) -> VisitDemand:
    return field.session.get_one(VisitDemand, row.demand_id)


class TestTasks:
    def test_a_task_tells_who_made_and_ended_it(self, field: Field) -> None:
        row = to_do(field)
        assert (row.created_by, row.created_at) == (field.own.user_id, moment(TODAY))
        ended = moment(TODAY, 9.0)
        finish_task(field.session, field.own, row.id, result="They agree", now=ended)
        assert (row.state, row.ended_by, row.ended_at) == ("done", field.own.user_id, ended)
        finish_task(field.session, field.own, row.id, now=moment(TODAY, 10.0))
        assert (row.result, row.ended_at) == ("They agree", ended)
        with pytest.raises(Conflict, match="task-ended"):
            finish_task(field.session, field.own, row.id, cancelled=True)
        with pytest.raises(Conflict, match="task-ended"):
            change_task(field.session, field.own, row.id, {"title": "Late"})
        reopen_task(field.session, field.own, row.id)
        assert (row.state, row.ended_at) == ("open", None)
        director = field.company.scope("director")
        log = audit_entries(field.session, director, table="task", row_id=row.id)
        assert [entry.action for entry in log] == ["update", "update", "insert"]

    def test_every_fault_is_told(self, field: Field) -> None:
        wrong = {
            "title": " ",
            "kind": "visit",
            "priority": "huge",
            "not_before": TODAY,
            "due": TODAY - DAY,
            "rep_id": field.rep.id,
            "user_id": field.own.user_id,
        }
        assert {(fault.code, fault.where) for fault in task_faults(wrong)} == {
            ("title-missing", "title"),
            ("word-unknown", "priority"),
            ("task-dates", "due"),
            ("two-owners", "user_id"),
            ("visit-nowhere", "outlet_id"),
        }
        with pytest.raises(Invalid, match="task-not-right"):
            add_task(field.session, field.own, {"title": "x" * 201, "outlet_id": uuid4()})

    def test_a_task_that_the_phone_sends_twice_is_one(self, field: Field) -> None:
        own_id, values = uuid4(), {"title": "Ring", "rep_id": field.rep.id}
        made = [add_task(field.session, field.own, values, task_id=own_id) for _ in range(2)]
        assert made[0] is made[1]
        south = field.company.scope("rep-south")
        with pytest.raises(Conflict, match="id-taken"):
            add_task(field.session, south, {"title": "Mine"}, task_id=own_id)

    def test_nobody_gives_work_to_whom_they_do_not_see(self, field: Field) -> None:
        south = field.company.rep_south
        with pytest.raises(Invalid, match="task-not-right"):
            add_task(field.session, field.supervisor, {"title": "Ring", "rep_id": south.id})
        given = add_task(field.session, field.supervisor, {"title": "A", "rep_id": field.rep.id})
        assert task(field.session, field.own, given.id) is given
        with pytest.raises(NotFound, match="task-unknown"):
            task(field.session, field.company.scope("rep-south"), given.id)
        with pytest.raises(Forbidden, match="write-forbidden"):
            finish_task(field.session, field.company.scope("auditor"), given.id)

    def test_what_a_supervisor_keeps_for_oneself_is_not_the_reps_to_read(
        self, field: Field
    ) -> None:
        boss = field.supervisor
        values = {"title": "Ride along", "user_id": boss.user_id}
        own = add_task(field.session, boss, {**values, "outlet_id": field.outlets[0].id})
        with pytest.raises(NotFound):
            task(field.session, field.own, own.id)
        director = field.company.scope("director")
        (told,) = audit_entries(field.session, director, table="task", row_id=own.id)
        assert told.record_id is None
        assert tasks(field.session, boss, TasksAsked(mine=True)) == [own]

    def test_the_list_goes_on_where_a_page_ended(self, field: Field) -> None:
        made = [to_do(field, due=due) for due in (None, TODAY + DAY, TODAY, TODAY)]
        first = tasks(field.session, field.own, TasksAsked(), limit=2)
        rest = tasks(field.session, field.own, TasksAsked(), after=first[-1].id)
        assert [*first, *rest] == [made[2], made[3], made[1], made[0]]
        assert tasks(field.session, field.own, TasksAsked(due_to=TODAY)) == first


class TestVisits:
    def test_a_task_to_visit_asks_for_the_visit_and_takes_it_along(self, field: Field) -> None:
        row = to_do(field, kind=TaskKind.VISIT, outlet_id=field.outlets[0].id, priority="high")
        demand = demand_of(field, row)
        assert (demand.source, demand.priority, demand.due) == ("task", 8, None)
        change_task(field.session, field.own, row.id, {"due": TODAY + DAY, "priority": "low"})
        assert (demand.due, demand.priority) == (TODAY + DAY, 2)
        finish_task(field.session, field.own, row.id, cancelled=True)
        assert demand.status == DemandStatus.CANCELLED
        reopen_task(field.session, field.own, row.id)
        change_task(field.session, field.own, row.id, {"kind": TaskKind.CALL})
        assert (demand.status, row.demand_id) == (DemandStatus.CANCELLED, None)

    def test_a_visit_does_what_it_was_asked_for(self, field: Field) -> None:
        at = {"kind": TaskKind.VISIT, "outlet_id": field.outlets[0].id}
        now, later = to_do(field, **at), to_do(field, **at, not_before=TODAY + DAY)
        visit(field)
        assert (now.state, demand_of(field, now).status) == ("done", DemandStatus.DONE)
        assert (later.state, demand_of(field, later).status) == ("open", DemandStatus.OPEN)

    def test_a_visit_to_who_complains_meets_the_demand_and_leaves_the_complaint(
        self, field: Field
    ) -> None:
        new = NewComplaint(field.outlets[0].id, Severity.HIGH, "Broken")
        complaint = open_complaint(field.session, field.own, new, now=moment(TODAY, 8.0))
        assert complaint.task_id
        row = task(field.session, field.own, complaint.task_id)
        visit(field)
        assert (row.state, demand_of(field, row).status) == ("open", DemandStatus.DONE)
        with pytest.raises(Conflict, match="task-of-complaint"):
            finish_task(field.session, field.own, row.id)
        change_task(field.session, field.own, row.id, {"due": TODAY + 9 * DAY})
        field.session.refresh(complaint)
        assert complaint.due == TODAY + 9 * DAY
        close_complaint(field.session, field.own, complaint.id, "Mended")
        assert (row.state, row.result) == ("done", "Mended")

    def test_the_next_step_of_a_visit_is_one_task_however_often_it_is_said(
        self, field: Field
    ) -> None:
        key = visit(field, next_step="Bring prices", next_on="2026-03-11")
        (row,) = tasks(field.session, field.own, TasksAsked())
        assert (row.title, row.due, row.source) == ("Bring prices", dt.date(2026, 3, 11), "visit")
        visit(field, key, hour=10.0, next_step="Bring the contract", next_on="2026-03-12")
        (again,) = tasks(field.session, field.own, TasksAsked())
        assert (again.id, again.title, again.visit_id) == (
            row.id,
            "Bring the contract",
            row.visit_id,
        )
        visit(field, key, hour=11.0, next_step="")
        assert tasks(field.session, field.own, TasksAsked(state="open")) == []

    def test_a_next_step_that_cannot_be_read_is_refused(self, field: Field) -> None:
        event = EventIn(
            uuid4(),
            uuid4(),
            EventKind.CHECK_IN,
            field.outlets[0].id,
            moment(TODAY, 9.0),
            payload={"next_on": "soon"},
        )
        (result,) = record(field.session, field.own, [event], now=moment(TODAY, 12.0))
        assert result.problem is not None
        assert [fault.where for fault in result.problem.faults] == [
            "payload.next_on",
            "payload.next_step",
        ]


class TestDay:
    def test_the_day_has_what_is_open_at_its_stops_and_what_is_due(self, field: Field) -> None:
        here, there = field.outlets[0].id, field.outlets[1].id
        far = to_do(field, outlet_id=here, due=TODAY + 90 * DAY)
        late = to_do(field, due=TODAY - DAY)
        to_do(field, outlet_id=there, due=TODAY + DAY)
        elsewhere = to_do(field, outlet_id=there, due=TODAY)
        finish_task(field.session, field.own, to_do(field, outlet_id=here).id)
        found = day_tasks(field.session, field.rep.id, TODAY, [here])
        assert found == [late, elsewhere, far]


class TestFollowUps:
    def log(self, field: Field, **more: Any) -> Any:
        links = {"outlet_id": field.outlets[0].id}
        new = NewFollowUp(FollowUpKind.CALL, moment(TODAY, 9.0), "Rang", links, **more)
        return add_follow_up(field.session, field.own, new)

    def test_a_call_does_its_task_and_makes_the_next(self, field: Field) -> None:
        row = to_do(field, outlet_id=field.outlets[0].id)
        step = NextStep("Show the range", MONDAY + 10 * DAY, TaskKind.VISIT)
        call, made = self.log(field, answers=row.id, next_step=step)
        assert (row.state, row.result, row.answered_by_id) == ("done", "Rang", call.id)
        assert (made.follow_up_id, made.due, made.rep_id) == (call.id, step.due, field.rep.id)
        assert demand_of(field, made).not_before == MONDAY + 7 * DAY

    def test_a_call_that_is_sent_twice_is_one(self, field: Field) -> None:
        own_id, step = uuid4(), NextStep("Ring again", TODAY + DAY)
        first = self.log(field, id=own_id, next_step=step)
        assert self.log(field, id=own_id, next_step=step) == first
        assert len(tasks(field.session, field.own, TasksAsked())) == 1

    def test_a_call_is_with_one_outlet_or_account(self, field: Field) -> None:
        new = NewFollowUp(FollowUpKind.MAIL, moment(TODAY))
        with pytest.raises(Invalid, match="task-not-right"):
            add_follow_up(field.session, field.own, new)


def visit(field: Field, key: Any = None, hour: float = 9.0, **payload: Any) -> Any:
    key = key or uuid4()
    kinds = ((EventKind.CHECK_IN, hour), (EventKind.CHECK_OUT, hour + 0.5))
    outlet_id = field.outlets[0].id
    events = [
        EventIn(uuid4(), key, kind, outlet_id, moment(TODAY, at), payload=payload)
        for kind, at in kinds
    ]
    record(field.session, field.own, events, now=moment(TODAY, 12.0))
    return key
