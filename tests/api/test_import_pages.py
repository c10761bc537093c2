"""The import wizard and the merge queue in a browser, on the real application."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from crm_core.people.rules import TokenKind
from crm_core.people.service import issue_token
from tests.api.world import World
from tests.conftest import Company

pytestmark = pytest.mark.browser

HEADER = "客户编号,客户名称,联系电话,等级,纬度,经度"
ROWS = (
    "K1,<b>好友</b>便利店,13800138000,A,41.30,-8.50",
    "K2,新华,abc,A,41.31,-8.51",
    "K3,Outlet N0,,A,41.15,-8.61",
)


@pytest.fixture
def page(
    browser: Browser, address: str, session: Session, company: Company, world: World
) -> Iterator[Page]:
    """The desk, opened by the director; any error of a script fails the test."""
    user = company.users["director"].id
    code = issue_token(session, user, TokenKind.ONE_TIME, lifetime=timedelta(hours=1)).text
    session.commit()
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    page = context.new_page()
    page.set_default_timeout(60_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/login?next=/desk#code={code}")
    page.wait_for_url("**/desk*")
    page.get_by_role("link", name="Customers").click()
    page.get_by_role("link", name="Import", exact=True).click()
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "outlets.csv"
    path.write_text("\n".join([HEADER, *ROWS]), encoding="gb18030")
    return path


def test_a_file_is_tried_written_merged_and_undone(page: Page, sheet: Path) -> None:
    page.set_input_files("input[type=file]", str(sheet))
    expect(page.get_by_label("Meaning of 客户名称")).to_have_value("name")
    page.get_by_role("button", name="Check without writing").click()
    expect(page.locator(".tile.is-faulty b")).to_have_text("1")
    expect(page.locator(".bad-value")).to_have_text("abc")
    write = page.locator(".decision .primary")
    expect(write).to_be_disabled()
    page.get_by_label("Leave the 1 faulty rows out").check()
    page.get_by_label("Add the 1 look-alikes too").check()
    write.click()
    expect(page.get_by_text("Imported", exact=True)).to_be_visible()

    page.get_by_role("link", name="Duplicates", exact=True).click()
    pair = page.locator(".pair")
    expect(pair).to_have_count(1)
    pair.locator("thead").get_by_label("N0").check()
    pair.get_by_role("button", name="Merge into N0").click()
    expect(page.get_by_text("Nothing to decide.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(pair).to_have_count(1)

    page.get_by_role("link", name="Import", exact=True).click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The import is undone")).to_be_visible()


def test_names_of_a_file_are_text(page: Page, sheet: Path) -> None:
    page.set_input_files("input[type=file]", str(sheet))
    expect(page.get_by_text("<b>好友</b>便利店")).to_be_visible()
    assert page.locator("b", has_text="好友").count() == 0


def test_a_column_is_left_out(page: Page, sheet: Path) -> None:
    page.set_input_files("input[type=file]", str(sheet))
    page.get_by_label("Meaning of 联系电话").select_option("")
    expect(page.get_by_label("Meaning of 联系电话")).to_have_value("")
    page.get_by_role("button", name="Check without writing").click()
    expect(page.locator(".tile.is-faulty b")).to_have_text("0")
    expect(page.get_by_text("Columns left out: 联系电话")).to_be_visible()


def test_a_file_that_is_no_sheet_is_refused_with_the_reason(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "bad.xlsx"
    path.write_bytes(b"PK\x03\x04 cut off")
    page.set_input_files("input[type=file]", str(path))
    expect(page.get_by_text("The file is cut off or damaged.")).to_be_visible()
