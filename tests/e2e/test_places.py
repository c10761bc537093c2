"""The desk's queue of doubtful places."""

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(open_page: Any, site: Any, fake: Any) -> Any:
    watched = open_page("desk")
    site.sign_in(watched.page, "desk", "/desk")
    watched.page.get_by_role("link", name="Customers").click()
    watched.page.get_by_role("link", name="Places").click()
    watched.page.wait_for_selector(".card")
    yield watched.page
    assert watched.faults == []
    assert watched.foreign == []


def choose(page: Any, name: str) -> None:
    page.locator(".card", has_text=name).click()
    page.wait_for_selector(".card-open")


def test_the_found_place_is_taken_and_the_next_one_shown(desk: Any, fake: Any) -> None:
    choose(desk, "Alepa")
    expect(desk.locator(".leaflet-tooltip")).to_have_count(2)
    desk.get_by_role("button", name="Take the found place").click()
    expect(desk.locator(".card")).to_have_count(2)
    assert fake.decided_places[0][1] == {"decision": "take"}
    expect(desk.locator(".card[aria-pressed=true]")).to_contain_text("<img")


def test_a_hostile_name_is_text_in_list_and_on_the_map(desk: Any) -> None:
    choose(desk, "<img")
    expect(desk.locator(".leaflet-tooltip", has_text="<img src=x")).to_have_count(1)
    assert desk.locator("img[src=x]").count() == 0


def test_a_click_on_the_map_says_where_an_unknown_outlet_is(desk: Any, fake: Any) -> None:
    choose(desk, "烟酒店")
    expect(desk.get_by_role("button", name="Take the found place")).to_have_count(0)
    desk.locator(".map").click(position={"x": 300, "y": 300})
    desk.get_by_role("button", name="Save the new place").click()
    expect(desk.locator(".card")).to_have_count(2)
    [(_, body)] = fake.decided_places
    assert body["decision"] == "correct"
    assert 60.16 < body["lat"] < 60.19
    assert 24.92 < body["lon"] < 24.97


def test_a_place_may_stay_as_it_is(desk: Any, fake: Any) -> None:
    choose(desk, "Alepa")
    desk.get_by_role("button", name="Keep as it is").click()
    expect(desk.locator(".card")).to_have_count(2)
    assert fake.decided_places[0][1] == {"decision": "keep"}


def test_a_lookup_shows_how_far_it_is_and_can_be_stopped(desk: Any) -> None:
    desk.get_by_role("button", name="Look addresses up").click()
    expect(desk.get_by_role("status").first).to_contain_text("12 of 40")
    desk.get_by_role("button", name="Stop").click()
    expect(desk.locator("progress")).to_have_count(0)


def test_leaving_the_view_takes_its_pins_off_the_map(desk: Any) -> None:
    choose(desk, "Alepa")
    desk.get_by_role("link", name="Figures").click()
    expect(desk.locator(".leaflet-tooltip")).to_have_count(0)
