"""How many reps the archive needs, by grade and channel, with every figure open to change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from crm_core.people.rules import Scope
from crm_core.planning.load import FieldTime, field_time
from crm_core.territories.work import OutletWork, outlet_work
from routing.territory.sizing import GradeWork, Sensitivity, Sizing, reps_needed, sensitivity


@dataclass(frozen=True, slots=True)
class SizingChange:
    """Figures of one grade and channel to take instead of the archive's; None leaves them."""

    grade: str
    channel: str
    outlets: float | None = None
    visits: float | None = None
    service_minutes: float | None = None
    travel_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class TeamSize:
    """The reps needed, what they were worked out from, and what single changes would do."""

    time: FieldTime
    sizing: Sizing
    changes: tuple[Sensitivity, ...]


def team_size(
    session: Session,
    scope: Scope,
    on: dt.date,
    *,
    changes: Sequence[SizingChange] = (),
    working_days: int | None = None,
    field_minutes_a_day: float | None = None,
) -> TeamSize:
    """The reps that the outlets in scope ask for in four weeks, with ``changes`` to the figures.

    Raises InvalidProblem (sizing-no-time) where no rep has working hours and none are given.
    """
    time = field_time(session, scope)
    rows = _rows(outlet_work(session, scope, on), time.travel_minutes)
    for change in changes:
        key = (change.grade, change.channel)
        rows[key] = _changed(rows.get(key) or _nothing(change), change)
    days = time.working_days if working_days is None else working_days
    minutes = time.minutes_a_day if field_minutes_a_day is None else field_minutes_a_day
    kinds = [rows[key] for key in sorted(rows)]
    return TeamSize(time, reps_needed(kinds, days, minutes), sensitivity(kinds, days, minutes))


def _nothing(change: SizingChange) -> GradeWork:
    return GradeWork(change.grade, 0.0, 0.0, 0.0, 0.0, change.channel)


def _changed(row: GradeWork, change: SizingChange) -> GradeWork:
    """The row with the figures that are given."""

    def picked(given: float | None, known: float) -> float:
        return known if given is None else given

    return replace(
        row,
        outlets=picked(change.outlets, row.outlets),
        visits_per_cycle=picked(change.visits, row.visits_per_cycle),
        service_minutes=picked(change.service_minutes, row.service_minutes),
        travel_minutes=picked(change.travel_minutes, row.travel_minutes),
    )


def _rows(outlets: OutletWork, travel_minutes: float) -> dict[tuple[str, str], GradeWork]:
    """One row for each grade and channel whose outlets have a frequency, with their means."""
    sums: dict[tuple[str, str], list[float]] = {}
    kinds = zip(outlets.grades, outlets.channels, strict=True)
    figures = zip(outlets.work.visits.tolist(), outlets.work.service_minutes.tolist(), strict=True)
    for kind, (visits, minutes) in zip(kinds, figures, strict=True):
        if visits > 0.0:
            known = sums.setdefault(kind, [0.0, 0.0, 0.0])
            known[0] += 1.0
            known[1] += visits
            known[2] += minutes
    return {
        (grade, channel): GradeWork(
            grade=grade,
            channel=channel,
            outlets=count,
            visits_per_cycle=visits / count,
            service_minutes=minutes / visits,
            travel_minutes=travel_minutes,
        )
        for (grade, channel), (count, visits, minutes) in sums.items()
    }
