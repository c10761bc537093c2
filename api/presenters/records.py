"""Records of outlets and accounts as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from api.presenters.archive import Json, outlet_detail_json
from crm_core.archive.model import (
    Account,
    AccountRelation,
    Attachment,
    Contact,
    Outlet,
    SavedFilter,
    Tag,
)
from crm_core.archive.queries import assignments, call_windows
from crm_core.archive.queries.accounts import (
    outlets_of_account,
    receivables,
    relations_of_account,
)
from crm_core.archive.queries.life import statuses
from crm_core.archive.queries.record import Change, RecordParts, outlet_facts, record_parts
from crm_core.archive.rules.record import RecordKind
from crm_core.archive.service import policy_of
from crm_core.people.rules import Scope

_RECORD = (
    *("type", "region", "email", "business", "team_size", "owner_name", "needs"),
    *("source_channel", "first_contact", "remarks", "created_at", "updated_at", "version"),
)
_OUTLET = (
    *("delivery_address", "delivery_lat", "delivery_lon", "visits_override", "weeks_override"),
    *("minutes_override", "override_reason", "wallet_minor", "wallet_currency"),
)
_CREDIT = ("credit_grade", "credit_days", "credit_limit_minor", "credit_currency", "credit_hold")
_CONTACT = ("name", "title", "phone", "email", "decision_maker", "remarks")
_ATTACHMENT = ("name", "kind", "url", "sha256", "media_type", "size_bytes", "added_at")
_MONTH = ("month", "currency", "amount_minor", "margin_minor", "orders")
_FACT = ("competitor", "product", "share_percent", "note", "seen_on")
_RELATION = ("kind", "delivery_weekdays")
_RELATION_IDS = ("account_id", "other_account_id", "outlet_id")
_OWED = ("currency", "balance_minor", "overdue_minor", "overdue_since", "as_of")


def fields(row: object, names: Sequence[str]) -> Json:
    """These attributes of a row, ids as text."""
    values = {name: getattr(row, name) for name in names}
    return {name: str(v) if isinstance(v, UUID) else v for name, v in values.items()}


def with_id(row: Any, names: Sequence[str]) -> Json:
    """The id of a row and these attributes."""
    return {"id": str(row.id), **fields(row, names)}


def contact_json(row: Contact) -> Json:
    """The body of ``ContactOut``."""
    return with_id(row, _CONTACT)


def attachment_json(row: Attachment) -> Json:
    """The body of ``AttachmentOut``."""
    return with_id(row, _ATTACHMENT)


def tags_json(rows: Sequence[Tag]) -> Json:
    """The body of ``TagsOut``."""
    return {"items": [with_id(row, ("name", "family")) for row in rows]}


def sales_json(rows: Sequence[object]) -> Json:
    """The body of ``SalesOut``."""
    return {"items": [fields(row, _MONTH) for row in rows]}


def competitor_json(row: object) -> Json:
    """The body of ``CompetitorOut``."""
    return with_id(row, _FACT)


def relation_json(session: Session, row: AccountRelation) -> Json:
    """The body of ``RelationOut``; who sees a relation sees what both of its ends are called."""
    return {
        **with_id(row, (*_RELATION, *_RELATION_IDS)),
        "account_name": _name(session.get(Account, row.account_id) if row.account_id else None),
        "other_account_name": _name(
            session.get(Account, row.other_account_id) if row.other_account_id else None
        ),
        "outlet_name": _name(session.get(Outlet, row.outlet_id) if row.outlet_id else None),
    }


def owed_json(row: object) -> Json:
    """The body of ``OwedOut``."""
    return fields(row, _OWED)


def filter_json(row: SavedFilter, scope: Scope) -> Json:
    """The body of ``FilterOut``."""
    return {**with_id(row, ("name", "query", "shared")), "own": row.user_id == scope.user_id}


def change_json(change: Change) -> Json:
    """The body of ``ChangeOut``."""
    entry = change.entry
    told = with_id(entry, ("at", "table", "row_id", "action", "before", "after"))
    return {**told, "user_name": change.user_name}


def outlet_record(session: Session, scope: Scope, outlet: Outlet) -> Json:
    """The body of ``OutletRecordOut``."""
    serving = assignments(session, scope, scope.as_of, outlet_ids=[outlet.id]).get(outlet.id)
    facts = outlet_facts(session, scope, outlet.id)
    return {
        **outlet_detail_json(
            outlet,
            serving.rep_id if serving else None,
            statuses(session, scope, [outlet], scope.as_of)[outlet.id],
            call_windows(session, scope, [outlet.id])[outlet.id],
            policy_of(session, scope, outlet, scope.as_of),
            # Whoever sees an outlet sees who pays for it.
            session.get(Account, outlet.account_id) if outlet.account_id else None,
        ),
        **_record(outlet, record_parts(session, scope, RecordKind.OUTLETS, outlet.id)),
        **fields(outlet, _OUTLET),
        "sales": [fields(row, _MONTH) for row in facts.sales],
        "competitors": [competitor_json(row) for row in facts.competitors],
        "distributors": [relation_json(session, row) for row in facts.distributors],
    }


def account_json(account: Account) -> Json:
    """The body of ``AccountOut``."""
    return with_id(account, ("name", "type", "region", "phone", "credit_grade", "credit_hold"))


def account_record(session: Session, scope: Scope, account: Account) -> Json:
    """The body of ``AccountRecordOut``."""
    owned = outlets_of_account(session, scope, account.id)
    relations = relations_of_account(session, scope, account.id)
    return {
        **with_id(account, ("name", "address", "phone", "tax_number", *_CREDIT)),
        **_record(account, record_parts(session, scope, RecordKind.ACCOUNTS, account.id)),
        "receivables": [owed_json(row) for row in receivables(session, scope, account.id)],
        "relations": [relation_json(session, row) for row in relations],
        "outlets": [{"id": str(outlet.id), "name": outlet.name} for outlet in owned],
    }


def _record(row: Outlet | Account, parts: RecordParts) -> Json:
    return {
        **fields(row, (*_RECORD, "department_id")),
        "contacts": [contact_json(contact) for contact in parts.contacts],
        "tags": tags_json(parts.tags)["items"],
        "attachments": [attachment_json(attachment) for attachment in parts.attachments],
    }


def _name(found: Account | Outlet | None) -> str | None:
    return found.name if found else None
