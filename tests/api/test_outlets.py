from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm_core.db import new_id
from crm_core.visits.model import Visit
from tests.api.conftest import ClientOf
from tests.api.world import World

OUTLETS = "/api/v1/outlets"


def visit(session: Session, world: World, index: int, *, days_ago: int) -> None:
    """A visit of one of the world's outlets."""
    day = world.today - timedelta(days=days_ago)
    who = {"rep_id": world.rep.id, "outlet_id": world.outlets[index].id}
    what = {"visit_key": new_id(), "status": "done", "outcome": "on_day"}
    session.add(Visit(**who, **what, local_date=day, zone="Europe/Lisbon"))


def long_ago(session: Session, world: World, index: int) -> None:
    """Let one of the world's outlets stand in the archive since 2020."""
    world.outlets[index].created_at = datetime(2020, 1, 1, tzinfo=UTC)


def test_pages_follow_each_other_without_gap(client_of: ClientOf, world: World) -> None:
    client, cursor, codes = client_of("sup-north"), None, []
    while True:
        query: dict[str, Any] = {"limit": 4} | ({"cursor": cursor} if cursor else {})
        page = client.get(OUTLETS, params=query).json()
        assert page["total"] == 6
        codes += [item["short_code"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert codes == [f"N{index}" for index in range(6)]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"q": "n3"}, 1),
        ({"q": "%"}, 0),
        ({"channel": "cafe"}, 3),
        ({"grade": "A"}, 6),
        ({"grade": "Z"}, 0),
        ({"rep_id": "{rep_id}"}, 6),
        ({"territory_id": "{territory_id}"}, 5),
        ({"channel": ["cafe", "bar"]}, 6),
        ({"grade": ["A", "Z"]}, 6),
        ({"status": ["closed", "prospect"]}, 0),
        ({"status": ["closed", "any"]}, 6),
        ({"no_rep": "true"}, 0),
        ({"no_place": "true"}, 1),
        ({"incomplete": "basics"}, 6),
        ({"not_visited_days": "30"}, 5),
        ({"not_visited_days": "7"}, 6),
        ({"overdue": "true"}, 2),
    ],
)
def test_filters_narrow_the_list(
    query: dict[str, Any], count: int, client_of: ClientOf, world: World, session: Session
) -> None:
    visit(session, world, 0, days_ago=8)
    long_ago(session, world, 1)
    world.outlets[5].lat = world.outlets[5].lon = None
    session.commit()
    filled = {
        name: value.format(**world.ids) if isinstance(value, str) else value
        for name, value in query.items()
    }
    assert client_of("sup-north").get(OUTLETS, params=filled).json()["total"] == count


def test_one_outlet_tells_windows_and_policy(client_of: ClientOf, world: World) -> None:
    outlet = client_of("sup-north").get(f"{OUTLETS}/{world.outlets[0].id}").json()
    assert outlet["policy"] == {"visits": 1, "weeks": 1, "minutes": 20}
    assert outlet["windows"] is None
    assert outlet["account"] == {"id": str(world.account.id), "name": "Payer"}
    assert outlet["rep_id"] == str(world.rep.id)


@pytest.mark.parametrize(
    ("order", "codes"),
    [
        ({"sort": "name", "descending": "true"}, "N5 N4 N3 N2 N1 N0"),
        ({"sort": "channel"}, "N0 N2 N4 N1 N3 N5"),
        ({"sort": "grade"}, "N0 N1 N2 N3 N4 N5"),
        ({"sort": "last_visit"}, "N0 N1 N4 N5 N3 N2"),
        ({"sort": "last_visit", "descending": "true"}, "N2 N3 N0 N1 N4 N5"),
    ],
)
def test_pages_of_every_order_follow_each_other_without_gap(
    order: dict[str, str], codes: str, client_of: ClientOf, world: World, session: Session
) -> None:
    visit(session, world, 2, days_ago=1)
    visit(session, world, 3, days_ago=9)
    session.commit()
    client, cursor, seen = client_of("sup-north"), None, []
    while True:
        query = {"limit": "2"} | order | ({"cursor": cursor} if cursor else {})
        page = client.get(OUTLETS, params=query).json()
        seen += [item["short_code"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert " ".join(seen) == codes


@pytest.mark.parametrize("cursor", ["N1", "e30", "WyIyMDI2IiwgMV0"])
def test_a_cursor_of_another_order_is_refused(
    cursor: str, client_of: ClientOf, world: World
) -> None:
    answer = client_of("sup-north").get(OUTLETS, params={"sort": "updated", "cursor": cursor})
    assert answer.json()["code"] == "cursor-not-right"


def test_a_row_tells_tags_and_the_last_visit(
    client_of: ClientOf, world: World, session: Session
) -> None:
    visit(session, world, 0, days_ago=3)
    visit(session, world, 0, days_ago=2)
    session.commit()
    client = client_of("sup-north")
    client.put(f"{OUTLETS}/{world.outlets[0].id}/tags", json={"tags": ["warm", "cold"]})
    row = client.get(OUTLETS, params={"tag": "warm"}).json()["items"][0]
    assert (row["tags"], row["last_visit"]) == (
        ["cold", "warm"],
        (world.today - timedelta(days=2)).isoformat(),
    )


def test_points_count_outlets_without_a_place(
    client_of: ClientOf, world: World, session: Session
) -> None:
    world.outlets[0].lat = world.outlets[0].lon = None
    session.commit()
    client = client_of("sup-north")
    points = client.get(f"{OUTLETS}/points").json()
    assert (points["total"], points["without_place"], points["left_out"]) == (6, 1, 0)
    assert {*points["id"]} == {outlet.id.hex for outlet in world.outlets[1:]}
    assert (points["reps"], points["rep"]) == ([str(world.rep.id)], [0] * 5)
    cafes = client.get(f"{OUTLETS}/points", params={"channel": "cafe"}).json()
    assert (cafes["total"], len(cafes["lat"]), cafes["without_place"]) == (3, 3, 0)


def test_choices_are_of_the_scope(client_of: ClientOf, world: World) -> None:
    found = client_of("sup-north").get(f"{OUTLETS}/choices").json()
    assert found["channel"] == [{"value": "bar", "count": 3}, {"value": "cafe", "count": 3}]
    assert found["territories"] == [{"id": str(world.territory.id), "name": "North"}]
    assert [field["key"] for field in found["fields"]] == ["card.note"]
    assert client_of("rep-south").get(f"{OUTLETS}/choices").json()["territories"] == []
