"""The funnel as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crm_core.funnel.model import Opportunity
from crm_core.funnel.queries import Funnel, StageSum
from crm_core.funnel.rules import Money

type Json = dict[str, Any]


def funnel_json(funnel: Funnel, language: str, *, simulated: bool) -> Json:
    """The body of ``api.schemas.figures.FunnelOut``."""
    return {
        "stages": [_stage(row, language) for row in funnel.stages],
        "forecast": {
            "count": funnel.forecast.count,
            "money": _money(funnel.forecast.money),
            "if_all_close_count": funnel.forecast.if_all_close_count,
            "if_all_close": _money(funnel.forecast.if_all_close),
        },
        "simulated": simulated,
    }


def opportunity_json(row: Opportunity) -> Json:
    """The body of ``api.schemas.figures.OpportunityOut``."""
    return {
        "id": str(row.id),
        "outlet_id": str(row.outlet_id) if row.outlet_id else None,
        "rep_id": str(row.rep_id),
        "name": row.name,
        "stage_code": row.stage_code,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "expected_close": row.expected_close,
        "source": row.source,
        "lost_reason": row.lost_reason,
        "simulated": row.simulated,
    }


def _stage(row: StageSum, language: str) -> Json:
    # Several currencies are never added up: then only ``money`` says how much there is.
    single = row.money[0] if len(row.money) == 1 else None
    return {
        "code": row.stage.code,
        "name": row.stage.name_zh if language == "zh" else row.stage.name_en,
        "count": row.count,
        "amount_minor": single.amount_minor if single else None if row.money else 0,
        "currency": single.currency if single else None,
        "money": _money(row.money),
        "win_rate": row.stage.win_rate,
    }


def _money(amounts: Iterable[Money]) -> list[Json]:
    return [{"amount_minor": one.amount_minor, "currency": one.currency} for one in amounts]
