"""Reads for grading: what outlets are worth, and the suggestions made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session

from crm_core.archive.model import GradeSuggestion, MonthlySales, Outlet
from crm_core.archive.queries.life import may_be_visited
from crm_core.archive.rules.value import Worth
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope

YEAR = timedelta(days=365)


def worths(session: Session, scope: Scope, currency: str, on: date) -> list[Worth]:
    """What the visited outlets in scope bought in the twelve months before a date.

    Sales in other currencies do not count; an outlet with neither sales nor a wallet in this one
    is left out.
    """
    sold = (
        scoped(MonthlySales, scope)
        .where(MonthlySales.currency == currency)
        .where(MonthlySales.month > on - YEAR, MonthlySales.month <= on)
        .group_by(MonthlySales.outlet_id)
        .with_only_columns(
            MonthlySales.outlet_id,
            func.coalesce(func.sum(MonthlySales.amount_minor), 0),
            func.coalesce(func.sum(MonthlySales.margin_minor), 0),
        )
    )
    sales = {outlet_id: (amount, margin) for outlet_id, amount, margin in session.execute(sold)}
    visited = scoped(Outlet, scope).where(may_be_visited(on, on))
    columns = (Outlet.id, Outlet.wallet_minor, Outlet.wallet_currency)
    found = []
    for outlet_id, wallet, of in session.execute(visited.with_only_columns(*columns)):
        potential = wallet if wallet is not None and of == currency else 0
        if outlet_id in sales or potential:
            amount, profit = sales.get(outlet_id, (0, 0))
            found.append(Worth(outlet_id, int(amount or 0), int(profit or 0), potential or 0))
    return found


def suggestions(
    session: Session,
    scope: Scope,
    *,
    status: str | None = None,
    ids: Collection[UUID] | None = None,
    limit: int = 1000,
) -> Sequence[GradeSuggestion]:
    """Suggested grades in scope, the best outlet first."""
    rows = scoped(GradeSuggestion, scope)
    if status is not None:
        rows = rows.where(GradeSuggestion.status == status)
    if ids is not None:
        rows = rows.where(GradeSuggestion.id.in_(ids))
    best = (GradeSuggestion.score.desc(), GradeSuggestion.id)
    return session.scalars(rows.order_by(*best).limit(limit)).all()
