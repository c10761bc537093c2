from __future__ import annotations

import pytest
from pypinyin import Style, lazy_pinyin

from crm_core.archive.rules.record import initials, search_text, search_words


def _found(typed: str, name: str, code: str = "SH01", phone: str = "+86 138-0000-1111") -> bool:
    text = search_text(name, code, phone, "人民路 5 号")
    return all(word in text for word in search_words(typed))


@pytest.mark.parametrize(
    "typed",
    ["好邻居", "hlj", "HLJ", "sh01", "ＳＨ０１", "138 0000 1111", "13800001111", "好 01", "人民路"],
)
def test_an_outlet_is_found_by_name_initials_code_and_phone(typed: str) -> None:
    assert _found(typed, "好邻居便利店")


@pytest.mark.parametrize("typed", ["邻好", "xyz", "139 0000 1111"])
def test_what_is_not_in_the_record_is_not_found(typed: str) -> None:
    assert not _found(typed, "好邻居便利店")


def test_a_latin_name_has_no_initials() -> None:
    assert search_text("Kahvila Aalto", "K1", "", "") == "kahvila aalto|k1"


def test_initials_are_those_of_the_whole_name_whatever_its_phrases() -> None:
    for name in (
        "重庆银行长城路店",
        "大连音乐书店",
        "好友便利店A1",
        "长沙行家烟酒",
        "厦门西藏大厦",
    ):
        letters = lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore", strict=False)
        assert initials(name) == "".join(letters)
    assert initials("重庆银行") == "cqyh"
