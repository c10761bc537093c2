"""What a visit does to tasks: it does those it was asked for by, and its next step is one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.people.rules import Scope
from crm_core.visits.model import Visit
from crm_core.visits.rules import StatedStep, VisitStatus
from crm_core.work.follow_ups import keep_next_step
from crm_core.work.tasks import meet_demands


def tell_tasks(
    session: Session, scope: Scope, visit: Visit, step: StatedStep | None, *, by: UUID | None
) -> None:
    """End what a visit that is done has met, and keep its next step as a task."""
    if visit.status == VisitStatus.DONE:
        meet_demands(session, visit.outlet_id, visit.local_date, by=by)
    if step is not None:
        links = {"outlet_id": visit.outlet_id, "visit_id": visit.id}
        key = str(visit.visit_key)
        keep_next_step(session, scope, key, step.text, step.due, links, rep_id=visit.rep_id)
