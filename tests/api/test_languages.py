from __future__ import annotations

import pytest

from api.languages import language_asked
from tests.api.conftest import ClientOf


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("zh", "zh"),
        ("zh-Hans", "zh"),
        ("ZH-cn,en;q=0.8", "zh"),
        ("en;q=0.4, zh-TW;q=0.9", "zh"),
        ("fi", "en"),
        ("zhx", "en"),
        ("en-GB,zh", "en"),
        ("zh;q=0, en;q=0.1", "en"),
        ("zh;q=much, fi", "en"),
    ],
)
def test_chinese_is_answered_where_it_is_asked_for_first(header: str, expected: str) -> None:
    assert language_asked(header, "en" if expected == "zh" else "zh") == expected


@pytest.mark.parametrize("header", [None, "", "*", " , ;q=1"])
def test_the_users_language_counts_where_none_is_asked_for(header: str | None) -> None:
    assert language_asked(header, "zh") == "zh"
    assert language_asked(header, "en") == "en"


def test_titles_of_errors_are_in_the_language_asked_for(client_of: ClientOf) -> None:
    client = client_of(None)
    asked = {
        language: client.get("/api/v1/me", headers={"Accept-Language": language})
        for language in ("zh-Hans", "en")
    }
    assert asked["zh-Hans"].json()["title"] == "未登录"
    assert asked["en"].json()["title"] == "Unauthorized"
    assert (
        client.get("/api/v1/nowhere", headers={"Accept-Language": "zh"}).json()["title"]
        == "没有找到"
    )
