"""Handing over what a rep has, told before it is done.

Assignments are dated, so what the rep did before stays readable; plans that were published stay
as they are and are named, so that the caller can plan again.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from crm_core.archive.service import assign
from crm_core.errors import Conflict, Forbidden
from crm_core.handover.queries import moved, portfolio, receiver
from crm_core.handover.rules import HandOver, Moved
from crm_core.people.model import Rep
from crm_core.people.queries import rep
from crm_core.people.rules import Scope
from crm_core.work.service import emit


def preview(session: Session, scope: Scope, wanted: HandOver) -> Moved:
    """What a hand-over would move; nothing is changed.  Raises as ``hand_over``."""
    planner = _planner(scope)
    _check_reps(session, planner, wanted)
    return moved(wanted, portfolio(session, planner, wanted))


def hand_over(session: Session, scope: Scope, wanted: HandOver) -> Moved:
    """Move a rep's outlets, open opportunities, complaints and tasks to others, all or nothing.

    An opportunity, complaint or task goes where its outlet goes.  Raises Forbidden
    (handover-forbidden), NotFound (rep-unknown), Conflict (handover-to-self, handover-not-theirs).
    """
    planner = _planner(scope)
    _check_reps(session, planner, wanted)
    held = portfolio(session, planner, wanted)
    assign(session, planner, held.outlet_reps, on=wanted.on)
    for row in held.opportunities:
        row.rep_id = receiver(wanted, held, row.outlet_id)
    for task in held.tasks:
        task.rep_id = receiver(wanted, held, task.outlet_id)
    if wanted.leaves:
        rep(session, planner, wanted.from_rep_id).active = False
    session.flush()
    told = {"from_rep_id": str(wanted.from_rep_id), "on": wanted.on.isoformat()}
    counts = {"outlets": len(held.outlet_reps), "tasks": len(held.tasks)}
    emit(session, "rep.handed_over", {**told, **counts})
    return moved(wanted, held)


def _check_reps(session: Session, planner: Scope, wanted: HandOver) -> None:
    receivers = {wanted.to_rep_id, *wanted.outlets.values()}
    if wanted.from_rep_id in receivers:
        cause = "A rep cannot hand over to themselves."
        raise Conflict("handover-to-self", cause, "Name another rep.")
    for rep_id in (wanted.from_rep_id, *receivers):
        known: Rep = rep(session, planner, rep_id)
        if rep_id in receivers and not known.active:
            cause = f"{known.code} is no longer active."
            raise Conflict("handover-inactive", cause, "Name a rep who is.")


def _planner(scope: Scope) -> Scope:
    if not scope.can_plan:
        cause = "You may not hand over the work of reps."
        raise Forbidden("handover-forbidden", cause, "Ask a supervisor.")
    return scope.for_planning()
