"""What policies cost before they are saved: visits, hours and reps, by Talley's method."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from crm_core.archive.queries import policies
from crm_core.archive.queries.load import COUNTED_WEEKS, Load, loads
from crm_core.archive.rules import Policy
from crm_core.people.model import RepShift
from crm_core.people.queries import reps, scoped
from crm_core.people.rules import Scope
from crm_core.planning.model import JourneyPlan
from crm_core.planning.rules import PlanStatus
from routing.territory.sizing import GradeWork, Sizing, reps_needed

#: Minutes from stop to stop where no plan was published yet: a guess, and told as one.
GUESSED_TRAVEL_MINUTES = 10.0


@dataclass(frozen=True, slots=True)
class FieldTime:
    """What a rep has in four weeks, and what a visit costs on the way; ``measured`` in plans."""

    reps: int
    working_days: int
    minutes_a_day: float
    travel_minutes: float
    measured: bool


@dataclass(frozen=True, slots=True)
class LoadPreview:
    """Four weeks under the present policies and under the proposed ones.

    ``unplanned`` are outlets that the proposed policies give no frequency.
    """

    time: FieldTime
    before: Sizing
    after: Sizing
    unplanned: int


def preview_load(
    session: Session, scope: Scope, proposed: Sequence[Policy], on: dt.date
) -> LoadPreview:
    """What the outlets in scope ask for on a date if ``proposed`` were saved.

    Raises InvalidProblem (sizing-no-time) where no rep has working hours.
    """
    known = policies(session, scope)
    time = field_time(session, scope)
    changed = loads(session, scope, with_proposed(known, proposed), on)
    return LoadPreview(
        time,
        _sizing(loads(session, scope, known, on), time),
        _sizing(changed, time),
        sum(load.outlets for load in changed if load.frequency is None),
    )


def with_proposed(known: Iterable[Policy], proposed: Sequence[Policy]) -> list[Policy]:
    """The policies as saving ``proposed`` would leave them."""
    starts = {(p.grade_code, p.channel): p.valid_from for p in proposed}
    kept = [
        policy
        for policy in known
        if starts.get((policy.grade_code, policy.channel)) is None
        or policy.valid_from != starts[policy.grade_code, policy.channel]
    ]
    return [*kept, *proposed]


def field_time(session: Session, scope: Scope) -> FieldTime:
    """The mean working days and minutes of the reps in scope, and their travel in plans."""
    active = [rep.id for rep in reps(session, scope)]
    shifts = session.scalars(scoped(RepShift, scope).where(RepShift.rep_id.in_(active))).all()
    minutes = [s.end_minute - s.start_minute - s.lunch_minutes for s in shifts]
    days = round(COUNTED_WEEKS * len(shifts) / len(active)) if active else 0
    travel = _travel_a_visit(session, scope)
    return FieldTime(
        reps=len(active),
        working_days=days,
        minutes_a_day=sum(minutes) / len(minutes) if minutes else 0.0,
        travel_minutes=GUESSED_TRAVEL_MINUTES if travel is None else travel,
        measured=travel is not None,
    )


def _travel_a_visit(session: Session, scope: Scope) -> float | None:
    published = scoped(JourneyPlan, scope).where(JourneyPlan.status == PlanStatus.PUBLISHED)
    summaries = session.scalars(published.with_only_columns(JourneyPlan.summary)).all()
    visits = sum(summary.get("visits_planned", 0) for summary in summaries)
    minutes = sum(summary.get("travel_minutes", 0.0) for summary in summaries)
    return minutes / visits if visits else None


def _sizing(found: Iterable[Load], time: FieldTime) -> Sizing:
    rows = [
        GradeWork(
            load.grade_code,
            load.outlets,
            load.frequency.visits * COUNTED_WEEKS / load.frequency.weeks,
            load.frequency.minutes,
            time.travel_minutes,
        )
        for load in sorted(found, key=lambda load: load.grade_code)
        if load.frequency is not None
    ]
    return reps_needed(rows, time.working_days, time.minutes_a_day)
