from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.archive.sheets.export import guarded
from crm_core.archive.sheets.faults import CAUSES, REMEDIES, BadCell
from crm_core.archive.sheets.fields import Kind
from crm_core.archive.sheets.values import cleaned, read_cell, unguarded

READ = [
    (Kind.NAME, " 好友\u3000便利店\u200b ", "好友 便利店"),
    (Kind.NAME, "-", "-"),
    (Kind.TEXT, "暂无", None),
    (Kind.CODE, 1024.0, "1024"),
    (Kind.CODE, "Ｋ００１", "K001"),
    (Kind.PHONE, 13800138000.0, "13800138000"),
    (Kind.PHONE, "１３８００１３８０００", "13800138000"),
    (Kind.PHONE, "021-62345678；13900001111", "021-62345678; 13900001111"),
    (Kind.PHONE, "021-62345678转801", "021-62345678转801"),
    (Kind.GRADE, "Ａ级", "A"),
    (Kind.GRADE, "a+", "A+"),
    (Kind.STATUS, "停业", "closed"),
    (Kind.TYPE, "经销商", "distributor"),
    (Kind.LAT, "３１．２３", 31.23),
    (Kind.LAT, "41,15", 41.15),
    (Kind.LON, "121.47°E", 121.47),
    (Kind.PLACE, "121.4737，31.2304", (121.4737, 31.2304)),
    (Kind.COUNT, "20人", 20),
    (Kind.COUNT, 7.0, 7),
    (Kind.DATE, 46027.0, dt.date(2026, 1, 5)),
    (Kind.DATE, "46027", dt.date(2026, 1, 5)),
    (Kind.DATE, "2026年1月5日", dt.date(2026, 1, 5)),
    (Kind.DATE, "2026/1/5 00:00:00", dt.date(2026, 1, 5)),
    (Kind.DATE, "20260105", dt.date(2026, 1, 5)),
    (Kind.DATE, "31/12/2025", dt.date(2025, 12, 31)),
    (Kind.DATE, dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC), dt.date(2026, 1, 5)),
    (Kind.HOURS, "周一至周五 9:00-18:00", "Mo-Fr 09:00-18:00"),
    (Kind.LIST, "VIP；学校、 冷饮", ("VIP", "学校", "冷饮")),
]
BROKEN = [
    (Kind.PHONE, "打电话", "phone-broken"),
    (Kind.PHONE, "123", "phone-broken"),
    (Kind.PHONE, "1.38001E+10", "number-rounded"),
    (Kind.CODE, "1.38001E+10", "number-rounded"),
    (Kind.CODE, "x" * 65, "code-too-long"),
    (Kind.EMAIL, "nobody", "email-broken"),
    (Kind.STATUS, "maybe", "status-unknown"),
    (Kind.TYPE, "friend", "type-unknown"),
    (Kind.DATUM, "moon", "datum-unknown"),
    (Kind.LAT, 121.47, "place-impossible"),
    (Kind.LAT, "north", "coordinates-broken"),
    (Kind.PLACE, "31.23", "coordinates-broken"),
    (Kind.COUNT, "many", "number-broken"),
    (Kind.DATE, "1/2/2026", "date-ambiguous"),
    (Kind.DATE, "2026-02-30", "date-broken"),
    (Kind.HOURS, "when we like", "hours-broken"),
    (Kind.TEXT, "x" * 4001, "text-too-long"),
    (Kind.ID, "7", "outlet-unknown"),
]


@pytest.mark.parametrize(("kind", "cell", "value"), READ)
def test_a_cell_is_read(kind: Kind, cell: Any, value: Any) -> None:
    assert read_cell(kind, cell) == value


@pytest.mark.parametrize(("kind", "cell", "code"), BROKEN)
def test_a_broken_cell_says_what_is_wrong(kind: Kind, cell: Any, code: str) -> None:
    with pytest.raises(BadCell) as caught:
        read_cell(kind, cell)
    assert caught.value.code == code
    assert CAUSES[code]
    assert REMEDIES[code]


@given(st.sampled_from([k for k in Kind if k is not Kind.ID]), st.text())
def test_any_text_is_read_or_refused(kind: Kind, text: str) -> None:
    codes = []
    try:
        read_cell(kind, text)
    except BadCell as error:
        codes = [error.code]
    assert {*codes} <= REMEDIES.keys()


@given(st.one_of(st.text(), st.from_regex(r"\A'*[=+\-@].*", fullmatch=True)))
def test_the_guard_against_formulas_comes_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.text())
def test_no_guarded_text_is_a_formula(text: str) -> None:
    shown = guarded(text)
    assert shown[:1] not in ("=", "@", "-", "\t", "\r") or shown == text == ""
    assert shown[:1] != "+" or not set(shown) - set("+0123456789 ()./-")


def test_phones_stay_as_they_are() -> None:
    assert guarded("+86 138-0013-8000") == "+86 138-0013-8000"
    assert guarded("=cmd|' /C calc'!A0") == "'=cmd|' /C calc'!A0"
    assert unguarded("'+86 138") == "+86 138"


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)
