"""The record of a customer and what hangs on it, in a browser, on the real application."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet
from crm_core.forms.model import FormAnswer
from crm_core.forms.service import seed_templates
from crm_core.people.rules import Scope, TokenKind
from crm_core.people.service import issue_token
from crm_core.work.model import Task
from tests.api.conftest import ClientOf
from tests.api.world import World
from tests.conftest import Company

pytestmark = pytest.mark.browser

type Open = Callable[[str], Page]
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def desk(
    browser: Browser, address: str, session: Session, company: Company, world: World
) -> Iterator[Open]:
    """Opens the desk at a place as the supervisor of the north; a script error fails the test."""
    world.outlets[0].name = HOSTILE
    seed_templates(session, Scope.of_everything(world.today))
    user = company.users["sup-north"].id
    code = issue_token(session, user, TokenKind.ONE_TIME, lifetime=dt.timedelta(hours=1)).text
    session.commit()
    context = browser.new_context(viewport={"width": 1360, "height": 900}, locale="en-GB")
    context.add_init_script("localStorage['roundsman.language'] = 'en'")
    page = context.new_page()
    page.set_default_timeout(60_000)
    expect.set_options(timeout=30_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/login?next=/desk#code={code}")
    page.wait_for_url("**/desk*")

    def opened(place: str) -> Page:
        page.evaluate(f"location.hash = '{place}'")
        return page

    yield opened
    assert page.locator("img[src=x]").count() == 0
    context.close()
    expect.set_options(timeout=5_000)
    assert errors == []


def record(desk: Open, world: World) -> Page:
    page = desk(f"#/outlets/{world.outlets[0].id}")
    expect(page.get_by_role("heading", name=HOSTILE)).to_be_visible(timeout=60_000)
    return page


def test_a_field_is_changed_after_a_fault_and_the_timeline_tells(
    desk: Open, world: World, session: Session
) -> None:
    page = record(desk, world)
    page.get_by_role("button", name="Edit Contact and addresses").click()
    page.get_by_label("E-mail").fill("nobody")
    page.get_by_label("Phone").fill("+351 22 000")
    page.get_by_role("button", name="Save").click()
    fault = page.locator(".field", has_text="E-mail").get_by_role("alert")
    expect(fault).to_contain_text("is no e-mail address")
    expect(page.get_by_label("Phone")).to_have_value("+351 22 000")
    page.get_by_label("E-mail").fill("owner@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Edit Contact and addresses")).to_be_visible()
    page.get_by_role("tab", name="Timeline").click()
    newest = page.locator(".timeline li").first
    expect(newest).to_contain_text("Sun")
    expect(newest.locator("ins", has_text="owner@example.com")).to_be_visible()
    page.get_by_role("button", name="Complaints").click()
    expect(page.get_by_text("Nothing of this kind happened yet.")).to_be_visible()
    session.expire_all()
    changed = session.get_one(Outlet, world.outlets[0].id)
    assert (changed.email, changed.phone) == ("owner@example.com", "+351 22 000")


def test_what_somebody_else_changed_meanwhile_stands_beside_ones_own(
    desk: Open, world: World, client_of: ClientOf, session: Session
) -> None:
    page = record(desk, world)
    page.get_by_role("button", name="Edit Contact and addresses").click()
    page.get_by_label("Phone").fill("111")
    path = f"/api/v1/outlets/{world.outlets[0].id}"
    theirs = {"phone": "222", "address": "Rua Nova 1"}
    version = {"If-Match": f'"{client_of("rep-north").get(path).json()["version"]}"'}
    assert client_of("rep-north").patch(path, json=theirs, headers=version).status_code == 200
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Rep north changed this record")
    expect(page.get_by_role("alert")).to_contain_text("now 222")
    expect(page.get_by_label("Phone")).to_have_value("111")
    expect(page.get_by_label("Visit address")).to_have_value("Rua Nova 1")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Edit Contact and addresses")).to_be_visible()
    session.expire_all()
    kept = session.get_one(Outlet, world.outlets[0].id)
    assert (kept.phone, kept.address) == ("111", "Rua Nova 1")


def test_an_account_plan_is_kept_once_its_weights_add_up(
    desk: Open, world: World, session: Session
) -> None:
    page = desk(f"#/accounts/{world.account.id}")
    page.get_by_role("tab", name="Forms").click()
    page.get_by_role("button", name="Fill in Account plan").click()
    for number, weight in enumerate(("60", "30"), 1):
        page.get_by_role("button", name="Add: Key figures").click()
        row = page.locator("fieldset", has_text="Key figures").locator(".row").nth(number - 1)
        row.get_by_role("textbox", name="Figure").fill(f"Sales {number}")
        row.get_by_role("textbox", name="Target").fill("10 %")
        row.get_by_role("spinbutton", name="Weight").fill(weight)
    expect(page.locator("output.sum")).to_have_class("sum is-wrong")
    expect(page.locator("output.sum")).to_contain_text("90 of 100")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This adds up to 90, and must to 100.")).to_be_visible()
    goals = page.locator("fieldset", has_text="SMART goals")
    expect(goals.get_by_role("alert")).to_have_text("This is missing.")
    page.get_by_role("button", name="Add: SMART goals").click()
    for field in ("Goal", "Specific", "Measurable", "Ambitious", "Realistic"):
        goals.get_by_role("textbox", name=field, exact=True).fill(HOSTILE)
    goals.get_by_label("Due").fill("2026-12-31")
    page.get_by_role("spinbutton", name="Weight").nth(1).fill("40")
    expect(page.locator("output.sum")).to_have_class("sum is-right")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Account plan is saved")).to_be_visible()
    (answer,) = session.query(FormAnswer).all()
    assert [row["weight"] for row in answer.answers["kpis"]] == [60, 40]
    assert answer.key == str(world.today.year)


def propose(client_of: ClientOf, world: World, **more: Any) -> None:
    outlet = {"outlet_id": str(world.outlets[0].id), "client_id": str(uuid4())}
    told = {"kind": "pin", "note": HOSTILE, "proposed_at": "2026-03-02T09:00:00Z"}
    body = outlet | told | {"values": {"lat": 41.1525, "lon": -8.6125}} | more
    assert client_of("rep-north").post("/api/v1/proposals", json=body).status_code == 201


def test_a_better_pin_is_accepted_and_the_record_stands_there(
    desk: Open, world: World, client_of: ClientOf, session: Session
) -> None:
    propose(client_of, world)
    page = desk("#/proposals")
    expect(page.locator("blockquote")).to_have_text(HOSTILE)
    expect(page.locator(".decision-card")).to_contain_text("The pin moves 350 m.")
    expect(page.get_by_role("button", name="Refuse")).to_be_disabled()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Nothing to decide.")).to_be_visible()
    session.expire_all()
    moved = session.get_one(Outlet, world.outlets[0].id)
    assert (moved.lat, moved.lon) == (41.1525, -8.6125)


def test_a_proposal_is_refused_with_a_word(
    desk: Open, world: World, client_of: ClientOf, session: Session
) -> None:
    propose(client_of, world, kind="closed", values={})
    page = desk("#/proposals")
    page.get_by_label("Word to the rep").fill("It is open on Mondays.")
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_text("Nothing to decide.")).to_be_visible()
    page.get_by_role("tab", name="Refused").click()
    expect(page.locator(".decision-card")).to_contain_text("It is open on Mondays.")


def test_policies_are_saved_after_their_load_was_told(desk: Open, world: World) -> None:
    page = desk("#/policies")
    page.get_by_role("button", name="Change A · any channel").click()
    page.get_by_label("A · any channel: Visits").fill("2")
    expect(page.get_by_role("button", name="Save 1 policies")).to_have_count(0)
    page.get_by_role("button", name="Preview the load").click()
    expect(page.get_by_role("region", name="Load in four weeks")).to_contain_text("reps needed")
    page.get_by_role("button", name="Save 1 policies").click()
    expect(page.get_by_text("The policies are saved")).to_be_visible()
    expect(page.locator(".policy-table tbody td").first).to_contain_text("2 in 1 wk")


def test_pages_of_care_hand_over_and_dictionary_show_what_there_is(
    desk: Open, world: World
) -> None:
    page = desk("#/care")
    expect(page.get_by_role("tab", name="At risk")).to_be_visible()
    page.get_by_role("tab", name="Complaints").click()
    expect(page.get_by_text("None.")).to_be_visible()
    page.get_by_role("tab", name="Completeness").click()
    expect(page.get_by_role("link", name=HOSTILE)).to_be_visible()
    page.get_by_role("tab", name="Public pool").click()
    expect(page.get_by_text("The pool is empty")).to_be_visible()
    desk("#/dictionary")
    page.get_by_label("Table, column or word").fill("monthly_sales")
    expect(page.locator("details.group summary").first).to_contain_text("monthly_sales")
    desk("#/handover")
    expect(page.get_by_role("button", name="Show what would move")).to_be_disabled()


def test_a_task_is_made_at_the_record_and_done_under_care(
    desk: Open, world: World, session: Session
) -> None:
    page = record(desk, world)
    page.get_by_role("tab", name="Tasks").click()
    form = page.get_by_role("form", name="New task")
    form.get_by_label("What is to be done").fill("Bring the price list")
    form.get_by_label("Due").fill("2026-01-05")
    form.get_by_role("button", name="Add task").click()
    made = page.get_by_role("article")
    expect(made).to_contain_text("late: was due")
    page = desk("#/care")
    card = page.get_by_role("article").filter(has_text="Bring the price list")
    expect(card.get_by_role("link", name=HOSTILE)).to_be_visible()
    card.get_by_label("What came of it").fill("Left it there")
    card.get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_text("No tasks.")).to_be_visible()
    page.get_by_role("group").get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_role("article")).to_contain_text("Left it there")
    page.get_by_role("button", name="Open again").click()
    expect(page.get_by_text("No tasks.")).to_be_visible()
    task = session.scalars(select(Task)).one()
    assert (task.state, task.outlet_id) == ("open", world.outlets[0].id)
