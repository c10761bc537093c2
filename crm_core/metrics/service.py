"""Figures: every one with numerator, denominator, rule version, scope, period and origin."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.clock import utc_now
from crm_core.errors import Invalid, NotFound
from crm_core.metrics.catalogue import BY_KEY, DEFINITIONS, Definition
from crm_core.metrics.queries import Facts, facts
from crm_core.metrics.rules import (
    Ratio,
    adherence,
    coverage,
    distinct_calls,
    frequency_attainment,
    match_calls,
    on_time,
    orders,
    sequence_adherence,
    time_in_store,
)
from crm_core.people.rules import Scope

__all__ = ["DEFINITIONS", "Definition", "Figure", "FigureScope", "figures"]

MOST_DAYS = 366  # of a period


@dataclass(frozen=True, slots=True)
class FigureScope:
    """Whose figures they are: the reps counted, and the one asked for, if any."""

    rep_ids: tuple[UUID, ...]
    rep_id: UUID | None
    company: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; ``value`` is none without data.  ``simulated``: some of the data is."""

    definition: Definition
    numerator: float
    denominator: float
    value: float | None
    currency: str | None
    scope: FigureScope
    date_from: dt.date
    date_to: dt.date
    simulated: bool


def figures(
    session: Session,
    scope: Scope,
    date_from: dt.date,
    date_to: dt.date,
    rep_id: UUID | None = None,
    *,
    now: dt.datetime | None = None,
) -> list[Figure]:
    """All figures of a period (both dates included) in the order of the catalogue.

    Planned calls count up to and including each rep's today.  A figure of money comes once per
    currency.  Raises Invalid (period-not-right) and NotFound (rep-unknown).
    """
    if not 0 <= (date_to - date_from).days < MOST_DAYS:
        cause = f"{date_from} to {date_to} is not a period of 1 to {MOST_DAYS} days."
        raise Invalid("period-not-right", cause, "Choose another period.")
    found = facts(session, scope, date_from, date_to, rep_id, now or utc_now())
    if rep_id and not found.rep_ids:
        raise NotFound("rep-unknown", "There is no such rep in your scope.", "Choose another rep.")
    whose = FigureScope(found.rep_ids, rep_id, scope.everything and rep_id is None)
    order = list(BY_KEY)
    return [
        Figure(
            BY_KEY[ratio.key],
            ratio.numerator,
            ratio.denominator,
            ratio.value,
            ratio.currency,
            whose,
            date_from,
            date_to,
            found.simulated,
        )
        for ratio in sorted(_ratios(found), key=lambda ratio: order.index(ratio.key))
    ]


def _ratios(found: Facts) -> list[Ratio]:
    met = match_calls(found.calls, found.visits)
    due = distinct_calls(found.due)
    return [
        *adherence(due, met),
        sequence_adherence(due, met),
        on_time(due, met),
        coverage([visit.outlet_id for visit in found.made], found.active),
        *frequency_attainment(found.required),
        *orders(found.made, len(due)),
        time_in_store(found.made),
    ]
