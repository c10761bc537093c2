"""Rules of upserting by an external key: what another system's values change here.

A value is written where the system itself changed it since it last sent it and nobody here has
edited it since; ``overwrite`` writes every value.  What is not written although it differs is
told as *kept*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from crm_core.errors import Fault

type Values = Mapping[str, Any]

MOST_ITEMS = 10_000
_NEVER = object()


class Result(StrEnum):
    """What became of one item."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Sent:
    """One row as another system sends it under its own key."""

    key: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: the row, the fields that were kept as they are here, the faults."""

    key: str
    result: Result
    row_id: UUID | None = None
    kept: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, UUID | date):
        return str(value)
    return value


def merged(
    sent: Values, current: Values, last: Values, *, overwrite: bool
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What to write and what is kept; ``last`` are the values that were sent before, as JSON.

    A field that is not in ``current`` is held against what was sent before.
    """
    written: dict[str, Any] = {}
    kept = []
    for field, value in sent.items():
        new, before = plain(value), last.get(field, _NEVER)
        here = plain(current[field]) if field in current else before
        if here == new:
            continue
        edited_here = before is not _NEVER and here != before
        if overwrite or (new != before and not edited_here):
            written[field] = value
        else:
            kept.append(field)
    return written, tuple(kept)
