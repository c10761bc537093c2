"""Moments and days.  Logged moments are aware UTC; "today" is always somebody's today."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crm_core.errors import Conflict


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The IANA zone called ``name``; raises ``Conflict`` (zone-unknown) for any other name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Conflict(
            "zone-unknown",
            f"There is no time zone called {name!r}.",
            "Use an IANA name, such as Asia/Shanghai.",
        ) from error


def local_date(at: datetime, zone: str) -> date:
    """The date on a wall calendar in ``zone`` at the moment ``at`` (aware)."""
    return at.astimezone(zone_of(zone)).date()


def local_minute(at: datetime, zone: str) -> float:
    """Minutes after local midnight that a wall clock in ``zone`` shows at ``at`` (aware)."""
    local = at.astimezone(zone_of(zone))
    return local.hour * 60 + local.minute + local.second / 60
