from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crm_core.clock import local_date, local_minute, utc_now, zone_of
from crm_core.errors import Conflict

EVENING = datetime(2026, 3, 4, 16, 30, 30, tzinfo=UTC)


def test_now_is_aware() -> None:
    assert utc_now().utcoffset() is not None


def test_today_is_the_day_on_the_wall_of_the_zone() -> None:
    assert local_date(EVENING, "Asia/Shanghai") == date(2026, 3, 5)
    assert local_date(EVENING, "Europe/Lisbon") == date(2026, 3, 4)


def test_minutes_are_those_of_the_wall_clock() -> None:
    assert local_minute(EVENING, "Asia/Shanghai") == 30.5


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(Conflict, match="zone-unknown"):
        zone_of(name)
