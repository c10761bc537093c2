"""Territories as they were: revisions, the state after one, and what differs between two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import numpy as np
from shapely.geometry import shape
from sqlalchemy import func
from sqlalchemy.orm import Session, defer

from crm_core.errors import NotFound
from crm_core.people.queries import reps, scoped
from crm_core.people.rules import Scope
from crm_core.territories.model import TerritoryVersion
from crm_core.territories.work import USUAL_KMH, OutletWork, outlet_work
from routing.geo import GeoPoint
from routing.territory.cover import point_holders
from routing.territory.tally import Tally, imbalance, tally


class ChangeKind(StrEnum):
    """What happened to a territory."""

    ADDED = "added"
    CHANGED = "changed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Revision:
    """What was saved together, and what it did to which territories."""

    id: UUID
    created_at: datetime
    author_id: UUID | None
    note: str
    versions: tuple[tuple[TerritoryVersion, ChangeKind], ...]


@dataclass(frozen=True, slots=True)
class TerritoryChange:
    """A territory that differs between two states; the side where it is not is None."""

    kind: ChangeKind
    before: TerritoryVersion | None
    after: TerritoryVersion | None
    tally_before: Tally | None
    tally_after: Tally | None


@dataclass(frozen=True, slots=True)
class HandChange:
    """An outlet that one state proposes to another rep than the other does."""

    outlet_id: UUID
    from_rep_id: UUID | None
    to_rep_id: UUID | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Two states side by side, with today's outlets in both.  ``outlets`` is how many there are."""

    changes: tuple[TerritoryChange, ...]
    hands: tuple[HandChange, ...]
    outlets: int
    imbalance_before: float
    imbalance_after: float


type State = dict[UUID, TerritoryVersion]


def revisions(
    session: Session, scope: Scope, *, limit: int = 50, before: datetime | None = None
) -> list[Revision]:
    """What was saved, the newest first; ``before`` goes on behind the last of a page."""
    ids = scoped(TerritoryVersion, scope).with_only_columns(
        TerritoryVersion.revision_id, func.max(TerritoryVersion.created_at)
    )
    if before is not None:
        ids = ids.where(TerritoryVersion.created_at < before)
    latest = func.max(TerritoryVersion.created_at).desc()
    page = ids.group_by(TerritoryVersion.revision_id).order_by(latest).limit(limit)
    order = [row[0] for row in session.execute(page)]
    rows = scoped(TerritoryVersion, scope).where(TerritoryVersion.revision_id.in_(order))
    found: dict[UUID, list[TerritoryVersion]] = {key: [] for key in order}
    for row in session.scalars(rows.options(defer(TerritoryVersion.geometry))):
        found[row.revision_id].append(row)
    return [_revision(key, found[key]) for key in order]


def state_at(session: Session, scope: Scope, revision_id: UUID | None) -> State:
    """The territories in scope as a revision left them (None: as they are), by id.

    Raises NotFound (revision-unknown).
    """
    every = scoped(TerritoryVersion, scope)
    if revision_id is not None:
        own = every.where(TerritoryVersion.revision_id == revision_id)
        at = session.scalar(own.with_only_columns(func.max(TerritoryVersion.created_at)))
        if at is None:
            cause = "There is no such revision of territories in your scope."
            raise NotFound("revision-unknown", cause, "Choose one of the list.")
        every = every.where(TerritoryVersion.created_at <= at)
    newest: State = {}
    for row in session.scalars(every.order_by(TerritoryVersion.version)):
        newest[row.territory_id] = row
    return {key: row for key, row in newest.items() if not row.closed}


def difference(
    session: Session, scope: Scope, old: State, new: State, on: date, *, kmh: float = USUAL_KMH
) -> Difference:
    """Two states of territories compared with the outlets of a date."""
    outlets = outlet_work(session, scope, on, kmh=kmh)
    homes = {rep.id: GeoPoint(rep.home_lat, rep.home_lon) for rep in reps(session, scope)}
    before, owners_before = _figures(old, outlets, homes)
    after, owners_after = _figures(new, outlets, homes)
    changes = tuple(
        TerritoryChange(kind, old.get(key), new.get(key), before.get(key), after.get(key))
        for key in {**old, **new}
        if (kind := _kind(old.get(key), new.get(key)))
    )
    hands = tuple(
        HandChange(outlet_id, was, now)
        for outlet_id, was, now in zip(outlets.ids, owners_before, owners_after, strict=True)
        if was != now
    )
    return Difference(changes, hands, len(outlets.ids), _imbalance(before), _imbalance(after))


def _revision(key: UUID, rows: Sequence[TerritoryVersion]) -> Revision:
    first = rows[0]
    kinds = [
        ChangeKind.CLOSED
        if row.closed
        else ChangeKind.ADDED
        if row.version == 1
        else ChangeKind.CHANGED
        for row in rows
    ]
    return Revision(
        key, first.created_at, first.author_id, first.note, tuple(zip(rows, kinds, strict=True))
    )


def _kind(old: TerritoryVersion | None, new: TerritoryVersion | None) -> ChangeKind | None:
    if old is None:
        return ChangeKind.ADDED
    if new is None:
        return ChangeKind.CLOSED
    names = ("name", "colour", "rep_id", "department_id", "geometry")
    same = all(getattr(old, name) == getattr(new, name) for name in names)
    return None if same else ChangeKind.CHANGED


def _figures(
    state: State, outlets: OutletWork, homes: dict[UUID, GeoPoint]
) -> tuple[dict[UUID, Tally], list[UUID | None]]:
    """What each territory asks for, and the rep that the state proposes for each outlet."""
    rows = [*state.values()]
    area_at, point_at = point_holders([shape(row.geometry) for row in rows], outlets.work.lon_lat)
    tallies = {
        row.territory_id: tally(
            outlets.work, point_at[area_at == at], homes.get(row.rep_id) if row.rep_id else None
        )
        for at, row in enumerate(rows)
    }
    named: list[set[UUID]] = [set() for _ in outlets.holdings]
    for area, point in zip(area_at.tolist(), point_at.tolist(), strict=True):
        if rep_id := rows[area].rep_id:
            named[point].add(rep_id)
    return tallies, [next(iter(one)) if len(one) == 1 else None for one in named]


def _imbalance(tallies: dict[UUID, Tally]) -> float:
    return imbalance(np.array([one.minutes for one in tallies.values()]))
