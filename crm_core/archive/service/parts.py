"""Changing what hangs on a record: contacts, attachments, tags, figures, relations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import batched
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import (
    Attachment,
    CompetitorFact,
    Contact,
    MonthlySales,
    OfRecord,
    SavedFilter,
    Tag,
    Tagging,
)
from crm_core.archive.queries.record import of_record, saved_filter
from crm_core.archive.rules.faults import attachment_faults, email_faults, money_faults, refuse
from crm_core.archive.rules.record import RecordKind
from crm_core.archive.service.access import (
    require_office,
    writable_outlet,
    writable_outlets,
    writable_record,
)
from crm_core.errors import Conflict, Fault, Forbidden, NotFound
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope

type Values = Mapping[str, Any]

_UNKNOWN = {
    "contact": (
        "contact-unknown",
        "There is no such contact that you may see.",
        "Look at the record again.",
    ),
    "attachment": (
        "attachment-unknown",
        "There is no such attachment that you may see.",
        "Look at the record again.",
    ),
}


def add_contact(
    session: Session, scope: Scope, kind: RecordKind, record_id: UUID, values: Values
) -> Contact:
    """A new contact of a record; raises NotFound, Forbidden (write-forbidden), Invalid."""
    owner = _owner(session, scope, kind, record_id)
    refuse(_contact_faults(values))
    return _added(session, Contact(**owner, **values))


def change_contact(session: Session, scope: Scope, contact_id: UUID, changes: Values) -> Contact:
    """Change a contact; raises NotFound (contact-unknown), Forbidden, Invalid."""
    contact = _part(session, scope, Contact, contact_id)
    refuse(_contact_faults({"name": contact.name, **changes}))
    for field, value in changes.items():
        setattr(contact, field, value)
    session.flush()
    return contact


def remove_contact(session: Session, scope: Scope, contact_id: UUID) -> None:
    """Delete a contact; raises NotFound (contact-unknown), Forbidden (office-only)."""
    _remove(session, scope, Contact, contact_id)


def add_attachment(
    session: Session, scope: Scope, kind: RecordKind, record_id: UUID, values: Values
) -> Attachment:
    """Attach a reference to a record; one with the same bytes is given back as it is."""
    owner = _owner(session, scope, kind, record_id)
    refuse([*attachment_faults(values)])
    same = scoped(Attachment, scope).where(
        of_record(Attachment, kind, record_id), Attachment.sha256 == values["sha256"]
    )
    known = session.scalar(same)
    return known or _added(session, Attachment(**owner, **values, added_by=scope.user_id))


def remove_attachment(session: Session, scope: Scope, attachment_id: UUID) -> None:
    """Take an attachment off; raises NotFound (attachment-unknown), Forbidden (office-only)."""
    _remove(session, scope, Attachment, attachment_id)


def set_tags(
    session: Session, scope: Scope, kind: RecordKind, record_id: UUID, names: Iterable[str]
) -> list[Tag]:
    """Give a record exactly these tags; a name that is new makes a tag."""
    owner = _owner(session, scope, kind, record_id)
    wanted = [_tag(session, name) for name in dict.fromkeys(n.strip() for n in names) if name]
    ids = {tag.id for tag in wanted}
    had = {
        tagging.tag_id: tagging
        for tagging in session.scalars(
            scoped(Tagging, scope).where(of_record(Tagging, kind, record_id))
        )
    }
    for tag_id, tagging in had.items():
        if tag_id not in ids:
            session.delete(tagging)
    session.add_all(Tagging(tag_id=tag_id, **owner) for tag_id in ids - had.keys())
    session.flush()
    return wanted


def change_tags(
    session: Session,
    scope: Scope,
    outlet_ids: Collection[UUID],
    *,
    add: Iterable[str] = (),
    drop: Iterable[str] = (),
) -> None:
    """Put tags on many outlets and take others off; a name that is new makes a tag."""
    writable_outlets(session, scope, outlet_ids)
    wanted = [_tag(session, name) for name in dict.fromkeys(n.strip() for n in add) if name]
    unwanted = {*drop}
    for some in batched(outlet_ids, 1000):
        rows = scoped(Tagging, scope).join(Tag).where(Tagging.outlet_id.in_(some))
        had = session.execute(rows.add_columns(Tag.name)).all()
        for tagging, name in had:
            if name in unwanted:
                session.delete(tagging)
        there = {(tagging.outlet_id, tagging.tag_id) for tagging, _ in had}
        session.add_all(
            Tagging(tag_id=tag.id, outlet_id=outlet_id)
            for outlet_id in some
            for tag in wanted
            if (outlet_id, tag.id) not in there
        )
        session.flush()


def add_competitor_fact(
    session: Session, scope: Scope, outlet_id: UUID, values: Values
) -> CompetitorFact:
    """Note what was seen of a competitor; raises NotFound, Forbidden, Invalid."""
    writable_outlet(session, scope, outlet_id)
    share = values.get("share_percent")
    if share is not None and not 0 <= share <= 100:
        cause = f"A share of {share} % cannot be."
        refuse([Fault("share-not-right", cause, "Give 0 to 100.", "share_percent")])
    seen_on = values.get("seen_on") or scope.as_of
    fact = CompetitorFact(outlet_id=outlet_id, **{**values, "seen_on": seen_on})
    return _added(session, fact)


def set_sales(
    session: Session, scope: Scope, outlet_id: UUID, rows: Collection[Values]
) -> list[MonthlySales]:
    """Write the sales of months; a month and currency that is there is replaced."""
    require_office(scope)
    writable_outlet(session, scope, outlet_id)
    refuse([fault for row in rows for fault in money_faults(row, "amount_minor", "currency")])
    had = {
        (row.month, row.currency): row
        for row in session.scalars(
            scoped(MonthlySales, scope).where(MonthlySales.outlet_id == outlet_id)
        )
    }
    written = []
    for values in rows:
        key = (values["month"].replace(day=1), values["currency"])
        row = had.setdefault(key, MonthlySales(outlet_id=outlet_id, month=key[0], currency=key[1]))
        row.amount_minor, row.margin_minor = values["amount_minor"], values.get("margin_minor")
        row.orders = values.get("orders")
        session.add(row)
        written.append(row)
    session.flush()
    return written


def save_filter(
    session: Session,
    scope: Scope,
    entity: str,
    name: str,
    query: dict[str, Any],
    *,
    shared: bool = False,
) -> SavedFilter:
    """Keep a filter under a name; one's own of that name is replaced.

    Raises Forbidden (filter-nobodys): the service itself keeps no filters.
    """
    if scope.user_id is None:
        raise Forbidden("filter-nobodys", "Nobody is logged in.", "Log in to keep a filter.")
    own = scoped(SavedFilter, scope).where(
        SavedFilter.user_id == scope.user_id,
        SavedFilter.entity == entity,
        SavedFilter.name == name,
    )
    row = session.scalar(own) or SavedFilter(user_id=scope.user_id, entity=entity, name=name)
    row.query, row.shared = query, shared
    return _added(session, row)


def change_filter(session: Session, scope: Scope, filter_id: UUID, changes: Values) -> SavedFilter:
    """Rename, share or replace one's own filter; raises NotFound (filter-unknown), Conflict
    (filter-name-taken).
    """
    row = saved_filter(session, scope, filter_id)
    name = changes.get("name", row.name)
    same = scoped(SavedFilter, scope).where(
        SavedFilter.user_id == row.user_id,
        SavedFilter.entity == row.entity,
        SavedFilter.name == name,
        SavedFilter.id != row.id,
    )
    if session.scalar(same) is not None:
        cause = f"Another filter of yours is called {name!r}."
        raise Conflict("filter-name-taken", cause, "Choose another name, or delete that one.")
    for column, value in changes.items():
        setattr(row, column, value)
    session.flush()
    return row


def drop_filter(session: Session, scope: Scope, filter_id: UUID) -> None:
    """Forget one's own filter; raises NotFound (filter-unknown)."""
    session.delete(saved_filter(session, scope, filter_id))
    session.flush()


def _owner(session: Session, scope: Scope, kind: RecordKind, record_id: UUID) -> dict[str, UUID]:
    writable_record(session, scope, kind, record_id)
    return {"outlet_id" if kind is RecordKind.OUTLETS else "account_id": record_id}


def _part[M: (Contact, Attachment)](
    session: Session, scope: Scope, model: type[M], part_id: UUID
) -> M:
    found = session.scalar(scoped(model, scope).where(model.id == part_id))
    if found is None:
        raise NotFound(*_UNKNOWN[model.__tablename__])
    kind = RecordKind.OUTLETS if found.outlet_id else RecordKind.ACCOUNTS
    writable_record(session, scope, kind, _record_id(found))
    return found


def _record_id(part: OfRecord) -> UUID:
    found = part.outlet_id or part.account_id
    assert found is not None, "the database keeps one of both"
    return found


def _remove[M: (Contact, Attachment)](
    session: Session, scope: Scope, model: type[M], part_id: UUID
) -> None:
    require_office(scope)
    session.delete(_part(session, scope, model, part_id))
    session.flush()


def _contact_faults(values: Values) -> list[Fault]:
    nameless = not str(values.get("name") or "").strip()
    missing = [Fault("name-missing", "The name is empty.", "Give one.", "name")] if nameless else []
    return [*missing, *email_faults(values)]


def _tag(session: Session, name: str) -> Tag:
    known = session.scalar(select(Tag).where(Tag.name == name))  # unscoped: open to all
    return known or _added(session, Tag(name=name))


def _added[R: (Contact, Attachment, Tag, CompetitorFact, SavedFilter)](
    session: Session, row: R
) -> R:
    session.add(row)
    session.flush()
    return row
