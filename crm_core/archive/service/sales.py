"""Sales of many outlets at once, by the keys that another system gives the outlets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import ExternalRef, MonthlySales, Outlet
from crm_core.archive.rules.faults import money_faults
from crm_core.archive.rules.upserting import Outcome, Result
from crm_core.archive.service.upsert import check_load
from crm_core.errors import Fault
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class SoldMonth:
    """What an outlet bought in a month, as another system sends it."""

    outlet_key: str
    month: date
    currency: str
    amount_minor: int
    margin_minor: int | None = None
    orders: int | None = None


def load_sales(
    session: Session,
    scope: Scope,
    system: str,
    sent: Sequence[SoldMonth],
    *,
    dry_run: bool = False,
) -> list[Outcome]:
    """Write the months of outlets; one that is there is replaced.  Tells what became of each.

    Faulty rows are refused and change nothing, the others are taken; sending again changes
    nothing.  Raises Forbidden (import-forbidden), Conflict (too-many-items).
    """
    check_load(scope, len(sent))
    outlets = _outlets(session, scope, system, {row.outlet_key for row in sent})
    months = {row.month.replace(day=1) for row in sent}
    known = _months(session, scope, [*outlets.values()], months)
    counted = Counter((row.outlet_key, row.month.replace(day=1), row.currency) for row in sent)
    with session.begin_nested() as savepoint:
        outcomes = [_taken(session, outlets, known, counted, row) for row in sent]
        session.flush()
        if dry_run:
            savepoint.rollback()
    return outcomes


type _Months = dict[tuple[UUID, date, str], MonthlySales]


def _taken(
    session: Session,
    outlets: dict[str, UUID],
    known: _Months,
    counted: Counter[tuple[str, date, str]],
    row: SoldMonth,
) -> Outcome:
    month = row.month.replace(day=1)
    faults = [*_faults(row, outlets, counted[row.outlet_key, month, row.currency])]
    if faults:
        return Outcome(row.outlet_key, Result.REFUSED, None, (), tuple(faults))
    key = (outlets[row.outlet_key], month, row.currency)
    figures: dict[str, Any] = {
        "amount_minor": row.amount_minor,
        "margin_minor": row.margin_minor,
        "orders": row.orders,
    }
    had = known.get(key)
    if had is None:
        made = MonthlySales(outlet_id=key[0], month=month, currency=row.currency, **figures)
        session.add(made)
        return Outcome(row.outlet_key, Result.CREATED, made.id)
    if all(getattr(had, name) == value for name, value in figures.items()):
        return Outcome(row.outlet_key, Result.UNCHANGED, had.id)
    for name, value in figures.items():
        setattr(had, name, value)
    return Outcome(row.outlet_key, Result.UPDATED, had.id)


def _faults(row: SoldMonth, outlets: dict[str, UUID], times: int) -> Iterator[Fault]:
    if row.outlet_key not in outlets:
        cause = f"There is no outlet {row.outlet_key!r} of this system that you may change."
        yield Fault("reference-unknown", cause, "Send the outlet first.", "outlet_key")
    if times > 1:
        cause = "The outlet's month comes more than once in this currency."
        yield Fault("key-repeated", cause, "Send every row once.", "month")
    told = {"amount_minor": row.amount_minor, "currency": row.currency}
    yield from money_faults(told, "amount_minor", "currency")


def _outlets(session: Session, scope: Scope, system: str, keys: set[str]) -> dict[str, UUID]:
    own = scoped(Outlet, scope.for_writing()).with_only_columns(Outlet.id)
    found: dict[str, UUID] = {}
    for chunk in batched(keys, _CHUNK):
        refs = select(ExternalRef.key, ExternalRef.row_id).where(  # unscoped: narrowed to own rows
            ExternalRef.system == system,
            ExternalRef.kind == "outlet",
            ExternalRef.key.in_(chunk),
            ExternalRef.row_id.in_(own),
        )
        found.update(dict(session.execute(refs).all()))
    return found


def _months(
    session: Session, scope: Scope, outlet_ids: Sequence[UUID], months: set[date]
) -> _Months:
    every = scoped(MonthlySales, scope).where(MonthlySales.month.in_(months))
    return {
        (row.outlet_id, row.month, row.currency): row
        for chunk in batched(outlet_ids, _CHUNK)
        for row in session.scalars(every.where(MonthlySales.outlet_id.in_(chunk)))
    }
