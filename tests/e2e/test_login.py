"""Signing in: by password, by the one-time code of a link, and where it leads."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_one_time_code_signs_in_and_leaves_the_address(
    site: Any, fake: Any, open_page: Any
) -> None:
    page = open_page("phone").page
    page.goto(f"{site.url}/login#code=rep-code&next=/rep")
    page.wait_for_selector(".next")
    assert page.url == f"{site.url}/rep"
    page.go_back()
    assert "code" not in page.url


def test_a_link_opened_over_the_login_page_signs_in_too(
    site: Any, fake: Any, open_page: Any
) -> None:
    page = open_page("phone").page
    page.goto(f"{site.url}/login")
    page.wait_for_selector("form")
    page.goto(f"{site.url}/login#code=rep-code&next=/rep")
    page.wait_for_selector(".next")


def test_a_password_leads_to_the_page_of_the_role(site: Any, fake: Any, open_page: Any) -> None:
    for login, path in (("rep", "/rep"), ("desk", "/desk")):
        page = open_page("phone").page
        page.goto(f"{site.url}/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", "secret")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(f"{path}(#.*)?$"))


def test_a_wrong_password_says_what_to_do(site: Any, open_page: Any) -> None:
    page = open_page("phone").page
    page.goto(f"{site.url}/login")
    page.fill("input[name=login]", "nobody")
    page.fill("input[name=password]", "wrong")
    page.click("form .primary")
    expect(page.get_by_role("alert")).to_be_visible()
    assert len(page.get_by_role("alert").inner_text().splitlines()) >= 2
    expect(page.locator("form .primary")).to_be_enabled()


def test_a_page_without_a_session_asks_to_sign_in_and_comes_back(site: Any, open_page: Any) -> None:
    page = open_page("phone").page
    page.goto(f"{site.url}/rep")
    page.wait_for_url("**/login?next=%2Frep")


def test_signing_in_never_leads_to_another_site(site: Any, open_page: Any) -> None:
    page = open_page("phone").page
    page.goto(f"{site.url}/login")
    hostile = [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/login?next=/login",
        "",
    ]
    targets = page.evaluate(
        """async (all) => {
          const { nextPage } = await import("/static/pages/login/next_page.js");
          return all.map((one) => nextPage(one, { roles: ["rep"], rep_id: "r" }));
        }""",
        hostile,
    )
    assert set(targets) == {"/rep"}
    kept = page.evaluate(
        """async () => {
          const { nextPage } = await import("/static/pages/login/next_page.js");
          return nextPage("/desk?x=1#plans", { roles: ["rep"], rep_id: "r" });
        }"""
    )
    assert kept == "/desk?x=1#plans"
