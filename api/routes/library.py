"""The planning library without stored data: judge a plan, time routes, explain, find slots.

Solving takes long and is for planning runs, or for ``roundsman plan`` on files.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from api.deps import CallerDep
from api.schemas.library import (
    CheckOut,
    Document,
    EvaluatedOut,
    PlanOfProblem,
    RoutesOfProblem,
    SlotsOfProblem,
    SlotsOut,
)
from routing.check import check
from routing.errors import Fault, InvalidPlan, InvalidProblem
from routing.evaluate import Sequenced, evaluate
from routing.explain import explain
from routing.files import plan_from_json, plan_to_json, problem_from_json
from routing.problem import Problem
from routing.slots import best_slots
from routing.validate import validate

router = APIRouter(prefix="/routing", tags=["planning library"])


@router.post("/check", response_model=CheckOut)
def check_plan(payload: PlanOfProblem, caller: CallerDep) -> dict[str, Any]:
    """Say whether a plan is right for its problem, with every fault."""
    faults = check(_problem(payload.problem), plan_from_json(payload.plan))
    return {"right": not faults, "faults": [asdict(fault) for fault in faults]}


@router.post("/evaluate", response_model=EvaluatedOut)
def evaluate_routes(payload: RoutesOfProblem, caller: CallerDep) -> dict[str, Any]:
    """Time routes made by hand: arrivals, cost, what is missing and every rule broken."""
    problem = _problem(payload.problem)
    routes = [Sequenced(r.rep_id, r.day, tuple(r.demand_ids)) for r in payload.routes]
    plan = evaluate(problem, routes)
    faults = [asdict(fault) for fault in check(problem, plan)]
    return {"plan": plan_to_json(plan), "faults": faults}


@router.post("/explain", response_model=Document)
def explain_plan(payload: PlanOfProblem, caller: CallerDep) -> dict[str, Any]:
    """The same plan, each visit that it leaves out with the reason and what would admit it."""
    problem, plan = _problem(payload.problem), plan_from_json(payload.plan)
    faults = check(problem, plan)
    if faults:
        raise InvalidPlan(faults)
    return plan_to_json(explain(problem, plan))


@router.post("/slots", response_model=SlotsOut)
def find_slots(payload: SlotsOfProblem, caller: CallerDep) -> dict[str, Any]:
    """The best days and places for one more visit, at most one a rep and day."""
    problem, plan = _problem(payload.problem), plan_from_json(payload.plan)
    faults = check(problem, plan)
    if faults:
        raise InvalidPlan(faults)
    demand = next((d for d in problem.demands if d.id == payload.demand_id), None)
    if demand is None:
        cause = f"The problem has no demand {payload.demand_id}."
        action = "Use the demand ids of the problem."
        raise InvalidPlan([Fault("stop-unknown-demand", cause, action, "demand_id")])
    found = best_slots(problem, plan, demand, count=payload.count)
    return {"items": [asdict(slot) for slot in found]}


def _problem(document: Document) -> Problem:
    """The problem of a document; InvalidProblem carries every fault."""
    problem = problem_from_json(document)
    faults = validate(problem)
    if faults:
        raise InvalidProblem(faults)
    return problem
