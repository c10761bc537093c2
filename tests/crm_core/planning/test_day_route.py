from __future__ import annotations

import datetime as dt

import pytest

from crm_core.archive.model import CallWindow
from crm_core.errors import NotFound
from crm_core.planning.day_route import DayRoute, day_route, next_route_date
from tests.crm_core.conftest import MONDAY, Field, moment

DAY = dt.timedelta(days=1)


def route(field: Field, date: dt.date | None, now: dt.datetime) -> DayRoute:
    return day_route(field.session, field.own, field.rep.id, date, now=now)


def codes(found: DayRoute) -> list[str]:
    return [stop.short_code for stop in found.stops]


def test_a_rep_reads_the_own_route_of_today(field: Field) -> None:
    plan = field.publish(MONDAY - DAY)
    found = route(field, None, moment(MONDAY, 8.0))
    assert found.plan is not None
    assert (found.plan.id, found.plan.version, found.plan.estimate) == (plan.id, 1, True)
    assert (found.date, found.is_next_working_day) == (MONDAY, False)
    assert codes(found) == ["O0", "O5"]
    assert found.start_minute is not None
    assert found.return_metres > 0
    assert found.rep.home_lat == field.rep.home_lat


def test_without_a_route_today_the_next_one_is_shown(field: Field) -> None:
    field.publish(MONDAY - DAY)
    saturday = MONDAY + 5 * DAY
    found = route(field, None, moment(saturday, 8.0))
    assert (found.requested_date, found.date) == (saturday, MONDAY + 7 * DAY)
    assert found.is_next_working_day
    asked = route(field, saturday, moment(saturday, 8.0))
    assert (asked.date, asked.plan, asked.stops) == (saturday, None, ())


def test_a_draft_is_not_a_route(field: Field) -> None:
    field.plan()
    found = route(field, None, moment(MONDAY))
    assert (found.plan, found.stops, found.date) == (None, (), MONDAY)


def test_publishing_never_changes_a_past_day(field: Field) -> None:
    field.publish(MONDAY - DAY)
    tuesday = MONDAY + DAY
    before = route(field, tuesday, moment(tuesday, 20.0))
    field.publish(MONDAY + 2 * DAY, 9.0, shift=2)
    assert route(field, tuesday, moment(MONDAY + 3 * DAY)) == before


def test_publishing_changes_the_days_ahead(field: Field) -> None:
    field.publish(MONDAY - DAY)
    new = field.publish(MONDAY, 9.0, shift=2)
    found = route(field, MONDAY + DAY, moment(MONDAY, 10.0))
    assert found.plan is not None
    assert found.plan.id == new.id


def test_windows_are_those_of_the_weekday(field: Field) -> None:
    outlet_id = field.outlets[0].id
    for weekday, start in ((0, 600), (0, 840), (1, 660)):
        field.session.add(
            CallWindow(
                outlet_id=outlet_id, weekday=weekday, start_minute=start, end_minute=start + 90
            )
        )
    field.publish(MONDAY - DAY)
    first = route(field, MONDAY, moment(MONDAY)).stops[0]
    assert first.windows == ((600, 690), (840, 930))


def test_the_next_route_is_that_of_a_published_plan(field: Field) -> None:
    scope, rep_id = field.own, field.rep.id
    assert next_route_date(field.session, scope, rep_id, MONDAY) is None
    field.publish(MONDAY - DAY)
    assert next_route_date(field.session, scope, rep_id, MONDAY) == MONDAY + DAY


def test_a_rep_does_not_read_the_route_of_another(field: Field) -> None:
    with pytest.raises(NotFound, match="rep-unknown"):
        day_route(field.session, field.own, field.company.rep_south.id, MONDAY, now=moment(MONDAY))
