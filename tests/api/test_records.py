from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from crm_core.people.rules import Role
from crm_core.people.staff import give_role
from tests.api.conftest import ClientOf
from tests.api.world import World
from tests.conftest import Company

PHOTO = {"name": "Front", "kind": "photo", "url": "https://files.example/1.jpg", "sha256": "a" * 64}


def address(world: World) -> str:
    return f"/api/v1/outlets/{world.outlets[0].id}"


def patch(client: TestClient, path: str, changes: dict[str, Any], etag: str = "") -> Any:
    version = etag or client.get(path).headers["ETag"]
    return client.patch(path, json=changes, headers={"If-Match": version})


def faults(answer: Any) -> set[tuple[str, str]]:
    return {(fault["code"], fault["where"]) for fault in answer.json()["faults"]}


def test_a_new_outlet_is_read_with_all_that_was_sent(client_of: ClientOf, world: World) -> None:
    client = client_of("sup-north")
    sent = {
        "name": "新店",
        "short_code": "X1",
        "channel": "bar",
        "grade_code": "A",
        "lat": 41.16,
        "lon": -8.61,
        "delivery_address": "Back door",
        "team_size": 4,
        "wallet_minor": 9_000_00,
        "wallet_currency": "EUR",
        "opening_hours": "Mo-Fr 09:00-12:00",
        "department_id": str(world.rep.department_id),
    }
    made = client.post("/api/v1/outlets", json=sent)
    assert made.status_code == 201, made.text
    read = client.get(made.headers["Location"]).json()
    assert {key: read[key] for key in sent if key != "grade_code"} == {
        key: value for key, value in sent.items() if key != "grade_code"
    }
    assert (read["version"], read["windows"][0]) == (1, [[540, 720]])
    assert client.get("/api/v1/outlets", params={"q": "xd"}).json()["total"] == 1


def test_every_fault_of_an_outlet_comes_back_at_once(client_of: ClientOf, world: World) -> None:
    wrong = {
        "name": "New",
        "short_code": "N1",
        "channel": "bar",
        "grade_code": "Z",
        "type": "friend",
        "lat": 0,
        "lon": 0,
        "email": "nowhere",
        "wallet_minor": 5,
        "first_contact": "2999-01-01",
        "visits_override": 2,
    }
    answer = client_of("sup-north").post("/api/v1/outlets", json=wrong)
    assert answer.status_code == 409
    assert faults(answer) == {
        ("grade-unknown", "grade_code"),
        ("type-unknown", "type"),
        ("place-impossible", "lat"),
        ("email-not-right", "email"),
        ("currency-missing", "wallet_currency"),
        ("date-in-future", "first_contact"),
        ("override-reason-required", "override_reason"),
        ("short-code-taken", "short_code"),
    }


def test_a_rep_changes_what_a_rep_knows_and_nothing_else(client_of: ClientOf, world: World) -> None:
    client = client_of("rep-north")
    told = patch(client, address(world), {"owner_name": "Old Wang", "phone": "138 0000 1111"})
    assert (told.status_code, told.json()["owner_name"]) == (200, "Old Wang")
    moved = patch(client, address(world), {"lat": 41.2, "grade_code": "A"})
    assert faults(moved) == {("field-forbidden", "lat")}


def test_a_change_of_an_older_version_is_refused(client_of: ClientOf, world: World) -> None:
    client = client_of("sup-north")
    read = client.get(address(world)).headers["ETag"]
    assert patch(client, address(world), {"remarks": "1"}, read).status_code == 200
    late = patch(client, address(world), {"remarks": "2"}, read)
    assert (late.status_code, late.json()["code"]) == (412, "version-conflict")


def test_many_outlets_are_changed_together_or_not_at_all(client_of: ClientOf, world: World) -> None:
    client, ids = client_of("sup-north"), [str(outlet.id) for outlet in world.outlets]
    path = "/api/v1/outlets/change"
    done = client.post(path, json={"outlet_ids": ids, "changes": {"region": "Harbour"}})
    assert done.json() == {"changed": 6}
    assert client.get("/api/v1/outlets", params={"region": "Harbour"}).json()["total"] == 6
    wrong = client.post(
        path, json={"outlet_ids": [*ids, str(world.rep.id)], "changes": {"region": "Hill"}}
    )
    assert wrong.status_code == 404
    assert client.get("/api/v1/outlets", params={"region": "Hill"}).json()["total"] == 0


def test_contacts_come_decision_makers_first_and_only_the_office_deletes_them(
    client_of: ClientOf, world: World
) -> None:
    rep, office = client_of("rep-north"), client_of("sup-north")
    for name, decides in (("Clerk", False), ("Boss", True)):
        new = {"name": name, "title": name, "phone": "1", "decision_maker": decides}
        assert rep.post(address(world) + "/contacts", json=new).status_code == 201
    contacts = rep.get(address(world)).json()["contacts"]
    assert [contact["name"] for contact in contacts] == ["Boss", "Clerk"]
    path = f"/api/v1/contacts/{contacts[1]['id']}"
    assert rep.patch(path, json={"phone": "2"}).json()["title"] == "Clerk"
    assert rep.delete(path).json()["code"] == "office-only"
    assert office.delete(path).status_code == 204
    assert len(rep.get(address(world)).json()["contacts"]) == 1


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", 'https://x/"onload'])
def test_an_attachment_never_is_script(url: str, client_of: ClientOf, world: World) -> None:
    answer = client_of("rep-north").post(address(world) + "/attachments", json=PHOTO | {"url": url})
    assert faults(answer) == {("reference-not-right", "url")}


def test_the_same_bytes_are_attached_once(client_of: ClientOf, world: World) -> None:
    client = client_of("rep-north")
    ids = {client.post(address(world) + "/attachments", json=PHOTO).json()["id"] for _ in "12"}
    assert [a["id"] for a in client.get(address(world)).json()["attachments"]] == [*ids]


def test_outlets_are_found_by_all_of_their_tags(client_of: ClientOf, world: World) -> None:
    client = client_of("rep-north")
    for outlet, tags in zip(world.outlets, (["新品", "冷柜"], ["新品"]), strict=False):
        client.put(f"/api/v1/outlets/{outlet.id}/tags", json={"tags": tags})
    found = {
        tag: client.get("/api/v1/outlets", params={"tag": tag}).json()["total"]
        for tag in ("新品", "冷柜", "没有")
    }
    assert found == {"新品": 2, "冷柜": 1, "没有": 0}
    assert client.get("/api/v1/outlets", params={"tag": ["新品", "冷柜"]}).json()["total"] == 1
    client.put(address(world) + "/tags", json={"tags": []})
    assert client.get("/api/v1/outlets", params={"tag": "冷柜"}).json()["total"] == 0


def test_sales_of_a_month_are_replaced_and_the_record_shows_the_newest_first(
    client_of: ClientOf, world: World
) -> None:
    client, path = client_of("sup-north"), address(world) + "/sales"
    months = [
        {"month": f"2026-0{month}-15", "currency": "EUR", "amount_minor": month * 100}
        for month in (1, 2)
    ]
    assert client.put(path, json={"months": months}).status_code == 200
    client.put(path, json={"months": [months[0] | {"amount_minor": 7, "margin_minor": -2}]})
    sales = client.get(address(world)).json()["sales"]
    assert [(s["month"], s["amount_minor"]) for s in sales] == [
        ("2026-02-01", 200),
        ("2026-01-01", 7),
    ]


def test_what_an_account_owes_keeps_since_when_it_is_overdue(
    client_of: ClientOf, world: World
) -> None:
    client, path = client_of("sup-north"), f"/api/v1/accounts/{world.account.id}"

    def owe(as_of: str, overdue: int) -> Any:
        owed = {"currency": "EUR", "balance_minor": 100, "overdue_minor": overdue}
        return client.put(path + "/receivables", json={"as_of": as_of, "receivables": [owed]})

    owe("2026-03-01", 40)
    assert owe("2026-04-01", 30).json()[0]["overdue_since"] == "2026-03-01"
    assert faults(owe("2026-05-01", 200)) == {("overdue-not-right", "overdue_minor")}
    assert owe("2026-05-01", 0).json()[0]["overdue_since"] is None


def test_what_a_supervisor_adds_is_in_the_own_department(
    client_of: ClientOf, company: Company, world: World
) -> None:
    client = client_of("sup-north")
    outlet = {"name": "新店", "channel": "bar", "grade_code": "A", "short_code": "X9"}
    for path, sent in (("accounts", {"name": "New"}), ("outlets", outlet | {"lat": 41, "lon": -8})):
        made = client.post(f"/api/v1/{path}", json=sent)
        assert made.status_code == 201, made.text
        read = client.get(f"/api/v1/{path}/{made.json()['id']}")
        assert read.json()["department_id"] == str(company.north.id)

    give_role(company.session, company.users["sup-north"].id, Role.SUPERVISOR, company.south.id)
    company.session.commit()
    refused = client.post("/api/v1/accounts", json={"name": "Whose?"})
    assert {code for code, _ in faults(refused)} == {"department-missing"}


def test_an_account_never_owns_itself_through_others(client_of: ClientOf, world: World) -> None:
    client = client_of("director")
    ids = [str(world.account.id)] + [
        client.post("/api/v1/accounts", json={"name": name}).json()["id"] for name in ("B", "C")
    ]

    def owns(parent: str, child: str) -> Any:
        path = f"/api/v1/accounts/{parent}/relations"
        return client.post(path, json={"other_account_id": child})

    assert owns(ids[0], ids[1]).status_code == 201
    assert owns(ids[1], ids[2]).status_code == 201
    assert owns(ids[2], ids[0]).json()["code"] == "relation-circle"
    assert owns(ids[0], ids[0]).json()["code"] == "relation-circle"
    relations = client.get(f"/api/v1/accounts/{ids[1]}").json()["relations"]
    assert len(relations) == 2


def test_a_distributor_delivers_on_weekdays(client_of: ClientOf, world: World) -> None:
    client = client_of("sup-north")
    path = f"/api/v1/accounts/{world.account.id}/relations"
    outlet = {"outlet_id": str(world.outlets[1].id)}
    assert client.post(path, json=outlet | {"delivery_weekdays": [7]}).status_code == 409
    client.post(path, json=outlet | {"delivery_weekdays": [4, 1]})
    client.post(path, json=outlet | {"delivery_weekdays": [1]})
    (relation,) = client.get(f"/api/v1/outlets/{outlet['outlet_id']}").json()["distributors"]
    assert relation["delivery_weekdays"] == [1]
    assert client.delete(f"/api/v1/relations/{relation['id']}").status_code == 204
    both = outlet | {"other_account_id": str(world.account.id)}
    assert client.post(path, json=both).json()["code"] == "relation-ends"


def test_the_history_tells_who_changed_what_page_by_page(client_of: ClientOf, world: World) -> None:
    client = client_of("rep-north")
    patch(client, address(world), {"phone": "1"})
    patch(client, address(world), {"phone": "2"})
    client.post(address(world) + "/contacts", json={"name": "Wang"})
    first = client.get(address(world) + "/history", params={"limit": 2}).json()
    assert [(c["table"], c["action"]) for c in first["items"]] == [
        ("contact", "insert"),
        ("outlet", "update"),
    ]
    change = first["items"][1]
    assert (change["user_name"], change["before"], change["after"]) == (
        "Rep north",
        {"phone": "1"},
        {"phone": "2"},
    )
    rest = client.get(
        address(world) + "/history", params={"cursor": first["next_cursor"], "limit": 500}
    ).json()
    assert rest["items"][0]["after"] == {"phone": "1"}
    assert rest["next_cursor"] is None


def test_a_kept_filter_is_ones_own_unless_it_is_shared(client_of: ClientOf, world: World) -> None:
    mine, others = client_of("sup-north"), client_of("director")
    kept = {"entity": "outlets", "name": "Bars", "query": {"channel": "bar"}}
    first = mine.put("/api/v1/saved-filters", json=kept).json()
    again = mine.put("/api/v1/saved-filters", json=kept | {"shared": True}).json()
    assert first["id"] == again["id"]
    (seen,) = others.get("/api/v1/saved-filters", params={"entity": "outlets"}).json()["items"]
    assert (seen["query"], seen["own"]) == ({"channel": "bar"}, False)
    path = f"/api/v1/saved-filters/{first['id']}"
    assert others.delete(path).json()["code"] == "filter-unknown"
    assert mine.delete(path).status_code == 204


def test_a_kept_filter_is_renamed_and_replaced_by_its_owner(
    client_of: ClientOf, world: World
) -> None:
    mine, others = client_of("sup-north"), client_of("director")
    kept = {"entity": "outlets", "name": "Bars", "query": {"channel": "bar"}, "shared": True}
    first = mine.put("/api/v1/saved-filters", json=kept).json()
    mine.put("/api/v1/saved-filters", json=kept | {"name": "Cafés"})
    path = f"/api/v1/saved-filters/{first['id']}"
    query = {"channel": ["bar"], "sort": "name", "columns": "code.grade"}
    changed = mine.patch(path, json={"name": "Our bars", "query": query}).json()
    assert (changed["name"], changed["query"], changed["shared"]) == ("Our bars", query, True)
    assert mine.patch(path, json={"name": "Cafés"}).json()["code"] == "filter-name-taken"
    assert others.patch(path, json={"name": "Theirs"}).json()["code"] == "filter-unknown"


def test_accounts_are_listed_page_by_page_and_found_by_initials(
    client_of: ClientOf, world: World
) -> None:
    client = client_of("director")
    for name in ("好公司", "Aalto", "Aalto"):
        client.post("/api/v1/accounts", json={"name": name})
    names, cursor = [], None
    while True:
        query: dict[str, Any] = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = client.get("/api/v1/accounts", params=query).json()
        names += [account["name"] for account in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert names == ["Aalto", "Aalto", "Payer", "好公司"]
    assert client.get("/api/v1/accounts", params={"q": "hgs"}).json()["total"] == 1
