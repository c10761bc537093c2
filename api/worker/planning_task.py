"""One planning task: read what the rep's cycle asks for, compose, solve, check, store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from api.composing import compose
from api.runtime import Runtime
from api.worker.solver_pool import SolverPool, Watch
from api.worker.solving import solve_cached
from crm_core.clock import local_date, utc_now
from crm_core.db import JsonObject
from crm_core.people.model import Rep
from crm_core.people.queries import rep as rep_in_scope
from crm_core.people.rules import Scope
from crm_core.planning.model import JourneyPlan, PlanningRun, PlanningTask
from crm_core.planning.rules import RunStatus
from crm_core.planning.service import (
    PlanningInputs,
    Solved,
    mark_task,
    problem_inputs,
    store_plan,
)
from crm_core.visits.queries import last_visits

#: Ends the job with its result in the given session; how it ended.
type Finish = Callable[[Session, JsonObject], RunStatus]


@dataclass(frozen=True, slots=True)
class TaskOrder:
    """The payload of a planning job.

    ``as_of`` plans as if it were that date: the demo plans whole cycles, as their first day found
    them.  ``simulated`` labels the plan; ``force`` solves although the answer is known.
    """

    task_id: UUID
    as_of: date | None = None
    simulated: bool = False
    force: bool = False

    @classmethod
    def of(cls, payload: JsonObject) -> TaskOrder:
        """The order in a job's payload."""
        as_of = payload.get("as_of")
        return cls(
            task_id=UUID(payload["task_id"]),
            as_of=date.fromisoformat(as_of) if as_of else None,
            simulated=bool(payload.get("simulated")),
            force=bool(payload.get("force")),
        )

    def payload(self) -> JsonObject:
        """What to put into a job's payload."""
        as_of = self.as_of.isoformat() if self.as_of else None
        said = {"as_of": as_of, "simulated": self.simulated, "force": self.force}
        return {"task_id": str(self.task_id), **said}


@dataclass(frozen=True, slots=True)
class _Assignment:
    """What was read for one task, kept after its session has ended."""

    inputs: PlanningInputs
    profile: str
    network: str
    seconds: float
    seed: int
    scope: Scope


def carry_out(
    runtime: Runtime, pool: SolverPool, order: TaskOrder, watch: Watch, finish: Finish
) -> None:
    """Plan one rep's cycle and store the plan as a draft.

    The reads and the writes are transactions of their own: none is open while the solver runs.
    ``finish`` ends the job in the transaction that stores the plan, so that whatever happens
    in between, no plan is stored twice.
    """
    with runtime.sessions.begin() as session:
        assignment = _read(session, order)
    problem, findings = compose(runtime, assignment.inputs, assignment.profile, assignment.network)
    solution = solve_cached(
        runtime.settings.problems,
        pool,
        problem,
        seconds=assignment.seconds,
        seed=assignment.seed,
        watch=watch,
        force=order.force,
    )
    solved = Solved(
        engine=solution.engine,
        seed=solution.seed,
        iterations=solution.iterations,
        problem_key=solution.problem_key,
        simulated=order.simulated,
        network=findings.network,
        profile=assignment.profile,
        extract_sha256=findings.extract_sha256,
    )
    with runtime.sessions.begin() as session:
        task = session.get_one(PlanningTask, order.task_id)
        plan = store_plan(
            session,
            assignment.scope,
            assignment.inputs,
            problem,
            solution.plan,
            solved,
            now=utc_now(),
        )
        summary = _summary(plan, assignment.inputs) | findings.summary()
        summary |= {"from_cache": solution.from_cache, "solver_seconds": solution.seconds}
        result = {"journey_plan_id": str(plan.id), "problem_key": solution.problem_key}
        status = finish(session, result)
        mark_task(
            session, task, status, plan=plan, summary=summary, problem_key=solution.problem_key
        )


def _read(session: Session, order: TaskOrder) -> _Assignment:
    task = session.get_one(PlanningTask, order.task_id)
    run = session.get_one(PlanningRun, task.run_id)
    mark_task(session, task, RunStatus.RUNNING)
    rep = session.get_one(Rep, task.rep_id)
    today = order.as_of or local_date(utc_now(), rep.zone)
    scope = Scope.of_everything(today)
    rep = rep_in_scope(session, scope, task.rep_id)
    seen = last_visits(session, scope, max(today, run.cycle_start))
    inputs = problem_inputs(session, scope, rep, run.cycle_start, run.weeks, today, seen)
    return _Assignment(inputs, rep.profile, rep.network, run.seconds, run.seed, scope)


def _summary(plan: JourneyPlan, inputs: PlanningInputs) -> dict[str, Any]:
    left_out = {"without_policy": inputs.without_policy, "without_place": inputs.without_place}
    told = {name: [str(outlet_id) for outlet_id in ids] for name, ids in left_out.items() if ids}
    return {**plan.summary, **told}
