"""What drawn areas would change, before anything is saved: the figures beside the pencil."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import shape
from sqlalchemy.orm import Session

from crm_core.errors import Fault
from crm_core.people.queries import reps
from crm_core.people.rules import Scope
from crm_core.territories.queries import territories
from crm_core.territories.rules import Area, Proposal, propose_held
from crm_core.territories.work import CYCLE_WEEKS, USUAL_KMH, OutletWork, outlet_work
from routing.geo import GeoPoint
from routing.territory.cover import Ground, gaps, overlaps, point_holders
from routing.territory.rings import Geometry, geometry_faults
from routing.territory.tally import Tally, imbalance, tally


@dataclass(frozen=True, slots=True)
class Sketch:
    """An area as it is being drawn.  ``key`` is what the page calls it: for one that is saved, its
    id.  ``geometry`` None takes the territory away."""

    key: str
    geometry: Geometry | None
    rep_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AreaPreview:
    """One area before (None: new) and after (None: taken away), and the outlets it changes by."""

    key: str
    rep_id: UUID | None
    before: Tally | None
    after: Tally | None
    gained: tuple[UUID, ...]
    lost: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """All areas as they would be, and what is wrong with them.

    ``keys`` are those of the areas that ``overlaps`` and ``gaps`` count by; ``faulty`` are shapes
    that could not be read, with every fault: they are left out of everything else.  ``proposal``
    is what applying would do.  Imbalances are of minutes with travel.
    """

    areas: tuple[AreaPreview, ...]
    keys: tuple[str, ...]
    imbalance_before: float
    imbalance_after: float
    faulty: Mapping[str, Sequence[Fault]]
    overlaps: tuple[Ground, ...]
    gaps: tuple[Ground, ...]
    in_several: tuple[UUID, ...]
    in_none: tuple[UUID, ...]
    proposal: Proposal
    outlets: int
    unplanned: int


@dataclass(frozen=True, slots=True)
class _Held:
    """Areas, the outlets in each (as indexes) and what they ask for.

    ``pairs`` are indexes of areas and of the outlets that they hold.
    """

    areas: dict[str, Area]
    shapes: list[Any]
    members: dict[str, NDArray[np.int64]]
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]]
    tallies: dict[str, Tally]

    @property
    def imbalance(self) -> float:
        """Of minutes with travel."""
        return imbalance(np.array([one.minutes for one in self.tallies.values()]))


def preview(
    session: Session,
    scope: Scope,
    sketches: Sequence[Sketch],
    on: date,
    *,
    weeks: int = CYCLE_WEEKS,
    kmh: float = USUAL_KMH,
) -> Preview:
    """What the sketches would change; territories that none of them names stay as they are."""
    outlets = outlet_work(session, scope, on, weeks=weeks, kmh=kmh)
    homes = {rep.id: GeoPoint(rep.home_lat, rep.home_lon) for rep in reps(session, scope)}
    saved = _saved(session, scope)
    faulty = {
        sketch.key: found
        for sketch in sketches
        if sketch.geometry is not None and (found := geometry_faults(sketch.geometry))
    }
    was = _held(saved, outlets, homes)
    now = _held(_redrawn(saved, [s for s in sketches if s.key not in faulty]), outlets, homes)
    counts = np.bincount(now.pairs[1], minlength=len(outlets.holdings))
    ids = outlets.ids
    return Preview(
        areas=tuple(_area(key, was, now, ids) for key in {**was.areas, **now.areas}),
        keys=tuple(now.areas),
        imbalance_before=was.imbalance,
        imbalance_after=now.imbalance,
        faulty=faulty,
        overlaps=tuple(overlaps(now.shapes)),
        gaps=tuple(gaps(now.shapes)),
        in_several=tuple(ids[at] for at in np.flatnonzero(counts > 1).tolist()),
        in_none=tuple(ids[at] for at in np.flatnonzero(counts == 0).tolist()),
        proposal=propose_held([*now.areas.values()], outlets.holdings, *now.pairs),
        outlets=len(ids),
        unplanned=outlets.unplanned,
    )


def _saved(session: Session, scope: Scope) -> dict[str, Area]:
    found = territories(session, scope)
    return {
        str(one.territory.id): Area(one.territory.id, one.territory.rep_id, one.shape.geometry)
        for one in found
    }


def _redrawn(saved: Mapping[str, Area], sketches: Sequence[Sketch]) -> dict[str, Area]:
    areas = dict(saved)
    for index, sketch in enumerate(sketches):
        known = areas.pop(sketch.key, None)
        if sketch.geometry is not None:
            area_id = known.territory_id if known else UUID(int=index)  # new ones have no id yet
            areas[sketch.key] = Area(area_id, sketch.rep_id, sketch.geometry)
    return areas


def _held(areas: dict[str, Area], outlets: OutletWork, homes: Mapping[UUID, GeoPoint]) -> _Held:
    shapes = [shape(area.geometry) for area in areas.values()]
    area_at, point_at = point_holders(shapes, outlets.work.lon_lat)
    members = {key: point_at[area_at == index] for index, key in enumerate(areas)}
    tallies = {
        key: tally(outlets.work, members[key], homes.get(area.rep_id) if area.rep_id else None)
        for key, area in areas.items()
    }
    return _Held(areas, shapes, members, (area_at, point_at), tallies)


def _area(key: str, was: _Held, now: _Held, ids: Sequence[UUID]) -> AreaPreview:
    nothing = np.empty(0, dtype=np.int64)
    old, new = was.members.get(key, nothing), now.members.get(key, nothing)
    return AreaPreview(
        key,
        (now.areas.get(key) or was.areas[key]).rep_id,
        was.tallies.get(key),
        now.tallies.get(key),
        tuple(ids[at] for at in np.setdiff1d(new, old).tolist()),
        tuple(ids[at] for at in np.setdiff1d(old, new).tolist()),
    )
