"""Reads of geocodes: the queue of those that somebody has to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm_core.archive.model import Geocode, Outlet
from crm_core.archive.rules.geocode import WAITING
from crm_core.errors import NotFound
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope

_CHUNK = 500  # values in one IN list


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A geocode that waits, and its outlet."""

    geocode: Geocode
    outlet: Outlet


def doubtful(session: Session, scope: Scope, limit: int = 100) -> list[Doubtful]:
    """Geocodes in scope that wait for somebody, the least sure first."""
    waiting = scoped(Geocode, scope).where(Geocode.status.in_(WAITING))
    ordered = waiting.order_by(Geocode.confidence, Geocode.id).limit(limit)
    rows = [*session.scalars(ordered)]
    ids = [row.outlet_id for row in rows]
    seen = session.scalars(scoped(Outlet, scope).where(Outlet.id.in_(ids)))
    outlets = {outlet.id: outlet for outlet in seen}
    return [Doubtful(row, outlets[row.outlet_id]) for row in rows]


def geocode_counts(session: Session, scope: Scope) -> dict[str, int]:
    """How many geocodes in scope have which status."""
    columns: Any = (Geocode.status, func.count())
    counted = scoped(Geocode, scope).with_only_columns(*columns).group_by(Geocode.status)
    return {str(status): int(count) for status, count in session.execute(counted)}


def geocode(session: Session, scope: Scope, outlet_id: UUID) -> Geocode:
    """The newest geocode of an outlet; raises ``NotFound`` (geocode-unknown)."""
    found = session.scalar(scoped(Geocode, scope).where(Geocode.outlet_id == outlet_id))
    if found is None:
        cause = f"The address of outlet {outlet_id} has not been looked up, or you may not see it."
        raise NotFound("geocode-unknown", cause, "Look its address up first.")
    return found


def addresses(session: Session, outlet_ids: list[UUID]) -> Iterator[tuple[UUID, str]]:
    """Outlets and their addresses, for a job: whoever asked for it has seen them."""
    for ids in batched(outlet_ids, _CHUNK):
        asked = select(Outlet.id, Outlet.address)  # unscoped: the job's ids were scoped
        rows = session.execute(asked.where(Outlet.id.in_(ids)).order_by(Outlet.id))
        yield from ((row.id, row.address) for row in rows)


def looked_up(session: Session, job_id: UUID) -> Counter[str]:
    """How many outlets a job has looked up already, by status."""
    columns: Any = (Geocode.status, func.count())
    counted = select(*columns).where(Geocode.job_id == job_id)  # unscoped: the job counts its own
    rows = session.execute(counted.group_by(Geocode.status))
    return Counter({str(status): int(count) for status, count in rows})


def outlets_looked_up(session: Session, job_id: UUID) -> set[UUID]:
    """The outlets that a job has looked up already: it goes on with the others."""
    done = select(Geocode.outlet_id).where(Geocode.job_id == job_id)  # unscoped: its own
    return {*session.scalars(done)}
