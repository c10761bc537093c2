"""Hand-over of a rep's work."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.schemas.base import Payload, Shape


class HandOverIn(Payload):
    """Everything of a rep goes to another from a date on; single outlets may go elsewhere.

    ``leaves``: the rep is no longer active.  ``replan``: plan the receiving reps anew at once.
    """

    to_rep_id: UUID
    on: date | None = None
    outlets: Annotated[dict[UUID, UUID], Field(max_length=5000)] = Field(default={})
    leaves: bool = False
    replan: bool = False


class ReceivedOut(Shape):
    """What one rep receives."""

    rep_id: str
    outlets: int
    opportunities: int
    complaints: int
    tasks: int


class HandOverOut(Shape):
    """What goes where.

    ``replan_advised``: outlets change hands and nobody has asked for new plans; the rep's published
    plans that it concerns are named in ``plan_ids``.
    """

    received: list[ReceivedOut]
    plan_ids: list[str]
    replan_advised: bool
    run_id: str | None
