"""Reps and outlets."""

from __future__ import annotations

from datetime import date, datetime

from api.schemas.base import Named, Shape, Window


class RepOut(Shape):
    """A rep; ``profile`` is how the rep travels, ``network`` on which roads (empty: by home)."""

    id: str
    code: str
    name: str
    user_id: str | None
    department_id: str
    zone: str
    profile: str
    network: str
    home_name: str
    home_lat: float
    home_lon: float
    active: bool


class RepsOut(Shape):
    """The reps the caller may see."""

    items: list[RepOut]


class OutletOut(Shape):
    """An outlet in a list."""

    id: str
    name: str
    short_code: str
    channel: str
    grade: str
    lat: float | None
    lon: float | None
    address: str
    phone: str
    status: str
    rep_id: str | None
    simulated: bool


class OutletRowOut(OutletOut):
    """An outlet in the list of the office; ``last_visit`` is the last one that was made."""

    type: str
    region: str
    tags: list[str]
    last_visit: date | None
    created_at: datetime
    updated_at: datetime


class OutletsOut(Shape):
    """One page; ``next_cursor`` continues it, ``total`` counts all pages."""

    items: list[OutletRowOut]
    next_cursor: str | None
    total: int


class PolicyOut(Shape):
    """What the outlet's grade asks for: ``visits`` per ``weeks`` weeks, ``minutes`` each."""

    visits: int
    weeks: int
    minutes: float


class OutletDetailOut(OutletOut):
    """An outlet with its windows by weekday (0 = Monday) and its visit policy."""

    opening_hours: str
    windows: list[list[Window]] | None
    policy: PolicyOut | None
    account: Named | None
