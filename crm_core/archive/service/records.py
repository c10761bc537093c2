"""Changing records: new outlets and accounts, changed fields, many outlets at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import Account, Grade, Outlet
from crm_core.archive.rules.faults import record_faults, refuse
from crm_core.archive.rules.place import with_place
from crm_core.archive.rules.record import OFFICE_FIELDS
from crm_core.archive.service.access import (
    check_version,
    is_office,
    require_office,
    writable_account,
    writable_outlet,
    writable_outlets,
)
from crm_core.archive.service.visiting import set_opening_hours
from crm_core.errors import Fault
from crm_core.people.model import Department
from crm_core.people.queries import own_department, scoped
from crm_core.people.rules import Scope
from routing.datum import Datum

type Values = Mapping[str, Any]


def add_outlet(session: Session, scope: Scope, values: Values) -> Outlet:
    """A new outlet; ``values`` by column, ``opening_hours`` among them, its place in ``datum``.

    Raises Forbidden (office-only: reps propose outlets) and Invalid (record-not-right) with
    every fault.
    """
    require_office(scope)
    values = _in_a_department(session, scope, values)
    refuse(_faults_of_new(session, scope, values))
    outlet = Outlet(**with_place(values))
    session.add(outlet)
    session.flush()
    _set_hours(session, scope, outlet, values)
    return outlet


def change_outlet(
    session: Session,
    scope: Scope,
    outlet_id: UUID,
    changes: Values,
    *,
    expected_version: int | None = None,
) -> Outlet:
    """Change fields of an outlet; what is not in ``changes`` stays; ``lat``, ``lon`` in WGS-84.

    Raises NotFound (outlet-unknown), Forbidden (write-forbidden), Stale (version-conflict),
    Invalid (record-not-right) with every fault, fields that reps may not change among them.
    """
    outlet = writable_outlet(session, scope, outlet_id)
    check_version(outlet, expected_version)
    refuse(_change_faults(session, scope, outlet, changes))
    _write(session, scope, outlet, changes)
    return outlet


def change_outlets(
    session: Session, scope: Scope, outlet_ids: Sequence[UUID], changes: Values
) -> list[Outlet]:
    """Change the same fields of many outlets, all or none; raises as ``change_outlet``."""
    require_office(scope)
    rows = writable_outlets(session, scope, outlet_ids)
    refuse([fault for row in rows[:1] for fault in _change_faults(session, scope, row, changes)])
    for row in rows:
        _put(row, changes)
    session.flush()
    for row in rows:
        _set_hours(session, scope, row, changes)
    return rows


def values_faults(session: Session, scope: Scope, values: Values) -> list[Fault]:
    """What forbids these values for any outlet."""
    return [*record_faults(values, scope.as_of), *_known_faults(session, scope, values)]


def add_account(session: Session, scope: Scope, values: Values) -> Account:
    """A new account; raises Forbidden (office-only), Invalid (record-not-right)."""
    require_office(scope)
    values = _in_a_department(session, scope, values)
    refuse(_faults_of_new(session, scope, values))
    account = Account(**values)
    session.add(account)
    session.flush()
    return account


def change_account(
    session: Session,
    scope: Scope,
    account_id: UUID,
    changes: Values,
    *,
    expected_version: int | None = None,
) -> Account:
    """Change fields of an account; raises as ``change_outlet``, for accounts."""
    account = writable_account(session, scope, account_id)
    check_version(account, expected_version)
    refuse(_change_faults(session, scope, account, changes))
    for field, value in changes.items():
        setattr(account, field, value)
    session.flush()
    return account


def _write(session: Session, scope: Scope, outlet: Outlet, changes: Values) -> None:
    _put(outlet, changes)
    session.flush()
    _set_hours(session, scope, outlet, changes)


def _put(outlet: Outlet, changes: Values) -> None:
    before = (outlet.lat, outlet.lon)
    for field, value in changes.items():
        setattr(outlet, field, value)
    if (outlet.lat, outlet.lon) != before:  # what is moved here is moved in WGS-84
        outlet.datum, outlet.given_lat, outlet.given_lon = Datum.WGS_84.value, None, None


def _set_hours(session: Session, scope: Scope, outlet: Outlet, values: Values) -> None:
    if "opening_hours" in values:
        refuse(set_opening_hours(session, outlet, values["opening_hours"], on=scope.as_of))


def _in_a_department(session: Session, scope: Scope, values: Values) -> Values:
    """Without a department a new record would be hidden from a supervisor who makes it."""
    own = own_department(session, scope)
    return (
        values if own is None or values.get("department_id") else {**values, "department_id": own}
    )


def _faults_of_new(session: Session, scope: Scope, values: Values) -> list[Fault]:
    faults = values_faults(session, scope, values)
    if not scope.everything and not values.get("department_id"):
        cause = "A new record needs one of your departments."
        faults.append(Fault("department-missing", cause, "Choose one of them.", "department_id"))
    return faults


def _change_faults(
    session: Session, scope: Scope, row: Outlet | Account, changes: Values
) -> list[Fault]:
    changed = {field for field, value in changes.items() if value != getattr(row, field)}
    forbidden = sorted(changed & OFFICE_FIELDS) if not is_office(scope) else []
    whole = {column.key: getattr(row, column.key) for column in row.__table__.columns} | {**changes}
    return [
        *(_forbidden_fault(field) for field in forbidden),
        *record_faults(whole, scope.as_of),
        *_known_faults(session, scope, {field: changes[field] for field in changed}, row.id),
    ]


def _forbidden_fault(field: str) -> Fault:
    cause = f"Reps do not change {field}."
    return Fault("field-forbidden", cause, "Propose it, or ask your supervisor.", field)


def _known_faults(
    session: Session, scope: Scope, values: Values, own_id: UUID | None = None
) -> Iterator[Fault]:
    """Faults of what a record refers to, and of short codes that others have."""
    grade = values.get("grade_code")
    grades = scoped(Grade, scope).where(Grade.code == grade)
    if grade is not None and session.scalar(grades) is None:
        cause = f"There is no grade {grade!r}."
        yield Fault("grade-unknown", cause, "Choose one of the list.", "grade_code")
    for field, model in (("department_id", Department), ("account_id", Account)):
        wanted = values.get(field)
        if wanted is not None and not _sees(session, scope, model, wanted):
            cause = f"There is no {field.removesuffix('_id')} {wanted} that you may see."
            yield Fault("reference-unknown", cause, "Choose one of the list.", field)
    code = values.get("short_code")
    taken = select(Outlet.id).where(Outlet.short_code == code)  # unscoped: unique for all
    if code and session.scalar(taken) not in (None, own_id):
        cause = f"Another outlet has the short code {code!r}."
        yield Fault("short-code-taken", cause, "Choose another one.", "short_code")


def _sees(session: Session, scope: Scope, model: type[Department | Account], row_id: UUID) -> bool:
    found = scoped(model, scope).where(model.id == row_id).with_only_columns(model.id)
    return session.scalar(found) is not None
