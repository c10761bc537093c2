from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crm_core.archive.model import Grade, Outlet
from crm_core.archive.service import save_grades
from crm_core.db import new_id, session_factory
from crm_core.errors import Conflict, NotFound
from crm_core.people.queries import audit_entries
from crm_core.work import queries, service
from crm_core.work.model import Job
from crm_core.work.rules import LEASE, MAX_ATTEMPTS, DemandSource, JobStatus

if TYPE_CHECKING:
    from tests.conftest import Company

NOW = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
LATER = NOW + LEASE + timedelta(seconds=1)


def _claimed(session: Session, worker: str = "w1") -> Job:
    job = service.claim(session, worker, now=NOW)
    assert job is not None
    return job


class TestClaim:
    def test_the_oldest_job_is_taken_first(self, session: Session) -> None:
        first, second = (service.enqueue(session, "plan", {"n": n}) for n in (1, 2))
        assert [_claimed(session).id for _ in range(2)] == [first.id, second.id]
        assert service.claim(session, "w1") is None

    def test_a_taken_job_says_who_has_it_and_until_when(self, session: Session) -> None:
        service.enqueue(session, "plan", {})
        job = _claimed(session)
        assert (job.status, job.worker, job.attempt) == (JobStatus.RUNNING, "w1", 1)
        assert (job.started_at, job.lease_until) == (NOW, NOW + LEASE)

    def test_only_jobs_of_the_wanted_kinds_are_taken(self, session: Session) -> None:
        service.enqueue(session, "import", {})
        assert service.claim(session, "w1", kinds=["plan"]) is None
        assert service.claim(session, "w1", kinds=["plan", "import"]) is not None

    def test_many_workers_never_take_one_job_twice(self, engine: Engine) -> None:
        sessions = session_factory(engine)
        with sessions.begin() as session:
            jobs = {service.enqueue(session, "plan", {}).id for _ in range(20)}

        def take_until_empty(number: int) -> list[UUID]:
            taken: list[UUID] = []
            while True:
                with sessions.begin() as session:
                    job = service.claim(session, f"w{number}")
                    if job is None:
                        return taken
                    taken.append(job.id)

        with ThreadPoolExecutor(4) as pool:
            taken = [job_id for ids in pool.map(take_until_empty, range(4)) for job_id in ids]
        assert len(taken) == len(set(taken))
        assert set(taken) == jobs


class TestLease:
    def test_renewing_keeps_the_job_and_its_progress(self, session: Session) -> None:
        service.enqueue(session, "plan", {})
        job = _claimed(session)
        assert service.renew(session, job.id, "w1", progress={"cost": 5}, now=LATER) is False
        assert (job.lease_until, job.progress) == (LATER + LEASE, {"cost": 5})
        service.renew(session, job.id, "w1", now=LATER)
        assert job.progress == {"cost": 5}

    def test_another_worker_can_neither_renew_nor_end_it(self, session: Session) -> None:
        service.enqueue(session, "plan", {})
        job = _claimed(session)
        with pytest.raises(Conflict, match="job-lease-lost"):
            service.renew(session, job.id, "w2")
        with pytest.raises(Conflict, match="job-lease-lost"):
            service.finish(session, job.id, "w2", {})
        with pytest.raises(Conflict, match="job-lease-lost"):
            service.fail(session, job.id, "w2", {})

    def test_a_job_of_a_silent_worker_is_queued_again(self, session: Session) -> None:
        service.enqueue(session, "plan", {})
        job = _claimed(session)
        assert service.requeue_expired(session, now=LATER) == [job]
        assert (job.status, job.worker, job.lease_until) == (JobStatus.QUEUED, None, None)
        with pytest.raises(Conflict, match="job-lease-lost"):
            service.finish(session, job.id, "w1", {})
        assert _claimed(session, "w2").attempt == 2

    def test_a_job_under_a_lease_is_left_alone(self, session: Session) -> None:
        service.enqueue(session, "plan", {})
        _claimed(session)
        assert service.requeue_expired(session, now=NOW + LEASE) == []

    def test_a_job_that_kills_its_workers_is_given_up(self, session: Session) -> None:
        job = service.enqueue(session, "plan", {})
        for _attempt in range(MAX_ATTEMPTS):
            assert job.status == JobStatus.QUEUED
            _claimed(session)
            service.requeue_expired(session, now=LATER)
        assert (job.status, job.finished_at) == (JobStatus.FAILED, LATER)
        assert job.error is not None
        assert job.error["code"] == "job-gave-up"


class TestEnding:
    def test_a_finished_job_keeps_its_result(self, session: Session) -> None:
        service.enqueue(session, "plan", {})
        job = service.finish(session, _claimed(session).id, "w1", {"plan": 1}, now=LATER)
        assert (job.status, job.result, job.finished_at) == (JobStatus.DONE, {"plan": 1}, LATER)

    def test_a_failed_job_keeps_its_error(self, session: Session) -> None:
        service.enqueue(session, "plan", {})
        job = service.fail(session, _claimed(session).id, "w1", {"code": "x"}, now=LATER)
        assert (job.status, job.error, job.finished_at) == (JobStatus.FAILED, {"code": "x"}, LATER)

    def test_a_job_ends_once(self, session: Session) -> None:
        service.enqueue(session, "plan", {})
        job = service.finish(session, _claimed(session).id, "w1", {})
        with pytest.raises(Conflict, match="job-lease-lost"):
            service.fail(session, job.id, "w1", {})


class TestCancel:
    def test_a_queued_job_is_cancelled_at_once(self, session: Session) -> None:
        job = service.request_cancel(session, service.enqueue(session, "plan", {}).id, now=NOW)
        assert (job.status, job.finished_at) == (JobStatus.CANCELLED, NOW)
        assert service.claim(session, "w1") is None

    def test_the_worker_of_a_running_job_is_told_and_its_best_is_kept(
        self, session: Session
    ) -> None:
        service.enqueue(session, "plan", {})
        job = _claimed(session)
        assert service.request_cancel(session, job.id).status == JobStatus.RUNNING
        assert service.renew(session, job.id, "w1") is True
        service.finish(session, job.id, "w1", {"best": 1})
        assert (job.status, job.result) == (JobStatus.CANCELLED, {"best": 1})

    def test_a_cancelled_job_of_a_silent_worker_is_not_run_again(self, session: Session) -> None:
        service.enqueue(session, "plan", {})
        job = _claimed(session)
        service.request_cancel(session, job.id)
        service.requeue_expired(session, now=LATER)
        assert job.status == JobStatus.CANCELLED

    def test_a_job_that_has_ended_stays_as_it_is(self, session: Session) -> None:
        service.enqueue(session, "plan", {})
        job = service.finish(session, _claimed(session).id, "w1", {})
        assert service.request_cancel(session, job.id).status == JobStatus.DONE
        assert job.cancel_requested is False

    def test_there_is_nothing_to_cancel_where_there_is_no_job(self, session: Session) -> None:
        with pytest.raises(NotFound, match="job-unknown"):
            service.request_cancel(session, new_id())


class TestJobQuery:
    def test_one_sees_the_jobs_one_asked_for(self, session: Session, company: Company) -> None:
        mine = service.enqueue(session, "import", {}, requested_by=company.users["sup-north"].id)
        assert queries.job(session, company.scope("sup-north"), mine.id) is mine
        assert queries.job(session, company.scope("admin"), mine.id) is mine
        with pytest.raises(NotFound, match="job-unknown"):
            queries.job(session, company.scope("rep-north"), mine.id)


class TestOutbox:
    def test_events_wait_in_order_until_they_are_delivered(self, session: Session) -> None:
        first, second = (service.emit(session, "plan.published", {"n": n}) for n in (1, 2))
        assert queries.undelivered(session) == [first, second]
        service.mark_delivered(session, [first], now=NOW)
        assert queries.undelivered(session) == [second]
        assert first.delivered_at == NOW

    def test_an_event_of_a_rolled_back_transaction_was_never_there(self, engine: Engine) -> None:
        with session_factory(engine)() as session:
            service.emit(session, "plan.published", {})
            session.rollback()
            assert queries.undelivered(session) == []


class TestDemands:
    @pytest.fixture
    def outlet(self, session: Session, company: Company) -> Outlet:
        save_grades(session, [Grade(code="A", rank=1, name_zh="甲", name_en="A")])
        outlet = Outlet(name="o", short_code="o", channel="kiosk", grade_code="A", lat=1, lon=2)
        outlet.department_id = company.north.id
        session.add(outlet)
        session.flush()
        return outlet

    def test_demands_are_seen_by_who_sees_the_outlet(
        self, session: Session, company: Company, outlet: Outlet
    ) -> None:
        demand = service.want_visit(session, outlet.id, DemandSource.COMPLAINT, minutes=20)
        until = date(2026, 3, 31)
        assert queries.open_demands(session, company.scope("sup-north"), until) == [demand]
        assert queries.open_demands(session, company.scope("rep-south"), until) == []

    def test_demands_come_by_due_date_without_those_of_later(
        self, session: Session, company: Company, outlet: Outlet
    ) -> None:
        def want(not_before: date | None, due: date | None) -> UUID:
            return service.want_visit(
                session, outlet.id, DemandSource.TASK, minutes=5, not_before=not_before, due=due
            ).id

        any_time, soon, overdue = (
            want(None, due) for due in (None, date(2026, 3, 20), date(2026, 2, 1))
        )
        want(date(2026, 4, 1), None)
        found = queries.open_demands(session, company.scope("director"), date(2026, 3, 31))
        assert [demand.id for demand in found] == [overdue, soon, any_time]

    def test_a_demand_whose_dates_cross_is_refused(self, session: Session, outlet: Outlet) -> None:
        with pytest.raises(Conflict, match="demand-impossible"):
            service.want_visit(
                session,
                outlet.id,
                DemandSource.TASK,
                minutes=5,
                not_before=date(2026, 3, 2),
                due=date(2026, 3, 1),
            )


def test_jobs_leave_no_trace_in_the_audit_log(session: Session, company: Company) -> None:
    service.enqueue(session, "plan", {})
    _claimed(session)
    assert audit_entries(session, company.scope("auditor"), table="job") == []
    assert session.scalars(select(Job)).one().attempt == 1
