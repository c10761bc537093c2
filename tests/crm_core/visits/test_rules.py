from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.visits.rules import (
    GEOFENCE_M,
    EventKind,
    Happening,
    Outcome,
    VisitStatus,
    event_faults,
    is_off_site,
    match_visits,
    metres_between,
    outcome_of,
    project,
    stop_outcome,
)

MONDAY = dt.date(2026, 3, 2)
NINE = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
HERE = (41.15, -8.61)


def day(offset: int) -> dt.date:
    return MONDAY + dt.timedelta(days=offset)


def happening(
    number: int,
    kind: EventKind = EventKind.CHECK_IN,
    minutes: int = 0,
    lat: float | None = HERE[0],
    accuracy_m: float | None = 10.0,
    zone: str = "Europe/Lisbon",
    **payload: object,
) -> Happening:
    at = NINE + dt.timedelta(minutes=minutes)
    lon = None if lat is None else HERE[1]
    return Happening(UUID(int=number), kind, at, zone, lat, lon, accuracy_m, payload)


happenings = st.lists(
    st.builds(
        happening,
        number=st.integers(0, 10_000),
        kind=st.sampled_from(EventKind),
        minutes=st.integers(0, 3),
        lat=st.one_of(st.none(), st.floats(41.14, 41.16)),
        accuracy_m=st.one_of(st.none(), st.floats(0, 500)),
        order_lines=st.integers(0, 5),
        reason=st.sampled_from(["closed", "ill"]),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda event: event.client_id,
)


class TestProject:
    @given(happenings, st.randoms(use_true_random=False))
    def test_the_order_of_arrival_makes_no_difference(
        self, events: list[Happening], random: object
    ) -> None:
        shuffled = list(events)
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        assert project(shuffled, *HERE) == project(events, *HERE)

    def test_a_check_in_opens_and_a_check_out_ends_a_visit(self) -> None:
        arrived, left = happening(1), happening(2, EventKind.CHECK_OUT, 20)
        assert project([arrived], *HERE).status is VisitStatus.OPEN
        done = project([arrived, left], *HERE)
        assert done.status is VisitStatus.DONE
        assert (done.checked_in_at, done.checked_out_at) == (arrived.device_at, left.device_at)

    def test_the_first_check_in_and_the_last_check_out_count(self) -> None:
        events = [
            happening(1, minutes=5),
            happening(2),
            happening(3, EventKind.CHECK_OUT, 30),
            happening(4, EventKind.CHECK_OUT, 20),
        ]
        found = project(events, *HERE)
        assert found.checked_in_at == NINE
        assert found.checked_out_at == NINE + dt.timedelta(minutes=30)

    def test_a_skip_alone_is_a_skipped_visit(self) -> None:
        found = project([happening(1, EventKind.SKIP, reason="closed")], *HERE)
        assert (found.status, found.skip_reason) == (VisitStatus.SKIPPED, "closed")

    def test_a_visit_that_was_begun_is_not_skipped(self) -> None:
        events = [happening(1, EventKind.SKIP, reason="closed"), happening(2, minutes=9)]
        assert project(events, *HERE).status is VisitStatus.OPEN

    def test_the_last_order_stated_counts(self) -> None:
        first = happening(1, EventKind.STEP, 5, order_value_minor=100, currency="EUR")
        second = happening(2, EventKind.STEP, 9, order_value_minor=250)
        found = project([second, first], *HERE)
        assert (found.order_value_minor, found.currency) == (250, "EUR")

    def test_the_date_is_that_of_the_rep(self) -> None:
        late = happening(1, minutes=8 * 60, zone="Asia/Shanghai")
        assert project([late], *HERE).local_date == day(1)


class TestOffSite:
    def test_inside_the_fence_is_on_site(self) -> None:
        assert not is_off_site(GEOFENCE_M, None)

    def test_outside_the_fence_is_off_site(self) -> None:
        assert is_off_site(GEOFENCE_M + 1, None)

    def test_the_accuracy_of_the_fix_widens_the_fence(self) -> None:
        assert not is_off_site(GEOFENCE_M + 50, 60)

    def test_without_a_fix_nothing_is_flagged(self) -> None:
        found = project([happening(1, lat=None)], *HERE)
        assert (found.off_site, found.distance_m) == (False, None)

    def test_a_degree_of_latitude_is_about_111_km(self) -> None:
        assert metres_between(41, -8, 42, -8) == pytest.approx(111_195, abs=1)


class TestMatch:
    def test_a_visit_on_its_date_comes_before_a_near_one(self) -> None:
        assert match_visits([day(0), day(1)], [day(1)]) == {day(1): 0}

    def test_a_late_visit_meets_the_date_before(self) -> None:
        assert match_visits([day(0)], [day(2)]) == {day(0): 0}

    def test_the_same_week_comes_before_a_nearer_date_in_another(self) -> None:
        assert match_visits([day(0), day(7)], [day(4)]) == {day(0): 0}

    def test_a_visit_meets_one_date_only(self) -> None:
        met = match_visits([day(0), day(2), day(4)], [day(1), day(1)])
        assert len(met) == len(set(met.values())) == 2

    def test_without_visits_nothing_is_met(self) -> None:
        assert match_visits([day(0)], []) == {}

    @given(
        st.lists(st.integers(0, 27).map(day), max_size=8),
        st.lists(st.integers(0, 27).map(day), max_size=8),
    )
    def test_as_many_are_met_as_can_be_in_day_week_and_cycle(
        self, planned: list[dt.date], visited: list[dt.date]
    ) -> None:
        met = match_visits(planned, visited)
        dates = set(planned)
        assert len(met) == len(set(met.values())) == min(len(dates), len(visited))
        strict = [date for date, index in met.items() if visited[index] == date]
        assert set(strict) == dates & set(visited)


class TestOutcome:
    @pytest.mark.parametrize(
        ("visited", "planned", "outcome"),
        [
            (day(0), day(0), Outcome.ON_DAY),
            (day(0), day(1), Outcome.EARLY),
            (day(1), day(0), Outcome.LATE),
            (day(0), None, Outcome.UNPLANNED),
        ],
    )
    def test_a_visit_stands_to_its_planned_date(
        self, visited: dt.date, planned: dt.date | None, outcome: Outcome
    ) -> None:
        assert outcome_of(visited, planned) is outcome

    def test_a_stop_is_missed_once_its_date_is_past(self) -> None:
        assert stop_outcome(day(0), None, day(1)) is Outcome.MISSED
        assert stop_outcome(day(0), None, day(0)) is None
        assert stop_outcome(day(0), day(0), day(1)) is Outcome.ON_DAY


class TestEventFaults:
    def test_a_right_event_has_none(self) -> None:
        order = {"order_value_minor": 100, "currency": "EUR", "order_lines": 2}
        assert event_faults(EventKind.CHECK_OUT, NINE, *HERE, 10.0, order) == []
        assert event_faults(EventKind.CHECK_IN, NINE, None, None, None, {}) == []

    def test_all_faults_come_together(self) -> None:
        naive = NINE.replace(tzinfo=None)
        payload = {"order_lines": -1, "order_value_minor": "9", "currency": "€"}
        found = event_faults(EventKind.SKIP, naive, 91.0, 0.0, None, payload)
        assert [fault.code for fault in found] == [
            "device-time-without-zone",
            "position-not-right",
            "skip-reason-required",
            "order-not-right",
            "order-not-right",
            "currency-unknown",
        ]

    def test_half_a_position_is_none(self) -> None:
        (fault,) = event_faults(EventKind.CHECK_IN, NINE, 41.0, None, None, {})
        assert fault.code == "position-not-right"

    @pytest.mark.parametrize("year", [1, 1969, 2200, 9999])
    def test_a_year_no_device_knows_is_a_fault(self, year: int) -> None:
        (fault,) = event_faults(EventKind.CHECK_IN, NINE.replace(year=year), None, None, None, {})
        assert fault.code == "device-time-not-right"

    def test_a_clock_that_lost_its_time_is_none(self) -> None:
        lost = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        assert event_faults(EventKind.CHECK_IN, lost, None, None, None, {}) == []
