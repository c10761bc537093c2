"""Planning jobs from the queue to a stored plan, with a real child process."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from api.runtime import Runtime
from api.settings import Settings
from api.worker.loop import Worker
from crm_core.clock import utc_now
from crm_core.people.rules import Scope
from crm_core.planning.day_route import planned_stops
from crm_core.planning.model import JourneyPlan, PlanningTask
from crm_core.planning.queries import run_tasks
from crm_core.planning.service import cancel_run, publish, request_run
from crm_core.work.model import Job
from crm_core.work.service import claim
from routing.check import check
from routing.files import read_plan, read_problem
from tests.api.world import World

PATIENCE_SECONDS = 120.0


@contextmanager
def working(settings: Settings) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=Worker(settings, stop).run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=30)
        assert not thread.is_alive()


def until[T](runtime: Runtime, look: Callable[[Session], T | None]) -> T:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with runtime.readers() as session:
            found = look(session)
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it never came about")


def everything() -> Scope:
    return Scope.of_everything(utc_now().date())


def ask(runtime: Runtime, world: World, seconds: float, seed: int = 1) -> UUID:
    """Ask for the cycle after next of the north's rep; cancel the world's own run."""
    with runtime.sessions.begin() as session:
        cancel_run(session, everything(), world.run.id)
        start = world.monday + timedelta(weeks=4)
        asked = request_run(
            session,
            everything(),
            cycle_start=start,
            weeks=2,
            rep_ids=[world.rep.id],
            seconds=seconds,
            seed=seed,
        )
        return asked.id


def task_of(session: Session, run_id: UUID) -> PlanningTask:
    return run_tasks(session, everything(), run_id)[0]


def ended(run_id: UUID) -> Callable[[Session], PlanningTask | None]:
    def look(session: Session) -> PlanningTask | None:
        task = task_of(session, run_id)
        return task if task.status in ("done", "failed", "cancelled") else None

    return look


def job_of(session: Session, run_id: UUID) -> Job:
    return session.get_one(Job, task_of(session, run_id).job_id)


def test_a_job_ends_in_a_checked_plan_and_the_same_job_again_takes_it_from_the_cache(
    runtime: Runtime, settings: Settings, world: World
) -> None:
    first = ask(runtime, world, 1.0)
    with working(settings):
        task = until(runtime, ended(first))
        assert (task.status, task.summary and task.summary["from_cache"]) == ("done", False)
        second = ask(runtime, world, 1.0)
        again = until(runtime, ended(second))
    assert (again.status, again.summary and again.summary["from_cache"]) == ("done", True)
    assert again.problem_key == task.problem_key
    folder = settings.problems / str(task.problem_key)
    plan_file = next(folder.glob("*.plan.json"))
    assert check(read_problem(folder / "problem.json"), read_plan(plan_file)) == []
    with runtime.readers() as session:
        plan = session.get_one(JourneyPlan, task.journey_plan_id)
        assert (plan.status, plan.estimate, plan.summary["unserved"]) == ("draft", True, 0)
        assert job_of(session, first).status == "done"


def test_planning_a_published_cycle_again_keeps_its_days(
    runtime: Runtime, settings: Settings, world: World
) -> None:
    first = ask(runtime, world, 1.0)
    with working(settings):
        task = until(runtime, ended(first))
        with runtime.sessions.begin() as session:
            publish(session, everything(), task.journey_plan_id or UUID(int=0))
        again = until(runtime, ended(ask(runtime, world, 1.0, seed=2)))
    before, after = (_days_of(runtime, each.journey_plan_id) for each in (task, again))
    assert before == after
    assert read_problem(settings.problems / str(again.problem_key) / "problem.json").previous


def _days_of(runtime: Runtime, plan_id: UUID | None) -> set[tuple[UUID, date]]:
    with runtime.readers() as session:
        stops = planned_stops(session, everything(), plan_id or UUID(int=0))
    return {(stop.outlet_id, on) for on, of_day in stops.items() for stop in of_day}


def test_a_cancelled_solve_keeps_the_best_plan(
    runtime: Runtime, settings: Settings, world: World
) -> None:
    run_id = ask(runtime, world, 600.0)
    with working(settings):
        until(runtime, lambda session: job_of(session, run_id).progress)
        with runtime.sessions.begin() as session:
            cancel_run(session, everything(), run_id)
        task = until(runtime, ended(run_id))
    assert task.status == "cancelled"
    assert task.journey_plan_id is not None


def test_a_child_that_dies_fails_its_job_and_not_the_worker(
    runtime: Runtime, settings: Settings, world: World
) -> None:
    run_id = ask(runtime, world, 600.0)
    with working(settings):
        until(runtime, lambda session: job_of(session, run_id).progress)
        for child in multiprocessing.active_children():
            child.kill()
        task = until(runtime, ended(run_id))
        assert task.status == "failed"
        with runtime.readers() as session:
            error = job_of(session, run_id).error
        assert error is not None
        assert error["code"] == "solver-crashed"
        after = until(runtime, ended(ask(runtime, world, 1.0)))
        assert after.status == "done"


def test_the_job_of_a_dead_worker_is_taken_over(
    runtime: Runtime, settings: Settings, world: World
) -> None:
    run_id = ask(runtime, world, 1.0)
    with runtime.sessions.begin() as session:
        claim(session, "a worker that died", lease=timedelta(seconds=-1))
    with working(settings):
        task = until(runtime, ended(run_id))
    assert task.status == "done"
    with runtime.readers() as session:
        assert job_of(session, run_id).attempt == 2


def test_a_worker_told_to_stop_lets_its_job_go(
    runtime: Runtime, settings: Settings, world: World
) -> None:
    run_id = ask(runtime, world, 600.0)
    with working(settings):
        until(runtime, lambda session: job_of(session, run_id).progress)
    with runtime.readers() as session:
        job = job_of(session, run_id)
        assert job.status == "running"
        assert job.lease_until is not None
        assert job.lease_until <= utc_now()


def test_a_task_that_cannot_be_planned_fails_with_the_reason(
    runtime: Runtime, settings: Settings, world: World
) -> None:
    with runtime.sessions.begin() as session:
        cancel_run(session, everything(), world.run.id)
        start = world.monday - timedelta(weeks=4)
        run_id = request_run(
            session, everything(), cycle_start=start, weeks=2, rep_ids=[world.rep.id]
        ).id
    with working(settings):
        assert until(runtime, ended(run_id)).status == "failed"
    with runtime.readers() as session:
        error = job_of(session, run_id).error
    assert error is not None
    assert error["code"] == "cycle-past"
