"""Outlets as a sheet shows them: one value per column.  Exports write it, imports compare it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import batched
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from crm_core.archive.model import Account, Contact, Outlet, OutletAssignment, Tag, Tagging
from crm_core.archive.queries import valid_on
from crm_core.archive.queries.life import lives
from crm_core.archive.rules.life import status_on
from crm_core.archive.sheets.values import Value
from crm_core.people.model import Department, Rep
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope

_CHUNK = 500  # outlets read at a time, and values in one IN list

#: Columns of a sheet that are columns of the outlet.
OWN_FIELDS = (
    *("id", "short_code", "name", "type", "channel", "grade_code", "status", "region"),
    *("address", "lat", "lon", "datum", "delivery_address", "phone", "email"),
    *("owner_name", "business", "team_size", "needs", "source_channel"),
    *("first_contact", "opening_hours"),
    *("visits_override", "weeks_override", "minutes_override", "remarks"),
)
#: Columns of a sheet that are columns of the outlet's first decision maker.
CONTACT_FIELDS = {"contact_name": "name", "contact_title": "title", "contact_phone": "phone"}

type Stored = dict[str, Value]


def stored_outlets(
    session: Session, scope: Scope, outlet_ids: Collection[UUID] | None = None
) -> Iterator[tuple[UUID, Stored]]:
    """These outlets, or all in scope, by short code; "" and missing values are None."""
    columns = [getattr(Outlet, name) for name in OWN_FIELDS]
    wanted = scoped(Outlet, scope).with_only_columns(
        *columns, Outlet.account_id, Outlet.department_id
    )
    for rows in _chunks(session, wanted, outlet_ids):
        ids = [row.id for row in rows]
        beside = _beside(session, scope, ids, rows)
        for row in rows:
            own = {name: value for name, value in row._mapping.items() if name in _OWN}
            merged = {**own, **beside.get(row.id, {})}
            yield row.id, {name: _value(value) for name, value in merged.items()}


_OWN = frozenset(OWN_FIELDS)


def _value(value: Any) -> Value:
    found: Value = None if value == "" or value == () else value
    return found


def _chunks(
    session: Session, wanted: Select[Any], outlet_ids: Collection[UUID] | None
) -> Iterator[Sequence[Any]]:
    if outlet_ids is None:
        last = ""
        while rows := _after(session, wanted, last):
            yield rows
            last = rows[-1].short_code
        return
    for chunk in batched(outlet_ids, _CHUNK):
        yield session.execute(wanted.where(Outlet.id.in_(chunk))).all()


def _after(session: Session, wanted: Select[Any], code: str) -> Sequence[Any]:
    page = wanted.where(Outlet.short_code > code).order_by(Outlet.short_code).limit(_CHUNK)
    return session.execute(page).all()


def _beside(
    session: Session, scope: Scope, ids: Sequence[UUID], rows: Sequence[Any]
) -> dict[UUID, Stored]:
    """What other tables say of these outlets: account, department, rep, contact, tags."""
    found: dict[UUID, Stored] = defaultdict(dict)
    accounts = _names(session, Account, {row.account_id for row in rows})
    departments = _names(session, Department, {row.department_id for row in rows})
    for row in rows:
        found[row.id]["account"] = accounts.get(row.account_id)
        found[row.id]["department"] = departments.get(row.department_id)
        found[row.id]["status"] = row.status
    for outlet_id, spans in lives(session, scope, ids).items():
        found[outlet_id]["status"] = status_on(spans, str(found[outlet_id]["status"]), scope.as_of)
    for outlet_id, code in session.execute(_serving(scope, ids)):
        found[outlet_id]["rep_code"] = code
    for contact in reversed(session.execute(_deciding(ids)).all()):
        found[contact.outlet_id] |= {
            field: getattr(contact, column) for field, column in CONTACT_FIELDS.items()
        }
    tags: dict[UUID, list[str]] = defaultdict(list)
    for tagged_id, name in session.execute(_tagged(ids)):
        if tagged_id is not None:
            tags[tagged_id].append(name)
    for outlet_id, names in tags.items():
        found[outlet_id]["tags"] = tuple(names)
    return found


def _names(session: Session, model: type[Any], ids: set[UUID | None]) -> dict[UUID, str]:
    wanted = select(model.id, model.name)  # unscoped: whoever sees an outlet sees whose it is
    rows = session.execute(wanted.where(model.id.in_(ids - {None}))).all()
    return {row.id: row.name for row in rows}


def _serving(scope: Scope, ids: Sequence[UUID]) -> Select[UUID, str]:
    return (
        select(OutletAssignment.outlet_id, Rep.code)  # unscoped: of outlets that are in scope
        .join(Rep, Rep.id == OutletAssignment.rep_id)
        .where(OutletAssignment.outlet_id.in_(ids), *valid_on(scope.as_of))
    )


def _deciding(ids: Sequence[UUID]) -> Select[Any]:
    columns = (Contact.outlet_id, *(getattr(Contact, name) for name in CONTACT_FIELDS.values()))
    return (
        select(*columns)  # unscoped: of outlets that are in scope
        .where(Contact.outlet_id.in_(ids), Contact.decision_maker)
        .order_by(Contact.id)
    )


def _tagged(ids: Sequence[UUID]) -> Select[UUID | None, str]:
    return (
        select(Tagging.outlet_id, Tag.name)  # unscoped: of outlets that are in scope
        .join(Tag, Tag.id == Tagging.tag_id)
        .where(Tagging.outlet_id.in_(ids))
        .order_by(Tag.name)
    )
