from __future__ import annotations

from crm_core.db import Base
from tests.api.conftest import ClientOf
from tests.api.world import World


def test_every_table_and_column_is_in_the_dictionary_with_a_meaning(
    client_of: ClientOf, world: World
) -> None:
    tables = client_of("rep-north").get("/api/v1/data-dictionary").json()["tables"]
    told = {(t["table"], column["name"]) for t in tables for column in t["columns"]}
    stored = {(t.name, column.name) for t in Base.metadata.tables.values() for column in t.columns}
    assert told == stored
    assert [t["table"] for t in tables if not t["meaning"]] == []


def test_a_column_says_what_it_holds_and_refers_to(client_of: ClientOf, world: World) -> None:
    tables = client_of("rep-north").get("/api/v1/data-dictionary").json()["tables"]
    (outlet,) = (t for t in tables if t["table"] == "outlet")
    columns = {column["name"]: column for column in outlet["columns"]}
    assert (outlet["feature"], outlet["audited"]) == ("archive", True)
    assert columns["account_id"]["references"] == "account.id"
    assert columns["wallet_minor"]["type"] == "money (minor units)"
    assert columns["created_at"]["type"] == "moment (UTC)"
    assert columns["name"]["labels"] == {"zh": "终端名称", "en": "Name"}
