from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from api.schemas.replanning import PlanSlotsOut, ReplannedOut
from crm_core.clock import zone_of
from crm_core.visits.model import Visit
from tests.api.conftest import ClientOf
from tests.api.world import World


def next_weekday(world: World) -> dt.date:
    """A working day to come that the published plan routes."""
    return world.monday + dt.timedelta(days=9)  # Wednesday of the second week


def replanned(client: TestClient, world: World, on: dt.date, **wish: Any) -> ReplannedOut:
    answer = client.post(f"/api/v1/reps/{world.rep.id}/day-routes/{on}:replan", json=wish)
    assert answer.status_code == 200, answer.text
    return ReplannedOut.model_validate_json(answer.content)


def route_of(client: TestClient, world: World, on: dt.date) -> list[str]:
    answer = client.get(f"/api/v1/reps/{world.rep.id}/day-route", params={"date": str(on)})
    return [stop["outlet"]["id"] for stop in answer.json()["stops"]]


def stops_of(rest: ReplannedOut) -> list[str]:
    return [stop.outlet.id for stop in rest.stops]


def test_slots_are_dates_to_come_cheapest_first(client_of: ClientOf, world: World) -> None:
    query = {"outlet_id": str(world.outlets[0].id), "count": "4"}
    answer = client_of("sup-north").get(f"/api/v1/plans/{world.published.id}/slots", params=query)
    slots = PlanSlotsOut.model_validate_json(answer.content)
    assert len(slots.items) == 4
    assert all(slot.date >= world.today for slot in slots.items)
    assert slots.gone == []
    clean = [slot for slot in slots.items if not slot.violations]
    assert [s.added_cost for s in clean] == sorted(s.added_cost for s in clean)


def test_an_outlet_of_somebody_else_has_no_slots(client_of: ClientOf, world: World) -> None:
    path = f"/api/v1/plans/{world.published.id}/slots"
    unknown = client_of("director").get(path, params={"outlet_id": str(uuid4())})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "outlet-unknown")
    everyone = client_of("director").get("/api/v1/outlets").json()["items"]
    south = next(each["id"] for each in everyone if each["short_code"] == "S0")
    other = client_of("director").get(path, params={"outlet_id": south})
    assert (other.status_code, other.json()["code"]) == (409, "outlet-not-asked-for")


def test_the_rest_of_a_day_has_the_same_stops_and_never_a_made_up_one(
    client_of: ClientOf, world: World
) -> None:
    client, on = client_of("rep-north"), next_weekday(world)
    rest = replanned(client, world, on)
    assert sorted(stops_of(rest)) == sorted(route_of(client, world, on))
    assert [stop.sequence for stop in rest.stops] == list(range(1, len(rest.stops) + 1))
    assert rest.unserved == []
    here = {"lat": 41.16, "lon": -8.61}
    moved = replanned(client, world, on, here=here, now_minute=600)
    assert sorted(stops_of(moved)) == sorted(stops_of(rest))
    assert moved.stops[0].arrival_minute > 600
    assert moved.stops[0].leg_seconds > 0


def test_the_next_stop_is_locked_unless_it_need_not_be(client_of: ClientOf, world: World) -> None:
    client, on = client_of("rep-north"), next_weekday(world)
    planned = route_of(client, world, on)
    rest = replanned(client, world, on)
    assert stops_of(rest)[0] == planned[0]
    assert [stop.locked for stop in rest.stops] == [True, *[False] * (len(planned) - 1)]
    free = replanned(client, world, on, lock_next=False)
    assert not any(stop.locked for stop in free.stops)


def test_outlets_are_dropped_and_added(client_of: ClientOf, world: World) -> None:
    client, on = client_of("sup-north"), next_weekday(world)
    planned = route_of(client, world, on)
    others = [str(o.id) for o in world.outlets if str(o.id) not in planned]
    rest = replanned(client, world, on, drop=[planned[0]], add=[others[0]])
    assert sorted(stops_of(rest)) == sorted([*planned[1:], others[0]])
    path = f"/api/v1/reps/{world.rep.id}/day-routes/{on}:replan"
    wrong = client.post(path, json={"drop": [others[0]]})
    assert (wrong.status_code, wrong.json()["faults"][0]["code"]) == (409, "today-not-on-route")


def test_what_no_longer_fits_says_why(client_of: ClientOf, world: World) -> None:
    client, on = client_of("rep-north"), next_weekday(world)
    late = replanned(client, world, on, here={"lat": 41.16, "lon": -8.61}, now_minute=1135)
    assert late.stops == []
    assert late.unserved
    assert all(missing.outlet and missing.facts and missing.remedy for missing in late.unserved)
    assert "here" not in str(late.model_dump()["unserved"])


def test_visits_made_and_skipped_are_left_alone(
    client_of: ClientOf, world: World, session: Session
) -> None:
    client, on = client_of("rep-north"), next_weekday(world)
    planned = route_of(client, world, on)
    log(session, world, on, planned[0], "done")
    rest = replanned(client, world, on, now_minute=620)
    assert (rest.done, stops_of(rest)) == ([planned[0]], planned[1:])
    after = on + dt.timedelta(days=1)
    planned = route_of(client, world, after)
    log(session, world, after, planned[0], "skipped")
    rest = replanned(client, world, after)
    assert (rest.skipped, stops_of(rest)) == ([planned[0]], planned[1:])


def test_an_open_visit_lasts_as_long_as_planned(
    client_of: ClientOf, world: World, session: Session
) -> None:
    client, on = client_of("rep-north"), next_weekday(world)
    planned = route_of(client, world, on)
    log(session, world, on, planned[0], "open")
    rest = replanned(client, world, on, now_minute=605)
    assert (rest.done, rest.now_minute) == ([planned[0]], 620.0)


def log(session: Session, world: World, on: dt.date, outlet_id: str, status: str) -> None:
    """A visit checked in at ten on the rep's clock."""
    ten = dt.datetime.combine(on, dt.time(10), zone_of(world.rep.zone))
    visit = Visit(
        visit_key=uuid4(),
        rep_id=world.rep.id,
        outlet_id=UUID(outlet_id),
        local_date=on,
        zone=world.rep.zone,
        planned_date=on,
        status=status,
        outcome="on_day",
        checked_in_at=None if status == "skipped" else ten,
    )
    session.add(visit)
    session.commit()


def test_only_days_with_a_route_that_are_not_over(client_of: ClientOf, world: World) -> None:
    client = client_of("sup-north")
    for on, code in (
        (world.today - dt.timedelta(days=1), "day-past"),
        (world.monday + dt.timedelta(days=13), "day-without-route"),
    ):
        path = f"/api/v1/reps/{world.rep.id}/day-routes/{on}:replan"
        answer = client.post(path, json={})
        assert (answer.status_code, answer.json()["code"]) == (409, code)
