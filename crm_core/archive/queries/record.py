"""Reads of a whole record: what hangs on an outlet or account, and its history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from crm_core.archive.model import (
    AccountRelation,
    Attachment,
    CompetitorFact,
    Contact,
    MonthlySales,
    OfRecord,
    SavedFilter,
    Tag,
    Tagging,
)
from crm_core.archive.queries.accounts import account
from crm_core.archive.queries.listing import outlet
from crm_core.archive.rules.record import RecordKind
from crm_core.errors import NotFound
from crm_core.people.model import AuditEntry, User
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope


@dataclass(frozen=True, slots=True)
class RecordParts:
    """What hangs on one outlet or account."""

    contacts: Sequence[Contact]
    tags: Sequence[Tag]
    attachments: Sequence[Attachment]


@dataclass(frozen=True, slots=True)
class OutletFacts:
    """Figures of an outlet: sales by month, newest first; competitors; who delivers to it."""

    sales: Sequence[MonthlySales]
    competitors: Sequence[CompetitorFact]
    distributors: Sequence[AccountRelation]


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the history, with the name of who made it ("" for the service)."""

    entry: AuditEntry
    user_name: str


def of_record(model: type[OfRecord], kind: RecordKind, record_id: UUID) -> ColumnElement[bool]:
    """The condition that a row belongs to this record."""
    if kind is RecordKind.OUTLETS:
        return model.outlet_id == record_id
    return model.account_id == record_id


def record_parts(session: Session, scope: Scope, kind: RecordKind, record_id: UUID) -> RecordParts:
    """Contacts (decision makers first), tags and attachments of a record in scope."""
    contacts = scoped(Contact, scope).where(of_record(Contact, kind, record_id))
    attachments = scoped(Attachment, scope).where(of_record(Attachment, kind, record_id))
    given = scoped(Tagging, scope).where(of_record(Tagging, kind, record_id))
    tags = scoped(Tag, scope).where(Tag.id.in_(given.with_only_columns(Tagging.tag_id)))
    return RecordParts(
        session.scalars(contacts.order_by(Contact.decision_maker.desc(), Contact.id)).all(),
        session.scalars(tags.order_by(Tag.family, Tag.name)).all(),
        session.scalars(attachments.order_by(Attachment.id)).all(),
    )


def outlet_facts(session: Session, scope: Scope, outlet_id: UUID, months: int = 24) -> OutletFacts:
    """The figures of an outlet in scope."""
    sales = scoped(MonthlySales, scope).where(MonthlySales.outlet_id == outlet_id)
    seen = scoped(CompetitorFact, scope).where(CompetitorFact.outlet_id == outlet_id)
    delivers = scoped(AccountRelation, scope).where(AccountRelation.outlet_id == outlet_id)
    return OutletFacts(
        session.scalars(sales.order_by(MonthlySales.month.desc()).limit(months)).all(),
        session.scalars(seen.order_by(CompetitorFact.seen_on.desc(), CompetitorFact.id)).all(),
        session.scalars(delivers.order_by(AccountRelation.id)).all(),
    )


def history(
    session: Session,
    scope: Scope,
    kind: RecordKind,
    record_id: UUID,
    *,
    before: UUID | None = None,
    limit: int = 50,
) -> list[Change]:
    """Who changed what of a record in scope, newest first; ``before`` continues after an entry.

    Raises NotFound (outlet-unknown, account-unknown).
    """
    (outlet if kind is RecordKind.OUTLETS else account)(session, scope, record_id)
    entries = (
        select(AuditEntry, User.name)  # unscoped: who sees the record sees its history
        .outerjoin(User, User.id == AuditEntry.user_id)
        .where(AuditEntry.record_id == record_id)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    if before is not None:
        entries = entries.where(AuditEntry.id < before)
    return [Change(entry, name or "") for entry, name in session.execute(entries)]


def tags(session: Session, scope: Scope) -> Sequence[Tag]:
    """All tags, by family and name."""
    return session.scalars(scoped(Tag, scope).order_by(Tag.family, Tag.name)).all()


def tags_of(session: Session, scope: Scope, outlet_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """The names of the tags of outlets, by outlet."""
    rows = scoped(Tagging, scope).join(Tag).where(Tagging.outlet_id.in_(outlet_ids))
    found: dict[UUID, list[str]] = defaultdict(list)
    named = rows.with_only_columns(Tagging.outlet_id, Tag.name).order_by(Tag.name)
    for outlet_id, name in session.execute(named):
        if outlet_id is not None:
            found[outlet_id].append(name)
    return found


def saved_filters(session: Session, scope: Scope, entity: str) -> Sequence[SavedFilter]:
    """One's own filters of an entity and the shared ones, by name."""
    own = scoped(SavedFilter, scope).where(
        SavedFilter.entity == entity, or_(SavedFilter.user_id == scope.user_id, SavedFilter.shared)
    )
    return session.scalars(own.order_by(SavedFilter.name, SavedFilter.id)).all()


def saved_filter(session: Session, scope: Scope, filter_id: UUID) -> SavedFilter:
    """One's own filter; raises NotFound (filter-unknown)."""
    own = scoped(SavedFilter, scope).where(
        SavedFilter.id == filter_id, SavedFilter.user_id == scope.user_id
    )
    found = session.scalar(own)
    if found is None:
        raise NotFound("filter-unknown", "There is no such filter of yours.", "Look at your list.")
    return found
