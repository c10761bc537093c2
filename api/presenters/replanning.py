"""Slots of a stored plan and the proposed rest of a day as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from api.presenters.archive import outlet_brief
from api.presenters.planning import missing_json
from crm_core.archive.model import Outlet
from crm_core.people.model import Rep
from crm_core.planning.facts import dated
from crm_core.planning.model import UnservedVisit
from crm_core.planning.translate import outlet_of
from routing.problem import Problem
from routing.slots import Slot
from routing.today import RestOfDay

type Json = dict[str, Any]


def slots_json(problem: Problem, slots: Iterable[Slot], gone: Iterable[UUID]) -> Json:
    """The body of ``api.schemas.replanning.PlanSlotsOut``."""
    return {
        "items": [_slot(slot, problem.days[slot.day].date) for slot in slots],
        "gone": [str(outlet_id) for outlet_id in gone],
    }


def _slot(slot: Slot, date: dt.date) -> Json:
    shown = asdict(slot)
    del shown["rep_id"], shown["day"]
    return {"date": date, **shown}


def outlets_named(rest: RestOfDay) -> set[UUID]:
    """The outlets of a proposal."""
    return {outlet_of(demand.id) for demand in rest.demands}


def replanned_json(
    rest: RestOfDay,
    outlets: Mapping[UUID, Outlet],
    reps: Mapping[UUID, Rep],
    *,
    now_minute: float,
    skipped: Collection[UUID],
    gone: Collection[UUID],
    locked: str | None,
) -> Json:
    """The body of ``api.schemas.replanning.ReplannedOut``; ``locked`` is the stop kept first."""
    return {
        "date": rest.problem.days[0].date,
        "now_minute": now_minute,
        "done": [str(outlet_of(demand_id)) for demand_id in rest.done],
        "skipped": [str(outlet_id) for outlet_id in skipped],
        "stops": _stops(rest, outlets, locked),
        "breaks": [
            {
                "name": taken.name,
                "start_minute": taken.start_minute,
                "end_minute": taken.end_minute,
                "before_sequence": before,
            }
            for before, taken in rest.breaks
        ],
        "end_minute": rest.route.end_minute if rest.route else None,
        "travel_minutes": rest.route.travel_minutes if rest.route else 0.0,
        "late_home_minutes": rest.late_home_minutes,
        "unserved": _unserved(rest, outlets, reps),
        "gone": [str(outlet_id) for outlet_id in gone],
    }


def _stops(rest: RestOfDay, outlets: Mapping[UUID, Outlet], locked: str | None) -> Sequence[Json]:
    return [
        {
            "sequence": sequence,
            "outlet": outlet_brief(outlets[outlet_of(stop.demand_id)]),
            "arrival_minute": stop.arrival_minute,
            "start_minute": stop.start_minute,
            "leave_minute": stop.leave_minute,
            "leg_seconds": leg.seconds,
            "leg_metres": leg.metres,
            "locked": stop.demand_id == locked,
        }
        for sequence, (stop, leg) in enumerate(rest.stops, start=1)
    ]


def _unserved(
    rest: RestOfDay, outlets: Mapping[UUID, Outlet], reps: Mapping[UUID, Rep]
) -> list[Json]:
    rows = [
        UnservedVisit(
            outlet_id=outlet_of(missing.demand_id),
            count=missing.count,
            reason=missing.reason,
            detail=missing.detail,
            facts=dated(rest.problem, missing.facts),
            remedy=dated(rest.problem, missing.remedy),
        )
        for missing in rest.unserved
    ]
    return [missing_json(row, reps, outlets) for row in rows]
