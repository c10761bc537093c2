"""Rules of completeness: the basics of a record within minutes, the whole within a day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

BASICS = ("name", "channel", "address", "phone")
WHOLE = (
    *("owner_name", "business", "needs", "team_size", "source_channel", "first_contact"),
    *("region", "account_id", "decision_maker"),
)
BASICS_WITHIN = timedelta(minutes=5)
WHOLE_WITHIN = timedelta(hours=24)


class Completeness(StrEnum):
    """How far a record is; ``due`` lacks something and is still in time."""

    COMPLETE = "complete"
    DUE = "due"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a record lacks, and whether it is late."""

    basics: tuple[str, ...]
    whole: tuple[str, ...]
    state: Completeness


def gaps(filled: Collection[str], created: datetime, now: datetime) -> Gaps:
    """What is missing of a record made at a moment; ``filled`` are the fields that are there."""
    basics = tuple(field for field in BASICS if field not in filled)
    whole = tuple(field for field in WHOLE if field not in filled)
    late = (basics and now > created + BASICS_WITHIN) or (whole and now > created + WHOLE_WITHIN)
    if late:
        return Gaps(basics, whole, Completeness.LATE)
    return Gaps(basics, whole, Completeness.DUE if basics or whole else Completeness.COMPLETE)
