"""Reads of care: rules, complaints, the pool, outlets at risk."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from crm_core.archive.model import MonthlySales, Outlet, OutletAssignment, Receivable
from crm_core.archive.queries import valid_on
from crm_core.archive.queries.accounts import accounts_on_hold
from crm_core.archive.queries.life import has_status, may_be_visited
from crm_core.archive.rules import OutletStatus
from crm_core.care.model import Complaint
from crm_core.care.rules import (
    CareRules,
    ComplaintStatus,
    Risk,
    Signal,
    missed_risk,
    overdue_risk,
    rules_of,
    sales_risk,
)
from crm_core.errors import NotFound
from crm_core.people.model import Rep, StoredRules
from crm_core.people.queries import reps, scoped
from crm_core.people.rules import Scope
from crm_core.planning.calls import planned_calls
from crm_core.visits.model import Visit
from crm_core.visits.queries import MADE

CARE = "care"


@dataclass(frozen=True, slots=True)
class OutletAtRisk:
    """An outlet with its signals; ``held``: its account asks that nobody calls to sell."""

    outlet: Outlet
    risks: tuple[Risk, ...]
    held: bool


def care_rules(session: Session, scope: Scope) -> CareRules:
    """The rules in force."""
    stored = session.scalar(scoped(StoredRules, scope).where(StoredRules.part == CARE))
    return rules_of(stored.values if stored else {})


def complaints(
    session: Session,
    scope: Scope,
    *,
    status: str | None = None,
    outlet_id: UUID | None = None,
    limit: int = 500,
) -> Sequence[Complaint]:
    """Complaints in scope, the first due first."""
    rows = scoped(Complaint, scope).order_by(Complaint.due, Complaint.id).limit(limit)
    if status is not None:
        rows = rows.where(Complaint.status == status)
    if outlet_id is not None:
        rows = rows.where(Complaint.outlet_id == outlet_id)
    return session.scalars(rows).all()


def complaint(session: Session, scope: Scope, complaint_id: UUID) -> Complaint:
    """A complaint in scope; raises NotFound (complaint-unknown)."""
    found = session.scalar(scoped(Complaint, scope).where(Complaint.id == complaint_id))
    if found is None:
        cause = "There is no such complaint that you may see."
        raise NotFound("complaint-unknown", cause, "Look at the list again.")
    return found


def pool(session: Session, scope: Scope, *, limit: int = 500) -> Sequence[Outlet]:
    """Outlets that nobody serves today: all in scope, and for a rep those of the department."""
    return session.scalars(pool_select(scope).order_by(Outlet.short_code).limit(limit)).all()


def pool_select(scope: Scope) -> Select[Outlet]:
    """The pool that somebody may look at."""
    served = select(OutletAssignment.outlet_id).where(  # unscoped: narrows to what nobody serves
        *valid_on(scope.as_of)
    )
    free = and_(Outlet.id.not_in(served), may_be_called(scope.as_of))
    if scope.rep_id is None:
        return scoped(Outlet, scope).where(free)
    department = select(Rep.department_id).where(Rep.id == scope.rep_id)  # unscoped: one's own
    own = Outlet.department_id.in_(department)
    return select(Outlet).where(free, own)  # unscoped: the pool is open to the department's reps


def may_be_called(on: date) -> ColumnElement[bool]:
    """The condition that an outlet is a prospect, or visited, on a date."""
    return or_(has_status(OutletStatus.PROSPECT, on), may_be_visited(on, on))


def overdue_since(session: Session, scope: Scope) -> dict[UUID, date]:
    """Since when accounts in scope are overdue, by account."""
    late = scoped(Receivable, scope).where(Receivable.overdue_minor > 0)
    columns = (Receivable.account_id, func.min(Receivable.overdue_since))
    rows = session.execute(late.with_only_columns(*columns).group_by(Receivable.account_id))
    return {account_id: since for account_id, since in rows if since is not None}


def at_risk(session: Session, scope: Scope, on: date) -> list[OutletAtRisk]:
    """Visited outlets in scope with at least one signal, those with most first."""
    rules = care_rules(session, scope)
    outlets = session.scalars(scoped(Outlet, scope).where(may_be_visited(on, on))).all()
    sales, missed = _sales(session, scope, on), missed_visits(session, scope, on, rules.missed_days)
    late, complaining = overdue_since(session, scope), _complaining(session, scope, on)
    held = accounts_on_hold(session, scope)
    found = []
    for outlet in outlets:
        risks = [
            *(sales_risk(rules, before, after) for before, after in sales.get(outlet.id, ())),
            missed_risk(rules, missed[outlet.id]),
            overdue_risk(rules, late.get(outlet.account_id) if outlet.account_id else None, on),
            complaining.get(outlet.id),
        ]
        seen = tuple(risk for risk in risks if risk is not None)
        if seen:
            found.append(OutletAtRisk(outlet, seen, outlet.account_id in held))
    return sorted(found, key=lambda one: (-len(one.risks), one.outlet.short_code))


def missed_visits(session: Session, scope: Scope, on: date, days: int) -> Counter[UUID]:
    """Planned calls of the days before a date whose outlet nobody has visited since."""
    zones = {rep.id: rep.zone for rep in reps(session, scope)}
    first, last = on - timedelta(days=days), on - timedelta(days=1)
    calls = planned_calls(session, scope, zones, first, last, on)
    made = scoped(Visit, scope).where(Visit.status.in_(MADE), Visit.local_date >= first)
    rows = session.execute(made.with_only_columns(Visit.outlet_id, Visit.local_date))
    visited: dict[UUID, list[date]] = defaultdict(list)
    for outlet_id, day in rows:
        visited[outlet_id].append(day)
    week = timedelta(days=6)
    return Counter(
        call.outlet_id
        for call in calls
        if not any(abs(day - call.date) <= week for day in visited[call.outlet_id])
    )


def last_visits_of(
    session: Session, scope: Scope, outlet_ids: Collection[UUID]
) -> dict[UUID, date]:
    """The date of the last visit that was made, by outlet."""
    made = scoped(Visit, scope).where(Visit.outlet_id.in_(outlet_ids), Visit.status.in_(MADE))
    newest = made.with_only_columns(Visit.outlet_id, func.max(Visit.local_date))
    return dict(session.execute(newest.group_by(Visit.outlet_id)).all())


def _sales(session: Session, scope: Scope, on: date) -> dict[UUID, list[tuple[int, int]]]:
    """Sales of the three whole months before the last three, and of these, by currency."""
    month = on.replace(day=1)
    middle, first = _months_back(month, 3), _months_back(month, 6)
    sums: dict[tuple[UUID, str], list[int]] = defaultdict(lambda: [0, 0])
    rows = scoped(MonthlySales, scope).where(
        MonthlySales.month >= first, MonthlySales.month < month
    )
    for row in session.scalars(rows):
        sums[row.outlet_id, row.currency][row.month >= middle] += row.amount_minor
    found: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    for (outlet_id, _), (before, after) in sums.items():
        found[outlet_id].append((before, after))
    return found


def _months_back(month: date, count: int) -> date:
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def _complaining(session: Session, scope: Scope, on: date) -> dict[UUID, Risk]:
    """Open complaints by outlet: the days the first of them is late (negative: still in time)."""
    found: dict[UUID, Risk] = {}
    for row in complaints(session, scope, status=ComplaintStatus.OPEN, limit=10**9):
        late = (on - row.due).days if row.due else 0
        found.setdefault(row.outlet_id, Risk(Signal.COMPLAINT, late, 0))
    return found
