from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import Contact
from crm_core.forms.service import seed_templates
from crm_core.people.audit import AuditEntry
from crm_core.people.rules import Scope
from tests.api.conftest import ClientOf
from tests.api.world import World

TITLES = {"zh": "学员年龄段", "en": "Age of the students"}
CARD: dict[str, Any] = {
    "subject": "outlet",
    "names": {"zh": "学校", "en": "School"},
    "channels": ["bar"],
    "schema": {
        "type": "object",
        "properties": {
            "ages": {"type": "string", "titles": TITLES, "enum": ["3-6", "7-12"]},
            "classes": {"type": "integer", "titles": TITLES},
            "days": {"type": "array", "titles": TITLES, "items": {"type": "string"}},
            "open": {"type": "boolean", "titles": TITLES},
        },
        "additionalProperties": False,
    },
}
CARD_PATH = "/api/v1/templates/school"


@pytest.fixture
def shipped(session: Session, world: World) -> None:
    seed_templates(session, Scope.of_everything(world.today))
    session.commit()


def answers(world: World, index: int = 0) -> str:
    return f"/api/v1/outlets/{world.outlets[index].id}/answers"


def put(client: TestClient, path: str, given: dict[str, Any], **more: Any) -> Any:
    return client.put(path, json={"answers": given, **more})


def test_a_changed_schema_is_the_next_version_and_old_answers_stay(
    client_of: ClientOf, world: World
) -> None:
    office, rep = client_of("sup-north"), client_of("rep-north")
    assert office.put(CARD_PATH, json=CARD).json()["version"] == 1
    assert office.put(CARD_PATH, json=CARD).json()["version"] == 1
    told = put(rep, answers(world) + "/school", {"ages": "3-6", "classes": 4})
    assert (told.status_code, told.json()["version"]) == (200, 1)
    changed = {**CARD, "schema": {**CARD["schema"], "properties": {}}}
    changed["schema"]["properties"] = {"pupils": {"type": "integer", "titles": TITLES}}
    assert office.put(CARD_PATH, json=changed).json()["version"] == 2
    (old,) = rep.get(answers(world)).json()["items"]
    assert (old["version"], old["newest_version"], old["answers"]["classes"]) == (1, 2, 4)
    new = put(rep, answers(world) + "/school", {"pupils": 90}).json()
    assert (new["id"], new["version"], new["answers"]) == (old["id"], 2, {"pupils": 90})
    assert new["retired"] == {"ages": "3-6", "classes": 4}
    assert rep.get(CARD_PATH, params={"version": 1}).json()["schema"]["order"][0] == "ages"


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        (["school.ages:3-6"], 1),
        (["school.ages:7-12"], 0),
        (["school.classes:4"], 1),
        (["school.classes:4.5"], 0),
        (["school.days:周一"], 1),
        (["school.days:周"], 0),
        (["school.open:true"], 1),
        (["school.open:false"], 0),
        (["school.ages:3-6", "school.classes:5"], 0),
    ],
)
def test_outlets_are_found_by_answers(
    asked: list[str], count: int, client_of: ClientOf, world: World
) -> None:
    client = client_of("sup-north")
    client.put(CARD_PATH, json=CARD)
    given = {"ages": "3-6", "classes": 4, "days": ["周一", "周五"], "open": True}
    assert put(client, answers(world) + "/school", given).status_code == 200
    found = client.get("/api/v1/outlets", params={"answer": asked}).json()
    assert found["total"] == count, found


@pytest.mark.parametrize("asked", ["school.shoe:1", "school", "school.classes:many"])
def test_a_filter_that_no_answer_can_match_is_refused(
    asked: str, client_of: ClientOf, world: World
) -> None:
    client = client_of("sup-north")
    client.put(CARD_PATH, json=CARD)
    assert client.get("/api/v1/outlets", params={"answer": asked}).status_code == 409


def test_a_template_is_for_its_channels(client_of: ClientOf, world: World) -> None:
    client = client_of("sup-north")
    client.put(CARD_PATH, json=CARD)
    assert world.outlets[1].channel == "cafe"
    wrong = put(client, answers(world, 1) + "/school", {})
    assert wrong.json()["faults"][0]["code"] == "template-not-for-this"
    codes = [
        [t["code"] for t in client.get("/api/v1/templates", params={"channel": c}).json()["items"]]
        for c in ("bar", "cafe")
    ]
    assert codes == [["card", "school"], ["card"]]


def test_a_retired_template_is_offered_no_more_and_its_answers_stay(
    client_of: ClientOf, world: World
) -> None:
    client = client_of("sup-north")
    client.put(CARD_PATH, json=CARD)
    put(client, answers(world) + "/school", {"classes": 4})
    assert client.delete(CARD_PATH).status_code == 204
    assert "school" not in str(client.get("/api/v1/templates").json())
    assert client.get(answers(world)).json()["items"][0]["answers"] == {"classes": 4}
    assert put(client, answers(world) + "/school", {}).status_code == 409


def test_a_keyed_form_is_kept_once_a_key(client_of: ClientOf, world: World, shipped: None) -> None:
    client = client_of("rep-north")
    path = answers(world) + "/visit-record"
    told = {"purpose": "Order", "result": "Ordered"}
    assert put(client, path, told).json()["faults"][0]["code"] == "answer-key"
    for key in ("visit-1", "visit-2", "visit-2"):
        assert put(client, path, told, key=key).status_code == 200
    assert len(client.get(answers(world)).json()["items"]) == 2


def test_sensitive_answers_need_an_opened_field_and_consent_and_leave_no_trace(
    client_of: ClientOf, world: World, shipped: None, session: Session
) -> None:
    rep, admin = client_of("rep-north"), client_of("admin")
    contact = Contact(outlet_id=world.outlets[0].id, name="Wang")
    session.add(contact)
    session.commit()
    path, person = answers(world) + "/mackay-66", {"contact_id": str(contact.id)}
    told = {"hobbies": "Fishing", "religion": "Secret"}

    def codes(answer: Any) -> set[str]:
        return {fault["code"] for fault in answer.json()["faults"]}

    assert codes(put(rep, path, told, **person)) == {"answer-not-open", "consent-missing"}
    opened = "/api/v1/templates/mackay-66/opened"
    assert rep.put(opened, json={"fields": ["religion"]}).json()["code"] == "open-forbidden"
    wrong = admin.put(opened, json={"fields": ["hobbies"]})
    assert wrong.json()["code"] == "field-not-sensitive"
    assert admin.put(opened, json={"fields": ["religion"]}).status_code == 200
    assert codes(put(rep, path, told, **person)) == {"consent-missing"}
    consent = {"given_on": "2026-03-01", "how": "In writing"}
    kept = put(rep, path, told, **person, consent=consent).json()
    assert (kept["answers"], kept["sensitive"]) == ({"hobbies": "Fishing"}, {"religion": "Secret"})
    assert kept["consent"]["given_on"] == "2026-03-01"
    assert client_of("auditor").get(answers(world)).json()["items"][0]["sensitive"] == {}
    entries = session.scalars(select(AuditEntry).where(AuditEntry.table == "form_answer")).all()
    assert entries
    assert "Secret" not in str([(entry.before, entry.after) for entry in entries])


def test_a_form_about_a_contact_names_one_of_the_record(
    client_of: ClientOf, world: World, shipped: None, session: Session
) -> None:
    other = Contact(outlet_id=world.outlets[1].id, name="Li")
    session.add(other)
    session.commit()
    client, path = client_of("rep-north"), answers(world) + "/mackay-66"
    assert put(client, path, {}).json()["faults"][0]["code"] == "answer-contact"
    stranger = put(client, path, {}, contact_id=str(other.id))
    assert stranger.json()["code"] == "contact-unknown"


def test_a_form_about_accounts_is_not_for_outlets(
    client_of: ClientOf, world: World, shipped: None
) -> None:
    client, card = client_of("rep-north"), {"assessed_on": "2026-03-01", "finances": "good"}
    wrong = put(client, answers(world) + "/credit-card", card)
    assert wrong.json()["faults"][0]["code"] == "template-not-for-this"
    path = f"/api/v1/accounts/{world.account.id}/answers/credit-card"
    assert put(client, path, card).status_code == 200
    assert put(client, path, card | {"finances": "golden"}).json()["code"] == "answers-not-right"


def test_what_a_template_is_about_never_changes(client_of: ClientOf, world: World) -> None:
    client = client_of("sup-north")
    client.put(CARD_PATH, json=CARD)
    other = client.put(CARD_PATH, json={**CARD, "subject": "account"})
    assert other.json()["code"] == "template-subject-fixed"


def test_shipped_templates_that_were_changed_stay_changed(
    client_of: ClientOf, world: World, shipped: None, session: Session
) -> None:
    path = "/api/v1/templates/retail-card"
    assert client_of("sup-north").put(path, json=CARD).json()["version"] == 2
    assert seed_templates(session, Scope.of_everything(world.today)) == []
