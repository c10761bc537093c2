"""``plan``, ``check`` and ``evaluate``: the planning library on files, without a database."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import NOT_RIGHT, check_output, err, out, print_json, tell_fault
from api.cli.route_files import read_routes
from routing.check import check
from routing.errors import Fault, InvalidProblem
from routing.evaluate import evaluate
from routing.files import plan_to_json, read_plan, read_problem, write_plan
from routing.plan import Plan
from routing.problem import Problem
from routing.solve import EngineName, solve
from routing.stop import Iterations, Seconds, Stop
from routing.validate import validate

ProblemFile = Annotated[Path, typer.Argument(help="A problem as JSON.", metavar="PROBLEM.json")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def plan_command(
    problem_file: ProblemFile,
    output: Annotated[Path, typer.Option("-o", "--output", help="Where to write the plan.")],
    seconds: Annotated[float, typer.Option(min=0.1, help="Time to search.")] = 10.0,
    seed: Annotated[int, typer.Option(min=0, help="Same seed and iterations, same plan.")] = 1,
    iterations: Annotated[
        int | None, typer.Option(min=0, help="Search this long instead of by time.")
    ] = None,
    engine: Annotated[
        EngineName, typer.Option(help="ortools: OR-Tools routing alone, to compare with.")
    ] = "periodic",
    as_json: AsJson = False,
) -> None:
    """Plan the visits of a problem, check the plan and write it."""
    problem = valid_problem(problem_file)
    check_output(output)
    stop: Stop = Seconds(seconds) if iterations is None else Iterations(iterations)
    result = solve(problem, stop=stop, seed=seed, engine=engine)
    faults = check(problem, result.plan)
    if faults:
        _report_check(faults, as_json=as_json)
        raise typer.Exit(NOT_RIGHT)
    write_plan(result.plan, output)
    summary = _summary(result.plan) | {
        "iterations": result.iterations,
        "schedule": result.schedule,
        "seconds": round(result.seconds, 3),
        "seed": result.seed,
        "stopped_by": result.stopped_by,
        "engine": result.engine,
    }
    _report_plan(summary, result.plan, as_json=as_json)


def check_command(
    problem_file: ProblemFile,
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN.json")],
    as_json: AsJson = False,
) -> None:
    """Say whether a plan is right for its problem; exit 1 and all faults when it is not."""
    faults = check(valid_problem(problem_file), read_plan(plan_file))
    _report_check(faults, as_json=as_json)
    if faults:
        raise typer.Exit(NOT_RIGHT)


def evaluate_command(
    problem_file: ProblemFile,
    routes_file: Annotated[Path, typer.Argument(metavar="PLAN_OR_ROUTES.json")],
    as_json: AsJson = False,
) -> None:
    """Time a plan or hand-made routes without solving, and list what they break."""
    problem = valid_problem(problem_file)
    plan = evaluate(problem, read_routes(routes_file))
    faults = check(problem, plan)
    if as_json:
        document = {"plan": plan_to_json(plan), "faults": [asdict(fault) for fault in faults]}
        print_json(document | {"summary": _summary(plan)})
    else:
        _tell_summary(_summary(plan))
        _tell_faults(faults)
    if faults:
        raise typer.Exit(NOT_RIGHT)


def valid_problem(path: Path) -> Problem:
    """Read a problem and validate it; InvalidProblem carries every fault."""
    problem = read_problem(path)
    faults = validate(problem)
    if faults:
        raise InvalidProblem(faults)
    return problem


def _summary(plan: Plan) -> dict[str, object]:
    planned = sum(len(route.stops) for route in plan.routes)
    unserved = sum(item.count for item in plan.unserved)
    return {
        "visits_required": planned + unserved,
        "visits_planned": planned,
        "unserved": unserved,
        "optional_left_out": sum(item.count for item in plan.left_out),
        "travel_minutes": round(sum(route.travel_minutes for route in plan.routes), 2),
        "service_minutes": round(sum(route.service_minutes for route in plan.routes), 2),
        "cost": round(plan.cost.total, 3),
    }


def _report_plan(summary: dict[str, object], plan: Plan, *, as_json: bool) -> None:
    if as_json:
        print_json(summary)
        return
    _tell_summary(summary)
    for item in plan.unserved:
        remedy = f" → {item.remedy.text}" if item.remedy else ""
        err.print(
            f"unserved {item.demand_id} ×{item.count} {item.reason}: {item.detail}{remedy}",
            markup=False,
        )


def _report_check(faults: list[Fault], *, as_json: bool) -> None:
    if as_json:
        print_json({"right": not faults, "faults": [asdict(fault) for fault in faults]})
    else:
        _tell_faults(faults)


def _tell_summary(summary: dict[str, object]) -> None:
    for name, value in summary.items():
        out.print(f"{name:<16} {value}", markup=False)


def _tell_faults(faults: list[Fault]) -> None:
    for fault in faults:
        tell_fault(fault)
    out.print(f"{len(faults)} faults" if faults else "the plan is right", markup=False)
