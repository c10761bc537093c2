"""Rules of the record: what kinds there are, and how a record is found by what people type."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache
from itertools import pairwise

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT


class RecordKind(StrEnum):
    """Whose record it is; the words of the addresses too."""

    OUTLETS = "outlets"
    ACCOUNTS = "accounts"


class RecordType(StrEnum):
    """What an outlet or account is to us."""

    PARTNER = "partner"
    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    DISTRIBUTOR = "distributor"


class RelationKind(StrEnum):
    """What an account is to another account (parent) or to an outlet (distributor)."""

    PARENT = "parent"
    DISTRIBUTOR = "distributor"


class AttachmentKind(StrEnum):
    """What an attachment is."""

    PHOTO = "photo"
    CONTRACT = "contract"
    DOCUMENT = "document"


#: What reps do not change themselves: they propose it, or the office decides.
OFFICE_FIELDS = frozenset(
    {
        *("short_code", "type", "grade_code", "status", "department_id", "account_id"),
        *("lat", "lon", "datum", "wallet_minor", "wallet_currency", "simulated"),
        *("visits_override", "weeks_override", "minutes_override", "override_reason"),
        *("credit_grade", "credit_days", "credit_limit_minor", "credit_currency", "credit_hold"),
    }
)

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_NOT_DIGIT = re.compile(r"\D")


def search_text(name: str, code: str, phone: str, address: str) -> str:
    """Name, code, pinyin initials, digits of the phone and address, folded, joined by ``|``.

    ``search_words`` of what somebody types are looked for in it.
    """
    digits = _NOT_DIGIT.sub("", folded(phone))
    parts = (folded(name), folded(code), initials(name), digits, folded(address))
    return "|".join(dict.fromkeys(part for part in parts if part))


def search_words(typed: str) -> list[str]:
    """The words of a search, folded as the text is; a phone number is one word of digits."""
    text = folded(typed)
    if re.fullmatch(r"\+?[\d\s()-]{5,}", text):
        return [_NOT_DIGIT.sub("", text)]
    return text.split()


def folded(text: str) -> str:
    """Text without case and width: full-width letters and digits become plain ones."""
    return " ".join(unicodedata.normalize("NFKC", text or "").casefold().split())


def initials(name: str) -> str:
    """The first letters of the pinyin of the Chinese characters in a name; "" without any."""
    if not _HAN.search(name):
        return ""
    text = folded(name)
    if not _told_by_phrases().isdisjoint(map("".join, pairwise(text))):
        return _letters(text)
    return "".join(map(_letter, text))


def _letters(text: str) -> str:
    letters = lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore", strict=False)
    return "".join(letters)


@cache
def _letter(character: str) -> str:
    """The initial of a character that stands alone; twenty times as fast as asking for a name."""
    return _letters(character)


@cache
def _told_by_phrases() -> frozenset[str]:
    """How phrases begin in which some character sounds otherwise than alone (重庆, 银行)."""
    return frozenset(
        phrase[:2]
        for phrase, sounds in PHRASES_DICT.items()
        if [_initial(sound[0]) for sound in sounds] != [*map(_letter, phrase)]
    )


def _initial(sound: str) -> str:
    return unicodedata.normalize("NFD", sound)[:1]
