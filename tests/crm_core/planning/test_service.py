from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest

from crm_core.db import AppendOnlyError
from crm_core.errors import Conflict, Forbidden, Invalid, NotFound
from crm_core.planning.queries import plan as read_plan
from crm_core.planning.queries import planned_days, run_tasks, runs
from crm_core.planning.rules import RunStatus
from crm_core.planning.service import (
    PLAN_REP,
    baseline_for,
    cancel_run,
    mark_task,
    publish,
    request_run,
)
from crm_core.work.model import Job
from crm_core.work.service import claim
from tests.crm_core.conftest import MONDAY, Field, moment

DAY = dt.timedelta(days=1)


def baseline(field: Field, date: dt.date, asked: dt.datetime) -> object:
    row = baseline_for(field.session, field.supervisor, field.rep.id, date, now=asked)
    return row and row.journey_plan_id


class TestRequestRun:
    def test_every_rep_in_scope_gets_a_task_and_a_job(self, field: Field) -> None:
        run = request_run(field.session, field.supervisor, cycle_start=MONDAY)
        (task,) = run_tasks(field.session, field.supervisor, run.id)
        assert (task.rep_id, task.status) == (field.rep.id, "queued")
        job = claim(field.session, "w", kinds=[PLAN_REP])
        assert job is not None
        assert job.id == task.job_id
        assert job.payload == {
            "run_id": str(run.id),
            "task_id": str(task.id),
            "rep_id": str(field.rep.id),
        }

    def test_a_director_plans_all_reps(self, field: Field) -> None:
        scope = field.company.scope("director")
        run = request_run(field.session, scope, cycle_start=MONDAY)
        assert len(run_tasks(field.session, scope, run.id)) == 2
        assert len(run_tasks(field.session, field.supervisor, run.id)) == 1
        assert runs(field.session, field.supervisor) == [run]

    def test_a_rep_may_not_plan(self, field: Field) -> None:
        with pytest.raises(Forbidden, match="plan-forbidden"):
            request_run(field.session, field.own, cycle_start=MONDAY)

    def test_a_rep_of_another_department_is_unknown(self, field: Field) -> None:
        others = [field.company.rep_south.id]
        with pytest.raises(NotFound, match="rep-unknown"):
            request_run(field.session, field.supervisor, cycle_start=MONDAY, rep_ids=others)

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"cycle_start": MONDAY + DAY}, "cycle-start-not-monday"),
            ({"weeks": 0}, "weeks-out-of-range"),
            ({"weeks": 13}, "weeks-out-of-range"),
            ({"seconds": 0.0}, "seconds-out-of-range"),
        ],
    )
    def test_an_impossible_request_is_refused(
        self, field: Field, change: dict[str, object], code: str
    ) -> None:
        wanted: dict[str, object] = {"cycle_start": MONDAY, **change}
        with pytest.raises(Invalid, match=code):
            request_run(field.session, field.supervisor, **wanted)  # type: ignore[arg-type]


class TestTasks:
    def test_the_run_is_done_when_its_tasks_are(self, field: Field) -> None:
        run = request_run(field.session, field.supervisor, cycle_start=MONDAY)
        (task,) = run_tasks(field.session, field.supervisor, run.id)
        assert mark_task(field.session, task, RunStatus.RUNNING).status == "running"
        plan = field.plan()
        mark_task(field.session, task, RunStatus.DONE, plan=plan, problem_key="k")
        assert run.status == "done"
        assert (task.journey_plan_id, task.problem_key) == (plan.id, "k")
        assert task.summary == plan.summary

    def test_cancelling_ends_queued_tasks_and_asks_running_ones_to_stop(self, field: Field) -> None:
        scope = field.company.scope("director")
        run = request_run(field.session, scope, cycle_start=MONDAY)
        first = claim(field.session, "w", kinds=[PLAN_REP])
        assert first is not None
        tasks = {task.job_id: task for task in run_tasks(field.session, scope, run.id)}
        mark_task(field.session, tasks[first.id], RunStatus.RUNNING)
        cancel_run(field.session, scope, run.id)
        assert sorted(task.status for task in tasks.values()) == ["cancelled", "running"]
        assert field.session.get_one(Job, first.id).cancel_requested
        assert run.status == "running"

    def test_a_run_without_reps_in_scope_is_unknown(self, field: Field) -> None:
        others = [field.company.rep_south.id]
        director = field.company.scope("director")
        run = request_run(field.session, director, cycle_start=MONDAY, rep_ids=others)
        with pytest.raises(NotFound, match="run-unknown"):
            cancel_run(field.session, field.supervisor, run.id)


class TestPublish:
    def test_a_draft_is_published_once(self, field: Field) -> None:
        plan = field.publish(MONDAY, 9.0)
        assert (plan.status, plan.published_at) == ("published", moment(MONDAY, 9.0))
        assert plan.published_by == field.supervisor.user_id
        with pytest.raises(Conflict, match="plan-not-draft"):
            publish(field.session, field.supervisor, plan.id, now=moment(MONDAY, 10.0))

    def test_it_supersedes_the_version_before(self, field: Field) -> None:
        first, second = field.publish(MONDAY), field.publish(MONDAY + DAY)
        assert (first.status, second.status) == ("superseded", "published")

    def test_an_older_draft_is_outdated_by_a_newer_published_version(self, field: Field) -> None:
        old = field.plan()
        field.publish(MONDAY)
        with pytest.raises(Conflict, match="plan-outdated"):
            publish(field.session, field.supervisor, old.id, now=moment(MONDAY))

    def test_a_rep_may_not_publish(self, field: Field) -> None:
        plan = field.plan()
        with pytest.raises(Forbidden, match="publish-forbidden"):
            publish(field.session, field.own, plan.id, now=moment(MONDAY))

    def test_a_plan_out_of_scope_is_unknown(self, field: Field) -> None:
        with pytest.raises(NotFound, match="plan-unknown"):
            publish(field.session, field.supervisor, uuid4(), now=moment(MONDAY))

    def test_a_cycle_that_is_over_is_not_published(self, field: Field) -> None:
        plan = field.plan()
        with pytest.raises(Conflict, match="cycle-past"):
            publish(field.session, field.supervisor, plan.id, now=moment(MONDAY + 14 * DAY))

    def test_the_parts_of_a_plan_never_change(self, field: Field) -> None:
        plan = field.publish(MONDAY)
        day = planned_days(field.session, field.supervisor, plan.id)[0]
        day.start_minute += 1
        with pytest.raises(AppendOnlyError):
            field.session.flush()

    def test_a_published_plan_never_changes(self, field: Field) -> None:
        draft = field.plan()
        draft.engine = "other"
        field.session.flush()
        plan = publish(field.session, field.supervisor, draft.id, now=moment(MONDAY))
        plan.seed = 9
        with pytest.raises(AppendOnlyError):
            field.session.flush()

    def test_an_auditor_reads_plans_of_everybody(self, field: Field) -> None:
        plan = field.plan()
        auditor = field.company.scope("auditor")
        assert read_plan(field.session, auditor, plan.id) is plan
        with pytest.raises(Forbidden):
            publish(field.session, auditor, plan.id, now=moment(MONDAY))


class TestBaseline:
    def test_it_is_the_version_in_force_at_midnight(self, field: Field) -> None:
        first = field.publish(MONDAY - 3 * DAY)
        second = field.publish(MONDAY + DAY, 9.0)
        later = moment(MONDAY + 5 * DAY)
        assert baseline(field, MONDAY, later) == first.id
        assert baseline(field, MONDAY + DAY, later) == first.id
        assert baseline(field, MONDAY + 2 * DAY, later) == second.id

    def test_a_version_published_at_midnight_counts_for_that_day(self, field: Field) -> None:
        plan = field.publish(MONDAY, 0.0)
        assert baseline(field, MONDAY, moment(MONDAY, 1.0)) == plan.id

    def test_the_first_version_counts_for_the_day_it_is_published(self, field: Field) -> None:
        first = field.publish(MONDAY + DAY, 9.0)
        field.publish(MONDAY + DAY, 11.0)
        assert baseline(field, MONDAY + DAY, moment(MONDAY + DAY, 12.0)) == first.id

    def test_days_before_the_first_version_have_none(self, field: Field) -> None:
        field.publish(MONDAY + DAY, 9.0)
        assert baseline(field, MONDAY, moment(MONDAY + 2 * DAY)) is None

    def test_a_day_ahead_has_none_yet(self, field: Field) -> None:
        field.publish(MONDAY)
        assert baseline(field, MONDAY + DAY, moment(MONDAY, 23.0)) is None

    def test_asking_again_gives_the_same_row(self, field: Field) -> None:
        field.publish(MONDAY)
        rows = [
            baseline_for(field.session, field.supervisor, field.rep.id, MONDAY, now=moment(at))
            for at in (MONDAY + DAY, MONDAY + 9 * DAY)
        ]
        assert rows[0] is rows[1]

    def test_midnight_is_that_of_the_rep(self, field: Field) -> None:
        field.rep.zone = "Asia/Shanghai"
        field.session.flush()
        first = field.publish(MONDAY - DAY)
        second = field.publish(MONDAY, 17.0)  # 01:00 on Tuesday in Shanghai
        later = moment(MONDAY + 9 * DAY)
        assert baseline(field, MONDAY + DAY, later) == first.id
        assert baseline(field, MONDAY + 2 * DAY, later) == second.id

    def test_a_rep_out_of_scope_is_unknown(self, field: Field) -> None:
        with pytest.raises(NotFound, match="rep-unknown"):
            baseline_for(field.session, field.supervisor, field.company.rep_south.id, MONDAY)
