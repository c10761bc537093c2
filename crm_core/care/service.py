"""Changing what care works by, and complaints from opening to call-back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.queries.listing import assignments
from crm_core.archive.service.access import require_office, writable_outlet
from crm_core.care.model import Complaint
from crm_core.care.queries import CARE, care_rules, complaint
from crm_core.care.rules import (
    CareRules,
    ComplaintStatus,
    Severity,
    due_date,
    rule_faults,
    wants_visit,
)
from crm_core.clock import local_date, utc_now
from crm_core.errors import Conflict, Invalid, NotFound
from crm_core.people.company import company_zone
from crm_core.people.model import Rep, StoredRules
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.visits.model import Visit
from crm_core.visits.queries import MADE
from crm_core.work.model import Task, VisitDemand
from crm_core.work.rules import (
    MOST_TITLE,
    DemandSource,
    DemandStatus,
    TaskKind,
    TaskPriority,
    TaskSource,
    TaskState,
)
from crm_core.work.service import emit
from crm_core.work.tasks import end_task, make_task, open_again, write_task


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """A complaint as it is taken; without an owner it is the rep's who serves the outlet."""

    outlet_id: UUID
    severity: Severity
    subject: str
    description: str = ""
    contact_id: UUID | None = None
    owner_rep_id: UUID | None = None


def change_rules(session: Session, scope: Scope, wanted: Mapping[str, Any]) -> CareRules:
    """Change rules; those not named stay.  Raises Forbidden, Invalid (rules-not-right)."""
    require_office(scope)
    if faults := [*rule_faults(wanted)]:
        raise Invalid("rules-not-right", "Rules are wrong.", "Mend each and save.", faults)
    row = session.scalar(scoped(StoredRules, scope).where(StoredRules.part == CARE))
    if row is None:
        row = StoredRules(part=CARE, values={})
        session.add(row)
    row.values = {**row.values, **wanted}
    session.flush()
    return care_rules(session, scope)


def open_complaint(
    session: Session, scope: Scope, new: NewComplaint, *, now: datetime | None = None
) -> Complaint:
    """Take a complaint; its due date follows from the severity, and a bad one asks for a visit.

    Raises NotFound (outlet-unknown, rep-unknown), Forbidden (write-forbidden), Conflict
    (complaint-empty, complaint-nobodys).
    """
    writable_outlet(session, scope, new.outlet_id)
    if not new.subject.strip():
        raise Conflict("complaint-empty", "The complaint has no subject.", "Say what it is about.")
    rules, at = care_rules(session, scope), now or utc_now()
    owner_rep_id = _owner(session, scope, new)
    row = Complaint(
        outlet_id=new.outlet_id,
        severity=new.severity,
        subject=new.subject,
        description=new.description,
        contact_id=new.contact_id,
        opened_at=at,
        opened_by=scope.user_id,
    )
    session.add(row)
    session.flush()
    due = due_date(rules, new.severity, scope.as_of)
    _make_task(
        session, scope, row, TaskKind.COMPLAINT, owner_rep_id, due, wants_visit(rules, new.severity)
    )
    emit(session, "complaint.opened", {"complaint_id": str(row.id), "severity": row.severity})
    return row


def close_complaint(
    session: Session,
    scope: Scope,
    complaint_id: UUID,
    resolution: str,
    *,
    now: datetime | None = None,
) -> Complaint:
    """Close a complaint with what was done: its task is done, the visit made since is linked, and
    to call back is the next task.

    Raises NotFound (complaint-unknown), Forbidden (write-forbidden), Conflict (complaint-closed,
    resolution-required).
    """
    row = _for_change(session, scope, complaint_id, ComplaintStatus.OPEN)
    if not resolution.strip():
        cause = "The complaint has no resolution."
        raise Conflict("resolution-required", cause, "Say what was done about it.")
    at, visit = now or utc_now(), _visit_since(session, scope, row)
    task = _task(session, row, TaskKind.COMPLAINT)
    demand = session.get(VisitDemand, row.demand_id) if row.demand_id else None  # unscoped: its own
    if demand is not None and demand.status == DemandStatus.OPEN and visit is None:
        demand.status = DemandStatus.CANCELLED
    row.visit_id = visit.id if visit else None
    row.status, row.resolution, row.closed_at = ComplaintStatus.CLOSED, resolution, at
    end_task(session, task, TaskState.DONE, by=scope.user_id, result=resolution, now=at)
    due = scope.as_of + timedelta(days=care_rules(session, scope).call_back_days)
    _make_task(session, scope, row, TaskKind.CALL_BACK, task.rep_id, due)
    emit(session, "complaint.closed", {"complaint_id": str(row.id)})
    return row


def call_back(
    session: Session, scope: Scope, complaint_id: UUID, satisfaction: int, *, on: date
) -> Complaint:
    """Note the call-back after a closed complaint: satisfaction from 1 (bad) to 5.

    A satisfaction of 1 or 2 opens it again, due as new.  Raises as ``close_complaint``, and
    Conflict (satisfaction-range).
    """
    row = _for_change(session, scope, complaint_id, ComplaintStatus.CLOSED)
    if not 1 <= satisfaction <= 5:
        cause = f"A satisfaction of {satisfaction} cannot be."
        raise Conflict("satisfaction-range", cause, "Give 1 to 5.")
    row.called_back_on, row.satisfaction = on, satisfaction
    row.status = ComplaintStatus.CALLED_BACK
    end_task(session, _task(session, row, TaskKind.CALL_BACK), TaskState.DONE, by=scope.user_id)
    if satisfaction <= 2:
        row.status = ComplaintStatus.OPEN
        task = _task(session, row, TaskKind.COMPLAINT)
        open_again(session, task)
        due = due_date(care_rules(session, scope), Severity(row.severity), on)
        write_task(session, task, {"not_before": None, "due": due})
    session.refresh(row)
    return row


def _make_task(
    session: Session,
    scope: Scope,
    row: Complaint,
    kind: TaskKind,
    owner_rep_id: UUID | None,
    due: date,
    wants_visit: bool = False,
) -> None:
    """To deal with a complaint, or to call back after it."""
    values = {
        "kind": kind,
        "title": row.subject[:MOST_TITLE],
        "note": row.description,
        "rep_id": owner_rep_id,
        "outlet_id": row.outlet_id,
        "complaint_id": row.id,
        "priority": TaskPriority(row.severity),
        "not_before": scope.as_of,
        "due": due,
    }
    make_task(
        session,
        scope,
        values,
        source=TaskSource.COMPLAINT,
        demand_source=DemandSource.COMPLAINT,
        visit_minutes=care_rules(session, scope).visit_minutes,
        wants_visit=wants_visit,
    )
    session.refresh(row)


def _task(session: Session, row: Complaint, kind: TaskKind) -> Task:
    of_kind = select(Task).where(  # unscoped: the complaint's own
        Task.complaint_id == row.id, Task.kind == kind
    )
    return session.scalars(of_kind.order_by(Task.id.desc()).limit(1)).one()


def _owner(session: Session, scope: Scope, new: NewComplaint) -> UUID:
    wanted = new.owner_rep_id
    if wanted is None:
        serving = assignments(session, scope, scope.as_of, outlet_ids=[new.outlet_id])
        wanted = serving[new.outlet_id].rep_id if serving else scope.rep_id
    if wanted is None:
        cause = "Nobody serves the outlet."
        raise Conflict("complaint-nobodys", cause, "Name the rep who owns the complaint.")
    if session.scalar(scoped(Rep, scope).where(Rep.id == wanted)) is None:
        raise NotFound("rep-unknown", f"There is no rep {wanted}.", "Choose one of the list.")
    return wanted


def _for_change(
    session: Session, scope: Scope, complaint_id: UUID, status: ComplaintStatus
) -> Complaint:
    row = complaint(session, scope, complaint_id)
    writable_outlet(session, scope, row.outlet_id)
    if row.status != status:
        cause = f"The complaint is {row.status}."
        raise Conflict("complaint-closed", cause, "Look at it again.")
    return row


def _visit_since(session: Session, scope: Scope, row: Complaint) -> Visit | None:
    made = scoped(Visit, scope).where(
        Visit.outlet_id == row.outlet_id,
        Visit.status.in_(MADE),
        Visit.local_date >= local_date(row.opened_at, company_zone(session)),
    )
    return session.scalar(made.order_by(Visit.local_date.desc(), Visit.id.desc()).limit(1))
