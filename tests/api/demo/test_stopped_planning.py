"""The demo's planning, stopped by Ctrl-C and run again."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from api.demo import planning
from api.demo.planning import CycleOrder, plan_cycle
from api.runtime import Runtime
from crm_core.people.rules import Scope
from crm_core.planning.queries import plans, runs
from crm_core.planning.service import PLAN_REP, request_run
from crm_core.work.model import Job
from crm_core.work.service import claim
from tests.api.world import World
from tests.conftest import Company

START = dt.date(2031, 3, 3)


def order(seconds: float) -> CycleOrder:
    published_at = dt.datetime(2031, 3, 3, tzinfo=dt.UTC)
    return CycleOrder(START, published_at, seconds, simulated=False)


@pytest.mark.parametrize(("seconds", "ended"), [(1.0, ["done"]), (2.0, ["cancelled", "done"])])
def test_a_stopped_run_leaves_no_second_plan(
    seconds: float,
    ended: list[str],
    runtime: Runtime,
    session: Session,
    company: Company,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scope = Scope.of_everything(START, company.users["director"].id)
    rep_ids = [company.rep_north.id]
    somebodys = request_run(session, scope, cycle_start=START, rep_ids=rep_ids, seconds=1.0).id
    session.execute(update(Job).values(status="held back"))
    others = {run.id for run in runs(session, scope)}
    session.commit()

    @contextlib.contextmanager
    def stopped_at_work(*_: object, **__: object) -> Iterator[None]:
        with runtime.sessions.begin() as mine:
            assert claim(mine, "of the stopped demo", kinds=[PLAN_REP], lease=dt.timedelta(0))
        yield
        raise AssertionError("nobody stopped it")

    def ctrl_c(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(planning, "worker_threads", stopped_at_work)
        patched.setattr(planning, "_wait", ctrl_c)
        with pytest.raises(KeyboardInterrupt):
            plan_cycle(runtime, scope, rep_ids, order(1.0), print)
    for _ in range(2):
        plan_cycle(runtime, scope, rep_ids, order(seconds), print)

    with runtime.readers() as reader:
        found = plans(reader, scope, cycle_start=START)
        assert [(plan.status, plan.version) for plan in found] == [("published", 1)]
        statuses = {run.id: run.status for run in runs(reader, scope)}
    assert statuses[somebodys] == "queued"
    assert sorted(statuses[run_id] for run_id in statuses.keys() - others) == ended
