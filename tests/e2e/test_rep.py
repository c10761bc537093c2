"""The phone page: the day in order, readable and reachable with a thumb, hostile names harmless."""

from __future__ import annotations

from typing import Any

import fake_data
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def opened(site: Any, open_page: Any, size: str = "phone", language: str = "en") -> Any:
    watched = open_page(size, language)
    site.sign_in(watched.page, "rep", "/rep")
    watched.page.wait_for_selector(".stops")
    return watched


def test_the_day_stands_in_order_with_lunch_where_it_is_taken(
    site: Any, fake: Any, open_page: Any
) -> None:
    page = opened(site, open_page).page
    times = [text[:5] for text in page.locator(".stops .time").all_inner_texts()]
    assert len(times) == 18 + 2
    assert times == sorted(times)
    rows = page.locator(".stops > li").all()
    assert "Lunch" in rows[11].inner_text()
    assert "Hakaniemi depot" in rows[-1].inner_text()


def test_the_next_stop_can_be_read_navigated_to_and_called(
    site: Any, fake: Any, open_page: Any
) -> None:
    page = opened(site, open_page).page
    page.locator(".stops button.row").nth(1).click()
    detail = page.locator(".detail")
    assert detail.get_by_text("Call").get_attribute("href") == "tel:+358401234567"
    detail.get_by_label("Choose a navigation app").click()
    links = {
        name: detail.get_by_text(name).get_attribute("href")
        for name in ("Phone's map app", "Apple Maps", "Google Maps", "Amap")
    }
    outlet = fake_data.outlet(1)
    lat, lon = outlet["lat"], outlet["lon"]
    assert links["Phone's map app"].startswith(f"geo:{lat},{lon}?q={lat},{lon}(Kahvila")
    assert links["Apple Maps"].endswith(f"daddr={lat},{lon}&dirflg=w")
    assert f"destination={lat},{lon}&travelmode=walking" in links["Google Maps"]
    assert f"to={lon},{lat}," in links["Amap"]
    assert "coordinate=wgs84" in links["Amap"]


def test_a_hostile_name_is_shown_as_text_everywhere(site: Any, fake: Any, open_page: Any) -> None:
    watched = opened(site, open_page)
    page = watched.page
    page.evaluate("() => { window.alert = () => { window.wasAttacked = true; }; }")
    expect(page.locator(".stops").get_by_text(fake_data.HOSTILE_NAME)).to_be_visible()
    page.locator(".tabs button").nth(1).click()
    page.locator(".number-icon", has_text="5").first.dispatch_event("mouseover")
    expect(page.locator(".leaflet-tooltip")).to_contain_text(fake_data.HOSTILE_NAME)
    page.locator(".number-icon", has_text="5").first.click()
    expect(page.locator(".detail")).to_be_visible()
    assert page.locator("img[src=x]").count() == 0
    assert page.evaluate("window.wasAttacked") is None
    assert watched.faults == []


def test_the_next_stop_lies_above_all_others_on_the_map(site: Any, open_page: Any) -> None:
    page = opened(site, open_page).page
    page.locator(".tabs button").nth(1).click()
    expect(page.locator(".number-icon.is-next")).to_be_visible()
    height = "icons => Math.max(...icons.map((icon) => Number(getComputedStyle(icon).zIndex)))"
    following = page.locator(".number-icon.is-next").evaluate_all(height)
    others = page.locator(".number-icon:not(.is-next)").evaluate_all(height)
    assert following > others


def test_the_page_loads_nothing_from_another_host(site: Any, open_page: Any) -> None:
    watched = opened(site, open_page)
    watched.page.locator(".tabs button").nth(1).click()
    expect(watched.page.locator(".leaflet-control-attribution")).to_have_text(
        "© OpenStreetMap contributors"
    )
    watched.page.wait_for_timeout(300)
    assert watched.foreign == []
    assert watched.faults == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_scrolls_sideways_on_a_small_phone(
    site: Any, open_page: Any, language: str
) -> None:
    page = opened(site, open_page, "small", language).page
    page.locator(".stops button.row").nth(3).click()
    page.locator(".detail .split button").click()
    for tab in (0, 1):
        page.locator(".tabs button").nth(tab).click()
        widths = page.evaluate(
            """[...document.querySelectorAll("body, main, .column")]
              .map((element) => element.scrollWidth)"""
        )
        assert max(widths) <= 360


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_to_touch_is_as_large_as_a_thumb(
    site: Any, open_page: Any, language: str
) -> None:
    page = opened(site, open_page, "small", language).page
    page.locator(".stops button.row").nth(1).click()
    for tab in (0, 1):
        page.locator(".tabs button").nth(tab).click()
        small = page.evaluate(
            """[...document.querySelectorAll("button, a:not(.leaflet-control-attribution a)")]
              .filter((element) => element.checkVisibility({ visibilityProperty: true }))
              .map((element) => [element.innerText, element.getBoundingClientRect()])
              .filter(([, box]) => box.width < 44 || box.height < 44)
              .map(([text, box]) => `${text} ${box.width}x${box.height}`)"""
        )
        assert small == []


def test_a_day_off_shows_the_next_working_day_and_says_so(
    site: Any, fake: Any, open_page: Any
) -> None:
    fake.day_off = True
    page = opened(site, open_page).page
    expect(page.locator(".notices")).to_contain_text("Showing the next working day")
    page.get_by_label("Day before").click()
    expect(page.locator(".empty")).to_contain_text("No route on this day")


def test_the_language_switches_at_once_and_is_remembered(site: Any, open_page: Any) -> None:
    page = opened(site, open_page).page
    page.get_by_label("切换到中文").click()
    expect(page.get_by_role("heading", name="当日顺序")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    page.reload()
    expect(page.get_by_role("heading", name="当日顺序")).to_be_visible()


def becomes_true(page: Any, expression: str) -> bool:
    """Within half a minute; the page's policy forbids the browser to ask by itself."""
    for _ in range(150):
        if page.evaluate(expression):
            return True
        page.wait_for_timeout(200)
    return False


def test_the_names_on_the_map_change_with_the_language(site: Any, open_page: Any) -> None:
    watched = open_page("desk")
    watched.page.add_init_script("""
        window.drawn = new Set();
        const fill = CanvasRenderingContext2D.prototype.fillText;
        CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
            drawn.add(text);
            return fill.call(this, text, ...rest);
        };
    """)
    site.sign_in(watched.page, "rep", "/rep")
    page = watched.page
    assert becomes_true(page, "drawn.has('Kaisaniemi Park')")
    page.evaluate("drawn.clear()")
    page.get_by_label("切换到中文").click()
    # nobody has given it a Chinese name: it is shown as it is called on the spot
    assert becomes_true(page, "drawn.has('Kaisaniemen')")
    assert not page.evaluate("drawn.has('Kaisaniemi Park')")


def test_the_whole_visit_can_be_done_with_the_keyboard(
    site: Any, fake: Any, open_page: Any
) -> None:
    page = opened(site, open_page).page
    page.locator(".next .big").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".next .kicker")).to_contain_text("At the outlet")
    page.locator(".next .big").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".next h2")).to_have_text("Kahvila Sävy")


def test_a_visit_before_its_day_is_called_early_and_stays_shown(
    site: Any, fake: Any, open_page: Any
) -> None:
    fake.day_off = True
    page = opened(site, open_page).page
    page.locator(".next").get_by_role("button", name="Check in early").click()
    expect(page.locator(".next")).to_contain_text("At the outlet")
    expect(page.locator(".notices")).not_to_contain_text("will be sent")
    fake.visits.clear()
    page.reload()
    expect(page.locator(".next")).to_contain_text("At the outlet")


def test_a_past_day_can_be_read_but_not_visited(site: Any, fake: Any, open_page: Any) -> None:
    fake.past_route = True
    page = opened(site, open_page).page
    page.get_by_label("Day before").click()
    expect(page.locator(".next")).to_have_count(0)
    page.locator(".stops button.row").first.click()
    expect(page.locator(".detail .actions")).to_be_visible()
    expect(page.locator(".detail").get_by_role("button", name="Check in")).to_have_count(0)


def test_a_visit_made_without_a_network_reaches_the_server_once(site: Any, open_page: Any) -> None:
    page = opened(site, open_page).page
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    asked = """async () => {
      const today = new Date().toLocaleDateString("sv");
      const answer = await fetch(`/api/v1/visits?date_from=${today}&date_to=${today}`);
      return (await answer.json()).items.length;
    }"""
    before = page.evaluate(asked)
    page.context.set_offline(True)
    page.locator(".next .primary").click()
    page.locator(".next .accent").click()
    expect(page.locator(".notices")).to_contain_text("will be sent: 2")
    page.reload()
    expect(page.locator(".notices")).to_contain_text("will be sent: 2")
    page.context.set_offline(False)
    expect(page.locator(".notices")).not_to_contain_text("will be sent")
    assert page.evaluate(asked) == before + 1
