"""Rules of the record: what kinds there are, and how a record is found by what people type."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from pypinyin import Style, lazy_pinyin


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


_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_NOT_DIGIT = re.compile(r"\D")


def search_text(name: str, code: str, phone: str) -> str:
    """Name, code, pinyin initials and digits of the phone, folded, joined by ``|``.

    ``search_words`` of what somebody types are looked for in it.
    """
    parts = (folded(name), folded(code), initials(name), _NOT_DIGIT.sub("", folded(phone)))
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
    letters = lazy_pinyin(folded(name), style=Style.FIRST_LETTER, errors="ignore", strict=False)
    return "".join(letters)
