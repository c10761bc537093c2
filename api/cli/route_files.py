"""Hand-made routes as JSON: who visits what in which order, without times."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from routing.errors import BadFile, Fault, InvalidPlan
from routing.evaluate import Sequenced
from routing.files import PLAN_SCHEMA, is_plan, plan_from_json
from routing.plan import Plan

ROUTES_SCHEMA = "roundsman/routes/1"


def read_routes(path: Path) -> tuple[Sequenced, ...]:
    """The sequences of a plan file or of a routes file.

    A routes file holds ``{"schema": "roundsman/routes/1", "routes": [{"rep_id", "day",
    "demand_ids"}]}``.  Raises BadFile, and InvalidPlan with every fault.
    """
    document = _document(path)
    schema = document.get("schema") if isinstance(document, dict) else None
    if is_plan(document):
        return sequences_of(plan_from_json(document))
    if schema != ROUTES_SCHEMA:
        cause = f"{path.name} says schema {schema!r}."
        raise BadFile("schema-unknown", cause, f"Give {PLAN_SCHEMA} or {ROUTES_SCHEMA}.")
    return _sequences(document.get("routes"))


def sequences_of(plan: Plan) -> tuple[Sequenced, ...]:
    """The order of visits of every route of a plan."""
    return tuple(
        Sequenced(route.rep_id, route.day, tuple(stop.demand_id for stop in route.stops))
        for route in plan.routes
    )


def _document(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        cause = f"{path.name} cannot be read: {error.strerror}."
        raise BadFile("file-missing", cause, "Check the path.") from error
    except ValueError as error:
        cause = f"{path.name} is not JSON: {error}."
        raise BadFile("file-not-json", cause, "Give a plan or routes file.") from error


def _sequences(routes: Any) -> tuple[Sequenced, ...]:
    if not isinstance(routes, list):
        raise InvalidPlan([_fault("routes", "is not a list")])
    faults = [
        _fault(f"routes[{index}]", "does not hold rep_id, day and demand_ids")
        for index, route in enumerate(routes)
        if not _is_route(route)
    ]
    if faults:
        raise InvalidPlan(faults)
    return tuple(
        Sequenced(route["rep_id"], route["day"], tuple(route["demand_ids"])) for route in routes
    )


def _is_route(route: Any) -> bool:
    return (
        isinstance(route, dict)
        and isinstance(route.get("rep_id"), str)
        and type(route.get("day")) is int
        and isinstance(route.get("demand_ids"), list)
        and all(isinstance(item, str) for item in route["demand_ids"])
    )


def _fault(where: str, what: str) -> Fault:
    action = 'Write {"rep_id": "…", "day": 0, "demand_ids": ["…"]}.'
    return Fault("routes-malformed", f"{where} {what}.", action, where)
