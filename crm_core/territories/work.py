"""Outlets as arrays, fast enough to ask while somebody draws: where, how much work, whose."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import batched
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet, OutletAssignment
from crm_core.archive.queries import policies, valid_on
from crm_core.archive.queries.life import may_be_visited
from crm_core.archive.rules import (
    AssignmentSource,
    Frequency,
    Override,
    frequency_of,
    pick_policy,
)
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.territories.rules import Holding, LonLat
from routing.territory.tally import Work, work_of

#: Where nothing says how reps move.
USUAL_KMH = 30.0
CYCLE_WEEKS = 4
_CHUNK = 5000  # ids in one question


@dataclass(frozen=True, slots=True)
class OutletWork:
    """The outlets in scope that have a place and are visited on a date, in one order everywhere.

    ``grades`` and ``channels`` say which kind each is; ``unplanned`` have no frequency.
    """

    work: Work
    holdings: tuple[Holding, ...]
    grades: tuple[str, ...]
    channels: tuple[str, ...]
    unplanned: int

    @property
    def ids(self) -> list[UUID]:
        """The outlets' ids."""
        return [holding.outlet_id for holding in self.holdings]


def outlet_work(
    session: Session,
    scope: Scope,
    on: date,
    *,
    weeks: int = CYCLE_WEEKS,
    kmh: float = USUAL_KMH,
) -> OutletWork:
    """What the outlets in scope ask for in a cycle under the policies of a date, ``weeks`` long."""
    columns = (
        *(Outlet.id, Outlet.lon, Outlet.lat, Outlet.grade_code, Outlet.channel),
        *(Outlet.visits_override, Outlet.weeks_override, Outlet.minutes_override),
    )
    placed = Outlet.lat.is_not(None), Outlet.lon.is_not(None)
    query = scoped(Outlet, scope).where(may_be_visited(on, on), *placed)
    ordered = query.order_by(Outlet.short_code).with_only_columns(*columns)
    rows = session.execute(ordered).all()
    served = _served(session, scope, on)
    frequency = _frequencies(session, scope, on)
    wanted = [frequency(*kind) for _, _, _, *kind in rows]
    visits = np.array([weeks * one.visits / one.weeks if one else 0.0 for one in wanted])
    minutes = np.array([float(one.minutes) if one else 0.0 for one in wanted])
    lon_lat = np.array([(row[1], row[2]) for row in rows], dtype=np.float64).reshape(-1, 2)
    return OutletWork(
        work_of(lon_lat, visits, visits * minutes, kmh),
        tuple(
            _holding(row[0], LonLat(lon, lat), served)
            for row, (lon, lat) in zip(rows, lon_lat.tolist(), strict=True)
        ),
        tuple(row[3] for row in rows),
        tuple(row[4] for row in rows),
        sum(one is None for one in wanted),
    )


def assignment_sources(session: Session, scope: Scope, on: date) -> dict[UUID, str]:
    """Who decided whose each outlet is: ``AssignmentSource`` by outlet."""
    return {outlet_id: source for outlet_id, (_, source) in _served(session, scope, on).items()}


type _Served = dict[UUID, tuple[UUID, str]]


def _served(session: Session, scope: Scope, on: date) -> _Served:
    """Whose each outlet is and why, with as few objects as can be."""
    columns = (OutletAssignment.outlet_id, OutletAssignment.rep_id, OutletAssignment.source)
    query = scoped(OutletAssignment, scope).where(*valid_on(on)).with_only_columns(*columns)
    return {outlet_id: (rep_id, source) for outlet_id, rep_id, source in session.execute(query)}


def _holding(outlet_id: UUID, point: LonLat, served: _Served) -> Holding:
    rep_id, source = served.get(outlet_id, (None, AssignmentSource.POLYGON))
    return Holding(outlet_id, point, rep_id, source != AssignmentSource.POLYGON)


def _frequencies(session: Session, scope: Scope, on: date) -> Callable[..., Frequency | None]:
    """The frequency of an outlet by its grade, channel and overrides, each asked for once."""
    known = policies(session, scope)

    @cache
    def found(grade: str, channel: str, *override: int | None) -> Frequency | None:
        return frequency_of(pick_policy(known, grade, channel, on), Override(*override))

    return found


def outlet_names(session: Session, scope: Scope, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of outlets, whatever their status, as far as they are in scope."""
    query = scoped(Outlet, scope).with_only_columns(Outlet.id, Outlet.name)
    return {
        outlet_id: name
        for chunk in batched(ids, _CHUNK)
        for outlet_id, name in session.execute(query.where(Outlet.id.in_(chunk)))
    }
