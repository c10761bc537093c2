"""What of a name and a phone number tells outlets apart, however they were written."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from phonenumbers import MatchType, NumberParseException, PhoneNumber

from crm_core.archive.duplicates.script import simplified

#: Legal forms say nothing about who it is.  Longest first, since one ends in another.
_FORMS_ZH = ("股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "公司", "集团", "商行")
_FORMS = frozenset(
    re.split(
        " ",
        "ltd limited co company inc incorporated corp corporation llc llp plc gmbh ag kg sa sl slu"
        " srl spa bv nv oy oyj ab as lda sas sarl pte pty",
    )
)
_WORD = re.compile(r"[^\W_]+")
_EXTENSION = re.compile(r"(?:ext\.?|转|分机|x|#)\s*\d+$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[;；、,，|/\n]+")
_NOT_DIGIT = re.compile(r"[^0-9]")
_LEAST_DIGITS = 5
_KEY_DIGITS = 6  # what stays the same with and without country code and trunk prefix, anywhere
_END_DIGITS = 8  # numbers that are this long end alike where they are the same


def name_key(name: str) -> str:
    """A name folded to what tells it apart: no case, accents, punctuation, script, legal form.

    Words are put in order, so that "Majestic Café, Lda." and "Cafe Majestic" have one key.
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    if not text.isascii():
        split = unicodedata.normalize("NFKD", simplified(text))
        text = "".join(c for c in split if not unicodedata.combining(c))
    words = _WORD.findall(text.replace("'", "").replace("’", "").replace("s.l.", " "))
    telling = [word for word in words if word not in _FORMS] or words
    return "".join(sorted(map(_without_form, telling)))


def _without_form(word: str) -> str:
    for form in _FORMS_ZH:
        if word.endswith(form) and len(word) > len(form) + 1:
            return word[: -len(form)]
    return word


def phone_keys(text: str) -> tuple[str, ...]:
    """The last digits of every number in a text: equal numbers have an equal key."""
    return tuple(dict.fromkeys(digits[-_KEY_DIGITS:] for digits in _all_digits(text)))


def share_a_phone(one: str, other: str, region: str) -> bool:
    """Whether two texts have a number in common; numbers without country code are of ``region``."""
    return any(
        _same_number(a, b, region)
        for a in _SEPARATORS.split(one)
        for b in _SEPARATORS.split(other)
        if _may_be_same(a, b)
    )


def _may_be_same(one: str, other: str) -> bool:
    """Numbers end alike or are different; looking is a hundred times faster than parsing."""
    ends = [digits[-_END_DIGITS:] for digits in (*_all_digits(one), *_all_digits(other))]
    return len(ends) == 2 and (ends[0].endswith(ends[1]) or ends[1].endswith(ends[0]))


def _all_digits(text: str) -> list[str]:
    parts = (_EXTENSION.sub("", part.strip()) for part in _SEPARATORS.split(text))
    numbers = (_NOT_DIGIT.sub("", unicodedata.normalize("NFKC", part)) for part in parts)
    return [digits for digits in numbers if len(digits) >= _LEAST_DIGITS]


def _same_number(one: str, other: str, region: str) -> bool:
    a, b = _parsed(one.strip(), region), _parsed(other.strip(), region)
    if a is None or b is None:
        return _all_digits(one) == _all_digits(other)
    return phonenumbers.is_number_match(a, b) >= MatchType.NSN_MATCH


@lru_cache(maxsize=65_536)
def _parsed(number: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(unicodedata.normalize("NFKC", number), region)
    except NumberParseException:
        return None
