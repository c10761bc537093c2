"""Proposals: reps send them from the field, the office accepts or refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet, Proposal
from crm_core.archive.queries.life import proposal
from crm_core.archive.queries.listing import assignments, outlet
from crm_core.archive.rules.faults import attachment_faults, refuse
from crm_core.archive.rules.proposals import (
    NEW_OUTLET_FIELDS,
    ProposalKind,
    ProposalStatus,
    proposal_faults,
)
from crm_core.archive.rules.record import AttachmentKind, RecordKind
from crm_core.archive.rules.visiting import AssignmentSource, OutletStatus
from crm_core.archive.service.access import require_office
from crm_core.archive.service.life import set_status
from crm_core.archive.service.parts import add_attachment
from crm_core.archive.service.records import add_outlet, change_outlet
from crm_core.archive.service.visiting import assign
from crm_core.clock import utc_now
from crm_core.errors import Conflict, Forbidden
from crm_core.people.model import Rep
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.work.service import emit


@dataclass(frozen=True, slots=True)
class NewProposal:
    """A proposal as the device sends it; ``photo`` has name, url and sha256."""

    client_id: UUID
    kind: ProposalKind
    proposed_at: datetime
    outlet_id: UUID | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    photo: Mapping[str, Any] | None = None
    note: str = ""


def propose(session: Session, scope: Scope, new: NewProposal) -> Proposal:
    """Record what a rep proposes; the same ``client_id`` again gives the same proposal back.

    Raises Forbidden (not-a-rep), NotFound (outlet-unknown), Invalid (record-not-right).
    """
    if scope.rep_id is None or not scope.can_write:
        cause = "Proposals come from reps."
        raise Forbidden("not-a-rep", cause, "Change the record yourself, or log in as the rep.")
    same = select(Proposal).where(Proposal.client_id == new.client_id)  # unscoped: checked below
    known = session.scalar(same)
    if known is not None:
        if known.rep_id != scope.rep_id:
            cause = "Another proposal was recorded under this client id."
            raise Conflict("client-id-reused", cause, "Give every proposal an id of its own.")
        return known
    faults = [*proposal_faults(new.kind, new.values, has_outlet=new.outlet_id is not None)]
    refuse([*faults, *(attachment_faults(new.photo) if new.photo else ())])
    if new.outlet_id is not None:
        outlet(session, scope, new.outlet_id)
    row = Proposal(
        client_id=new.client_id,
        kind=new.kind,
        rep_id=scope.rep_id,
        outlet_id=new.outlet_id,
        values={**new.values},
        photo={**new.photo} if new.photo else None,
        note=new.note,
        proposed_at=new.proposed_at,
    )
    session.add(row)
    session.flush()
    emit(session, "proposal.made", {"proposal_id": str(row.id), "kind": row.kind})
    return row


def accept(
    session: Session,
    scope: Scope,
    proposal_id: UUID,
    changes: Mapping[str, Any],
    *,
    note: str = "",
    now: datetime | None = None,
) -> Proposal:
    """Do what is proposed, with the office's ``changes`` of the values; returns the proposal.

    A new outlet is assigned to the rep who proposes it.  Raises Forbidden (office-only), NotFound
    (proposal-unknown), Conflict (proposal-decided), Invalid (record-not-right).
    """
    row = _open(session, scope, proposal_id)
    kind, values = ProposalKind(row.kind), {**row.values, **changes}
    if kind is ProposalKind.NEW_OUTLET:
        row.outlet_id = _new_outlet(session, scope, row, values).id
    assert row.outlet_id is not None, "every other proposal is about an outlet"
    if kind is ProposalKind.PIN:
        change_outlet(session, scope, row.outlet_id, values)
    elif kind is ProposalKind.CLOSED:
        _end(session, scope, row, OutletStatus.CLOSED)
    elif kind is ProposalKind.MOVED:
        moved = _moved(session, scope, outlet(session, scope, row.outlet_id), values)
        _end(session, scope, row, OutletStatus.MOVED, successor_id=moved.id)
        row.outlet_id = moved.id
    if row.photo:
        photo = {"kind": AttachmentKind.PHOTO, **row.photo}
        add_attachment(session, scope, RecordKind.OUTLETS, row.outlet_id, photo)
    return _decided(session, scope, row, ProposalStatus.ACCEPTED, note, now)


def decline(
    session: Session, scope: Scope, proposal_id: UUID, note: str, *, now: datetime | None = None
) -> Proposal:
    """Refuse a proposal, saying why; raises as ``accept`` and Conflict (note-required)."""
    row = _open(session, scope, proposal_id)
    if not note.strip():
        raise Conflict("note-required", "The rep is told nothing.", "Say why it is refused.")
    return _decided(session, scope, row, ProposalStatus.REFUSED, note, now)


def _open(session: Session, scope: Scope, proposal_id: UUID) -> Proposal:
    require_office(scope)
    row = proposal(session, scope, proposal_id)
    if row.status != ProposalStatus.OPEN:
        cause = f"The proposal was {row.status} already."
        raise Conflict("proposal-decided", cause, "Look at the list again.")
    return row


def _decided(
    session: Session,
    scope: Scope,
    row: Proposal,
    status: ProposalStatus,
    note: str,
    now: datetime | None,
) -> Proposal:
    row.status, row.decision_note = status, note
    row.decided_by, row.decided_at = scope.user_id, now or utc_now()
    session.flush()
    emit(session, "proposal.decided", {"proposal_id": str(row.id), "status": status})
    return row


def _end(
    session: Session,
    scope: Scope,
    row: Proposal,
    status: OutletStatus,
    successor_id: UUID | None = None,
) -> None:
    assert row.outlet_id is not None, "it is about an outlet"
    reason = row.note or "Proposed by the rep."
    set_status(
        session,
        scope,
        row.outlet_id,
        status,
        on=scope.as_of,
        reason=reason,
        successor_id=successor_id,
    )


def _new_outlet(session: Session, scope: Scope, row: Proposal, values: dict[str, Any]) -> Outlet:
    rep = session.scalar(scoped(Rep, scope).where(Rep.id == row.rep_id))
    values.setdefault("department_id", rep.department_id if rep else None)
    values.setdefault("short_code", f"P-{str(row.id)[-8:].upper()}")
    values.setdefault("first_contact", row.proposed_at.date())
    values.setdefault("channel", "")
    values.setdefault("grade_code", "")
    made = add_outlet(session, scope, values)
    _serve(session, scope, made, row.rep_id)
    return made


def _moved(session: Session, scope: Scope, old: Outlet, values: Mapping[str, Any]) -> Outlet:
    """The outlet at its new place; it takes the record, the grade and the rep along."""
    kept = (*NEW_OUTLET_FIELDS, "type", "region", "email", "account_id", "department_id")
    copied = {name: getattr(old, name) for name in kept} | {"first_contact": old.first_contact}
    copied |= {"datum": "WGS-84"}  # what is copied is stored, and so converted
    copied |= {name: values[name] for name in ("lat", "lon", "datum", "address") if name in values}
    made = add_outlet(session, scope, copied | {"short_code": f"{old.short_code}-M"})
    serving = assignments(session, scope, scope.as_of, outlet_ids=[old.id]).get(old.id)
    if serving is not None:
        _serve(session, scope, made, serving.rep_id)
    return made


def _serve(session: Session, scope: Scope, made: Outlet, rep_id: UUID) -> None:
    if scope.can_plan:
        assign(session, scope, {made.id: rep_id}, on=scope.as_of, source=AssignmentSource.MANUAL)
