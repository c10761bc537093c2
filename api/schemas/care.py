"""Care: complaints, rules, the pool, outlets at risk, completeness."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from api.schemas.base import Payload, Shape
from api.schemas.records import Prose, Text
from crm_core.care.rules import Severity


class ComplaintIn(Payload):
    """A complaint; without an owner it is the rep's who serves the outlet."""

    severity: Severity
    subject: Text
    description: Prose = ""
    contact_id: UUID | None = None
    owner_rep_id: UUID | None = None


class CloseIn(Payload):
    """What was done about a complaint."""

    resolution: Prose


class CallBackIn(Payload):
    """How satisfied the customer is afterwards, 1 (bad) to 5."""

    satisfaction: Annotated[int, Field(ge=-100, le=100)]
    on: date


class ComplaintOut(Shape):
    """A complaint from opening to call-back; owner, due date and visit are of its task."""

    id: str
    outlet_id: str
    outlet_name: str
    severity: str
    subject: str
    description: str
    contact_id: str | None
    task_id: str | None
    owner_rep_id: str | None
    opened_at: datetime
    due: date | None
    late: bool
    status: str
    demand_id: str | None
    visit_id: str | None
    resolution: str
    closed_at: datetime | None
    call_back_due: date | None
    called_back_on: date | None
    satisfaction: int | None


class ComplaintsOut(Shape):
    """Complaints, the first due first."""

    items: list[ComplaintOut]


class RulesIn(Payload):
    """Rules of care to change; those not named stay."""

    rules: dict[str, Any]


class RulesOut(Shape):
    """The rules of care in force."""

    rules: dict[str, Any]


class PoolOutletOut(Shape):
    """An outlet that nobody serves."""

    id: str
    name: str
    short_code: str
    channel: str
    grade: str
    lat: float | None
    lon: float | None


class PoolOut(Shape):
    """The pool."""

    items: list[PoolOutletOut]


class AssignIn(Payload):
    """Outlets to give to a rep from today on."""

    rep_id: UUID
    outlet_ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)]


class CountOut(Shape):
    """How many rows were changed."""

    count: int


class RiskOut(Shape):
    """A signal: what was seen and the limit it broke."""

    signal: str
    seen: float
    limit: float


class AtRiskOut(Shape):
    """An outlet at risk; ``held``: its account asks that nobody calls to sell.

    ``since`` is the day on which the daily jobs found it; none where they have not looked yet.
    """

    since: date | None

    outlet_id: str
    name: str
    short_code: str
    grade: str
    held: bool
    risks: list[RiskOut]


class AtRisksOut(Shape):
    """Outlets at risk, those with most signals first."""

    items: list[AtRiskOut]


class GapsOut(Shape):
    """An outlet that lacks something, or was not touched for long."""

    outlet_id: str
    name: str
    short_code: str
    rep_id: str | None
    state: str
    missing_basics: list[str]
    missing: list[str]
    updated_at: datetime
    stale: bool


class CompletenessOut(Shape):
    """How complete the records are, and which are not: the late ones first."""

    outlets: int
    counts: dict[str, int]
    stale: int
    missing: dict[str, int]
    items: list[GapsOut]
