"""The list of outlets in a browser, on the real application."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import Tag, Tagging
from crm_core.people.rules import TokenKind
from crm_core.people.service import issue_token
from tests.api.world import World
from tests.conftest import Company

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def page(
    browser: Browser, address: str, session: Session, company: Company, world: World
) -> Iterator[Page]:
    """The list, opened by the supervisor of the north; any error of a script fails the test."""
    first, second = world.outlets[:2]
    first.name, second.name = "好友新华超市", HOSTILE
    world.outlets[5].lat = world.outlets[5].lon = None
    user = company.users["sup-north"].id
    code = issue_token(session, user, TokenKind.ONE_TIME, lifetime=timedelta(hours=1)).text
    session.commit()
    context = browser.new_context(viewport={"width": 1360, "height": 900}, reduced_motion="reduce")
    context.add_init_script("localStorage['roundsman.language'] = 'en'")
    page = context.new_page()
    page.set_default_timeout(60_000)
    expect.set_options(timeout=30_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/login?next=/desk#code={code}")
    page.wait_for_url("**/desk*")
    page.get_by_role("link", name="Customers").click()
    yield page
    context.close()
    assert errors == []


def names(page: Page) -> list[str]:
    """The names in the list, once it shows what was asked for."""
    expect(page.locator(".outlet-grid")).to_have_attribute("aria-busy", "false")
    return page.locator(".outlet-name").all_inner_texts()


def test_typed_initials_find_an_outlet_and_enter_opens_its_record(page: Page, world: World) -> None:
    expect(page.locator(".total")).to_have_text("6 outlets")
    page.keyboard.press("/")
    page.keyboard.type("hyxh")
    expect(page.locator(".total")).to_have_text("1 outlets")
    assert names(page) == ["好友新华超市"]
    assert "q=hyxh" in page.url
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk#/outlets/{world.outlets[0].id}")
    page.go_back()
    assert names(page) == ["好友新华超市"]


def test_filters_stand_in_the_address_and_are_taken_off(page: Page) -> None:
    page.get_by_role("button", name="Channel", exact=True).click()
    page.get_by_label("cafe 3").check()
    page.keyboard.press("Escape")
    expect(page.locator(".total")).to_have_text("3 outlets")
    page.get_by_role("button", name="Name", exact=True).click()
    page.wait_for_url("**channel=cafe**sort=name**")
    assert names(page) == [HOSTILE, "Outlet N3", "Outlet N5"]
    page.reload()
    assert names(page) == [HOSTILE, "Outlet N3", "Outlet N5"]
    page.get_by_role("button", name="Take off: Channel: cafe").click()
    expect(page.locator(".total")).to_have_text("6 outlets")
    page.get_by_label("Name, code, initials or phone").fill("nothing like it")
    expect(page.get_by_text("No outlet is like that")).to_be_visible()


def test_the_map_gathers_outlets_and_tells_which_have_no_place(page: Page) -> None:
    page.get_by_role("button", name="Map", exact=True).click()
    expect(page.locator(".on-map")).to_contain_text("5 on the map")
    expect(page.locator(".on-map")).to_contain_text("1 outlets have no place")
    for _ in range(4):
        page.get_by_role("button", name="Zoom out").click()
    circle = page.locator(".is-cluster")
    expect(circle).to_have_text("5")
    circle.click()
    expect(page.locator(".is-cluster, .is-outlet").nth(1)).to_be_visible()
    while page.locator(".is-outlet").count() < 3:
        page.locator(".is-cluster").first.click()
    page.locator(".is-outlet").first.press("Enter")
    card = page.locator(".outlet-card")
    expect(card).to_have_count(1)
    assert re.search(
        "#/outlets/[0-9a-f-]{36}", card.get_by_role("link").last.get_attribute("href") or ""
    )
    page.get_by_role("link", name="Show them in the list").click()
    assert names(page) == ["Outlet N5"]


def test_a_view_is_saved_and_opened_again(page: Page) -> None:
    page.get_by_role("button", name="Channel", exact=True).click()
    page.get_by_label("cafe 3").check()
    page.keyboard.press("Escape")
    expect(page.locator(".total")).to_have_text("3 outlets")
    page.get_by_role("button", name="Views").click()
    page.get_by_label("Keep filters, order and columns as").fill("Cafes")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("button", name="Cafes")).to_be_visible()
    page.get_by_role("button", name="Take off: Channel: cafe").click()
    expect(page.locator(".total")).to_have_text("6 outlets")
    page.get_by_role("button", name="Cafes").click()
    page.locator(".views").get_by_role("button", name="Cafes").click()
    expect(page.locator(".total")).to_have_text("3 outlets")


def test_many_are_changed_after_a_preview(page: Page, world: World, session: Session) -> None:
    expect(page.locator(".total")).to_have_text("6 outlets")
    for name in ("好友新华超市", HOSTILE):
        page.get_by_role("checkbox", name=f"Choose {name}").check()
    page.get_by_role("button", name="Change …").click()
    dialog = page.get_by_role("dialog", name="Change 2 outlets")
    dialog.get_by_label("Add tags").fill("promo")
    dialog.get_by_role("button", name="Preview").click()
    expect(dialog.get_by_role("status")).to_contain_text("will change")
    dialog.get_by_role("button", name="Change 2").click()
    expect(page.get_by_text("Changed: 2")).to_be_visible()
    session.expire_all()
    tagged = session.scalars(select(Tagging.outlet_id).join(Tag).where(Tag.name == "promo"))
    assert {*tagged} == {world.outlets[0].id, world.outlets[1].id}
