from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import ClientOf
from tests.api.world import World

OUTLETS = "/api/v1/outlets"


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
        ({"territory_id": "{territory_id}"}, 6),
    ],
)
def test_filters_narrow_the_list(
    query: dict[str, str], count: int, client_of: ClientOf, world: World
) -> None:
    filled = {name: value.format(**world.ids) for name, value in query.items()}
    assert client_of("sup-north").get(OUTLETS, params=filled).json()["total"] == count


def test_one_outlet_tells_windows_and_policy(client_of: ClientOf, world: World) -> None:
    outlet = client_of("sup-north").get(f"{OUTLETS}/{world.outlets[0].id}").json()
    assert outlet["policy"] == {"visits": 1, "weeks": 1, "minutes": 20}
    assert outlet["windows"] is None
    assert outlet["account"] == {"id": str(world.account.id), "name": "Payer"}
    assert outlet["rep_id"] == str(world.rep.id)
