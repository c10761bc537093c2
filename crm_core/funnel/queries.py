"""Reads of the funnel: stages, opportunities, their moves, sums of the open ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session

from crm_core.errors import NotFound
from crm_core.funnel.model import Opportunity, Stage, StageMove
from crm_core.funnel.rules import DCBA, Forecast, Money, OpenSum, forecast
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope


@dataclass(frozen=True, slots=True)
class StageSum:
    """A stage with its opportunities: how many, and how much in each currency."""

    stage: Stage
    count: int
    money: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    """All stages of a template in order, closed ones last, and the forecast of the open ones."""

    stages: tuple[StageSum, ...]
    forecast: Forecast


def stages(session: Session, scope: Scope, template: str = DCBA) -> Sequence[Stage]:
    """The stages of a template in order."""
    query = scoped(Stage, scope).where(Stage.template == template)
    return session.scalars(query.order_by(Stage.rank)).all()


def funnel(
    session: Session, scope: Scope, *, template: str = DCBA, rep_id: UUID | None = None
) -> Funnel:
    """Opportunities in scope by stage, and what the open ones should bring."""
    found = _sums(session, scope, template, rep_id)
    rows = [_stage_sum(stage, found) for stage in stages(session, scope, template)]
    open_sums = [
        OpenSum(row.stage.code, row.stage.win_rate, found[row.stage.code, money.currency][0], money)
        for row in rows
        if row.stage.closed is None
        for money in row.money
    ]
    return Funnel(tuple(rows), forecast(open_sums))


def opportunities(
    session: Session,
    scope: Scope,
    *,
    stage_code: str | None = None,
    rep_id: UUID | None = None,
    outlet_id: UUID | None = None,
    limit: int = 200,
) -> Sequence[Opportunity]:
    """Opportunities in scope, the newest first."""
    query = scoped(Opportunity, scope)
    wanted = {
        Opportunity.stage_code: stage_code,
        Opportunity.rep_id: rep_id,
        Opportunity.outlet_id: outlet_id,
    }
    for column, value in wanted.items():
        query = query if value is None else query.where(column == value)
    newest = (Opportunity.created_at.desc(), Opportunity.id.desc())
    return session.scalars(query.order_by(*newest).limit(limit)).all()


def opportunity(session: Session, scope: Scope, opportunity_id: UUID) -> Opportunity:
    """An opportunity in scope; raises NotFound (opportunity-unknown)."""
    found = session.scalar(scoped(Opportunity, scope).where(Opportunity.id == opportunity_id))
    if found is None:
        cause = "There is no such opportunity in your scope."
        raise NotFound("opportunity-unknown", cause, "Choose another opportunity.")
    return found


def moves(session: Session, scope: Scope, opportunity_id: UUID) -> Sequence[StageMove]:
    """Every move of an opportunity in scope, the first first."""
    query = scoped(StageMove, scope).where(StageMove.opportunity_id == opportunity_id)
    return session.scalars(query.order_by(StageMove.at, StageMove.id)).all()


def _stage_sum(stage: Stage, sums: Mapping[tuple[str, str], tuple[int, int]]) -> StageSum:
    mine = {currency: found for (code, currency), found in sums.items() if code == stage.code}
    money = tuple(Money(mine[currency][1], currency) for currency in sorted(mine))
    return StageSum(stage, sum(count for count, _ in mine.values()), money)


def _sums(
    session: Session, scope: Scope, template: str, rep_id: UUID | None
) -> dict[tuple[str, str], tuple[int, int]]:
    """Count and amount by stage and currency."""
    query = (
        scoped(Opportunity, scope)
        .join(Stage, Stage.code == Opportunity.stage_code)
        .where(Stage.template == template)
        .group_by(Opportunity.stage_code, Opportunity.currency)
        .with_only_columns(
            Opportunity.stage_code,
            Opportunity.currency,
            func.count(),
            func.sum(Opportunity.amount_minor),
        )
    )
    if rep_id:
        query = query.where(Opportunity.rep_id == rep_id)
    rows = session.execute(query)
    return {(code, currency): (count, int(amount)) for code, currency, count, amount in rows}
