"""Which days can be done."""

from __future__ import annotations

from datetime import date

from crm_core.errors import Conflict

DAILY_JOB = "daily"


def check_begun(on: date, today: date) -> None:
    """Raises Conflict (daily-in-future) for a day that has not begun."""
    if on > today:
        cause = f"{on} has not begun: the company's today is {today}."
        raise Conflict("daily-in-future", cause, "Wait, or leave the date out.")
