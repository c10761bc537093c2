"""Which cycle covers a date: cycles follow each other from the newest one that was planned."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from crm_core.people.rules import Scope
from crm_core.planning.queries import plans
from routing.calendar import cycle_start


def current_cycle(session: Session, scope: Scope, today: date, weeks: int) -> date:
    """First day of the cycle that covers ``today``; without any plan, Monday of this week."""
    newest = next(iter(plans(session, scope)), None)
    anchor = newest.cycle_start if newest else today - timedelta(days=today.weekday())
    return cycle_start(today, anchor, weeks)
