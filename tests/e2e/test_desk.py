"""The supervisor's page: territories are drawn and saved, plans are made and published."""

from __future__ import annotations

from typing import Any

import fake_data
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def watched(site: Any, open_page: Any) -> Any:
    watched = open_page("desk")
    site.sign_in(watched.page, "desk", "/desk")
    watched.page.wait_for_selector(".panel-body")
    return watched


@pytest.fixture
def page(watched: Any, fake: Any) -> Any:
    expect(watched.page.locator(".card")).to_have_count(2)
    return watched.page


def view(page: Any, number: int) -> None:
    page.locator(".top nav a").nth(number).click()


def drag(page: Any, x: float, y: float, dx: float, dy: float) -> None:
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=5)
    page.mouse.up()


def click_shape(page: Any, corners: list[tuple[float, float]]) -> None:
    frame = page.locator(".map").bounding_box()
    for x, y in [*corners, corners[0]]:
        page.mouse.move(frame["x"] + x - 3, frame["y"] + y, steps=3)
        page.mouse.move(frame["x"] + x, frame["y"] + y)
        page.wait_for_timeout(100)
        page.mouse.click(frame["x"] + x, frame["y"] + y)
        page.wait_for_timeout(150)


def test_every_view_loads_nothing_from_another_host_and_breaks_no_policy(watched: Any) -> None:
    for number in (1, 2, 0):
        view(watched.page, number)
        watched.page.wait_for_timeout(400)
    assert watched.foreign == []
    assert watched.faults == []


def test_territories_show_rep_load_and_hostile_names_as_text(page: Any, watched: Any) -> None:
    card = page.locator(".card", has_text="Kallio")
    expect(card).to_contain_text("Aino Virtanen")
    expect(card).to_contain_text("96 outlets · 212 visits · 53 h per 4 weeks")
    expect(page.locator(".card", has_text=fake_data.HOSTILE_NAME)).to_be_visible()
    expect(page.locator(".area-label", has_text=fake_data.HOSTILE_NAME)).to_be_visible()
    assert page.locator("img[src=x]").count() == 0


def test_a_moved_border_is_saved_and_shows_what_would_change_hands(page: Any, fake: Any) -> None:
    page.locator(".card", has_text="Kallio").click()
    page.get_by_role("button", name="Move border").click()
    page.wait_for_timeout(400)
    corner = page.locator(".marker-icon:not(.marker-icon-middle)").first.bounding_box()
    drag(page, corner["x"] + 6, corner["y"] + 6, 70, 40)
    old = next(t for t in fake.territories if t["properties"]["name"] == "Kallio")["geometry"]
    page.get_by_role("button", name="Save").click()
    result = page.locator(".result")
    expect(result).to_contain_text("“Kallio” saved as version 2")
    expect(result).to_contain_text("Outlets gained: 2")
    expect(result).to_contain_text("Outlets lost: 1")
    expect(result).to_contain_text("Outlets in several territories: 1")
    uncovered = result.locator("details", has_text="Outlets in no territory: 31")
    uncovered.locator("summary").click()
    expect(uncovered).to_contain_text("and 30 more")
    saved = next(t for t in fake.territories if t["properties"]["name"] == "Kallio")
    assert saved["geometry"] != old
    assert saved["geometry"]["coordinates"][0][0] == saved["geometry"]["coordinates"][0][-1]
    result.get_by_role("button", name="Apply territories").click()
    expect(page.locator(".banner.good")).to_contain_text("Outlets that changed hands: 3")


def test_a_territory_somebody_else_saved_meanwhile_is_not_overwritten(page: Any, fake: Any) -> None:
    page.locator(".card", has_text="Kallio").click()
    page.get_by_label("Name").fill("Kallio north")
    for territory in fake.territories:
        territory["properties"]["version"] = 9
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody saved it meanwhile.")
    expect(page.get_by_role("alert")).to_contain_text("Reload it.")
    assert "Kallio north" not in [t["properties"]["name"] for t in fake.territories]


def test_a_new_territory_is_drawn_named_and_saved(page: Any, fake: Any) -> None:
    page.get_by_role("button", name="Draw new").click()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    click_shape(page, [(120, 120), (330, 130), (300, 330)])
    page.get_by_label("Name").fill("Harju")
    page.get_by_label("Rep").select_option(label="Aino Virtanen")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".result")).to_contain_text("“Harju” saved as version 1")
    drawn = fake.territories[-1]
    assert drawn["geometry"]["type"] == "Polygon"
    assert len(drawn["geometry"]["coordinates"][0]) == 4
    assert drawn["properties"]["rep_id"] == fake_data.REP_ID


def test_a_piece_is_cut_out_of_a_territory(page: Any, fake: Any) -> None:
    page.locator(".card", has_text="Kallio").click()
    page.wait_for_timeout(400)
    page.get_by_role("button", name="Cut out a piece").click()
    frame = page.locator(".map").bounding_box()
    middle = frame["width"] / 2
    click_shape(page, [(middle - 60, 250), (middle + 60, 250), (middle, 420)])
    expect(page.locator(".hint")).to_contain_text("Drag the corners")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".result")).to_be_visible()
    saved = next(t for t in fake.territories if t["properties"]["name"] == "Kallio")
    assert len(saved["geometry"]["coordinates"]) == 2


def test_a_territory_is_closed_after_asking(page: Any, fake: Any) -> None:
    page.locator(".card", has_text="Kallio").click()
    page.get_by_role("button", name="Close territory").click()
    expect(page.locator(".banner.good")).to_contain_text("“Kallio” proposes nobody any more.")
    expect(page.locator(".card")).to_have_count(1)
    assert "Kallio" not in [t["properties"]["name"] for t in fake.territories]


def test_cancelling_leaves_the_territory_as_it_was(page: Any, fake: Any) -> None:
    page.locator(".card", has_text="Kallio").click()
    page.get_by_role("button", name="Move border").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".marker-icon")).to_have_count(0)
    assert [t["properties"]["version"] for t in fake.territories] == [1, 1]


def test_a_run_is_planned_read_and_published(page: Any, fake: Any) -> None:
    view(page, 1)
    page.get_by_label("Wei Zhang").uncheck()
    page.get_by_label("Seconds").fill("5")
    page.get_by_role("button", name="Plan routes").click()
    expect(page.locator(".task progress")).to_have_count(1)
    expect(page.locator(".task")).to_contain_text("searching")
    expect(page.locator(".card")).to_contain_text("209 / 212", timeout=8000)
    detail = page.locator(".detail")
    expect(detail).to_contain_text("Visits that did not fit: 4")
    expect(detail).to_contain_text("Every allowed day is full.")
    remedies = detail.locator(".remedy")
    expect(remedies.first).to_contain_text("What would help: widen its hours on Fri")
    expect(remedies.first).to_contain_text("by 17 min, to 11:28–11:43")
    expect(remedies.nth(1)).to_contain_text("allow 14 min more on Fri")
    expect(detail).to_contain_text("would need 14 min more than the day of Aino Virtanen has")
    expect(detail).to_contain_text("Published as of")
    expect(page.locator(".map .number-icon")).to_have_count(13)
    detail.locator(".chip").nth(7).click()
    expect(detail.locator(".chip[aria-pressed=true]")).to_have_count(1)
    expect(page.locator(".map .number-icon")).to_have_count(13)
    detail.get_by_role("button", name="Publish").click()
    expect(page.locator(".banner.good")).to_contain_text("Aino Virtanen now sees version 1")
    assert [plan["status"] for plan in fake.plans.values()] == ["published"]
    expect(detail.get_by_role("button", name="Publish")).to_have_count(0)


def test_a_run_can_be_stopped_and_keeps_its_best(page: Any, fake: Any) -> None:
    view(page, 1)
    page.get_by_role("button", name="Plan routes").click()
    page.get_by_role("button", name="Stop and keep the best").click()
    expect(page.locator(".card")).to_have_count(2)
    assert all(run["cancelled"] for run in fake.runs.values())


def test_a_cycle_that_does_not_start_on_a_monday_is_not_sent(page: Any) -> None:
    view(page, 1)
    page.get_by_label("Cycle starts on").fill("2026-11-24")
    expect(page.locator(".hint")).to_contain_text("Monday")
    expect(page.get_by_role("button", name="Plan routes")).to_be_disabled()


def test_figures_stand_with_numerator_denominator_and_rule(page: Any) -> None:
    view(page, 3)
    metric = page.locator(".metric", has_text="Plan adherence, same day")
    expect(metric).to_contain_text("84.1%")
    expect(metric).to_contain_text("312 of 371")
    expect(metric).to_contain_text("simulated")
    metric.get_by_text("How it is counted").click()
    expect(metric).to_contain_text("Rule version 1")
    expect(page.locator(".metric", has_text="On time")).to_contain_text("No data in this period")
    expect(page.locator(".funnel li")).to_have_count(5)
    expect(page.locator(".forecast")).to_contain_text("€55,900")


def test_the_page_speaks_chinese(page: Any) -> None:
    page.get_by_label("切换到中文").click()
    for number, title in ((0, "责任区域"), (1, "线路计划"), (3, "指标")):
        view(page, number)
        expect(page.locator(".panel h2").first).to_have_text(title)


def test_why_a_visit_did_not_fit_is_said_in_chinese(page: Any) -> None:
    page.get_by_label("切换到中文").click()
    view(page, 1)
    page.get_by_role("button", name="开始排线").click()
    detail = page.locator(".detail")
    expect(detail).to_contain_text("所有可用的日子都已排满。", timeout=15000)
    expect(detail.locator(".remedy").nth(1)).to_contain_text("加班 14 分钟")
    expect(detail).to_contain_text("加上")
    expect(detail).to_contain_text("也会晚收工 17 分钟")
    sentence = detail.locator("[lang=en]")
    expect(sentence).to_have_count(1)
    expect(sentence).to_be_hidden()
    detail.get_by_text("详情").click()
    expect(sentence).to_contain_text("Stored before facts were.")
