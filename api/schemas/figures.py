"""Metrics and the funnel."""

from __future__ import annotations

from datetime import date

from api.schemas.base import Shape


class FigureOut(Shape):
    """A metric with all that is needed to check it; ``value`` is null where there is no data.

    ``scope`` is ``company``, ``rep`` (the one asked for) or ``reps`` (those in the caller's scope).
    """

    key: str
    name: str
    numerator: float
    denominator: float
    value: float | None
    unit: str
    currency: str | None
    formula: str
    rule_version: str
    scope: str
    reps: int
    period: list[date]
    simulated: bool


class FiguresOut(Shape):
    """All figures of one period and scope."""

    figures: list[FigureOut]


class DefinitionOut(Shape):
    """What a metric means."""

    key: str
    name: str
    formula: str
    unit: str
    rule_version: str


class DefinitionsOut(Shape):
    """The catalogue of metrics."""

    definitions: list[DefinitionOut]


class MoneyOut(Shape):
    """An amount in minor units; amounts of different currencies are never summed."""

    amount_minor: int
    currency: str


class StageOut(Shape):
    """One stage of the funnel; ``amount_minor`` is null where ``money`` has several currencies."""

    code: str
    name: str
    count: int
    amount_minor: int | None
    currency: str | None
    money: list[MoneyOut]
    win_rate: float


class ForecastOut(Shape):
    """Open opportunities weighted by win rate, beside what all of them would give."""

    count: float
    money: list[MoneyOut]
    if_all_close_count: int
    if_all_close: list[MoneyOut]


class FunnelOut(Shape):
    """The funnel as it stands."""

    stages: list[StageOut]
    forecast: ForecastOut
    simulated: bool


class OpportunityOut(Shape):
    """One opportunity."""

    id: str
    outlet_id: str | None
    rep_id: str
    name: str
    stage_code: str
    amount_minor: int
    currency: str
    expected_close: date | None
    source: str
    lost_reason: str | None
    simulated: bool


class OpportunitiesOut(Shape):
    """Opportunities in scope."""

    items: list[OpportunityOut]
