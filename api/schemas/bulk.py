"""Changing many outlets in one step."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.schemas.base import Payload, Shape
from api.schemas.life import MonthDay
from crm_core.archive.rules import OutletStatus

Tag = Annotated[str, Field(min_length=1, max_length=60)]
Tags = Annotated[list[Tag], Field(max_length=20)]
Figure = Annotated[int, Field(ge=1, le=1000)]


class FrequencyIn(Payload):
    """How often the outlets are visited in place of their policy; all empty goes back to it."""

    visits: Figure | None = None
    weeks: Figure | None = None
    minutes: Figure | None = None
    reason: Annotated[str, Field(max_length=500)] = ""


class BulkStatusIn(Payload):
    """A status from a date on, until the day before ``until`` where stated."""

    status: OutletStatus
    on: date
    until: date | None = None
    season: tuple[MonthDay, MonthDay] | None = None
    reason: Annotated[str, Field(max_length=500)] = ""


class BulkRepIn(Payload):
    """Who serves the outlets from a date on: a rep, or whose territory it is for those inside."""

    rep_id: UUID | None = None
    territory_id: UUID | None = None
    on: date


class BulkChangeIn(Payload):
    """What is changed; what is not sent stays."""

    grade: Annotated[str, Field(max_length=40)] | None = None
    frequency: FrequencyIn | None = None
    add_tags: Tags = Field(default=[])
    drop_tags: Tags = Field(default=[])
    status: BulkStatusIn | None = None
    rep: BulkRepIn | None = None


class BulkIn(Payload):
    """The outlets, or all that the query means where none are named, and their change.

    ``expected`` is how many the preview said: another number changes nothing.
    """

    outlet_ids: Annotated[list[UUID], Field(max_length=5000)] | None = None
    change: BulkChangeIn
    expected: Annotated[int, Field(ge=0)] | None = None


class BriefOut(Shape):
    """An outlet as an example."""

    id: str
    name: str
    short_code: str


class RefusedOut(Shape):
    """Outlets that stay as they are, and why; the first of them as examples."""

    code: str
    cause: str
    action: str
    count: int
    examples: list[BriefOut]


class BulkOut(Shape):
    """How many change, how many are like that already, and those that are refused."""

    changed: int
    same: int
    refused: list[RefusedOut]
    examples: list[BriefOut]
