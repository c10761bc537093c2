"""What happened to a record, and where an outlet stands."""

from __future__ import annotations

from datetime import date, datetime

from api.schemas.base import Named, Shape
from api.schemas.records import ChangeOut


class VisitToldOut(Shape):
    """A visit in a timeline."""

    id: str
    rep_id: str
    local_date: date
    zone: str
    planned_date: date | None
    status: str
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    outcome: str
    off_site: bool
    distance_m: float | None
    order_value_minor: int | None
    currency: str | None
    order_lines: int | None
    skip_reason: str | None
    simulated: bool


class EntryOut(Shape):
    """One thing that happened: a change of the audit log, or a visit."""

    id: str
    kind: str
    at: datetime
    user_name: str
    change: ChangeOut | None
    visit: VisitToldOut | None


class TimelineOut(Shape):
    """What happened, newest first; ``names`` says what the ids in changes are called."""

    items: list[EntryOut]
    next_cursor: str | None
    names: dict[str, str]


class LastVisitOut(Shape):
    """The last visit that was made."""

    date: date
    rep: Named


class NextVisitOut(Shape):
    """The next planned visit; ``arrival_minute`` after local midnight."""

    date: date
    arrival_minute: float
    rep: Named


class StandingOut(Shape):
    """Where an outlet stands; inside ``radius_m`` a check-in counts as on site."""

    rep: Named | None
    territories: list[Named]
    last_visit: LastVisitOut | None
    next_visit: NextVisitOut | None
    radius_m: float
