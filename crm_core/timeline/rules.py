"""Rules of the timeline: what kind of thing an entry tells, and where a page of it begins."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID


class EntryKind(StrEnum):
    """What an entry is about; an ``order`` is a visit on which something was ordered."""

    VISIT = "visit"
    ORDER = "order"
    FOLLOW_UP = "follow_up"
    COMPLAINT = "complaint"
    LIFE = "life"
    FORM = "form"
    REP = "rep"
    CHANGE = "change"


#: Of which table the changes are what; those of any other table are changes of fields.
KIND_OF_TABLE = {
    "follow_up": EntryKind.FOLLOW_UP,
    "task": EntryKind.FOLLOW_UP,
    "visit_demand": EntryKind.FOLLOW_UP,
    "opportunity": EntryKind.FOLLOW_UP,
    "proposal": EntryKind.FOLLOW_UP,
    "complaint": EntryKind.COMPLAINT,
    "outlet_life": EntryKind.LIFE,
    "form_answer": EntryKind.FORM,
    "outlet_assignment": EntryKind.REP,
}


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """Where an entry stands: entries are in order of time, and of id where that is the same."""

    at: datetime
    id: UUID

    @classmethod
    def read(cls, text: str) -> Self:
        """A mark as ``str`` writes it; raises ValueError for anything else."""
        at, _, entry_id = text.partition("|")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone")
        return cls(moment.astimezone(UTC), UUID(entry_id))

    def __str__(self) -> str:
        return f"{self.at.isoformat()}|{self.id}"


def kind_of(table: str) -> EntryKind:
    """What a change of a row of this table is about."""
    return KIND_OF_TABLE.get(table, EntryKind.CHANGE)


def has_visits(kinds: Collection[EntryKind]) -> bool:
    """Whether a timeline of these kinds (none: all) tells of visits."""
    return not kinds or bool({EntryKind.VISIT, EntryKind.ORDER} & {*kinds})


def only_orders(kinds: Collection[EntryKind]) -> bool:
    """Whether of the visits only those with an order are wanted."""
    return bool(kinds) and EntryKind.VISIT not in kinds


def told_tables(kinds: Collection[EntryKind]) -> frozenset[str]:
    """The tables that have a kind of their own, of these kinds."""
    return frozenset(table for table, kind in KIND_OF_TABLE.items() if kind in kinds)
