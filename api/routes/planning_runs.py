"""Planning runs: asked for, followed, stopped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response, status
from sqlalchemy.orm import Session

from api.auth import Caller
from api.cycles import current_cycle
from api.deps import CallerDep, PlannerDep, SessionDep
from api.presenters.planning import run_json
from api.schemas.planning import RunOut, RunRequest, RunsOut
from crm_core.people.queries import reps
from crm_core.planning.model import PlanningRun, PlanningTask
from crm_core.planning.queries import run, run_tasks, runs
from crm_core.planning.service import cancel_run, request_run
from crm_core.work.model import Job

router = APIRouter(prefix="/planning-runs", tags=["planning runs"])


@router.post("", response_model=RunOut, status_code=status.HTTP_202_ACCEPTED)
def start_run(
    payload: RunRequest, response: Response, session: SessionDep, caller: PlannerDep
) -> dict[str, Any]:
    """Ask for a cycle to be planned; poll the run at ``Location``."""
    scope = caller.scope
    today = scope.as_of
    asked = request_run(
        session,
        scope,
        cycle_start=payload.cycle_start or current_cycle(session, scope, today, payload.weeks),
        weeks=payload.weeks,
        rep_ids=payload.rep_ids,
        seconds=payload.seconds,
        seed=payload.seed,
    )
    if payload.force:
        _force(session, run_tasks(session, scope, asked.id))
    response.headers["Location"] = f"/api/v1/planning-runs/{asked.id}"
    return _present(session, caller, asked)


@router.get("", response_model=RunsOut)
def list_runs(session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """The latest runs that plan reps in scope."""
    return {"items": [_present(session, caller, one) for one in runs(session, caller.scope)]}


@router.get("/{run_id}", response_model=RunOut)
def read_run(run_id: UUID, session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """How far a run is."""
    return _present(session, caller, run(session, caller.scope, run_id))


@router.delete("/{run_id}", response_model=RunOut)
def stop_run(run_id: UUID, session: SessionDep, caller: PlannerDep) -> dict[str, Any]:
    """Stop a run: tasks that are being solved keep the best plan found so far."""
    return _present(session, caller, cancel_run(session, caller.scope, run_id))


def _force(session: Session, tasks: Iterable[PlanningTask]) -> None:
    for job in _jobs(session, tasks).values():
        job.payload = {**job.payload, "force": True}


def _present(session: Session, caller: Caller, one: PlanningRun) -> dict[str, Any]:
    tasks = run_tasks(session, caller.scope, one.id)
    known = {rep.id: rep for rep in reps(session, caller.scope, active_only=False)}
    return run_json(one, tasks, known, _jobs(session, tasks))


def _jobs(session: Session, tasks: Iterable[PlanningTask]) -> dict[UUID, Job]:
    """The jobs of tasks in scope: whoever sees the task sees how far its job is."""
    found = (session.get(Job, task.job_id) for task in tasks if task.job_id)
    return {job.id: job for job in found if job}
