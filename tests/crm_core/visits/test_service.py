from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select

from crm_core.archive.service import assign
from crm_core.db import AppendOnlyError
from crm_core.errors import Forbidden
from crm_core.people.rules import Role
from crm_core.people.staff import give_role
from crm_core.visits.model import Visit, VisitEvent
from crm_core.visits.queries import events_of, last_visits, visits, visits_on
from crm_core.visits.rules import EventKind
from crm_core.visits.service import EventIn, EventResult, record
from tests.crm_core.conftest import MONDAY, Field, moment

DAY = dt.timedelta(days=1)
NIGHT = moment(MONDAY + 13 * DAY)


def event(
    field: Field,
    kind: EventKind = EventKind.CHECK_IN,
    *,
    outlet: int = 0,
    at: dt.datetime | None = None,
    key: UUID | None = None,
    **values: Any,
) -> EventIn:
    return EventIn(
        client_id=uuid4(),
        visit_key=key or uuid4(),
        kind=kind,
        outlet_id=field.outlets[outlet].id,
        device_at=at or moment(MONDAY, 9.0),
        **values,
    )


def send(field: Field, *events: EventIn) -> list[EventResult]:
    return record(field.session, field.own, events, now=NIGHT)


def only_visit(results: Sequence[EventResult]) -> Visit:
    (visit,) = {result.visit for result in results}
    assert visit is not None
    return visit


def stored(field: Field) -> dict[UUID, tuple[object, ...]]:
    columns = [c for c in Visit.__table__.columns if c.name != "id"]
    rows = field.session.execute(select(*columns)).all()
    return {row.visit_key: tuple(row) for row in rows}


class TestRecord:
    def test_check_in_and_check_out_make_a_visit(self, field: Field) -> None:
        key = uuid4()
        lat, lon = field.outlets[0].lat, field.outlets[0].lon
        arrived = event(field, key=key, lat=lat, lon=lon, accuracy_m=8.0)
        left = event(field, EventKind.CHECK_OUT, key=key, at=moment(MONDAY, 9.5))
        results = send(field, arrived, left)
        assert [result.status for result in results] == ["recorded", "recorded"]
        visit = only_visit(results)
        assert (visit.status, visit.local_date) == ("done", MONDAY)
        assert (visit.off_site, visit.distance_m) == (False, 0.0)
        row = events_of(field.session, field.own, key)[0]
        assert (row.received_at, row.device_at) == (NIGHT, moment(MONDAY, 9.0))

    def test_far_away_is_flagged_and_never_blocked(self, field: Field) -> None:
        (result,) = send(field, event(field, lat=41.5, lon=-8.61, accuracy_m=20.0))
        assert result.status == "recorded"
        assert result.visit is not None
        assert result.visit.off_site

    def test_sending_again_changes_nothing_and_answers_the_same(self, field: Field) -> None:
        once = event(field)
        (first,) = send(field, once)
        before = stored(field)
        (again,) = send(field, once)
        assert (first.status, again.status) == ("recorded", "repeated")
        assert again.visit is first.visit
        assert stored(field) == before
        assert field.session.scalar(select(func.count()).select_from(VisitEvent)) == 1

    def test_a_client_id_with_other_content_is_refused(self, field: Field) -> None:
        once = event(field)
        send(field, once)
        (again,) = send(field, replace(once, device_at=moment(MONDAY, 11.0)))
        assert again.status == "refused"
        assert again.problem is not None
        assert again.problem.code == "client-id-reused"

    def test_a_refused_event_does_not_lose_others(self, field: Field) -> None:
        wrong = replace(event(field), outlet_id=uuid4())
        first, second = event(field, outlet=1), event(field, outlet=2)
        results = send(field, first, wrong, second)
        assert [result.status for result in results] == ["recorded", "refused", "recorded"]
        assert results[1].problem is not None
        assert results[1].problem.code == "outlet-unknown"
        assert len(stored(field)) == 2

    def test_a_skip_needs_a_reason(self, field: Field) -> None:
        (bad,) = send(field, event(field, EventKind.SKIP))
        assert bad.problem is not None
        assert (bad.problem.code, bad.problem.faults[0].code) == (
            "event-not-right",
            "skip-reason-required",
        )
        (good,) = send(field, event(field, EventKind.SKIP, payload={"reason": "closed"}))
        assert good.visit is not None
        assert (good.visit.status, good.visit.skip_reason) == ("skipped", "closed")

    def test_a_visit_stays_at_its_outlet(self, field: Field) -> None:
        key = uuid4()
        send(field, event(field, key=key))
        (result,) = send(field, event(field, EventKind.CHECK_OUT, outlet=1, key=key))
        assert result.problem is not None
        assert result.problem.code == "visit-of-another-outlet"

    def test_a_visit_stays_with_its_rep(self, field: Field) -> None:
        mine = event(field)
        send(field, mine)
        give_role(
            field.session,
            field.company.users["rep-south"].id,
            Role.SUPERVISOR,
            field.company.north.id,
        )
        other = field.company.scope("rep-south")
        theirs = event(field, EventKind.CHECK_OUT, key=mine.visit_key)
        (result,) = record(field.session, other, [theirs], now=NIGHT)
        assert result.problem is not None
        assert result.problem.code == "visit-of-another-rep"

    def test_only_a_rep_records(self, field: Field) -> None:
        with pytest.raises(Forbidden, match="not-a-rep"):
            record(field.session, field.supervisor, [event(field)], now=NIGHT)

    def test_an_order_is_kept_in_minor_units(self, field: Field) -> None:
        order = {"order_value_minor": 12_50, "currency": "EUR", "order_lines": 3}
        visit = only_visit(send(field, event(field, EventKind.CHECK_OUT, payload=order)))
        found = (visit.order_value_minor, visit.currency, visit.order_lines)
        assert found == (12_50, "EUR", 3)

    def test_a_planned_outlet_may_be_visited_after_it_was_handed_over(self, field: Field) -> None:
        field.publish(MONDAY - DAY)
        director = field.company.scope("director")
        taken = field.outlets[0]
        taken.department_id = None
        assign(field.session, director, {taken.id: field.company.rep_south.id}, on=MONDAY)
        (result,) = send(field, event(field))
        assert result.status == "recorded"

    def test_an_event_is_never_changed(self, field: Field) -> None:
        once = event(field)
        send(field, once)
        events_of(field.session, field.own, once.visit_key)[0].lat = 1.0
        with pytest.raises(AppendOnlyError):
            field.session.flush()


class TestAgainstThePlan:
    def test_a_visit_on_its_day_meets_its_stop(self, field: Field) -> None:
        field.publish(MONDAY - DAY)
        visit = only_visit(send(field, event(field)))
        assert (visit.outcome, visit.planned_date) == ("on_day", MONDAY)
        assert visit.planned_stop_id is not None

    def test_a_visit_after_its_day_is_late_and_before_it_early(self, field: Field) -> None:
        field.publish(MONDAY - DAY)
        late = only_visit(send(field, event(field, at=moment(MONDAY + DAY, 9.0))))
        early = only_visit(send(field, event(field, outlet=3, at=moment(MONDAY, 9.0))))
        assert (late.outcome, late.planned_date) == ("late", MONDAY)
        assert (early.outcome, early.planned_date) == ("early", MONDAY + 3 * DAY)

    def test_a_visit_without_a_plan_is_unplanned(self, field: Field) -> None:
        visit = only_visit(send(field, event(field)))
        assert (visit.outcome, visit.planned_stop_id) == ("unplanned", None)

    def test_a_visit_on_the_day_takes_the_stop_from_an_early_one(self, field: Field) -> None:
        field.publish(MONDAY - DAY)
        early = only_visit(send(field, event(field, outlet=1, at=moment(MONDAY, 9.0))))
        assert early.planned_date == MONDAY + DAY
        send(field, event(field, outlet=1, at=moment(MONDAY + DAY, 9.0)))
        assert (early.outcome, early.planned_date) == ("early", MONDAY + 8 * DAY)

    def test_a_skip_names_the_stop_it_skips(self, field: Field) -> None:
        field.publish(MONDAY - DAY)
        skip = event(field, EventKind.SKIP, payload={"reason": "closed"})
        visit = only_visit(send(field, skip))
        assert (visit.outcome, visit.planned_date) == ("missed", MONDAY)

    def test_replay_in_any_order_gives_the_same_visits(self, field: Field) -> None:
        field.publish(MONDAY - DAY)
        first, second = uuid4(), uuid4()
        events = [
            event(field, key=first, at=moment(MONDAY, 9.0)),
            event(field, EventKind.CHECK_OUT, key=first, at=moment(MONDAY, 9.4)),
            event(field, key=second, at=moment(MONDAY + DAY, 9.0)),
            event(field, EventKind.SKIP, outlet=1, payload={"reason": "ill"}),
        ]
        results = []
        for order in itertools.permutations(events):
            for one in order:
                send(field, one)
            results.append(stored(field))
            field.session.execute(delete(Visit))
            field.session.execute(delete(VisitEvent))
            field.session.expunge_all()
        assert len(results) == 24
        assert all(result == results[0] for result in results)


class TestQueries:
    def test_a_rep_reads_own_visits_only(self, field: Field) -> None:
        send(field, event(field))
        read = [
            len(visits(field.session, field.company.scope(login), MONDAY, MONDAY))
            for login in ("rep-north", "rep-south", "sup-north", "auditor")
        ]
        assert read == [1, 0, 1, 1]

    def test_the_made_visit_of_an_outlet_comes_before_a_skipped_one(self, field: Field) -> None:
        skip = event(field, EventKind.SKIP, payload={"reason": "closed"})
        made = event(field, at=moment(MONDAY, 15.0))
        send(field, made, skip)
        found = visits_on(field.session, field.own, field.rep.id, MONDAY)
        assert found[field.outlets[0].id].visit_key == made.visit_key

    def test_a_visit_made_early_shows_on_the_day_it_was_planned_for(self, field: Field) -> None:
        field.publish(MONDAY - DAY)
        early = only_visit(send(field, event(field, outlet=3, at=moment(MONDAY, 9.0))))
        found = visits_on(field.session, field.own, field.rep.id, MONDAY + 3 * DAY)
        assert found[field.outlets[3].id].visit_key == early.visit_key
        assert not visits_on(field.session, field.own, field.rep.id, MONDAY + 2 * DAY)

    def test_last_visits_are_those_made_before_a_date(self, field: Field) -> None:
        send(
            field,
            event(field, at=moment(MONDAY, 9.0)),
            event(field, at=moment(MONDAY + 2 * DAY, 9.0)),
            event(field, EventKind.SKIP, outlet=1, payload={"reason": "closed"}),
        )
        first = field.outlets[0].id
        assert last_visits(field.session, field.own, MONDAY + DAY) == {first: MONDAY}
        assert last_visits(field.session, field.own, MONDAY + 9 * DAY) == {first: MONDAY + 2 * DAY}
