"""Drawing territories: previews, edits, saves of several, revisions and what differs."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from api.schemas.base import FaultOut, Payload, Shape
from api.schemas.territories import TerritoryOut, TerritoryProperties

Geometry = dict[str, Any]


class SketchIn(Payload):
    """An area as it is being drawn: ``key`` is the id of a saved territory, or any other text for
    a new one; without ``geometry`` the territory is taken away."""

    key: str = Field(min_length=1, max_length=64)
    geometry: Geometry | None
    rep_id: UUID | None = None


class PreviewIn(Payload):
    """What is drawn; territories that are not named stay as they are."""

    areas: Annotated[list[SketchIn], Field(default_factory=list, max_length=500)]
    weeks: Annotated[int, Field(ge=1, le=12)] = 4


class TallyOut(Shape):
    """Outlets of an area and what they ask for in the cycle; travel is an estimate."""

    outlets: int
    visits: float
    service_minutes: float
    travel_minutes: float
    minutes: float


class AreaPreviewOut(Shape):
    """One area before and after, and the outlets that it gains and loses."""

    key: str
    rep_id: str | None
    before: TallyOut | None
    after: TallyOut | None
    gained: list[str]
    lost: list[str]


class PlacedFaultOut(FaultOut):
    """A fault of a shape and, where it has one, its place ``[lon, lat]``."""

    key: str
    at: list[float] | None


class GroundOut(Shape):
    """A piece of ground to show, the areas it has to do with, and its square metres."""

    keys: list[str]
    geometry: Geometry
    m2: float


class RepChangeOut(Shape):
    """How many outlets a rep would get and give away if this were applied."""

    rep_id: str
    rep_name: str
    gained: int
    lost: int


class PreviewOut(Shape):
    """What the sketches would change, and what is wrong with them.

    ``kept`` outlets would change hands but are assigned by hand.
    """

    weeks: int
    outlets: int
    unplanned: int
    areas: list[AreaPreviewOut]
    imbalance_before: float
    imbalance_after: float
    reps: list[RepChangeOut]
    kept: list[str]
    faults: list[PlacedFaultOut]
    overlaps: list[GroundOut]
    gaps: list[GroundOut]
    in_several: list[str]
    in_none: list[str]


class EditIn(Payload):
    """One step of drawing.

    ``merge`` makes one of ``areas``; ``split`` parts ``areas[0]`` along ``line``; ``cut`` takes
    ``others`` out of ``areas[0]``; ``snap`` lays ``areas[0]`` on ``others`` that are less than
    ``within_m`` away.
    """

    operation: Literal["merge", "split", "cut", "snap"]
    areas: Annotated[list[Geometry], Field(min_length=1, max_length=500)]
    others: Annotated[list[Geometry], Field(default_factory=list, max_length=500)]
    line: Annotated[list[tuple[float, float]], Field(default_factory=list, max_length=10_000)]
    within_m: Annotated[float, Field(gt=0, le=1000)] = 30.0


class EditOut(Shape):
    """The areas that one step of drawing made."""

    areas: list[Geometry]


class SavedChangeIn(Payload):
    """One territory of a save: ``id`` and the ``version`` that was changed, or neither for a new
    one; without ``geometry`` and ``properties`` it is closed."""

    id: UUID | None = None
    version: int | None = None
    geometry: Geometry | None = None
    properties: TerritoryProperties | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> SavedChangeIn:
        if (self.geometry is None) != (self.properties is None):
            raise ValueError("a shape and its properties come together")
        if self.geometry is None and self.id is None:
            raise ValueError("a territory to close needs its id")
        return self


class SaveIn(Payload):
    """What is saved together, as one revision."""

    territories: Annotated[list[SavedChangeIn], Field(min_length=1, max_length=500)]
    note: str = Field(default="", max_length=2000)


class NoteIn(Payload):
    """Why."""

    note: str = Field(default="", max_length=2000)


class RevisionTerritoryOut(Shape):
    """A territory of a revision and what was done to it."""

    id: str
    name: str
    version: int
    kind: Literal["added", "changed", "closed"]


class RevisionOut(Shape):
    """What was saved together, when, by whom and why."""

    id: str
    created_at: dt.datetime
    author_name: str | None
    note: str
    territories: list[RevisionTerritoryOut]


class RevisionsOut(Shape):
    """Revisions, the newest first; ``next_before`` asks for the next page."""

    items: list[RevisionOut]
    next_before: dt.datetime | None


class RestoredOut(Shape):
    """The territories that a restored revision made anew or closed."""

    features: list[TerritoryOut]
    closed: list[str]


class VersionOut(Shape):
    """A territory as it was."""

    name: str
    colour: str
    rep_id: str | None
    rep_name: str | None
    version: int
    geometry: Geometry


class TerritoryChangeOut(Shape):
    """A territory that differs between two revisions."""

    id: str
    kind: Literal["added", "changed", "closed"]
    before: VersionOut | None
    after: VersionOut | None
    tally_before: TallyOut | None
    tally_after: TallyOut | None


class HandChangeOut(Shape):
    """An outlet that two revisions propose to different reps."""

    outlet_id: str
    outlet_name: str
    from_rep_name: str | None
    to_rep_name: str | None


class DifferenceOut(Shape):
    """Two revisions side by side; figures are of four weeks with today's outlets."""

    territories: list[TerritoryChangeOut]
    hands: list[HandChangeOut]
    hands_share: float
    imbalance_before: float
    imbalance_after: float


class ApplyIn(Payload):
    """Which outlets' moves to write; all without.  ``by_hand`` moves also what was assigned by
    hand, as outlets of an import are: what is fixed stays in any case."""

    outlet_ids: Annotated[list[UUID], Field(max_length=100_000)] | None = None
    by_hand: bool = False


class LassoIn(Payload):
    """Give the outlets inside a line to a rep by hand; ``fixed`` keeps design from moving them."""

    geometry: Geometry
    rep_id: UUID
    fixed: bool = False


class LassoOut(Shape):
    """The outlets that were given."""

    outlet_ids: list[str]


class ProposalMoveOut(Shape):
    """An outlet that applying would give to another rep."""

    outlet_id: str
    outlet_name: str
    territory_id: str
    from_rep_id: str | None
    to_rep_id: str


class WholeProposalOut(Shape):
    """Everything that applying would do, and what it would not touch."""

    moves: list[ProposalMoveOut]
    kept: list[str]
    in_several: list[str]
    in_none: list[str]
