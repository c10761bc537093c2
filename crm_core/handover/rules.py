"""What a hand-over is, and what it moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class HandOver:
    """What is wanted: from a date on everything of a rep goes to another.

    ``outlets`` names other receivers for single outlets; with ``leaves`` the rep is no longer
    active afterwards.
    """

    from_rep_id: UUID
    to_rep_id: UUID
    on: date
    outlets: Mapping[UUID, UUID] = field(default_factory=dict)
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """What goes where: numbers by receiving rep, and the published plans it concerns.

    A complaint goes with its task, which ``tasks`` does not count again.
    """

    outlets: Counter[UUID]
    opportunities: Counter[UUID]
    complaints: Counter[UUID]
    tasks: Counter[UUID]
    plans: tuple[UUID, ...]

    @property
    def rep_ids(self) -> frozenset[UUID]:
        """The reps who receive something."""
        return frozenset([*self.outlets, *self.opportunities, *self.complaints, *self.tasks])
