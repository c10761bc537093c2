"""The planning library over HTTP: problems and plans as their JSON files have them."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from api.schemas.base import FaultOut, Payload, Shape

Document = dict[str, Any]


class PlanOfProblem(Payload):
    """A problem (``roundsman/problem``, matrix inline) and a plan of it (``roundsman/plan``)."""

    problem: Document
    plan: Document


class SequenceIn(Payload):
    """The order in which a rep visits demands on a day (index into the problem's days)."""

    rep_id: str
    day: int = Field(ge=0)
    demand_ids: list[str] = Field(max_length=500)


class RoutesOfProblem(Payload):
    """A problem and routes made by hand; days without a route are empty."""

    problem: Document
    routes: list[SequenceIn] = Field(max_length=5000)


class SlotsOfProblem(Payload):
    """Where one more visit of a demand of the problem would go best."""

    problem: Document
    plan: Document
    demand_id: str
    count: int = Field(default=3, ge=1, le=20)


class CheckOut(Shape):
    """What the independent checker found; nothing where the plan is right."""

    right: bool
    faults: list[FaultOut]


class EvaluatedOut(Shape):
    """The routes timed, the visits that they miss, the cost, and every rule that they break."""

    plan: Document
    faults: list[FaultOut]


class SlotOut(Shape):
    """A place for a visit: before the stop now at ``position`` of the day (from 0)."""

    rep_id: str
    day: int
    position: int
    arrival_minute: float
    added_minutes: float
    added_cost: float
    violations: list[FaultOut]


class SlotsOut(Shape):
    """Slots that keep every rule first, cheapest first."""

    items: list[SlotOut]
