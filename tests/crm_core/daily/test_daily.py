from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm_core.archive.model import OutletRisk
from crm_core.archive.rules import OutletStatus
from crm_core.archive.service.life import set_status
from crm_core.care.rules import Severity
from crm_core.care.service import NewComplaint, open_complaint
from crm_core.daily import service
from crm_core.daily.model import DailyRun
from crm_core.daily.rules import check_begun
from crm_core.daily.service import STEPS, run_step, schedule
from crm_core.db import session_factory
from crm_core.errors import Conflict
from crm_core.people.company import set_company_zone
from crm_core.planning.translate import problem_inputs
from crm_core.work.model import Event, Job
from crm_core.work.tasks import add_task
from tests.conftest import TODAY, Company
from tests.crm_core.conftest import MONDAY, Field, moment

DAY = dt.timedelta(days=1)


def run(session: Session, on: dt.date) -> dict[str, int | None]:
    return {name: run_step(session, on, name, now=moment(on, 1.0)) for name in STEPS}


def events(session: Session, kind: str) -> list[Event]:
    return session.query(Event).filter_by(kind=kind).all()


class TestSteps:
    def test_a_day_is_done_once(self, field: Field) -> None:
        session = field.session
        open_complaint(
            session, field.own, NewComplaint(field.outlets[0].id, Severity.CRITICAL, "Broken")
        )
        assert run(session, TODAY)["risks"] == 1
        found = session.get_one(DailyRun, TODAY)
        assert found.finished_at == moment(TODAY, 1.0)
        told = session.query(Event).count()
        assert run(session, TODAY) == dict.fromkeys(STEPS)
        assert session.query(Event).count() == told

    def test_what_was_done_before_a_crash_is_not_done_again(
        self, field: Field, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session, done = field.session, []

        def crash(*_: object) -> int:
            raise RuntimeError("power cut")

        steps = {
            "first": lambda *_: done.append("first") or 1,
            "second": crash,
        }
        monkeypatch.setattr(service, "STEPS", steps)
        run_step(session, TODAY, "first")
        session.commit()
        with pytest.raises(RuntimeError):
            run_step(session, TODAY, "second")
        session.rollback()
        assert session.get_one(DailyRun, TODAY).finished_at is None
        steps["second"] = lambda *_: done.append("second") or 1
        assert [run_step(session, TODAY, name) for name in steps] == [None, 1]
        assert done == ["first", "second"]
        assert session.get_one(DailyRun, TODAY).finished_at is not None

    def test_of_many_at_once_one_does_a_step(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done: list[int] = []
        monkeypatch.setattr(service, "STEPS", {"only": lambda *_: done.append(1) or 1})
        sessions = session_factory(engine)

        def work(_: int) -> bool:
            with sessions.begin() as session:
                return run_step(session, TODAY, "only") is not None

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(work, range(6))) == 1
        assert done == [1]

    def test_a_suspension_ends_by_itself(self, field: Field) -> None:
        session, boss, outlet = field.session, field.supervisor, field.outlets[0]
        suspended = (session, boss, outlet.id, OutletStatus.SUSPENDED)
        set_status(*suspended, on=TODAY, until=TODAY + 7 * DAY)
        assert (outlet.status, run(session, TODAY + 6 * DAY)["lives"]) == ("suspended", 0)
        assert run(session, TODAY + 7 * DAY)["lives"] == 1
        assert outlet.status == "active"

    def test_each_task_is_told_once_when_due_and_once_when_late(self, field: Field) -> None:
        session = field.session
        due = {"rep_id": field.rep.id, "due": TODAY + 2 * DAY}
        add_task(session, field.own, {"title": "A", **due})
        add_task(session, field.own, {"title": "B", **due, "remind_on": TODAY})
        told = []
        for day in (0, 1, 4, 5):  # the server was off for two days
            run(session, TODAY + day * DAY)
            told.append((len(events(session, "task.due")), len(events(session, "task.late"))))
        assert told == [(1, 0), (1, 0), (2, 2), (2, 2)]


class TestRisks:
    def test_who_is_at_risk_counts_more_until_it_is_over(self, field: Field) -> None:
        session, outlet = field.session, field.outlets[0]
        row = open_complaint(session, field.own, NewComplaint(outlet.id, Severity.LOW, "Late"))
        usual = priority(field)
        run(session, TODAY)
        risk = session.query(OutletRisk).one()
        assert (risk.outlet_id, risk.since) == (outlet.id, TODAY)
        assert [signal["signal"] for signal in risk.signals] == ["complaint"]
        assert priority(field) == 2 * usual
        assert len(events(session, "outlet.at_risk")) == 1
        row.status = "closed"
        run(session, TODAY + DAY)
        assert session.query(OutletRisk).count() == 0
        assert priority(field) == usual


def priority(field: Field) -> float:
    asked = (field.session, field.supervisor, field.rep, MONDAY, 2, MONDAY, {})
    wanted = str(field.outlets[0].id)
    return next(d.priority for d in problem_inputs(*asked).demands if d.id == wanted)


class TestSchedule:
    @pytest.mark.parametrize(
        ("zone", "hour", "day"),
        [
            ("Asia/Shanghai", 15.9, TODAY),
            ("Asia/Shanghai", 16.1, TODAY + DAY),
            ("America/Los_Angeles", 7.9, TODAY - DAY),
            ("America/Los_Angeles", 8.1, TODAY),
        ],
    )
    def test_a_day_begins_at_the_companys_midnight(
        self, session: Session, company: Company, zone: str, hour: float, day: dt.date
    ) -> None:
        set_company_zone(session, company.scope("admin"), zone)
        now = moment(TODAY, hour)
        job = schedule(session, now=now)
        assert job is not None
        assert (job.kind, job.payload) == ("daily", {"date": day.isoformat()})
        assert schedule(session, now=now) is None
        assert session.query(Job).filter_by(kind="daily").count() == 1

    def test_many_workers_queue_a_day_once(self, engine: Engine) -> None:
        sessions = session_factory(engine)

        def work(_: int) -> bool:
            with sessions.begin() as session:
                return schedule(session, now=moment(TODAY)) is not None

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(work, range(6))) == 1
        with sessions() as session:
            assert session.query(Job).count() == 1


def test_only_days_that_have_begun_are_done() -> None:
    check_begun(TODAY, TODAY)
    with pytest.raises(Conflict, match="daily-in-future"):
        check_begun(TODAY + DAY, TODAY)
