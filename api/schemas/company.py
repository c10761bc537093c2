"""Settings of the company and its daily runs."""

from __future__ import annotations

from datetime import date, datetime

from api.schemas.base import Payload, Shape
from api.schemas.records import Text


class CompanyIn(Payload):
    """Settings to change; ``zone`` is an IANA name."""

    zone: Text


class CompanyOut(Shape):
    """The company's time zone and today."""

    zone: str
    today: date


class DailyRunOut(Shape):
    """The steps done for a date, each with how many rows it concerned."""

    date: date
    steps: dict[str, int]
    started_at: datetime
    finished_at: datetime | None


class DailyRunsOut(Shape):
    """Daily runs, the newest first."""

    items: list[DailyRunOut]
