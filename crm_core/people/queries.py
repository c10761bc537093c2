"""Reads of people, and the one scoped select that every read of every feature starts from."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from crm_core.errors import NotFound
from crm_core.people.model import AuditEntry, Department, Holiday, Rep, RepShift, RoleGrant, User
from crm_core.people.rules import Role, Scope
from routing.calendar import DayKind


class Scopable(Protocol):
    """A model that knows which of its rows a scope shows."""

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """The condition for a scope that does not see everything."""
        ...


def scoped[M: Scopable](model: type[M], scope: Scope) -> Select[M]:
    """``select(model)`` limited to what ``scope`` shows: the base of every read.

    Narrow it with ``where``, ``join`` and ``with_only_columns``.
    """
    every = select(model)  # unscoped: the scope is applied on the next line
    return every if scope.everything else every.where(model.scope_rows(scope))


def departments(session: Session, scope: Scope) -> list[Department]:
    """Departments in scope, by name."""
    return [*session.scalars(scoped(Department, scope).order_by(Department.name))]


def own_department(session: Session, scope: Scope) -> UUID | None:
    """Where new records of a person go who sees a part of the company: the topmost department.

    None for several such, and for whoever sees everything.
    """
    if scope.everything:
        return None
    inside = departments(session, scope)
    ids = {department.id for department in inside}
    top = [department.id for department in inside if department.parent_id not in ids]
    return top[0] if len(top) == 1 else None


def users(session: Session, scope: Scope) -> list[User]:
    """Users in scope, by login."""
    return [*session.scalars(scoped(User, scope).order_by(User.login))]


def reps(session: Session, scope: Scope, *, active_only: bool = True) -> list[Rep]:
    """Reps in scope, by code."""
    every = scoped(Rep, scope).order_by(Rep.code)
    return [*session.scalars(every.where(Rep.active) if active_only else every)]


def rep(session: Session, scope: Scope, rep_id: UUID) -> Rep:
    """The rep with this id; raises ``NotFound`` (rep-unknown), also for one out of scope."""
    found = session.scalar(scoped(Rep, scope).where(Rep.id == rep_id))
    if found is None:
        raise NotFound(
            "rep-unknown",
            f"There is no rep {rep_id} that you may see.",
            "Choose one of the reps in the list, or ask for the rights to the department.",
        )
    return found


def shifts(
    session: Session, scope: Scope, rep_ids: Collection[UUID]
) -> dict[UUID, dict[int, RepShift]]:
    """Working hours of reps: rep id → weekday → shift; a weekday without an entry is off."""
    found: dict[UUID, dict[int, RepShift]] = {rep_id: {} for rep_id in rep_ids}
    for shift in session.scalars(scoped(RepShift, scope).where(RepShift.rep_id.in_(rep_ids))):
        found[shift.rep_id][shift.weekday] = shift
    return found


def calendar_exceptions(
    session: Session, scope: Scope, date_from: date, date_to: date
) -> dict[date, DayKind]:
    """The company calendar's exceptions on the dates from ``date_from`` through ``date_to``."""
    between = Holiday.date.between(date_from, date_to)
    rows = session.scalars(scoped(Holiday, scope).where(between).order_by(Holiday.date))
    return {row.date: DayKind(row.kind) for row in rows}


def roles_of(session: Session, user_id: UUID) -> list[tuple[Role, UUID | None]]:
    """Roles of a user, each with the department it is limited to, if any."""
    own = select(RoleGrant).where(RoleGrant.user_id == user_id)  # unscoped: scopes are made of it
    return [(Role(row.role), row.department_id) for row in session.scalars(own)]


def audit_entries(
    session: Session,
    scope: Scope,
    *,
    table: str | None = None,
    row_id: UUID | str | None = None,
    limit: int = 100,
) -> list[AuditEntry]:
    """The newest entries of the audit log, of one table or one row where stated."""
    entries = scoped(AuditEntry, scope).order_by(AuditEntry.id.desc()).limit(limit)
    if table is not None:
        entries = entries.where(AuditEntry.table == table)
    if row_id is not None:
        entries = entries.where(AuditEntry.row_id == str(row_id))
    return [*session.scalars(entries)]
