"""Reading cells: full-width digits, numbers that are dates or phones, lists, words for grades."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from uuid import UUID

from crm_core.archive.rules import OutletStatus, place_is_possible, week_windows
from crm_core.archive.sheets.faults import BadCell
from crm_core.archive.sheets.fields import Kind
from crm_core.archive.sheets.grid import Cell

type Value = str | int | float | dt.date | tuple[float, float] | tuple[str, ...] | UUID | None

MOST_TEXT = 4000
MOST_CODE = 64
_BLANK_WORDS = frozenset(
    {"-", "--", "—", "——", "/", "\\", "无", "無", "暂无", "n/a", "#n/a", "null"}
)
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"[ \t\u3000\xa0\r\n]+")
_UNCLEAN = re.compile(  # what ``cleaned`` would change: most cells have none of it
    rf"{_INVISIBLE.pattern}|[\t\u3000\xa0\r\n]|  |^\s|\s$"
)
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_LIST = re.compile(r"[;；、,，|\n]+")
_PHONES = re.compile(r"[;；、,，|/\n]+")
_ROUNDED = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_WHOLE = re.compile(r"(?<=\d{5})\.0$")  # a number that some program wrote as 138….0
_EXCEL_DAY_0 = dt.date(1899, 12, 30)
_EXCEL_DAYS = range(7_306, 109_575)  # 1920 to 2199
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+[\d:.]+Z?)?")
_SHORT_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_EMAIL = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,.]{2,}")
_DAYS_ZH = str.maketrans("一二三四五六日天", "1234567" + "7")
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

STATUS_WORDS = {
    OutletStatus.PROSPECT: "潜在|意向|线索|准客户|潜在客户|lead",
    OutletStatus.ACTIVE: "正常|活跃|合作中|合作|营业|营业中|在营|启用|有效|open|yes|1|是",
    OutletStatus.SEASONAL: "季节|季节性|季节性营业",
    OutletStatus.SUSPENDED: "暂停|停用|暂停营业|休眠|冻结|inactive|paused",
    OutletStatus.CLOSED: "关闭|停业|倒闭|注销|已关闭|流失|dead|0|否|no",
    OutletStatus.MOVED: "搬迁|已搬迁|迁址",
}
_STATUS = {
    word: status.value
    for status, words in STATUS_WORDS.items()
    for word in (status.value, *words.split("|"))
}
_TYPES = {
    word: name
    for name, words in {
        "customer": "客户|终端|顾客",
        "partner": "合作伙伴|伙伴",
        "supplier": "供应商",
        "distributor": "经销商|分销商|代理商|批发商|wholesaler",
    }.items()
    for word in (name, *words.split("|"))
}
_DATUMS = {
    "wgs84": "WGS-84",
    "gps": "WGS-84",
    "gcj02": "GCJ-02",
    "高德": "GCJ-02",
    "腾讯": "GCJ-02",
    "amap": "GCJ-02",
    "bd09": "BD-09",
    "bd09ll": "BD-09",
    "百度": "BD-09",
    "baidu": "BD-09",
}


def shown(cell: Cell) -> str:
    """A cell as text, as the file shows it: no decimal point on a whole number."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    return str(cell)


def cleaned(text: str) -> str:
    """Text without what nobody sees: control and zero-width characters, doubled spaces."""
    if _UNCLEAN.search(text) is None:
        return text
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def unguarded(text: str) -> str:
    """Text without the apostrophe that an export to CSV puts before what looks like a formula."""
    return text[1:] if _GUARDED.match(text) else text


def plain(text: str) -> str:
    """Clean text with full-width letters and digits made plain ones."""
    return cleaned(text if text.isascii() else unicodedata.normalize("NFKC", text))


def read_cell(kind: Kind, cell: Cell) -> Value:
    """The value of a cell, None for a blank one.  Raises BadCell with the code of the fault."""
    if isinstance(cell, str):
        text = cleaned(cell)
        if not text or (kind is not Kind.NAME and text.lower() in _BLANK_WORDS):
            return None
        cell = text
    return _READERS[kind](cell)


def _text(cell: Cell) -> str:
    text = cleaned(shown(cell))
    if len(text) > MOST_TEXT:
        raise BadCell("text-too-long")
    return text


def _code(cell: Cell) -> str:
    text = plain(shown(cell))
    if len(text) > MOST_CODE:
        raise BadCell("code-too-long")
    if isinstance(cell, str) and _ROUNDED.fullmatch(text) and "+" in text:
        raise BadCell("number-rounded")
    return text


def _id(cell: Cell) -> UUID:
    try:
        return UUID(plain(shown(cell)))
    except ValueError:
        raise BadCell("outlet-unknown") from None


def _phone(cell: Cell) -> str:
    text = plain(shown(cell))
    if _ROUNDED.fullmatch(text):
        raise BadCell("number-rounded")
    numbers = [_WHOLE.sub("", part.strip()) for part in _PHONES.split(text) if part.strip()]
    for number in numbers:
        digits = sum(character.isdigit() for character in number)
        letters = sum(character.isalpha() for character in re.sub(r"(?i)ext|转|x", "", number))
        if not 5 <= digits <= 20 or letters:
            raise BadCell("phone-broken")
    return "; ".join(numbers)


def _email(cell: Cell) -> str:
    text = plain(shown(cell))
    if not all(_EMAIL.fullmatch(one.strip()) for one in _LIST.split(text) if one.strip()):
        raise BadCell("email-broken")
    return text


def _grade(cell: Cell) -> str:
    text = plain(shown(cell)).upper()
    return re.sub(r"\s*(级|類|类|等|级客户|类客户|GRADE|CLASS)$", "", text) or text


def _word(words: dict[str, str], code: str) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        word = plain(shown(cell)).lower()
        if word not in words:
            raise BadCell(code)
        return words[word]

    return read


def _datum(cell: Cell) -> str:
    word = re.sub(r"[\s_-]", "", plain(shown(cell)).lower())
    if word not in _DATUMS:
        raise BadCell("datum-unknown")
    return _DATUMS[word]


def _degrees(cell: Cell) -> float:
    if isinstance(cell, int | float):
        return float(cell)
    text = plain(shown(cell)).rstrip("°NSEWnsew ")
    if re.fullmatch(r"-?\d{1,3},\d+", text):
        text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        raise BadCell("coordinates-broken") from None


def _latitude(cell: Cell) -> float:
    degrees = _degrees(cell)
    if not place_is_possible(degrees, 1.0):
        raise BadCell("place-impossible")
    return degrees


def _longitude(cell: Cell) -> float:
    degrees = _degrees(cell)
    if not place_is_possible(1.0, degrees):
        raise BadCell("place-impossible")
    return degrees


def _two_numbers(cell: Cell) -> tuple[float, float]:
    numbers = re.findall(r"-?\d+(?:\.\d+)?", plain(shown(cell)))
    if len(numbers) != 2:
        raise BadCell("coordinates-broken")
    return float(numbers[0]), float(numbers[1])


def _count(cell: Cell) -> int:
    text = plain(shown(cell)).replace(",", "")
    found = re.fullmatch(r"(\d{1,9})\s*(?:人|名|次|周|分钟|分|people|min)?", text)
    if found is None:
        raise BadCell("number-broken")
    return int(found[1])


def _date(cell: Cell) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = plain(shown(cell))
    if re.fullmatch(r"\d+(\.\d+)?", text) and int(float(text)) in _EXCEL_DAYS:
        return _EXCEL_DAY_0 + dt.timedelta(days=int(float(text)))
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    if found := _DATE.fullmatch(text):
        return _made_date(*map(int, found.groups()))
    if found := _SHORT_DATE.fullmatch(text):
        first, second, year = map(int, found.groups())
        if first != second and first <= 12 and second <= 12:
            raise BadCell("date-ambiguous")
        return _made_date(year, second, first) if first > 12 else _made_date(year, first, second)
    raise BadCell("date-broken")


def _made_date(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise BadCell("date-broken") from None


def _hours(cell: Cell) -> str:
    return _osm_hours(cleaned(shown(cell)))


@lru_cache(maxsize=4096)
def _osm_hours(given: str) -> str:
    """OpenStreetMap text; Chinese weekdays and tildes are rewritten where it is not that yet."""
    for text in (given, _translated_hours(given)):
        if week_windows(text, dt.date(2026, 3, 4)) is not None:
            return text
    raise BadCell("hours-broken")


def _translated_hours(given: str) -> str:
    text = plain(given).translate(_DAYS_ZH)
    text = re.sub(r"(?:星期|周|礼拜)([1-7])", lambda day: _DAYS[int(day[1]) - 1], text)
    text = re.sub(r"\s*(?:至|到|~|〜|—|–|--)\s*", "-", text)
    text = re.sub(r"每天|全周|每日", "Mo-Su", text)
    text = re.sub(r"(?<![\d:])(\d):(\d\d)", r"0\1:\2", text)
    return re.sub(r"(Mo|Tu|We|Th|Fr|Sa|Su)(?=\d)", r"\1 ", text)


def _list(cell: Cell) -> tuple[str, ...]:
    parts = (cleaned(part) for part in _LIST.split(shown(cell)))
    return tuple(dict.fromkeys(part for part in parts if part))


_READERS: dict[Kind, Callable[[Cell], Value]] = {
    Kind.ID: _id,
    Kind.CODE: _code,
    Kind.NAME: _text,
    Kind.TEXT: _text,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
    Kind.GRADE: _grade,
    Kind.STATUS: _word(_STATUS, "status-unknown"),
    Kind.TYPE: _word(_TYPES, "type-unknown"),
    Kind.DATUM: _datum,
    Kind.LAT: _latitude,
    Kind.LON: _longitude,
    Kind.PLACE: _two_numbers,
    Kind.COUNT: _count,
    Kind.DATE: _date,
    Kind.HOURS: _hours,
    Kind.LIST: _list,
}
