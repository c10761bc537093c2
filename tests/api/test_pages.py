"""Pages, static files, headers and the docs: nothing comes from another host."""

from __future__ import annotations

import re

import pytest

from maps.vendored import VENDOR, changed_files, manifest
from tests.api.conftest import ClientOf

PAGES = ("/login", "/rep", "/desk", "/api/docs")
ELSEWHERE = re.compile(r"""(?:src|href)=["'](?:https?:)?//""")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_and_all_it_names_come_from_here(path: str, client_of: ClientOf) -> None:
    client = client_of(None)
    page = client.get(path)
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert not ELSEWHERE.search(page.text)
    named = re.findall(r"""(?:src|href)=["'](/[^"'#]+)["']""", page.text)
    assert named
    assert {name: client.get(name).status_code for name in named} == dict.fromkeys(named, 200)


def test_every_answer_carries_the_security_headers(client_of: ClientOf) -> None:
    for path in ("/health", "/api/v1/me", "/login", "/nowhere"):
        headers = client_of(None).get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/static/vendor/htm/htm.mjs", "text/javascript"),
        ("/static/pages/rep/main.js", "text/javascript"),
        ("/static/pages/rep/app.webmanifest", "application/manifest+json"),
    ],
)
def test_files_have_the_types_browsers_insist_on(
    path: str, media_type: str, client_of: ClientOf
) -> None:
    assert client_of(None).get(path).headers["content-type"].startswith(media_type)


def test_the_service_worker_may_serve_the_rep_page(client_of: ClientOf) -> None:
    answer = client_of(None).get("/static/pages/rep/sw.js")
    assert answer.headers["service-worker-allowed"] == "/rep"
    assert answer.headers["cache-control"] == "no-cache"


def test_nothing_outside_the_static_folders_is_served(client_of: ClientOf) -> None:
    for path in ("/static/pages/../app.py", "/static/vendor/%2e%2e/%2e%2e/errors.py"):
        assert client_of(None).get(path).status_code == 404


def test_swagger_is_vendored_with_its_licence() -> None:
    files = {entry.file for entry in manifest() if entry.name == "swagger-ui-dist"}
    assert "swagger-ui/LICENSE" in files
    assert {str(path.relative_to(VENDOR)) for path in VENDOR.glob("swagger-ui/*")} == files
    assert not [file for file in changed_files() if file.startswith("swagger-ui/")]


def test_home_leads_to_the_login(client_of: ClientOf) -> None:
    answer = client_of(None).get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/login")
