"""Changing the archive: grades, policies, who serves which outlet, opening hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import (
    CallWindow,
    Grade,
    Outlet,
    OutletAssignment,
    VisitPolicy,
)
from crm_core.archive.queries import policies
from crm_core.archive.rules import (
    ANY_CHANNEL,
    AssignmentSource,
    Frequency,
    Override,
    Policy,
    WeekWindow,
    WindowSource,
    frequency_of,
    pick_policy,
    week_windows,
)
from crm_core.errors import Fault, Forbidden, NotFound
from crm_core.people.model import Rep
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope


def save_grades(session: Session, grades: Iterable[Grade]) -> None:
    """Add grades, or give those with the same code the new rank and names."""
    for grade in grades:
        session.merge(grade)
    session.flush()


def save_policy(
    session: Session,
    grade_code: str,
    frequency: Frequency,
    *,
    valid_from: date,
    channel: str = ANY_CHANNEL,
) -> VisitPolicy:
    """Say how often a grade is visited in a channel ("*": any) from a date on.

    The policy that held until then ends; what held on earlier dates stays readable.
    """
    same = (VisitPolicy.grade_code == grade_code, VisitPolicy.channel == channel)
    rows = session.scalars(select(VisitPolicy).where(*same)).all()  # unscoped: open to all
    policy = next((row for row in rows if row.valid_from == valid_from), None)
    if policy is None:
        policy = VisitPolicy(grade_code=grade_code, channel=channel, valid_from=valid_from)
        session.add(policy)
    policy.visits, policy.weeks, policy.minutes = (
        frequency.visits,
        frequency.weeks,
        frequency.minutes,
    )
    later = [row.valid_from for row in rows if row.valid_from > valid_from]
    policy.valid_to = min(later, default=None)
    for row in rows:
        if row.valid_from < valid_from and (row.valid_to is None or row.valid_to > valid_from):
            row.valid_to = valid_from
    session.flush()
    return policy


def policy_of(session: Session, scope: Scope, outlet: Outlet, on: date) -> Frequency | None:
    """How often an outlet is visited as of a date; None where nothing says so.

    For many outlets read ``queries.policies`` once and call ``frequency``.
    """
    return frequency(policies(session, scope), outlet, on)


def frequency(known: Iterable[Policy], outlet: Outlet, on: date) -> Frequency | None:
    """The frequency of an outlet under these policies, its own overrides first."""
    override = Override(outlet.visits_override, outlet.weeks_override, outlet.minutes_override)
    return frequency_of(pick_policy(known, outlet.grade_code, outlet.channel, on), override)


def assign(
    session: Session,
    scope: Scope,
    rep_of_outlet: Mapping[UUID, UUID],
    *,
    on: date,
    source: AssignmentSource = AssignmentSource.MANUAL,
) -> list[OutletAssignment]:
    """Give outlets to reps from a date on (outlet id → rep id); returns the assignments.

    Who served an outlet before stays readable for earlier dates.  An outlet that has the rep
    already only takes on the ``source``; assignments that were to begin later are dropped.
    Raises ``Forbidden`` (assign-forbidden) and ``NotFound`` (outlet-unknown, rep-unknown); then
    nothing is changed.
    """
    _check_assignable(session, scope, rep_of_outlet)
    primary = (
        OutletAssignment.outlet_id.in_(rep_of_outlet.keys()),
        OutletAssignment.role == "primary",
    )
    rows = session.scalars(select(OutletAssignment).where(*primary))  # unscoped: outlets are seen
    history: dict[UUID, list[OutletAssignment]] = {outlet_id: [] for outlet_id in rep_of_outlet}
    for row in rows:
        history[row.outlet_id].append(row)
    made = [
        _reassign(session, history[outlet_id], outlet_id, rep_id, on, source)
        for outlet_id, rep_id in rep_of_outlet.items()
    ]
    session.flush()
    return made


def set_opening_hours(
    session: Session, outlet: Outlet, text: str, *, on: date, is_new: bool = False
) -> list[Fault]:
    """Set the opening hours (OpenStreetMap text) and derive the call windows from them.

    Windows entered by hand stay.  A broken text is kept as it is and reported
    (opening-hours-broken), as are hours that never open in the week of ``on``
    (opening-hours-never-open); both leave the outlet without derived windows.  ``is_new``
    spares the look for old windows of an outlet that was just made, and the flush.
    """
    outlet.opening_hours = text
    windows = week_windows(text, on) if text else ()
    if not is_new:
        _drop_windows(session, outlet.id)
    session.add_all(_derived_window(outlet.id, window) for window in windows or ())
    if not is_new:
        session.flush()
    if windows is None:
        return [_hours_fault("opening-hours-broken", text, "is not OpenStreetMap opening hours.")]
    if text and not windows:
        return [_hours_fault("opening-hours-never-open", text, f"is never open around {on}.")]
    return []


def _check_assignable(session: Session, scope: Scope, rep_of_outlet: Mapping[UUID, UUID]) -> None:
    planner = scope.for_planning()
    if not planner.can_plan:
        raise Forbidden(
            "assign-forbidden", "You may not assign outlets.", "Ask your supervisor to do it."
        )
    outlet_ids, rep_ids = set(rep_of_outlet), set(rep_of_outlet.values())
    seen = scoped(Outlet, planner).where(Outlet.id.in_(outlet_ids)).with_only_columns(Outlet.id)
    if unseen := outlet_ids.difference(session.scalars(seen)):
        raise _unknown("outlet", unseen)
    known = scoped(Rep, planner).where(Rep.id.in_(rep_ids)).with_only_columns(Rep.id)
    if unknown := rep_ids.difference(session.scalars(known)):
        raise _unknown("rep", unknown)


def _unknown(what: str, ids: set[UUID]) -> NotFound:
    listing = ", ".join(sorted(map(str, ids)))
    return NotFound(
        f"{what}-unknown",
        f"There is no {what} that you may see with the id {listing}.",
        f"Choose one of the {what}s in the list.",
    )


def _reassign(
    session: Session,
    history: Iterable[OutletAssignment],
    outlet_id: UUID,
    rep_id: UUID,
    on: date,
    source: AssignmentSource,
) -> OutletAssignment:
    current: OutletAssignment | None = None
    for row in history:
        if row.valid_from > on:
            session.delete(row)
        elif row.valid_to is None or row.valid_to > on:
            current = row
    if current is not None and (current.rep_id == rep_id or current.valid_from == on):
        current.rep_id, current.source, current.valid_to = rep_id, source, None
        return current
    if current is not None:
        current.valid_to = on
    made = OutletAssignment(outlet_id=outlet_id, rep_id=rep_id, valid_from=on, source=source)
    session.add(made)
    return made


def _drop_windows(session: Session, outlet_id: UUID) -> None:
    derived = (
        CallWindow.outlet_id == outlet_id,
        CallWindow.source == WindowSource.OPENING_HOURS,
    )
    for row in session.scalars(select(CallWindow).where(*derived)):  # unscoped: outlet is given
        session.delete(row)


def _derived_window(outlet_id: UUID, window: WeekWindow) -> CallWindow:
    return CallWindow(
        outlet_id=outlet_id,
        weekday=window.weekday,
        start_minute=window.start_minute,
        end_minute=window.end_minute,
        source=WindowSource.OPENING_HOURS,
    )


def _hours_fault(code: str, text: str, cause: str) -> Fault:
    action = "Write them like 'Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-13:00'."
    return Fault(code, f"{text!r} {cause}", action, "opening_hours")
