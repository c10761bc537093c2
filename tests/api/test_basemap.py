"""The base map: what it is, its parts, and a tile server in its place."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from api.app import create_app
from api.runtime import Runtime
from api.settings import Settings
from tests.api.conftest import BASE_URL, ClientOf
from tests.api.world import World


@pytest.fixture
def client(client_of: ClientOf, world: World, basemap_file: Path) -> TestClient:
    return client_of("rep-north")


def address(client: TestClient) -> str:
    url: str = client.get("/api/v1/basemap").json()["url"]
    return url


def test_without_a_base_map_there_is_none_to_draw(client_of: ClientOf, world: World) -> None:
    for path in ("/api/v1/basemap", "/api/v1/basemap.pmtiles"):
        answer = client_of("rep-north").get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "basemap-missing")


def test_a_broken_base_map_is_said_to_be_broken(client: TestClient, basemap_file: Path) -> None:
    basemap_file.write_bytes(b"PMTiles")
    answer = client.get("/api/v1/basemap")
    assert (answer.status_code, answer.json()["code"]) == (503, "basemap-broken")


def test_it_says_what_it_covers_and_whose_data_it_is(client: TestClient) -> None:
    about = client.get("/api/v1/basemap").json()
    assert (about["kind"], about["max_zoom"]) == ("tiles", 14)
    assert about["bounds"] == pytest.approx([24.935, 60.164, 24.953, 60.179], abs=0.001)
    assert about["attribution"] == "© OpenStreetMap contributors"


def test_a_range_is_answered_with_just_that_part(client: TestClient, basemap_file: Path) -> None:
    whole = basemap_file.read_bytes()
    answer = client.get(address(client), headers={"Range": "bytes=100-4195"})
    assert answer.status_code == 206
    assert answer.content == whole[100:4196]
    assert answer.headers["content-range"] == f"bytes 100-4195/{len(whole)}"
    assert answer.headers["content-length"] == "4096"


def test_parts_are_never_compressed_again(client: TestClient, basemap_file: Path) -> None:
    answer = client.get(address(client), headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "identity"
    assert answer.content == basemap_file.read_bytes()
    assert answer.headers["accept-ranges"] == "bytes"


def test_a_range_beyond_the_end_is_refused(client: TestClient, basemap_file: Path) -> None:
    size = basemap_file.stat().st_size
    answer = client.get(address(client), headers={"Range": f"bytes={size}-{size + 10}"})
    assert answer.status_code == 416


def test_a_part_of_another_archive_is_not_given_as_one_of_this(client: TestClient) -> None:
    path = address(client)
    etag = client.get(path, headers={"Range": "bytes=0-9"}).headers["etag"]
    ranged = {"Range": "bytes=0-9"}
    assert client.get(path, headers=ranged | {"If-Range": etag}).status_code == 206
    assert client.get(path, headers=ranged | {"If-Range": '"older"'}).status_code == 200


def test_who_has_it_is_told_so(client: TestClient) -> None:
    path = address(client)
    etag = client.get(path).headers["etag"]
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304


def test_only_the_present_version_may_be_kept_for_good(client: TestClient) -> None:
    path = address(client)
    assert "immutable" in client.get(path).headers["cache-control"]
    assert client.get("/api/v1/basemap.pmtiles?v=older").headers["cache-control"] == (
        "private, no-cache"
    )


def test_a_new_archive_has_a_new_address_and_tag(client: TestClient, basemap_file: Path) -> None:
    before = address(client)
    tag = client.get(before).headers["etag"]
    basemap_file.write_bytes(basemap_file.read_bytes() + b" ")
    assert address(client) != before
    assert client.get(before).headers["etag"] != tag


def served_with(settings: Settings, tile_url: str) -> TestClient:
    chosen = settings.model_copy(update={"tile_url": tile_url, "tile_attribution": "© <b>Us</b>"})
    return TestClient(create_app(Runtime.open(chosen)), base_url=BASE_URL)


def test_a_tile_server_takes_its_place(
    settings: Settings, client_of: ClientOf, world: World, basemap_file: Path
) -> None:
    client = served_with(settings, "https://{s}.tiles.example/{z}/{x}/{y}.png")
    client.headers["Authorization"] = client_of("rep-north").headers["Authorization"]
    about = client.get("/api/v1/basemap").json()
    assert (about["kind"], about["url"]) == ("images", "https://{s}.tiles.example/{z}/{x}/{y}.png")
    assert about["attribution"] == "© <b>Us</b>"
    policy = client.get("/login").headers["content-security-policy"]
    assert "img-src 'self' data: blob: https://*.tiles.example;" in policy
    assert "default-src 'self';" in policy


def test_without_one_pages_take_nothing_from_other_hosts(client: TestClient) -> None:
    policy = client.get("/login").headers["content-security-policy"]
    assert "img-src 'self' data: blob:;" in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)/{z}/{x}/{y}",
        "https://tiles.example/{z}/{x}.png",
        "https://tiles.example; script-src */{z}/{x}/{y}.png",
        "https://tiles.example,evil/{z}/{x}/{y}.png",
    ],
)
def test_an_address_that_is_none_of_a_tile_server_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(data=tmp_path, tile_url=url)
