"""Outlets as arrays, fast enough to ask while somebody draws: where, how much work, whose."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import batched
from uuid import UUID

import numpy as np
from sqlalchemy import Select
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
#: Outlets that redrawing may move: those that a polygon gave to their rep, or nobody has.
_MOVABLE = (AssignmentSource.POLYGON, None)
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
    served = _served(scope, on).subquery()
    columns = (
        *(Outlet.id, served.c.rep_id, served.c.source, Outlet.lon, Outlet.lat),
        *(Outlet.grade_code, Outlet.channel),
        *(Outlet.visits_override, Outlet.weeks_override, Outlet.minutes_override),
    )
    placed = Outlet.lat.is_not(None), Outlet.lon.is_not(None)
    query = scoped(Outlet, scope).where(may_be_visited(on, on), *placed)
    whose = query.outerjoin(served, served.c.outlet_id == Outlet.id)
    rows = session.execute(
        whose.order_by(Outlet.short_code).with_only_columns(*columns, maintain_column_froms=True)
    ).all()
    frequency = _frequencies(session, scope, on)
    wanted = [frequency(*kind) for _, _, _, _, _, *kind in rows]
    visits = np.array([weeks * one.visits / one.weeks if one else 0.0 for one in wanted])
    minutes = np.array([float(one.minutes) if one else 0.0 for one in wanted])
    lon_lat = np.array([(row[3], row[4]) for row in rows], dtype=np.float64).reshape(-1, 2)
    return OutletWork(
        work_of(lon_lat, visits, visits * minutes, kmh),
        tuple(
            Holding(row[0], LonLat(lon, lat), row[1], row[2] not in _MOVABLE)
            for row, (lon, lat) in zip(rows, lon_lat.tolist(), strict=True)
        ),
        tuple(row[5] for row in rows),
        tuple(row[6] for row in rows),
        sum(one is None for one in wanted),
    )


def assignment_sources(session: Session, scope: Scope, on: date) -> dict[UUID, str]:
    """Who decided whose each outlet is: ``AssignmentSource`` by outlet."""
    rows = session.execute(_served(scope, on))
    return {row.outlet_id: row.source for row in rows}


def _served(scope: Scope, on: date) -> Select[UUID, UUID, str]:
    """Whose each outlet is on a date, and why."""
    columns = (OutletAssignment.outlet_id, OutletAssignment.rep_id, OutletAssignment.source)
    return scoped(OutletAssignment, scope).where(*valid_on(on)).with_only_columns(*columns)


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
