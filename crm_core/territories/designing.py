"""Designs of territories: what is asked for, and what the archive says about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.archive.rules import AssignmentSource
from crm_core.db import JsonObject
from crm_core.errors import Fault, Invalid, NotFound
from crm_core.people.model import Rep
from crm_core.people.queries import reps
from crm_core.people.rules import Scope
from crm_core.territories.rules import Holding
from crm_core.territories.service import may_draw
from crm_core.territories.work import CYCLE_WEEKS, assignment_sources, outlet_work
from crm_core.work.model import Job
from crm_core.work.service import enqueue
from routing.geo import GeoPoint

DESIGN_JOB = "design-territories"  # kind of the jobs
MOST_TERRITORIES = 200


@dataclass(frozen=True, slots=True)
class DesignOrder:
    """What is asked for: ``rep_ids`` name who serves each territory (a rep may hold several);
    without them ``k`` territories are nobody's yet.

    ``barriers`` are lines of ``[lon, lat]``.  ``hold_manual`` keeps outlets that were assigned by
    hand where they are, as those that are fixed always are.
    """

    k: int
    rep_ids: tuple[UUID, ...] = ()
    least_kept: float = 0.0
    keep_minutes: float = 5.0
    tolerance: float = 0.05
    home_is_centre: bool = False
    hold_manual: bool = False
    barriers: tuple[tuple[tuple[float, float], ...], ...] = ()
    weeks: int = CYCLE_WEEKS
    seed: int = 1

    def payload(self) -> JsonObject:
        """For a job."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "rep_ids": [str(one) for one in self.rep_ids],
            "barriers": [[list(point) for point in line] for line in self.barriers],
        }

    @classmethod
    def of(cls, payload: JsonObject) -> DesignOrder:
        """The order in a job's payload."""
        lines = payload["barriers"]
        return cls(
            **{name: payload[name] for name in _PLAIN},
            rep_ids=tuple(UUID(one) for one in payload["rep_ids"]),
            barriers=tuple(tuple((p[0], p[1]) for p in line) for line in lines),
        )


_PLAIN = (
    *("k", "least_kept", "keep_minutes", "tolerance", "home_is_centre", "hold_manual"),
    *("weeks", "seed"),
)


@dataclass(frozen=True, slots=True)
class DesignInputs:
    """What the archive says: lists of one length, and the homes of the territories' reps."""

    outlet_ids: tuple[UUID, ...]
    points: tuple[GeoPoint, ...]
    service_minutes: tuple[float, ...]
    visits: tuple[float, ...]
    fixed: tuple[int | None, ...]
    today: tuple[int | None, ...]
    homes: tuple[GeoPoint, ...] | None
    reps: tuple[Rep, ...]


def request_design(session: Session, scope: Scope, order: DesignOrder) -> Job:
    """Ask for a design; nothing is drawn by it.

    Raises Forbidden (territory-forbidden), NotFound (rep-unknown), Invalid (design-not-right).
    """
    planner = may_draw(scope)
    faults = [*_faults(order)]
    if faults:
        cause = f"The order has {len(faults)} faults."
        raise Invalid("design-not-right", cause, "Mend each of them and ask again.", faults)
    _reps(session, planner, order.rep_ids)
    return enqueue(session, DESIGN_JOB, order.payload(), requested_by=scope.user_id)


def design_inputs(session: Session, scope: Scope, order: DesignOrder, on: date) -> DesignInputs:
    """The outlets in scope as a design sees them; raises NotFound (rep-unknown)."""
    chosen = _reps(session, scope, order.rep_ids)
    index = {rep.id: at for at, rep in reversed([*enumerate(chosen)])}
    outlets = outlet_work(session, scope, on, weeks=order.weeks)
    held = {AssignmentSource.FIXED}
    if order.hold_manual:
        held |= {AssignmentSource.MANUAL, AssignmentSource.CLAIM}
    sources = assignment_sources(session, scope, on)
    today = tuple(index.get(one.rep_id) if one.rep_id else None for one in outlets.holdings)
    return DesignInputs(
        outlet_ids=tuple(outlets.ids),
        points=tuple(_point(one) for one in outlets.holdings),
        service_minutes=tuple(outlets.work.service_minutes.tolist()),
        visits=tuple(outlets.work.visits.tolist()),
        fixed=tuple(
            at if sources.get(one.outlet_id) in held else None
            for at, one in zip(today, outlets.holdings, strict=True)
        ),
        today=today,
        homes=tuple(GeoPoint(r.home_lat, r.home_lon) for r in chosen) if chosen else None,
        reps=tuple(chosen),
    )


def _point(holding: Holding) -> GeoPoint:
    return GeoPoint(holding.point.lat, holding.point.lon)


def _reps(session: Session, scope: Scope, rep_ids: Sequence[UUID]) -> list[Rep]:
    known = {rep.id: rep for rep in reps(session, scope)}
    if missing := set(rep_ids) - known.keys():
        cause = f"There are no active reps {', '.join(map(str, missing))} in your scope."
        raise NotFound("rep-unknown", cause, "Choose your own reps.")
    return [known[rep_id] for rep_id in rep_ids]


def _faults(order: DesignOrder) -> list[Fault]:
    given: dict[str, tuple[Any, float, float]] = {
        "k": (order.k, 1, MOST_TERRITORIES),
        "least_kept": (order.least_kept, 0, 1),
        "keep_minutes": (order.keep_minutes, 0, 1000),
        "tolerance": (order.tolerance, 0.01, 1),
    }
    faults = [
        Fault("design-out-of-range", f"{name} is {value}.", f"Give {least} to {most}.", name)
        for name, (value, least, most) in given.items()
        if not least <= value <= most
    ]
    if order.rep_ids and len(order.rep_ids) != order.k:
        cause = f"{len(order.rep_ids)} reps are named for {order.k} territories."
        action = "Name one for each; a rep may be named twice."
        faults.append(Fault("design-reps-mismatch", cause, action, "rep_ids"))
    if order.home_is_centre and not order.rep_ids:
        cause = "Territories lie round homes, and no rep is named."
        faults.append(Fault("design-without-homes", cause, "Name the reps.", "home_is_centre"))
    return faults
