"""Browser fixtures.  The tests drive a fake API; with ROUNDSMAN_E2E_URL they drive a real one.

Then ROUNDSMAN_E2E_REP and ROUNDSMAN_E2E_DESK hold the one-time links of a rep and a supervisor (the
demo prints them), and tests that need the fake's state are skipped.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

sys.path.insert(0, str(Path(__file__).parent))
from fake_api import FakeServer
from fake_state import FakeApi

REAL_URL = os.environ.get("ROUNDSMAN_E2E_URL")
SIZES = {"phone": (390, 844), "small": (360, 740), "desk": (1440, 900)}


@dataclass
class Watched:
    """A page with everything a quiet page must not do."""

    page: Page
    faults: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


@dataclass
class Site:
    """Where the pages are and how to sign in."""

    url: str
    fake: FakeApi | None
    cookies: dict[str, Any]

    def sign_in(self, page: Page, who: str, path: str) -> None:
        """Open ``path`` as the rep or the supervisor."""
        if self.fake is not None:
            page.goto(f"{self.url}/login#code={who}-code&next={path}")
        else:
            self._sign_in_for_real(page, who)
            page.goto(self.url + path)
        page.wait_for_url(f"**{path}*")

    def _sign_in_for_real(self, page: Page, who: str) -> None:
        """A link works once: later tests take over the session it gave."""
        if who in self.cookies:
            page.context.add_cookies(self.cookies[who])
            return
        page.goto(os.environ[f"ROUNDSMAN_E2E_{who.upper()}"])
        page.wait_for_url(lambda url: "/login" not in url)
        self.cookies[who] = page.context.cookies()


@pytest.fixture(scope="session")
def cookies() -> dict[str, Any]:
    """Sessions on a real server, by who they are of."""
    return {}


@pytest.fixture
def site(cookies: dict[str, Any]) -> Iterator[Site]:
    if REAL_URL:
        yield Site(REAL_URL.rstrip("/"), None, cookies)
        return
    server = FakeServer()
    yield Site(server.start(), server.api, cookies)
    server.stop()


@pytest.fixture
def fake(site: Site) -> FakeApi:
    """The fake's state; skips on a real server."""
    if site.fake is None:
        pytest.skip("changes the state of the fake API")
    return site.fake


type OpenPage = Callable[..., Watched]


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[OpenPage]:
    contexts: list[BrowserContext] = []

    def open_one(size: str, language: str = "en", **options: Any) -> Watched:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=size != "desk",
            is_mobile=size != "desk",
            locale="zh-CN" if language == "zh" else "en-GB",
            geolocation={"latitude": 60.18151, "longitude": 24.94321, "accuracy": 9.0},
            permissions=["geolocation"],
            reduced_motion="reduce",
            **options,
        )
        stored = f"localStorage['roundsman.language'] ??= '{language}'"
        context.add_init_script(stored)
        contexts.append(context)
        return _watch(context.new_page(), site.url)

    yield open_one
    for context in contexts:
        context.close()


def _watch(page: Page, url: str) -> Watched:
    watched = Watched(page)
    page.on("pageerror", lambda error: watched.faults.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())

    def heard(message: Any) -> None:
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            watched.faults.append(message.text)

    page.on("console", heard)

    def requested(request: Any) -> None:
        if not request.url.startswith((url, "data:", "blob:")):
            watched.foreign.append(request.url)

    page.on("request", requested)
    return watched
