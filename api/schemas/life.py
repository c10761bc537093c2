"""The life of outlets, and proposals from the field."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from api.schemas.base import Lat, Lon, Payload, Shape
from api.schemas.records import Count, Prose, Text
from crm_core.archive.rules import OutletStatus
from crm_core.archive.rules.proposals import ProposalKind

MonthDay = Annotated[str, Field(pattern=r"^\d\d-\d\d$")]


class StatusIn(Payload):
    """A status from a date on, until the day before ``until`` where stated."""

    status: OutletStatus
    on: date
    until: date | None = None
    season: tuple[MonthDay, MonthDay] | None = None
    reason: Prose = ""


class SpanOut(Shape):
    """A dated status."""

    status: str
    valid_from: date
    valid_to: date | None
    season: tuple[str, str] | None
    reason: str
    successor_id: str | None


class LifeOut(Shape):
    """The status today and the dated ones; none where it never changed."""

    status: str
    spans: list[SpanOut]


class ProposedValues(Payload):
    """What a proposal says of the outlet."""

    name: Text | None = None
    channel: Text | None = None
    address: Prose | None = None
    phone: Text | None = None
    owner_name: Text | None = None
    business: Prose | None = None
    team_size: Count | None = None
    needs: Prose | None = None
    source_channel: Text | None = None
    remarks: Prose | None = None
    opening_hours: Prose | None = None
    grade_code: Text | None = None
    datum: Text | None = None
    lat: Lat | None = None
    lon: Lon | None = None

    def given(self) -> dict[str, Any]:
        """The values that are there."""
        return {name: value for name, value in self.sent().items() if value is not None}


class PhotoIn(Payload):
    """Where a photo lies, and the SHA-256 of its bytes."""

    name: Text
    url: Prose
    sha256: Annotated[str, Field(max_length=64)]


class ProposalIn(Payload):
    """What a rep proposes; the device makes ``client_id`` and may send it again."""

    client_id: UUID
    kind: ProposalKind
    outlet_id: UUID | None = None
    values: ProposedValues = ProposedValues()
    photo: PhotoIn | None = None
    note: Prose = ""
    proposed_at: AwareDatetime


class AcceptIn(Payload):
    """What the office changes of the proposed values, and what it tells the rep."""

    changes: ProposedValues = ProposedValues()
    short_code: Text | None = None
    note: Prose = ""


class RefuseIn(Payload):
    """Why a proposal is refused."""

    note: Prose


class ProposalOut(Shape):
    """A proposal and what became of it."""

    id: str
    client_id: str
    kind: str
    rep_id: str
    outlet_id: str | None
    outlet_name: str | None
    values: dict[str, Any]
    photo: dict[str, Any] | None
    note: str
    proposed_at: AwareDatetime
    status: str
    decision_note: str
    decided_at: AwareDatetime | None


class ProposalsOut(Shape):
    """Proposals, the oldest first."""

    items: list[ProposalOut]
