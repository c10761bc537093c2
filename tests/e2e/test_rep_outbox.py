"""What the phone records is never lost and never doubled, with or without a network."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def page(site: Any, fake: Any, open_page: Any) -> Any:
    """The rep's page, its shell kept by the service worker."""
    page = open_page("phone").page
    site.sign_in(page, "rep", "/rep")
    page.wait_for_selector(".next")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def sent(fake: Any) -> list[tuple[str, str]]:
    return [(event["kind"], event["planned_stop_id"]) for event in fake.events.values()]


def wait_sent(page: Any, fake: Any, count: int) -> None:
    for _ in range(100):
        if len(fake.events) >= count:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"only {len(fake.events)} of {count} events arrived")


def check(page: Any, words: str) -> None:
    page.locator(".next").get_by_role("button", name=words).click()


def test_check_in_and_out_carry_place_time_and_one_visit_key(page: Any, fake: Any) -> None:
    check(page, "Check in")
    expect(page.locator(".next")).to_have_class(re.compile("is-open"))
    check(page, "Check out")
    expect(page.locator(".progress")).to_contain_text("1 of 18")
    wait_sent(page, fake, 2)
    arrival, leaving = fake.events.values()
    assert (arrival["kind"], leaving["kind"]) == ("check_in", "check_out")
    assert arrival["visit_key"] == leaving["visit_key"]
    assert arrival["client_id"] != leaving["client_id"]
    assert arrival["lat"] == pytest.approx(60.18151)
    assert arrival["accuracy_m"] == pytest.approx(9.0)
    assert arrival["device_at"].endswith("Z")


def test_a_skip_carries_its_reason(page: Any, fake: Any) -> None:
    check(page, "Skip")
    page.get_by_role("dialog").get_by_role("button", name="The outlet is closed").click()
    wait_sent(page, fake, 1)
    (event,) = fake.events.values()
    assert event["kind"] == "skip"
    assert event["payload"] == {"reason": "closed"}
    expect(page.locator(".stops .is-skipped")).to_have_count(1)


def test_a_closed_skip_sheet_skips_nothing(page: Any, fake: Any) -> None:
    check(page, "Skip")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert fake.events == {}


def test_without_a_network_the_page_opens_and_keeps_what_is_recorded(page: Any, fake: Any) -> None:
    page.context.set_offline(True)
    check(page, "Check in")
    expect(page.locator(".notices")).to_contain_text("Saved on the phone, will be sent: 1")
    page.reload()
    expect(page.locator(".notices")).to_contain_text("Offline")
    expect(page.locator(".next .kicker")).to_contain_text("At the outlet")
    check(page, "Check out")
    expect(page.locator(".notices")).to_contain_text("will be sent: 2")
    expect(page.locator(".next .kicker")).to_contain_text("2 of 18")
    assert fake.events == {}
    page.context.set_offline(False)
    wait_sent(page, fake, 2)
    assert [kind for kind, _ in sent(fake)] == ["check_in", "check_out"]
    expect(page.locator(".notices")).not_to_contain_text("Saved on the phone")
    expect(page.locator(".progress")).to_contain_text("1 of 18")


def test_the_map_is_there_without_a_network(page: Any) -> None:
    page.locator(".tabs button").nth(1).click()
    page.reload()
    page.wait_for_selector(".next")
    page.context.set_offline(True)
    page.reload()
    page.locator(".tabs button").nth(1).click()
    expect(page.locator(".map .number-icon")).to_have_count(19)
    expect(page.locator(".map-note")).to_have_count(0)


def test_an_answer_that_got_lost_is_asked_for_again_and_counts_once(page: Any, fake: Any) -> None:
    lost = []

    def lose_first_answer(route: Any) -> None:
        if lost:
            route.continue_()
            return
        route.fetch()
        lost.append(route.request.url)
        route.abort()

    page.context.route("**/api/v1/visits", lose_first_answer)
    check(page, "Check in")
    wait_sent(page, fake, 1)
    expect(page.locator(".notices")).to_contain_text("Nothing is lost")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".notices")).not_to_contain_text("will be sent")
    assert len(fake.events) == 1


def test_a_refused_event_stays_with_its_reason_until_it_is_given_up(page: Any, fake: Any) -> None:
    fake.refuse = "check_in"
    check(page, "Check in")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Closed.")
    expect(alert).to_contain_text("Skip.")
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("Closed.")
    page.get_by_role("alert").get_by_label("Close").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert fake.events == {}


def test_signing_out_forgets_the_route_but_not_what_waits(page: Any, fake: Any, site: Any) -> None:
    page.context.set_offline(True)
    check(page, "Check in")
    expect(page.locator(".notices")).to_contain_text("will be sent: 1")
    page.context.route("**/api/v1/visits", lambda route: route.abort())
    page.context.set_offline(False)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")
    page.wait_for_selector("form")
    kept = page.evaluate(
        """new Promise((resolve) => {
          const request = indexedDB.open("roundsman-rep");
          request.onsuccess = () => {
            const all = request.result.transaction(["outbox", "routes"]);
            const outbox = all.objectStore("outbox").count();
            const routes = all.objectStore("routes").count();
            all.oncomplete = () => resolve([outbox.result, routes.result]);
          };
        })"""
    )
    assert kept == [1, 0]
    page.context.unroute("**/api/v1/visits")
    site.sign_in(page, "rep", "/rep")
    wait_sent(page, fake, 1)


def test_an_expired_session_keeps_the_route_and_what_waits(page: Any, fake: Any) -> None:
    page.context.clear_cookies()
    check(page, "Check in")
    expect(page.get_by_role("alert")).to_contain_text("signed out")
    page.reload()
    expect(page.locator(".next .kicker")).to_contain_text("At the outlet")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_only_the_page_itself_and_the_base_map_are_cached(page: Any) -> None:
    page.locator(".tabs button").nth(1).click()
    page.wait_for_timeout(300)
    page.reload()
    page.wait_for_selector(".next")
    paths = page.evaluate(
        """(async () => {
          const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
          const keys = await Promise.all(caches_.map((cache) => cache.keys()));
          return keys.flat().map((request) => new URL(request.url).pathname);
        })()"""
    )
    assert "/rep" in paths
    ours = {path for path in paths if path.startswith("/api/")}
    assert ours == {"/api/v1/basemap", "/api/v1/basemap.pmtiles"}


def test_another_user_in_the_same_browser_never_sends_what_waits(
    page: Any, fake: Any, site: Any
) -> None:
    page.context.set_offline(True)
    check(page, "Check in")
    expect(page.locator(".notices")).to_contain_text("will be sent: 1")
    page.context.route("**/api/v1/visits", lambda route: route.abort())
    page.context.set_offline(False)
    site.sign_in(page.context.new_page(), "desk", "/desk")
    page.context.unroute("**/api/v1/visits")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("alert")).to_contain_text("signed out")
    assert fake.events == {}
    site.sign_in(page.context.new_page(), "rep", "/rep")
    wait_sent(page, fake, 1)
