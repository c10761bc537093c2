"""Reads of daily runs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from crm_core.daily.model import DailyRun
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope


def daily_runs(session: Session, scope: Scope, *, limit: int = 14) -> Sequence[DailyRun]:
    """The runs of the last days, the newest first."""
    newest = scoped(DailyRun, scope).order_by(DailyRun.date.desc()).limit(limit)
    return session.scalars(newest).all()
